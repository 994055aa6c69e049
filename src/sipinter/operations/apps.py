from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "sipinter.operations"
    label = "operations"

    def ready(self) -> None:
        from . import counting  # noqa: F401 - listens to the audit trail and to sign-ins
