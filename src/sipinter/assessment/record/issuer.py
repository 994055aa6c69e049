"""Who issues the papers, and what those of the demonstration say of themselves."""

from typing import Any

from django.conf import settings

from sipinter.foundation.documents.model import Issuer

INVENTED = "Data peragaan, bukan dokumen resmi"


def paper_issuer() -> Issuer:
    """The supervising body as it signs, from the settings."""
    fields: dict[str, Any] = settings.ISSUER
    return Issuer(**fields)


def demo_notice() -> str:
    """What papers of the demonstration say of themselves; empty elsewhere."""
    return INVENTED if settings.DEMO else ""
