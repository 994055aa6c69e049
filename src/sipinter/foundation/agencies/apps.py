from django.apps import AppConfig


class AgenciesConfig(AppConfig):
    name = "sipinter.foundation.agencies"
    label = "agencies"

    def ready(self) -> None:
        from . import permissions  # noqa: F401  (registers the predicate)
