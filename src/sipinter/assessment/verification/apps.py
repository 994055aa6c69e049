from django.apps import AppConfig


class VerificationConfig(AppConfig):
    name = "sipinter.assessment.verification"
    label = "verification"
