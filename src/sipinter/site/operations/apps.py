from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "sipinter.site.operations"
    label = "operations"

    def ready(self) -> None:
        from . import signals  # noqa: F401 - listens to the audit trail and to sign-ins
