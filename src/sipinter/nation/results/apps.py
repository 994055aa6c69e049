from django.apps import AppConfig


class NationalConfig(AppConfig):
    name = "sipinter.nation.results"
    label = "national"
