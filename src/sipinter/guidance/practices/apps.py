from django.apps import AppConfig


class PracticesConfig(AppConfig):
    name = "sipinter.guidance.practices"
    label = "practices"

    def ready(self) -> None:
        from . import slots  # noqa: F401  (fills the pages under it)
