from django.apps import AppConfig


class SelfassessmentConfig(AppConfig):
    name = "sipinter.assessment.selfassessment"
    label = "selfassessment"

    def ready(self) -> None:
        from . import slots  # noqa: F401  (fills the pages under it)
