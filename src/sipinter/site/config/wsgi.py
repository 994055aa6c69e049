"""The site for a WSGI server."""

import os
from collections.abc import Callable, Iterable
from email.message import Message
from typing import Any

from django.core.wsgi import get_wsgi_application

from sipinter.foundation.evidence.reader.sandbox import forbid_dumps

# Before the settings are read: their secrets are for no other process of this user.
forbid_dumps()
os.umask(0o077)  # other users of the machine read no file of ours
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sipinter.site.config.settings")
_site = get_wsgi_application()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """The site; a request that claims another charset than UTF-8 gets a 400 before Django reads it.

    Some charsets that Python knows (base64, rot13) decode no text, and Django fails on them.
    """
    claimed = Message()
    claimed["Content-Type"] = environ.get("CONTENT_TYPE", "")
    if str(claimed.get_param("charset", "utf-8")).lower() not in ("utf-8", "utf8"):
        start_response("400 Bad Request", [("Content-Type", "text/plain; charset=utf-8")])
        return [b"Requests are read as UTF-8 only.\n"]
    return _site(environ, start_response)
