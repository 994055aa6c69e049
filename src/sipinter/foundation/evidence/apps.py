from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    name = "sipinter.foundation.evidence"
    label = "evidence"

    def ready(self) -> None:
        from . import permissions, slots  # noqa: F401  (registers what it gives to other rooms)
