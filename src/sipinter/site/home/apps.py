from django.apps import AppConfig


class HomeConfig(AppConfig):
    name = "sipinter.site.home"
    label = "home"

    def ready(self) -> None:
        from . import slots  # noqa: F401  (fills the pages under it)
