from importlib import import_module
from typing import Any

from django.apps import AppConfig
from django.core.management import call_command
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    name = "sipinter.foundation.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Connect what listens (models must be loaded first)."""
        import_module("sipinter.foundation.accounts.permissions")
        import_module("sipinter.foundation.accounts.recorded")
        import_module("sipinter.foundation.accounts.signals")
        import_module("sipinter.foundation.accounts.slots")
        post_migrate.connect(_cache_table, sender=self)


def _cache_table(using: str = "default", **kwargs: Any) -> None:
    """The table of the cache that nodes share, where the settings keep it in the database."""
    call_command("createcachetable", database=using, verbosity=0)
