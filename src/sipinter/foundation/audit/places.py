"""Append-only places to which every checkpoint is pushed (SIPINTER_CHECKPOINT_PLACES).

Each is a small class whose `deliver` takes one checkpoint and may be called again for the same; whatever
keeps it from that is an OSError. Folder and bucket can be read back: `audit verify --checkpoints` compares
them.
"""

import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone

from .bucket import LockedBucket
from .checkpoints import checkpoint_files, checkpoint_stem, parse_checkpoint
from .models import Checkpoint, CheckpointPlace
from .stamps import checkpoints_to_stamp

PATIENCE = 10  # seconds
STAMP_WAIT = timedelta(minutes=10)
FACILITY_AUDIT, NOTICE = 13, 5  # RFC 5424: log audit
# The number that RFC 5612 keeps for documentation: names of our own need no registered one.
DATA_ID = "sipinter@32473"


class Place(Protocol):
    """Where checkpoints go."""

    @property
    def name(self) -> str:
        """As in the settings, without a secret."""

    def deliver(self, checkpoint: Checkpoint) -> None:
        """Have the place keep it; OSError when it does not."""


@dataclass(frozen=True)
class FolderPlace:
    """A folder, of another machine or one whose files can only be added to."""

    name: str
    folder: str

    def deliver(self, checkpoint: Checkpoint) -> None:
        """Writes the files; goes on with one that was begun, and never touches another's content."""
        folder = Path(self.folder)
        for name, content in checkpoint_files(checkpoint).items():
            path = folder / name
            there = path.read_bytes() if path.exists() else b""
            if not content.startswith(there):
                raise FileExistsError(f"{name} is there with another content")
            if there != content:
                with path.open("ab") as file:
                    file.write(content[len(there) :])
                    file.flush()
                    os.fsync(file.fileno())


@dataclass(frozen=True)
class SyslogPlace:
    """Number, hash and signature as a message of RFC 5424, to the machine's socket or over the network."""

    name: str
    transport: str
    address: Any

    def deliver(self, checkpoint: Checkpoint) -> None:
        """Over TCP each message is preceded by its length (RFC 6587)."""
        message = syslog_message(checkpoint)
        if self.transport == "tcp":
            with socket.create_connection(self.address, PATIENCE) as stream:
                stream.sendall(f"{len(message)} ".encode() + message)
            return
        family = socket.AF_UNIX if self.transport == "unix" else self._family()
        with socket.socket(family, socket.SOCK_DGRAM) as datagrams:
            datagrams.settimeout(PATIENCE)
            datagrams.connect(self.address)
            datagrams.send(message)

    def _family(self) -> socket.AddressFamily:
        host, port = self.address
        return socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0][0]


def syslog_message(checkpoint: Checkpoint) -> bytes:
    """One line: what is needed to recognise the checkpoint, and its signature."""
    sheet = parse_checkpoint(checkpoint.text)
    data = {
        "number": sheet.number,
        "sha256": checkpoint.sha256,
        "previous": sheet.previous,
        "events": sheet.events if sheet.events is not None else "",
        "certificate": checkpoint.certificate,
        "signature": checkpoint.signature,
    }
    pairs = " ".join(f'{key}="{value}"' for key, value in data.items())
    head = f"<{FACILITY_AUDIT * 8 + NOTICE}>1 {sheet.made.isoformat()} {socket.gethostname()[:255]}"
    return f"{head} sipinter {os.getpid()} checkpoint [{DATA_ID} {pairs}]".encode()


@dataclass(frozen=True)
class MailPlace:
    """An auditor's mailbox: the first checkpoint of each day, which names all chains and the one before."""

    name: str
    address: str

    def deliver(self, checkpoint: Checkpoint) -> None:
        """Text and signature as attachments; those that only go on from an earlier one are left out."""
        if parse_checkpoint(checkpoint.text).since is not None:
            return
        stem = checkpoint_stem(checkpoint)
        mail = EmailMessage(
            subject=f"SIPINTER: checkpoint {checkpoint.number} of {checkpoint.day.isoformat()}",
            body=f"SHA-256 {checkpoint.sha256}\n",
            to=[self.address],
            headers={"Message-ID": f"<checkpoint-{checkpoint.sha256}@{_host()}>"},
        )
        for name, content in checkpoint_files(checkpoint).items():
            if name.startswith(stem):
                mail.attach(name, content, "application/octet-stream")
        mail.send()


def _host() -> str:
    return str(settings.DEFAULT_FROM_EMAIL).rpartition("@")[2].strip("> ")


@dataclass(frozen=True)
class BucketPlace:
    """A bucket of an S3 server with object lock: nobody removes or replaces what lies there, for `days`."""

    name: str
    days: int
    bucket: LockedBucket

    def deliver(self, checkpoint: Checkpoint) -> None:
        """Objects of the same names as the files, locked from now on."""
        until = timezone.now() + timedelta(days=self.days)
        for name, content in checkpoint_files(checkpoint).items():
            if not self.bucket.put_once(name, content, until) and self.bucket.first(name) != content:
                raise FileExistsError(f"{name} is there with another content")


def configured_places() -> list[Place]:
    """Those of the settings, in their order."""
    return [_place(dict(values)) for values in settings.CHECKPOINT_PLACES]


def _place(values: dict[str, Any]) -> Place:
    kind, name = values.pop("kind"), values.pop("name")
    if kind == "s3":
        return BucketPlace(name, values.pop("days"), LockedBucket(**values))
    kinds: dict[str, type[Any]] = {"folder": FolderPlace, "syslog": SyslogPlace, "mail": MailPlace}
    place: Place = kinds[kind](name, **values)
    return place


def has_checkpoints_to_deliver() -> bool:
    """Whether any place has yet to take a checkpoint."""
    return bool(settings.CHECKPOINT_PLACES) and any(place.waiting for place in place_states())


def deliver_checkpoints() -> None:
    """Bring to every place what it has not taken yet, in order.

    A place that fails keeps no other one waiting; an ExceptionGroup of what went wrong in the end.
    """
    wrong = [error for place in configured_places() if (error := _deliver(place))]
    if wrong:
        raise ExceptionGroup("checkpoints were not delivered", wrong)


def _deliver(place: Place) -> OSError | None:
    state, _made = CheckpointPlace.objects.get_or_create(name=place.name)
    same = CheckpointPlace.objects.filter(pk=state.pk)
    try:
        for checkpoint in Checkpoint.objects.filter(number__gt=state.number).order_by("number").iterator():
            if _awaits_stamp(checkpoint):
                break
            place.deliver(checkpoint)
            now = timezone.now()
            same.update(number=checkpoint.number, delivered_at=now, fault="", failed_at=None)
    except OSError as error:
        same.update(fault=f"{type(error).__name__}: {error}"[:200], failed_at=timezone.now())
        return error
    return None


def _awaits_stamp(checkpoint: Checkpoint) -> bool:
    """Whether its time stamp is about to come, which is to go with it."""
    made = parse_checkpoint(checkpoint.text).made
    return made > timezone.now() - STAMP_WAIT and checkpoints_to_stamp().filter(pk=checkpoint.pk).exists()


@dataclass(frozen=True)
class PlaceState:
    """One configured place, and how many checkpoints it has yet to take."""

    name: str
    number: int
    waiting: int
    fault: str = ""


def place_states() -> list[PlaceState]:
    """Every configured place (two queries)."""
    newest = Checkpoint.objects.order_by("number").values_list("number", flat=True).last() or 0
    known = {row.name: row for row in CheckpointPlace.objects.all()}
    found = []
    for values in settings.CHECKPOINT_PLACES:
        row = known.get(values["name"], CheckpointPlace(name=values["name"]))
        found.append(PlaceState(row.name, row.number, max(0, newest - row.number), row.fault))
    return found


@contextmanager
def open_copies(where: str) -> Iterator[Path]:
    """A folder with the copies of `where`: a folder, or the name of a configured place that can be read.

    FileNotFoundError when it is neither; OSError when the place does not answer.
    """
    place = next((place for place in configured_places() if place.name == where), None)
    if isinstance(place, BucketPlace):
        with tempfile.TemporaryDirectory(prefix="checkpoints-") as folder:
            for name, content in place.bucket.firsts():
                (Path(folder) / Path(name).name).write_bytes(content)
            yield Path(folder)
        return
    folder = place.folder if isinstance(place, FolderPlace) else where
    if not Path(folder).is_dir():
        raise FileNotFoundError(where)
    yield Path(folder)
