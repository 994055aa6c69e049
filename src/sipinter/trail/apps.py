from django.apps import AppConfig


class TrailConfig(AppConfig):
    name = "sipinter.trail"
    label = "trail"

    def ready(self) -> None:
        from . import permissions  # noqa: F401  (registers the predicate)
