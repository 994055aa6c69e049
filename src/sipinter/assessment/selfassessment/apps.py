from django.apps import AppConfig


class SelfassessmentConfig(AppConfig):
    name = "sipinter.assessment.selfassessment"
    label = "selfassessment"
