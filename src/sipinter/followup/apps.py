from django.apps import AppConfig


class FollowupConfig(AppConfig):
    name = "sipinter.followup"
    label = "followup"
