"""Counts what the audit trail and the sign-in tell, without the services knowing."""

from typing import Any

from allauth.mfa.signals import authentication_failed
from django.contrib.auth.signals import user_login_failed
from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import receiver

from sipinter.foundation.audit.models import Event
from sipinter.foundation.web import metrics


@receiver(post_save, sender=Event)
def on_audit_event(instance: Event, created: bool, **kwargs: Any) -> None:
    """A change counts once it is committed; answers saved and evidence added are changes like the others."""
    if created:
        size = instance.changes.get("size") if instance.action == "evidence.added" else None
        transaction.on_commit(lambda: _count(instance.action, size[1] if size else 0))


def _count(action: str, size: int) -> None:
    metrics.CHANGES.labels(action).inc()
    metrics.UPLOADED.inc(size)


@receiver(user_login_failed)
@receiver(authentication_failed)
def on_failed_sign_in(**kwargs: Any) -> None:
    metrics.SIGN_IN_FAILURES.inc()
