from importlib import import_module

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "sipinter.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Connect what listens (models must be loaded first)."""
        import_module("sipinter.accounts.signals")
        import_module("sipinter.accounts.counters")
