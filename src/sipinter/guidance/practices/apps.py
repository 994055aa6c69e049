from django.apps import AppConfig


class PracticesConfig(AppConfig):
    name = "sipinter.guidance.practices"
    label = "practices"
