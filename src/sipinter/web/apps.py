from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "sipinter.web"
    label = "web"
