"""Encryption in the age format (age-encryption.org/v1), piece by piece: a backup is larger than the memory.

Whoever makes backups needs the public half only (SIPINTER_BACKUP_RECIPIENT); the identity that opens them is
kept elsewhere and given when a backup is restored.
"""

from pathlib import Path
from typing import IO

import pyrage
from django.conf import settings
from django.utils.translation import gettext as _
from pyrage.x25519 import Identity, Recipient

from .archive import BackupDamaged, BackupError

HEADER = b"age-encryption.org/v1\n"


def backup_recipients() -> list[Recipient]:
    """Who can open the backups of this site; nobody in particular when the setting is empty.

    BackupError when it holds something else than public keys of age.
    """
    try:
        return [Recipient.from_str(word) for word in settings.BACKUP_RECIPIENTS]
    except pyrage.RecipientError:
        raise BackupError(
            _("SIPINTER_BACKUP_RECIPIENT: expected public keys of age (age1...), separated by commas")
        ) from None


def read_identities(path: Path) -> list[Identity]:
    """The identities in a file as `age-keygen` writes it. BackupError when there is none."""
    try:
        lines = [line.strip() for line in path.read_text(encoding="ascii").splitlines()]
        found = [Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except (OSError, UnicodeError, pyrage.IdentityError):
        found = []
    if not found:
        raise BackupError(_("%(path)s: no identity of age (AGE-SECRET-KEY-...) can be read") % {"path": path})
    return found


def is_encrypted(file: IO[bytes]) -> bool:
    """Whether the file is in the age format; its position is at the beginning before and after."""
    beginning = file.read(len(HEADER))
    file.seek(0)
    return beginning == HEADER


def encrypt_file(source: IO[bytes], target: IO[bytes], recipients: list[Recipient]) -> None:
    """Write `source` to `target` so that only the recipients can read it."""
    pyrage.encrypt_io(source, target, recipients)


def decrypt_file(source: IO[bytes], target: IO[bytes], identities: list[Identity], name: str) -> None:
    """Write what is encrypted in `source` to `target`.

    BackupError when no identity opens it; BackupDamaged when it was cut off or changed since.
    """
    try:
        pyrage.decrypt_io(source, target, identities)
    except pyrage.DecryptError as error:
        raise BackupError(
            _("%(name)s: the identity given does not open it (%(error)s)") % {"name": name, "error": error}
        ) from None
    except OSError as error:
        if error.errno is not None:  # of the disk; what pyrage finds wrong in the file has no number
            raise
        raise BackupDamaged(_("%(name)s: cut off or damaged") % {"name": name}) from None
    target.seek(0)
