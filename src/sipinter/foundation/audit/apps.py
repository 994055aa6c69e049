from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AuditConfig(AppConfig):
    name = "sipinter.foundation.audit"
    label = "audit"

    def ready(self) -> None:
        from . import permissions  # noqa: F401  (registers the predicate)

        post_migrate.connect(_begin_rows, sender=self)


def _begin_rows(**kwargs: Any) -> None:
    from .state import begin_rows

    begin_rows()
