"""Is the audit trail as it was written? Every chain against itself, and against all checkpoints.

Reads the rows as text, one after the other: a value that the application could not even read is a fault to
name, and a million events need no more memory than a thousand.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection
from django.db.models import Count, F, TextField
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from . import triggers
from .checkpoints import (
    ChainHead,
    CheckpointText,
    checkpoint_contents,
    checkpoint_file_names,
    checkpoint_stem,
    checkpoint_stems,
    is_genuine_checkpoint,
    parse_checkpoint,
)
from .heads import seen_heads
from .keys import KEYS_BEGUN, chain_keys, key_of_seal
from .models import Chain, Checkpoint, Event
from .refusals import refusal_faults
from .services import hash_event
from .stamps import first_stamp_number, stamp_fault
from .state import RowsOnRecord, rows_of_event

# Between the moment on an event and its commit lies its transaction; clocks of several nodes differ a little.
TOLERANCE = timedelta(hours=1)
LATEST = timedelta(hours=1)  # four times the interval of checkpoints
COPIES_LATEST = timedelta(days=1)
STEP = 10_000
_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)

KINDS = {
    "missing": _("an event was removed here"),
    "changed": _("the event was changed"),
    "reordered": _("the event does not follow the one before it: moved, or something taken out or put in"),
    "repeated": _("a second event at the same position"),
    "wrong agency": _("the event names another agency than its chain"),
    "end cut": _("events at the end were removed"),
    "end added": _("events were added after the end"),
    "head changed": _("the chain's head is not the hash of its last event"),
    "forged": _("the event is not sealed by the key of this installation: the database alone wrote it"),
    "earlier key": _("the chain ends under an earlier key: run sipinter audit rotate-key"),
    "gone since seen": _("this machine saw the chain go on further, or otherwise"),
    "not sealed": _("the event has no seal, and nothing says that it is from before there were keys"),
    "unreadable": _("a value that cannot be read"),
    "chain removed": _("the chain itself was removed"),
    "chain added": _("a chain that the system did not make"),
    "chain moved": _("the chain stood for another agency at the checkpoint"),
    "not as at checkpoint": _("the event is another one than at the checkpoint: the chain was written anew"),
    "shorter than at checkpoint": _("the chain is shorter than at the checkpoint"),
    "backdated": _("the event claims to be older than what stands before it"),
    "in the future": _("the event claims a time that has not come"),
    "checkpoint changed": _("the checkpoint's text was changed"),
    "checkpoint forged": _("the checkpoint is not signed by a certificate of ours"),
    "checkpoint removed": _("the checkpoint is missing in the database"),
    "checkpoint not linked": _("the checkpoint does not name the one before it"),
    "checkpoint out of order": _("the checkpoint claims to be older than the one before it"),
    "not stamped": _("the checkpoint has no time stamp, though an earlier one has"),
    "stamp wrong": _("the checkpoint's time stamp is not the authority's, or of another text"),
    "stamped late": _("the checkpoint was stamped at another time than it claims"),
    "stale": _("events have waited longer than an hour for a checkpoint: nobody signs"),
    "no copies": _("the folder holds no copy of a checkpoint"),
    "copies behind": _("the copies lack checkpoints that are older than a day"),
    "checkpoint unknown": _("the audit trail does not know of this checkpoint"),
    "checkpoint file missing": _("the checkpoint's file is missing"),
    "checkpoint file changed": _("the checkpoint's file is not as it was written"),
    "no certificate": _("no certificate to check the checkpoints with"),
    "refusal forged": _("the count of refused attempts is not as this installation wrote it"),
    "refusals changed": _("the refused attempts of this hour are not those for which the trail vouches"),
    "row changed": _("the row does not stand as the trail says"),
    "row removed": _("the row is missing, and the trail does not say that it was removed"),
    "row unknown": _("the trail does not know this row: no act of the system made it"),
    "paper changed": _("the signed paper is not as it was made, or does not bear out its row"),
    "unguarded": _("what refuses changes in the database is missing, switched off or not as it was made"),
}
Progress = Callable[[int], None]


@dataclass(frozen=True)
class TrailFault:
    """A place where the trail does not hold. `agency_id` None: the nation's chain, or no chain's matter."""

    kind: str
    chain_id: int | None = None
    agency_id: int | None = None
    position: int | None = None
    about: str = ""

    @property
    def sentence(self) -> str:
        """What the kind means, in the active language."""
        return str(KINDS[self.kind])


def verify_trail(
    folder: Path | None = None, progress: Progress = lambda count: None, *, state: bool = False
) -> Iterator[TrailFault]:
    """Every fault of the whole trail; nothing when it holds.

    `state`: the tables must say what the trail says, too.
    `folder`: copies of the checkpoints (of another machine, perhaps not yet the latest), instead of the
    system's own. `progress` is told how many further events were read.
    """
    for name in triggers.weak_triggers(connection):
        yield TrailFault("unguarded", about=name)
    yield from _strays()
    rows = RowsOnRecord() if state else None
    for chain in Chain.objects.order_by(F("agency_id").asc(nulls_first=True), "pk").iterator():
        yield from verify_chain(chain, progress, rows)
        if rows is not None and chain.agency_id is not None:
            for kind, about in rows.differences(chain.agency_id):
                yield TrailFault(kind, chain.pk, chain.agency_id, about=about)
    if rows is not None:
        yield from (TrailFault(kind, about=about) for kind, about in rows.strays())
    yield from _gone_since_seen()
    yield from (TrailFault(kind, about=about) for kind, about in refusal_faults())
    yield from verify_checkpoints(folder)


# --- chains -------------------------------------------------------------------------------------------


def _strays() -> Iterator[TrailFault]:
    """Events without a chain, chains without an event, two chains of one agency."""
    known = Chain.objects.values("pk")
    for chain_id in Event.objects.exclude(chain_id__in=known).order_by().values_list("chain_id").distinct():
        yield TrailFault("chain removed", chain_id[0])
    for chain in Chain.objects.filter(length=0).order_by("pk"):
        yield TrailFault("chain added", chain.pk, chain.agency_id)
    doubled = Chain.objects.values("agency_id").annotate(n=Count("pk")).filter(n__gt=1).order_by()
    for row in doubled:
        twins = Chain.objects.filter(agency_id=row["agency_id"]).order_by("pk")
        yield from (TrailFault("chain added", twin.pk, twin.agency_id) for twin in twins[1:])


def _gone_since_seen() -> Iterator[TrailFault]:
    """Chains that no longer reach to where this machine saw them end, or with another event there."""
    agencies = dict(Chain.objects.values_list("pk", "agency_id"))
    for chain_id, (length, start) in sorted(seen_heads().items()):
        found = Event.objects.filter(chain_id=chain_id, position=length, hash__startswith=start)
        if not found.exists():
            yield TrailFault("gone since seen", chain_id, agencies.get(chain_id), length)


def verify_chain(
    chain: Chain, progress: Progress = lambda count: None, rows: RowsOnRecord | None = None
) -> Iterator[TrailFault]:
    """Every place where an event of `chain` was changed, removed, added or reordered.

    `rows` is told what the sealed events say of rows.
    """

    def fault(kind: str, position: int) -> TrailFault:
        return TrailFault(kind, chain.pk, chain.agency_id, position)

    previous, expected, last_id = "", 1, 0
    seals, latest = _Seals(chain), _EARLIEST
    horizon = timezone.now() + TOLERANCE
    try:
        for row in _rows(chain):
            if row["position"] < expected:
                yield fault("repeated", row["position"])
            elif row["position"] > expected:
                yield fault("missing", expected)
            try:
                at = _moment(row["at_text"])
                kind = _judge(row, at, previous, chain, last_id)
            except ValueError:
                kind, at = "unreadable", latest
            if at < latest - TOLERANCE or at > horizon:
                yield fault("backdated" if at <= horizon else "in the future", row["position"])
            latest = max(latest, min(at, horizon))
            seal = seals.judge(row)
            for wrong in filter(None, (kind, seal)):
                yield fault(wrong, row["position"])
            if rows is not None and not kind and not seal and row["mac"] and row["rows_text"] != "{}":
                rows.add(row["id"], chain.agency_id is None, rows_of_event(row["rows_text"]))
            previous, last_id = row["hash"], row["id"]
            expected = row["position"] + 1
            if expected % STEP == 0:
                progress(STEP)
    except (DatabaseError, TypeError):
        yield fault("unreadable", expected)
        return
    progress(expected % STEP)
    if seals.unsealed:
        yield fault("not sealed", seals.unsealed)
    if seals.is_earlier:
        yield fault("earlier key", expected - 1)
    if chain.length != expected - 1:
        yield fault("end cut" if chain.length > expected - 1 else "end added", expected)
    elif chain.head != previous:
        yield fault("head changed", expected - 1)


class _Seals:
    """Reads the seals of one chain in order; `unsealed`: the first event without one that nothing explains.

    `is_earlier`: the last seal is of an earlier key. Each event has the key of the one before or a later one.

    Events from before there were keys have none. They end at the one event `audit.keys_begun`, which the
    upgrade wrote and sealed: a database without the key can neither make it nor move it.
    """

    def __init__(self, chain: Chain) -> None:
        self.keys = chain_keys(chain.pk, chain.agency_id)  # newest first
        self.begun = False
        self.is_earlier = False
        self.unsealed = 0

    def judge(self, row: Mapping[str, Any]) -> str:
        """The kind of fault of one event's seal, or nothing."""
        if not row["mac"] and not self.begun:
            self.unsealed = self.unsealed or row["position"]
            return ""
        if not row["mac"]:
            return "not sealed"
        place = key_of_seal(self.keys, row["hash"], row["mac"])
        if place is None:
            return "forged"
        del self.keys[place + 1 :]  # a chain never goes back to an earlier key
        self.is_earlier = place > 0
        if row["action"] == KEYS_BEGUN and not self.begun:
            self.unsealed = 0
        self.begun = True
        return ""


COLUMNS = (
    "id",
    "position",
    "actor_id",
    "actor_name",
    "actor_role",
    "on_behalf_of_id",
    "on_behalf_name",
    "agency_id",
    "action",
    "target",
    "request_id",
    "previous_hash",
    "hash",
    "mac",
    "at_text",
    "changes_text",
    "rows_text",
)


TEXTS = ("at_text", "changes_text", "rows_text")


def _rows(chain: Chain) -> Iterator[dict[str, Any]]:
    text = {name: Cast(name.removesuffix("_text"), TextField()) for name in TEXTS}
    found = Event.objects.filter(chain=chain).order_by("position", "id").annotate(**text)
    for row in found.values_list(*COLUMNS).iterator(chunk_size=2000):
        yield dict(zip(COLUMNS, row, strict=True))


def _judge(row: dict[str, Any], at: datetime, previous: str, chain: Chain, last_id: int) -> str:
    """The kind of fault of one event, or nothing; ValueError when it cannot be read."""
    if row["hash"] != hash_event(row["previous_hash"], _content(row, at)):
        return "changed"
    if row["previous_hash"] != previous or row["id"] <= last_id:
        return "reordered"
    if row["agency_id"] != chain.agency_id:
        return "wrong agency"
    return ""


def _content(row: dict[str, Any], at: datetime) -> dict[str, Any]:
    """As `services.hashed_content`, from the row as text."""
    content = {
        "position": row["position"],
        "at": at.isoformat(),
        "actor": row["actor_id"],
        "name": row["actor_name"],
        "role": row["actor_role"],
        "agency": row["agency_id"],
        "action": row["action"],
        "target": row["target"],
        "changes": json.loads(row["changes_text"]),
        "request": row["request_id"],
    }
    if row["on_behalf_of_id"] is not None or row["on_behalf_name"] != "":
        content |= {"for": row["on_behalf_of_id"], "for_name": row["on_behalf_name"]}
    if row["rows_text"] != "{}" and (rows := json.loads(row["rows_text"])):
        content["rows"] = rows
    return content


def _moment(text: str) -> datetime:
    """SQLite keeps UTC without saying so; PostgreSQL names the offset."""
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


# --- checkpoints --------------------------------------------------------------------------------------


def verify_checkpoints(folder: Path | None = None) -> Iterator[TrailFault]:
    """Every checkpoint against its signature, its neighbours, its file, the trail, and the chains."""
    here = folder or Path(settings.CHECKPOINTS)
    on_file = set(checkpoint_stems(here))
    newest = max(on_file, default="") if folder else "9999"
    previous, number, stamped = "", 0, first_stamp_number()
    sheet: CheckpointText | None = None
    known: dict[int, ChainHead] = {}
    if folder and not on_file:
        yield TrailFault("no copies", about=str(folder))
    try:
        for checkpoint in Checkpoint.objects.order_by("number").iterator():
            name = f"{checkpoint.number}"
            for gone in range(number + 1, checkpoint.number):
                yield TrailFault("checkpoint removed", about=f"{gone}")
            found, now = _judge_checkpoint(checkpoint, previous, following=checkpoint.number == number + 1)
            stem = checkpoint_stem(checkpoint)
            if stem in on_file or stem <= newest:
                yield from _judge_files(checkpoint, here)
            on_file.discard(stem)
            if now is not None:
                found += [*_judge_order(now, sheet), *filter(None, [stamp_fault(checkpoint, stamped)])]
                yield from _compare(now, sheet, known, name)
                known |= {stand.chain_id: stand for stand in now.stands}
                sheet = now
            yield from (TrailFault(kind, about=name) for kind in found)
            previous, number = checkpoint.sha256, checkpoint.number
    except ImproperlyConfigured as error:
        yield TrailFault("no certificate", about=str(error))
        return
    yield from (TrailFault("checkpoint removed", about=f"{stem}.txt") for stem in sorted(on_file))
    if folder and newest and (behind := _first_missing_for_a_day(newest)):
        yield TrailFault("copies behind", about=behind)
    yield from _on_record()
    yield from _after(sheet, known)


def _first_missing_for_a_day(newest: str) -> str:
    """The first checkpoint after the copy `newest` that has been there for longer than a day, or nothing."""
    for checkpoint in Checkpoint.objects.filter(day__gte=newest[:10]).order_by("number").iterator():
        stem = checkpoint_stem(checkpoint)
        if stem <= newest:
            continue
        try:
            is_old = parse_checkpoint(checkpoint.text).made < timezone.now() - COPIES_LATEST
        except (ValueError, KeyError):
            continue  # named as such
        return f"{stem}.txt" if is_old else ""
    return ""


def _judge_order(sheet: CheckpointText, before: CheckpointText | None) -> list[str]:
    """Whether a checkpoint is later than the one before, and goes on from it."""
    found = []
    if sheet.made > timezone.now() + TOLERANCE:
        found.append("in the future")
    if before is not None and (sheet.day < before.day or sheet.made < before.made):
        found.append("checkpoint out of order")
    if sheet.since is not None and (before is None or sheet.since != before.number):
        found.append("checkpoint not linked")
    return found


def _judge_checkpoint(
    checkpoint: Checkpoint, previous: str, *, following: bool
) -> tuple[list[str], CheckpointText | None]:
    """The faults of one row, and the text taken apart when it can be trusted."""
    found: list[str] = []
    if hashlib.sha256(checkpoint.text.encode()).hexdigest() != checkpoint.sha256:
        found.append("checkpoint changed")
    if not is_genuine_checkpoint(checkpoint):
        return [*found, "checkpoint forged"], None
    try:
        sheet = parse_checkpoint(checkpoint.text)
    except (ValueError, KeyError):
        return [*found, "checkpoint changed"], None
    said = (sheet.number, sheet.day, sheet.certificate)
    if said != (checkpoint.number, checkpoint.day.isoformat(), checkpoint.certificate):
        found.append("checkpoint changed")
    if following and sheet.previous != previous:
        found.append("checkpoint not linked")
    return found, sheet


def _judge_files(checkpoint: Checkpoint, folder: Path) -> Iterator[TrailFault]:
    try:
        wanted = checkpoint_contents(checkpoint)
    except ValueError:
        wanted = (checkpoint.text.encode(), b"")
    for name, content in zip(checkpoint_file_names(checkpoint), wanted, strict=True):
        try:
            same = (folder / name).read_bytes() == content
        except OSError:
            yield TrailFault("checkpoint file missing", about=name)
        else:
            if not same:
                yield TrailFault("checkpoint file changed", about=name)


def _compare(
    sheet: CheckpointText, before: CheckpointText | None, known: Mapping[int, ChainHead], name: str
) -> Iterator[TrailFault]:
    """The chains against what moved since the checkpoint before, and when it happened."""
    chains = dict(Chain.objects.values_list("pk", "agency_id"))
    for stand in sheet.stands:
        last = known.get(stand.chain_id)
        if last == stand:
            continue
        kind = _differs(stand, chains)
        if kind:
            yield TrailFault(kind, stand.chain_id, stand.agency_id, stand.length, f"checkpoint {name}")
        first = last.length + 1 if last else 1
        if before is not None and _is_earlier(stand.chain_id, first, before.made):
            yield TrailFault("backdated", stand.chain_id, stand.agency_id, first)
    if sheet.since is None:
        for chain_id in known.keys() - {stand.chain_id for stand in sheet.stands}:
            agency_id = known[chain_id].agency_id
            yield TrailFault("checkpoint changed", chain_id, agency_id, about=f"checkpoint {name}")


def _differs(stand: ChainHead, chains: Mapping[int, int | None]) -> str:
    if stand.chain_id not in chains:
        return "chain removed"
    if chains[stand.chain_id] != stand.agency_id:
        return "chain moved"
    if not stand.length:
        return ""
    found = Event.objects.filter(chain_id=stand.chain_id, position=stand.length).order_by()
    rows = list(found.values_list("hash", "mac")[:2])
    if not rows:
        return "shorter than at checkpoint"
    wanted = (stand.head, rows[0][1] if stand.mac is None else stand.mac)
    return "" if rows == [wanted] else "not as at checkpoint"


def _is_earlier(chain_id: int, position: int, made: datetime) -> bool:
    """Whether the event claims to be from well before `made`."""
    found = Event.objects.filter(chain_id=chain_id, position=position).order_by()
    at = found.annotate(at_text=Cast("at", TextField())).values_list("at_text", flat=True).first()
    try:
        return at is not None and _moment(at) < made - TOLERANCE
    except (ValueError, TypeError):
        return False  # named by verify_chain


def _on_record() -> Iterator[TrailFault]:
    """Checkpoints that the nation's chain tells of, and those it does not."""
    rows = dict(Checkpoint.objects.values_list("number", "sha256"))
    told = Event.objects.filter(action="audit.checkpoint_made", chain__agency=None).order_by("position")
    for target, changes in told.annotate(as_text=Cast("changes", TextField())).values_list(
        "target", "as_text"
    ):
        number = target.removeprefix("checkpoint:")
        sha256 = rows.pop(int(number), None) if number.isdigit() else None
        if sha256 is None:
            yield TrailFault("checkpoint removed", about=number)
        elif sha256 not in changes:
            yield TrailFault("checkpoint changed", about=number)
    yield from (TrailFault("checkpoint unknown", about=f"{number}") for number in rows)


def _after(sheet: CheckpointText | None, known: Mapping[int, ChainHead]) -> Iterator[TrailFault]:
    """What came after the last checkpoint is not from before it, and has not waited long for the next."""
    waiting_since = timezone.now() - LATEST
    is_stale = False
    for chain_id, agency_id in Chain.objects.order_by("pk").values_list("pk", "agency_id"):
        length = known[chain_id].length if chain_id in known else 0
        later = Event.objects.filter(chain_id=chain_id, position__gt=length).order_by("position")
        early = later.filter(at__lt=sheet.made - TOLERANCE) if sheet else later.none()
        for position in early.values_list("position", flat=True).iterator():
            yield TrailFault("backdated", chain_id, agency_id, position)
        waiting = later.filter(at__lt=waiting_since).exclude(action="audit.checkpoint_made")
        is_stale = is_stale or waiting.exists()
    if is_stale:
        yield TrailFault("stale", about=sheet.made.isoformat() if sheet else "")
