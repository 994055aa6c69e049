from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "sipinter.foundation.web"
    label = "web"
