from django.apps import AppConfig


class DecisionsConfig(AppConfig):
    name = "sipinter.assessment.decisions"
    label = "decisions"

    def ready(self) -> None:
        from . import papers  # noqa: F401  (registers the stored papers)
