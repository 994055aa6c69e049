from django.apps import AppConfig


class DecisionsConfig(AppConfig):
    name = "sipinter.assessment.decisions"
    label = "decisions"

    def ready(self) -> None:
        from . import papers, permissions, slots  # noqa: F401  (registers what they hold)
