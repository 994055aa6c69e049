from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "sipinter.accounts"
    label = "accounts"
