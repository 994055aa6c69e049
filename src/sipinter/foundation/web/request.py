"""A request as the views get it: with who acts, and with what htmx says."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from sipinter.foundation.access.actor import Actor


class Request(HttpRequest):
    """What the middleware of the settings adds to Django's request; for annotations only.

    `actor` is read from the database when it is first asked for. Of requests that the middleware has not
    seen (an error before it) only Django's own attributes are there.
    """

    actor: Actor
    htmx: HtmxDetails
