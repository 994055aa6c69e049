from django.apps import AppConfig


class AgenciesConfig(AppConfig):
    name = "sipinter.agencies"
    label = "agencies"
