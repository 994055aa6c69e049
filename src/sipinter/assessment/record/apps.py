from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    name = "sipinter.assessment.record"
    label = "assessments"

    def ready(self) -> None:
        from . import permissions, recorded, slots  # noqa: F401  (registers what it gives to other rooms)
