"""How it is proved that somebody who has lost their second factor is who they say."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class IdentityProof(models.TextChoices):
    """As sure as the invitation was that made the account (OWASP ASVS 5.0, 6.4.4)."""

    CARD = "card", _("In person, with a card that carries their photograph")
    VIDEO = "video", _("By video call with somebody who knows them, the card shown")
