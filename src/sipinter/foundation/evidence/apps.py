from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    name = "sipinter.foundation.evidence"
    label = "evidence"

    def ready(self) -> None:
        from . import permissions  # noqa: F401  (registers the predicates)
