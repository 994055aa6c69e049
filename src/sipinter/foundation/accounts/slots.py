"""What people and roles put into the pages under them."""

from django.utils.translation import gettext_lazy as _

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.roles import Role
from sipinter.foundation.web.nav import SIGNED_IN_HEAD, UNREAD_MESSAGES, NavEntry
from sipinter.foundation.web.robots import PRIVATE_PATHS

from .models import Notification

SIGNED_IN_HEAD.put(70, NavEntry(_("Team"), "accounts:team", (Role.KEEPER, Role.ADMINISTRATOR)))
PRIVATE_PATHS.put(50, ("/tim/", "/undangan/", "/pemberitahuan/"))


@UNREAD_MESSAGES.provide
def count_unread_notifications(actor: Actor) -> int:
    """Notifications the person has not seen (one query)."""
    return Notification.objects.visible_to(actor).filter(read_at=None).count()
