from django.apps import AppConfig


class HomeConfig(AppConfig):
    name = "sipinter.site.home"
    label = "home"
