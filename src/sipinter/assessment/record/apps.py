from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    name = "sipinter.assessment.record"
    label = "assessments"

    def ready(self) -> None:
        from . import permissions  # noqa: F401  (registers the predicates)
