from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "sipinter.site.operations"
    label = "operations"

    def ready(self) -> None:
        # signals listens to the audit trail and to sign-ins; retention has a task of every night
        from . import retention, signals  # noqa: F401
