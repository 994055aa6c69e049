from django.apps import AppConfig


class VerificationConfig(AppConfig):
    name = "sipinter.assessment.verification"
    label = "verification"

    def ready(self) -> None:
        from . import permissions, slots  # noqa: F401  (registers what they hold)
