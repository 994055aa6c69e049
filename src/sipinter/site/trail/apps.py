from django.apps import AppConfig


class TrailConfig(AppConfig):
    name = "sipinter.site.trail"
    label = "trail"

    def ready(self) -> None:
        from . import permissions  # noqa: F401  (registers the predicate)
