from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    name = "sipinter.assessments"
    label = "assessments"
