"""The daily checkpoint: where every chain of the audit trail stands, signed, each naming the one before.

The text is meant to be copied off the machine and printed. With the certificate beside it,
`openssl dgst -sha256 -verify` tells whether it is ours (docs/audit.md).
"""

import base64
import hashlib
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.permissions import require
from sipinter.foundation.documents.signing import detached

from .models import Chain, Checkpoint
from .services import record

TITLE = "SIPINTER audit checkpoint 1"
NATION = "-"


@dataclass(frozen=True)
class ChainHead:
    """One line of a checkpoint: how long a chain was, and the hash of its last event."""

    chain_id: int
    agency_id: int | None
    length: int
    head: str

    def __str__(self) -> str:
        agency = NATION if self.agency_id is None else self.agency_id
        return f"{self.chain_id} {agency} {self.length} {self.head}"


@dataclass(frozen=True)
class CheckpointText:
    """A checkpoint's text, taken apart."""

    number: int
    day: str
    made: datetime
    previous: str
    certificate: str
    stands: tuple[ChainHead, ...]


def make_checkpoint(*, actor: Actor) -> Checkpoint:
    """Sign where every chain stands now, keep it in the database and in SIPINTER_CHECKPOINTS.

    One a day: a further call of the day gives the same one, and writes its file again should it be missing.
    Denied for anybody but the system and the national administrator; ImproperlyConfigured without a
    signing key.
    """
    require(actor, "audit.make_checkpoint")
    today = timezone.localdate()
    found = Checkpoint.objects.filter(day=today).first()
    if found is None:
        try:
            found = _made(actor)
        except IntegrityError:  # another process was first
            found = Checkpoint.objects.get(day=today)
    write_checkpoint_files(found, Path(settings.CHECKPOINTS))
    return found


@transaction.atomic
def _made(actor: Actor) -> Checkpoint:
    last = Checkpoint.objects.order_by("number").last()
    certificate, _pem = detached.current_certificate()
    text = _text(
        number=last.number + 1 if last else 1, previous=last.sha256 if last else "", certificate=certificate
    )
    checkpoint = Checkpoint.objects.create(
        number=last.number + 1 if last else 1,
        day=timezone.localdate(),
        text=text,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        signature=base64.b64encode(detached.sign_bytes(text.encode())).decode(),
        certificate=certificate,
    )
    changes = {"sha256": [None, checkpoint.sha256]}
    record("audit.checkpoint_made", f"checkpoint:{checkpoint.number}", actor=actor, changes=changes)
    return checkpoint


def _text(*, number: int, previous: str, certificate: str) -> str:
    chains = Chain.objects.order_by("pk").values_list("pk", "agency_id", "length", "head")
    lines = [str(ChainHead(*row)) for row in chains]
    head = [
        TITLE,
        f"number {number}",
        f"day {timezone.localdate().isoformat()}",
        f"made {timezone.now().isoformat()}",
        f"previous {previous or NATION}",
        f"certificate {certificate}",
        f"chains {len(lines)}",
        f"root {_root(lines)}",
        "",
    ]
    return "\n".join([*head, *lines, ""])


def _root(lines: list[str]) -> str:
    """One figure for all lines, so that a printed first page stands for the whole."""
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def parse_checkpoint(text: str) -> CheckpointText:
    """The checkpoint in `text`; ValueError when it is not one, to the letter."""
    head, _gap, body = text.partition("\n\n")
    title, *pairs = head.split("\n")
    values = dict(pair.split(" ", 1) for pair in pairs)
    lines = body.splitlines()
    if title != TITLE or int(values["chains"]) != len(lines) or values["root"] != _root(lines):
        raise ValueError("not a checkpoint")
    stands = tuple(_stand(line) for line in lines)
    previous = "" if values["previous"] == NATION else values["previous"]
    return CheckpointText(
        int(values["number"]),
        values["day"],
        datetime.fromisoformat(values["made"]),
        previous,
        values["certificate"],
        stands,
    )


def _stand(line: str) -> ChainHead:
    chain, agency, length, *head = line.split(" ")
    return ChainHead(int(chain), None if agency == NATION else int(agency), int(length), "".join(head))


def is_genuine_checkpoint(checkpoint: Checkpoint) -> bool:
    """Whether the signature is one of ours over exactly this text."""
    try:
        signature = base64.b64decode(checkpoint.signature, validate=True)
    except ValueError:
        return False
    return detached.is_our_signature(checkpoint.text.encode(), signature, checkpoint.certificate)


def checkpoint_file_names(checkpoint: Checkpoint) -> tuple[str, str]:
    """The files of a checkpoint: its text and its signature."""
    return f"{checkpoint.day.isoformat()}.txt", f"{checkpoint.day.isoformat()}.sig"


def checkpoint_contents(checkpoint: Checkpoint) -> tuple[bytes, bytes]:
    """What stands in them."""
    return checkpoint.text.encode(), base64.b64decode(checkpoint.signature)


def write_checkpoint_files(checkpoint: Checkpoint, folder: Path) -> None:
    """Write text, signature and (once) the certificate to `folder`; files that are there are left alone."""
    wanted = dict(zip(checkpoint_file_names(checkpoint), checkpoint_contents(checkpoint), strict=True))
    fingerprint, pem = detached.current_certificate()
    wanted[f"{fingerprint[:32]}.pem"] = pem
    for name, content in wanted.items():
        if not (folder / name).exists():
            _write(folder / name, content)


def _write(path: Path, content: bytes) -> None:
    """The whole file or none of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    Path(name).chmod(0o444)
    Path(name).replace(path)


def checkpoint_days(folder: Path) -> Iterator[str]:
    """The days of which `folder` has a text or a signature, in order, once each."""
    yield from sorted({path.stem for path in folder.glob("*-*-*.*") if path.suffix in (".txt", ".sig")})
