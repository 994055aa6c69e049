from django.apps import AppConfig


class PracticesConfig(AppConfig):
    name = "sipinter.guidance.practices"
    label = "practices"

    def ready(self) -> None:
        from . import permissions, slots  # noqa: F401  (registers what they hold)
