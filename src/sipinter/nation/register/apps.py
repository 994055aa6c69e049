from django.apps import AppConfig


class RegisterConfig(AppConfig):
    name = "sipinter.nation.register"
    label = "register"

    def ready(self) -> None:
        from . import slots  # noqa: F401  (fills the pages under it)
