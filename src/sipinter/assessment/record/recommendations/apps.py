from django.apps import AppConfig


class FollowupConfig(AppConfig):
    name = "sipinter.assessment.record.recommendations"
    label = "followup"

    def ready(self) -> None:
        from . import permissions, slots  # noqa: F401  (registers what it gives to other rooms)
