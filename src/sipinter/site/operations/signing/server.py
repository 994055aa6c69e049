"""The socket of the signing process: bounded requests, one at a time, on record before they are answered."""

import grp
import hashlib
import json
import logging
import os
import socket
import struct
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, close_old_connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.utils import translation
from django.utils.translation import gettext as _

from sipinter.foundation.access.errors import NotAnswering, Refused
from sipinter.foundation.documents.signing import apart, detached, identity

from .journal import SigningJournal
from .requests import sign_request

logger = logging.getLogger(__name__)
RECEIVE_SECONDS = 10  # for a whole request: whoever is slower holds up the others
_ABOUT = 64


class SigningServer:
    """Serves the socket at `path` until `stop`; its file is for its owner and, where given, for `group`.

    ImproperlyConfigured without a usable key; OSError when another process serves there.
    """

    def __init__(self, path: Path, *, group: str = "") -> None:
        identity.load_identity()
        detached.current_certificate()  # kept where the site finds it
        self.path = path
        self._journal = SigningJournal(settings.SIGNING_JOURNAL)
        self._ending = False
        self._socket = _listen(path, group)
        connection_created.connect(_forbid_writes)

    def stop(self, *_signal: Any) -> None:
        """End after the request in hand."""
        self._ending = True

    def run(self) -> None:
        """Answer one request after the other."""
        self._socket.settimeout(0.5)
        with translation.override(settings.LANGUAGE_CODE):
            while not self._ending:
                with suppress(TimeoutError):
                    line, _address = self._socket.accept()
                    with line:
                        self._serve_or_say(line)
        self._socket.close()
        self.path.unlink(missing_ok=True)
        self._journal.close()

    def _serve_or_say(self, line: socket.socket) -> None:
        """What cannot be kept in the journal is not handed out."""
        try:
            self._serve(line)
        except OSError as fault:
            logger.error("the journal cannot be kept: %s", fault.strerror)
            _send(line, {"down": "journal"})

    def _serve(self, line: socket.socket) -> None:
        try:
            head, body = _receive(line)
        except (OSError, ValueError) as fault:
            self._refuse(line, {"kind": "", "about": ""}, _sentence(fault))
            return
        about = {name: str(head[name])[:_ABOUT] for name in ("kind", "about")} | {"peer": _peer(line)}
        close_old_connections()
        try:
            answer = self._answer(str(head["kind"]), str(head["about"]), body)
        except NotAnswering as fault:
            logger.warning("not signed: %s", fault)
            _send(line, {"down": str(fault)})
        except Refused as refusal:
            self._refuse(line, {**about, "asked": hashlib.sha256(body).hexdigest()}, str(refusal))
        except (ImproperlyConfigured, DatabaseError, OSError) as fault:
            logger.error("cannot sign: %s", type(fault).__name__)
            _send(line, {"down": type(fault).__name__})
        except Exception:
            logger.exception("cannot sign")
            self._refuse(line, about, _("This cannot be signed."))
        else:
            if head["kind"] != apart.CERTIFICATE:
                self._journal.keep(
                    done="signed",
                    **about,
                    asked=hashlib.sha256(body).hexdigest(),
                    sha256=hashlib.sha256(answer).hexdigest(),
                )
            _send(line, {"length": len(answer)}, answer)

    def _answer(self, kind: str, about: str, body: bytes) -> bytes:
        if kind == apart.CERTIFICATE:
            return detached.current_certificate()[1]
        return sign_request(kind, about, body)

    def _refuse(self, line: socket.socket, about: dict[str, Any], sentence: str) -> None:
        logger.warning("refused: %s", sentence)
        self._journal.keep(done="refused", **about, why=sentence)
        _send(line, {"refused": sentence})


def _listen(path: Path, group: str) -> socket.socket:
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            path.unlink(missing_ok=True)  # left by one that was killed
        else:
            raise OSError(f"{path}: another process signs there already")
    listener = socket.socket(socket.AF_UNIX)
    before = os.umask(0o177)
    try:
        listener.bind(str(path))
    finally:
        os.umask(before)
    if group:
        os.chown(path, -1, grp.getgrnam(group).gr_gid)
        path.chmod(0o660)
    listener.listen(16)
    return listener


def _receive(line: socket.socket) -> tuple[dict[str, Any], bytes]:
    """Head and body of a request; ValueError with a sentence when it is not one."""
    until = time.monotonic() + RECEIVE_SECONDS
    data = b""
    while b"\n" not in data:
        if len(data) > apart.MAX_HEAD:
            raise ValueError(_("This is not a request."))
        data += _some(line, until)
    first, _newline, body = data.partition(b"\n")
    try:
        if len(first) > apart.MAX_HEAD:
            raise ValueError
        head = json.loads(first)
        length = int(head["length"])
        str(head["kind"]), str(head["about"])
    except (ValueError, TypeError, KeyError, RecursionError):
        raise ValueError(_("This is not a request.")) from None
    if not 0 <= length <= apart.MAX_BODY:
        raise ValueError(_("The request is too long."))
    parts, received = [body], len(body)
    while received < length:
        parts.append(_some(line, until))
        received += len(parts[-1])
    if received != length:
        raise ValueError(_("The request is longer than it says."))
    return head, b"".join(parts)


def _some(line: socket.socket, until: float) -> bytes:
    line.settimeout(max(until - time.monotonic(), 0.001))
    data = line.recv(64 * 1024)
    if not data:
        raise ValueError(_("The request is cut off."))
    return data


def _sentence(fault: Exception) -> str:
    return str(fault) if isinstance(fault, ValueError) else _("The request did not come in time.")


def _send(line: socket.socket, head: dict[str, Any], body: bytes = b"") -> None:
    with suppress(OSError):  # whoever asked is gone; the journal says what was signed
        line.settimeout(RECEIVE_SECONDS)
        line.sendall(json.dumps(head).encode() + b"\n" + body)


def _peer(line: socket.socket) -> int:
    """The user whose process asks."""
    found = line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    return int(struct.unpack("3i", found)[1])


def _forbid_writes(connection: BaseDatabaseWrapper, **_given: Any) -> None:
    """This process only reads, whatever its role in the database may do."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA query_only = ON")
        else:
            cursor.execute("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY")
