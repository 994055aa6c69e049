from django.apps import AppConfig


class NationalConfig(AppConfig):
    name = "sipinter.national"
    label = "national"
