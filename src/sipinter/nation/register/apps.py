from django.apps import AppConfig


class RegisterConfig(AppConfig):
    name = "sipinter.nation.register"
    label = "register"
