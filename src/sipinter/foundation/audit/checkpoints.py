"""Signed checkpoints: where the chains of the audit trail stand, each naming the one before.

The text is meant to be copied off the machine and printed. With the certificate beside it,
`openssl dgst -sha256 -verify` tells whether it is ours (docs/audit.md).
"""

import base64
import hashlib
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import OuterRef, Subquery, Sum
from django.utils import timezone

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.permissions import require
from sipinter.foundation.documents.signing import detached
from sipinter.foundation.documents.signing.subjects import SigningKind

from .models import Chain, Checkpoint, CheckpointStamp, Event
from .services import record

TITLE = "SIPINTER audit checkpoint 2"
DAILY_TITLE = "SIPINTER audit checkpoint 1"  # of versions that made one a day and knew no seals
NOTHING = "-"
# Asked for every five minutes: no event waits longer than fifteen.
EVERY = timedelta(minutes=10)
EVENTS = 500


@dataclass(frozen=True)
class ChainHead:
    """One line of a checkpoint: how long a chain was, hash and seal of its last event.

    `mac` is None in a checkpoint from before there were keys, "" where the last event has no seal.
    """

    chain_id: int
    agency_id: int | None
    length: int
    head: str
    mac: str | None

    def __str__(self) -> str:
        agency = NOTHING if self.agency_id is None else self.agency_id
        return f"{self.chain_id} {agency} {self.length} {self.head or NOTHING} {self.mac or NOTHING}"


@dataclass(frozen=True)
class CheckpointText:
    """A checkpoint's text, taken apart.

    `since`: it names only the chains that have moved since the checkpoint of this number; None: all chains.
    `events`: how many events all chains had together; None in a daily one of an earlier version.
    """

    number: int
    day: str
    made: datetime
    previous: str
    certificate: str
    since: int | None
    events: int | None
    stands: tuple[ChainHead, ...]


def make_checkpoint(*, actor: Actor, only_due: bool = False) -> Checkpoint:
    """Sign where every chain stands now, keep it in the database and in SIPINTER_CHECKPOINTS.

    While nothing has happened since the last one of the same day (`only_due`: neither EVENTS events, nor one
    for as long as EVERY), it gives that one, and writes its files again should they be missing. Denied for
    anybody but the system and the national administrator; ImproperlyConfigured without a signing key.
    """
    require(actor, "audit.make_checkpoint")
    found = _latest()
    if found is None or (_is_due(found) if only_due else _is_overtaken(found)):
        try:
            found = _made(actor, found)
        except IntegrityError:  # another process was first
            found = Checkpoint.objects.order_by("number").reverse()[0]
    write_checkpoint_files(found, Path(settings.CHECKPOINTS))
    return found


def _latest() -> Checkpoint | None:
    return Checkpoint.objects.order_by("number").last()


def _events() -> int:
    return Chain.objects.aggregate(n=Sum("length"))["n"] or 0


def _is_overtaken(last: Checkpoint) -> bool:
    """Whether anything but the checkpoint's own event has happened since, or a day has passed."""
    return last.day != timezone.localdate() or _waiting(parse_checkpoint(last.text)) != 0


def _is_due(last: Checkpoint) -> bool:
    sheet = parse_checkpoint(last.text)
    waiting = _waiting(sheet)
    is_old = timezone.now() - sheet.made >= EVERY
    return last.day != timezone.localdate() or waiting >= EVENTS or (waiting > 0 and is_old)


def _waiting(sheet: CheckpointText) -> int:
    """How many events stand after a checkpoint and its own event."""
    return _events() - (sheet.events or 0) - 1


@transaction.atomic
def _made(actor: Actor, last: Checkpoint | None) -> Checkpoint:
    certificate, _pem = detached.current_certificate()
    number, today = (last.number + 1 if last else 1), timezone.localdate()
    text = _text(number, last, certificate)
    checkpoint = Checkpoint.objects.create(
        number=number,
        day=today,
        text=text,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        signature=base64.b64encode(detached.sign_bytes(text.encode(), kind=SigningKind.CHECKPOINT)).decode(),
        certificate=certificate,
    )
    changes = {"sha256": [None, checkpoint.sha256]}
    record("audit.checkpoint_made", f"checkpoint:{checkpoint.number}", actor=actor, changes=changes)
    return checkpoint


def _text(number: int, last: Checkpoint | None, certificate: str) -> str:
    """All chains in the first of a day, so that no copy hangs on many; then those that moved."""
    stands = _stands()
    lines, since = list(stands.values()), NOTHING
    total = sum(stand.length for stand in lines)
    if last is not None and last.day == timezone.localdate() and not last.text.startswith(DAILY_TITLE):
        known = _known(last)
        lines, since = [stand for stand in lines if known.get(stand.chain_id) != stand], f"{last.number}"
    written = [str(stand) for stand in lines]
    head = [
        TITLE,
        f"number {number}",
        f"day {timezone.localdate().isoformat()}",
        f"made {timezone.now().isoformat()}",
        f"previous {last.sha256 if last else NOTHING}",
        f"certificate {certificate}",
        f"since {since}",
        f"events {total}",
        f"chains {len(written)}",
        f"root {_root(written)}",
        "",
    ]
    return "\n".join([*head, *written, ""])


def _stands() -> dict[int, ChainHead]:
    """Where every chain stands now (one query)."""
    seal = Event.objects.filter(chain=OuterRef("pk"), position=OuterRef("length")).order_by()
    rows = Chain.objects.order_by("pk").annotate(seal=Subquery(seal.values("mac")[:1]))
    names = ("pk", "agency_id", "length", "head", "seal")
    return {
        pk: ChainHead(pk, agency_id, length, head, seal or "")
        for pk, agency_id, length, head, seal in rows.values_list(*names)
    }


def _known(last: Checkpoint) -> dict[int, ChainHead]:
    """What the checkpoints of the same day up to `last` say together."""
    today = Checkpoint.objects.filter(day=last.day, number__lte=last.number).order_by("number")
    known: dict[int, ChainHead] = {}
    for text in today.exclude(text__startswith=DAILY_TITLE).values_list("text", flat=True).iterator():
        known |= {stand.chain_id: stand for stand in parse_checkpoint(text).stands}
    return known


def _root(lines: list[str]) -> str:
    """One figure for all lines, so that a printed first page stands for the whole."""
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def parse_checkpoint(text: str) -> CheckpointText:
    """The checkpoint in `text`; ValueError or KeyError when it is not one, to the letter."""
    head, _gap, body = text.partition("\n\n")
    title, *pairs = head.split("\n")
    values = dict(pair.split(" ", 1) for pair in pairs)
    lines = body.splitlines()
    if title not in (TITLE, DAILY_TITLE):
        raise ValueError("not a checkpoint")
    if int(values["chains"]) != len(lines) or values["root"] != _root(lines):
        raise ValueError("not a checkpoint")
    is_daily = title == DAILY_TITLE
    return CheckpointText(
        number=int(values["number"]),
        day=values["day"],
        made=datetime.fromisoformat(values["made"]),
        previous="" if values["previous"] == NOTHING else values["previous"],
        certificate=values["certificate"],
        since=None if is_daily or values["since"] == NOTHING else int(values["since"]),
        events=None if is_daily else int(values["events"]),
        stands=tuple(_stand(line, sealed=not is_daily) for line in lines),
    )


def _stand(line: str, *, sealed: bool) -> ChainHead:
    chain, agency, length, head, *seal = line.split(" ")
    if len(seal) != int(sealed):
        raise ValueError("not a line of a checkpoint")
    return ChainHead(
        int(chain),
        None if agency == NOTHING else int(agency),
        int(length),
        "" if head == NOTHING else head,
        ("" if seal[0] == NOTHING else seal[0]) if sealed else None,
    )


def is_genuine_checkpoint(checkpoint: Checkpoint) -> bool:
    """Whether the signature is one of ours over exactly this text."""
    try:
        signature = base64.b64decode(checkpoint.signature, validate=True)
    except ValueError:
        return False
    return detached.is_our_signature(checkpoint.text.encode(), signature, checkpoint.certificate)


def checkpoint_stem(checkpoint: Checkpoint) -> str:
    """The name of its files without the ending; in order of the names they are in order of time."""
    day = checkpoint.day.isoformat()
    return day if checkpoint.text.startswith(DAILY_TITLE) else f"{day}-{checkpoint.number:07d}"


def checkpoint_file_names(checkpoint: Checkpoint) -> tuple[str, str]:
    """The files of a checkpoint: its text and its signature."""
    stem = checkpoint_stem(checkpoint)
    return f"{stem}.txt", f"{stem}.sig"


def checkpoint_contents(checkpoint: Checkpoint) -> tuple[bytes, bytes]:
    """What stands in them."""
    return checkpoint.text.encode(), base64.b64decode(checkpoint.signature)


def checkpoint_files(checkpoint: Checkpoint) -> dict[str, bytes]:
    """Name -> content of its files, its time stamp among them, and of the certificate that signs today."""
    wanted = dict(zip(checkpoint_file_names(checkpoint), checkpoint_contents(checkpoint), strict=True))
    fingerprint, pem = detached.current_certificate()
    wanted[f"{fingerprint[:32]}.pem"] = pem
    if stamp := CheckpointStamp.objects.filter(checkpoint=checkpoint).first():
        wanted[f"{checkpoint_stem(checkpoint)}.tsr"] = base64.b64decode(stamp.token)
    return wanted


def write_checkpoint_files(checkpoint: Checkpoint, folder: Path) -> None:
    """Write text, signature and (once) the certificate to `folder`; files that are there are left alone."""
    for name, content in checkpoint_files(checkpoint).items():
        write_file_once(folder / name, content)


def write_file_once(path: Path, content: bytes) -> None:
    """The whole file or none of it; one that is there is left alone."""
    if not path.exists():
        _write(path, content)


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


def checkpoint_stems(folder: Path) -> Iterator[str]:
    """The checkpoints of which `folder` has a text or a signature, in order, once each."""
    yield from sorted({path.stem for path in folder.glob("*-*-*.*") if path.suffix in (".txt", ".sig")})
