from django.apps import AppConfig


class AgenciesConfig(AppConfig):
    name = "sipinter.foundation.agencies"
    label = "agencies"
