"""A signing service that holds the key of an official, who gives identity number and passphrase for each act.

Spoken as the e-sign client of a government certification authority has it: `POST /api/sign/pdf` with
HTTP Basic of the installation, multipart `file`, `nik`, `passphrase`, `tampilan=invisible`, `reason`,
`location`; the answer is the signed PDF, or JSON with `error`. What the person typed lives as long as the
request: it is put into no queue, row, log, record, session or traceback.
"""

import base64
import http.client
import json
import secrets
import urllib.error
import urllib.request
from typing import NoReturn
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext as _

from sipinter.foundation.access.errors import Invalid, NotAnswering, NotNow

from .subjects import UnsignedPaper
from .verifier import verify_pdf

_SECONDS = 60
_MAX_ANSWER = 20 * 1024 * 1024
_LOCAL = ("127.0.0.1", "::1", "localhost")


class SignerCredentials:
    """What an official types for one act. It shows itself nowhere and cannot be stored."""

    __slots__ = ("_nik", "_passphrase")

    def __init__(self, nik: str, passphrase: str) -> None:
        self._nik, self._passphrase = nik, passphrase

    def fields(self) -> dict[str, str]:
        """As the service wants them."""
        return {"nik": self._nik, "passphrase": self._passphrase}

    def __repr__(self) -> str:
        return "SignerCredentials(...)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("what an official types for one act is not stored")


def sign_remotely(paper: UnsignedPaper, credentials: SignerCredentials) -> bytes:
    """`paper`, signed by the official's certificate, which must be among the trusted ones.

    Invalid when the service does not accept identity number or passphrase; NotAnswering when it does not
    answer; NotNow when what it gave does not verify here; ImproperlyConfigured for a wrong address.
    """
    words = {
        **credentials.fields(),
        "tampilan": "invisible",
        "reason": paper.reason,
        "location": paper.location,
    }
    signed = _post(words, paper.pdf)
    report = verify_pdf(signed)
    if not report.valid or not signed.startswith(paper.pdf):
        raise NotNow(
            _("What the signing service gave does not verify here, so it was not kept: %(reason)s")
            % {"reason": report.reason}
        )
    return signed


def _post(words: dict[str, str], pdf: bytes) -> bytes:
    boundary = f"sipinter-{secrets.token_hex(16)}"
    password = f"{settings.SIGNING_REMOTE_USER}:{settings.SIGNING_REMOTE_PASSWORD}"
    request = urllib.request.Request(  # noqa: S310 - the scheme is checked in _address
        _address(),
        data=_multipart(boundary, words, pdf),
        headers={
            "Content-Type": f"multipart/form-data; boundary={boundary}",
            "Authorization": f"Basic {base64.b64encode(password.encode()).decode()}",
        },
        method="POST",
    )
    try:
        with urllib.request.urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310
            body: bytes = answer.read(_MAX_ANSWER)
    except urllib.error.HTTPError as refusal:
        status = refusal.code
        refusal.close()
        # Without the cause: its chain would lead to what was sent.
        raise _refused(status) from None
    except (OSError, http.client.HTTPException):
        raise _away() from None
    if body.startswith(b"%PDF-"):
        return body
    raise _refused(400) if _names_a_fault(body) else _away()


def _names_a_fault(body: bytes) -> bool:
    """Some versions answer 200 with JSON that has `error`."""
    try:
        found = json.loads(body)
    except ValueError:
        return False
    return isinstance(found, dict) and "error" in found


def _refused(status: int) -> Invalid | NotAnswering:
    if status == 400:
        sentence = _("The signing service did not accept this identity number with this passphrase.")
        return Invalid(sentence, fields={"passphrase": sentence})
    return _away()


def _away() -> NotAnswering:
    return NotAnswering(
        _("The signing service does not answer as it should. Nothing was signed. Try again in a few minutes.")
    )


def _address() -> str:
    url = urlsplit(settings.SIGNING_REMOTE_URL)
    if url.scheme != "https" and not (url.scheme == "http" and url.hostname in _LOCAL):
        raise ImproperlyConfigured(
            "SIPINTER_SIGNING_REMOTE_URL: expected an https address (http on this machine only)"
        )
    return f"{settings.SIGNING_REMOTE_URL.rstrip('/')}/api/sign/pdf"


def _multipart(boundary: str, words: dict[str, str], pdf: bytes) -> bytes:
    """The form; the boundary is random, so that no value can hold it."""
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in words.items()
    ]
    head = 'Content-Disposition: form-data; name="file"; filename="dokumen.pdf"\r\n'
    head += "Content-Type: application/pdf\r\n\r\n"
    end = f"\r\n--{boundary}--\r\n"
    return b"".join([*parts, f"--{boundary}\r\n{head}".encode(), pdf, end.encode()])
