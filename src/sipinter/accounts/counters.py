"""What the head of every page counts."""

from sipinter.web.nav import counter

from .actor import Actor
from .models import Notification


@counter("accounts:notifications")
def unread(actor: Actor) -> int:
    """Notifications the person has not seen (one query)."""
    return Notification.objects.filter(user_id=actor.user_id, read_at=None).count()
