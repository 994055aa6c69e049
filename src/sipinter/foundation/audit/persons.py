"""Names and addresses in events, readable only while the person's key is there.

The trail cannot be changed, and a person may ask to be forgotten (UU 27/2022). So an event holds no name but
`sealed:PERSON:CIPHERTEXT`, and the key of each person is a file of its own in SIPINTER_PERSON_KEYS, which no
backup of ours contains. Its destruction makes every such value unreadable, while hashes, seals and digests,
which cover the ciphertext, still hold. PERSON is `user-12`, or `invitation-7` for whoever has no account yet.
"""

import base64
import os
import re
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from django.conf import settings
from django.utils.translation import gettext as _

MARK = "sealed:"
_SEALED = re.compile(r"sealed:([a-z]+-[0-9]+):([A-Za-z0-9_-]*)")
_KEY_BYTES = 64


def person_of_user(user_id: int) -> str:
    """The name under which the key of an account is kept."""
    return f"user-{user_id}"


def person_of_invitation(invitation_id: int) -> str:
    """The same of somebody who was invited."""
    return f"invitation-{invitation_id}"


def seal_value(person: str, value: str) -> str:
    """`value` under the person's key, which is made when there is none; of an erased person nothing is kept.

    The same value gives the same text, so that it can be seen that nothing has changed.
    """
    if not value:
        return value
    key = _read(person)
    if key is None:
        key = _make(person)
    if not key:
        return f"{MARK}{person}:"
    sealed = AESSIV(key).encrypt(value.encode(), [person.encode()])
    return f"{MARK}{person}:{base64.urlsafe_b64encode(sealed).decode().rstrip('=')}"


def seal_user(user_id: int | None, name: str) -> str:
    """The name of an account, for the changes of an event; as it is where there is no account."""
    return name if user_id is None else seal_value(person_of_user(user_id), name)


def open_value(text: str) -> str:
    """What was sealed, or "(erased)" in the active language; a text that is not sealed as it is."""
    found = _SEALED.fullmatch(text)
    if found is None:
        return text
    person, sealed = found.groups()
    key = _read(person)
    if key and sealed:
        with suppress(InvalidTag, ValueError):
            raw = base64.urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
            return AESSIV(key).decrypt(raw, [person.encode()]).decode()
    return erased_label()


def open_values(value: Any) -> Any:
    """The same throughout a JSON value."""
    if isinstance(value, str):
        return open_value(value)
    if isinstance(value, list):
        return [open_values(one) for one in value]
    if isinstance(value, dict):
        return {name: open_values(one) for name, one in value.items()}
    return value


def erased_label() -> str:
    """What stands in the place of a value that nobody can read any more."""
    return _("(erased)")


def is_erased(person: str) -> bool:
    """Whether the person's key was destroyed."""
    return _read(person) == b""


def destroy_key(person: str) -> None:
    """Overwrite the key and leave an empty file: no other is made in its place. Twice changes nothing."""
    path = _path(person)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        os.write(handle, secrets.token_bytes(_KEY_BYTES))
        os.fsync(handle)
        os.ftruncate(handle, 0)
        os.fsync(handle)
    finally:
        os.close(handle)


def _path(person: str) -> Path:
    return Path(settings.PERSON_KEYS) / f"{person}.key"


def _read(person: str) -> bytes | None:
    """The key; b"" when it was destroyed, None when there is none. Read each time: another node may erase."""
    try:
        return _path(person).read_bytes()
    except FileNotFoundError:
        return None


def _make(person: str) -> bytes:
    """A new key, whole or not at all; the one of another process that was first."""
    path = _path(person)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, fresh = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_bytes(_KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        Path(fresh).unlink()
    return path.read_bytes()
