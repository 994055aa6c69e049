"""Asking the signing process: one request a connection, over the socket of SIPINTER_SIGNING_SOCKET.

A request is a line of JSON (`kind`, `about`, `length`) and so many bytes; the answer a line of JSON
(`length`, or `refused` with a sentence, or `down`) and so many bytes. `site/operations/signing` is the other
side.
"""

import json
import socket
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from sipinter.foundation.access.errors import NotAnswering, NotNow

from .subjects import SigningKind, SigningSubject

CERTIFICATE = "certificate of the key"  # the one request that signs nothing
MAX_HEAD = 4096
MAX_BODY = 10 * 1024 * 1024
_SECONDS = 60


class SigningDown(NotAnswering):
    """The signing process does not answer, or cannot sign at the moment."""


class SigningRefused(NotNow):
    """The signing process does not sign this; `str()` is its sentence."""


def ask_certificate() -> bytes:
    """The certificate that signs now, as PEM."""
    return _ask(CERTIFICATE, "", b"")


def ask_signature(kind: SigningKind, data: bytes) -> bytes:
    """The bare signature of `data`."""
    return _ask(kind, "", data)


def ask_signed_pdf(subject: SigningSubject, pdf: bytes) -> bytes:
    """`pdf`, signed."""
    return _ask(subject.kind, subject.about, pdf)


def _ask(kind: str, about: str, body: bytes) -> bytes:
    head = json.dumps({"kind": kind, "about": about, "length": len(body)}).encode()
    try:
        told, answer = _exchange(head + b"\n" + body)
    except (OSError, ValueError) as error:
        raise _down() from error
    if "refused" in told:
        raise SigningRefused(_("Not signed: %(reason)s") % {"reason": told["refused"]})
    if not answer or len(answer) != told.get("length"):
        raise _down()
    return answer


def _exchange(request: bytes) -> tuple[dict[str, Any], bytes]:
    """Head and body of the answer."""
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(_SECONDS)
        line.connect(settings.SIGNING_SOCKET)
        line.sendall(request)
        with line.makefile("rb") as stream:
            told: dict[str, Any] = json.loads(stream.readline(MAX_HEAD))
            return told, stream.read(2 * MAX_BODY) if "length" in told else b""


def _down() -> SigningDown:
    return SigningDown(
        _("Signing does not answer at the moment, so nothing was signed. Try again in a few minutes.")
    )
