from django.apps import AppConfig


class VerificationConfig(AppConfig):
    name = "sipinter.assessment.verification"
    label = "verification"

    def ready(self) -> None:
        from . import slots  # noqa: F401  (fills the pages under it)
