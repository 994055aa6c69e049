"""`manage check --deploy` says before the first decision, not at it, that it could not be signed."""

from collections.abc import Sequence

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured

from .signing import identity, timestamps


@register(Tags.security, deploy=True)
def check_document_signing(app_configs: Sequence[AppConfig] | None, **kwargs: object) -> list[CheckMessage]:
    """documents.E001 when no document could be signed now; the message says why."""
    try:
        identity.load_identity()
        timestamps.configured_timestamper()
    except ImproperlyConfigured as error:
        return [Error(str(error), id="documents.E001")]
    return []
