from django.apps import AppConfig


class TrailConfig(AppConfig):
    name = "sipinter.site.trail"
    label = "trail"

    def ready(self) -> None:
        from . import permissions, slots  # noqa: F401  (registers what it gives to other rooms)
