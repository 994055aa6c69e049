from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "sipinter.foundation.audit"
    label = "audit"

    def ready(self) -> None:
        from . import permissions  # noqa: F401  (registers the predicate)
