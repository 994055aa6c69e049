from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    name = "sipinter.assessments"
    label = "assessments"

    def ready(self) -> None:
        from . import papers, permissions  # noqa: F401  (registers the predicates and the stored papers)
