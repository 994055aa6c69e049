from django.apps import AppConfig


class SelfassessmentConfig(AppConfig):
    name = "sipinter.assessment.selfassessment"
    label = "selfassessment"

    def ready(self) -> None:
        from . import permissions, slots  # noqa: F401  (registers what they hold)
