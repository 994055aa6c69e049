"""What the head of every page counts."""

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.web.nav import register_counter

from .models import Notification


@register_counter("accounts:notifications")
def count_unread_notifications(actor: Actor) -> int:
    """Notifications the person has not seen (one query)."""
    return Notification.objects.visible_to(actor).filter(read_at=None).count()
