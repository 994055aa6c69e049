"""What the page shows of a file: made once by the reader, from the queue, and kept in the storage.

A request gets what is kept. What is not is put into the queue, and the page says that it is being made.
"""

import json
import re
from typing import Any

from django.core.cache import cache
from django_tasks import task

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.accounts.actor import system_actor_for
from sipinter.foundation.work.queue import cause_of, enqueue_task

from ..models import Blob
from ..reader.client import ask_reader
from ..reader.faults import NOT_THERE, TOO_HARD, ReaderFault
from ..reading_costs import BEHIND, PICTURES_OF_A_FILE, reading_cost, seconds_spent, waits_behind
from ..receiving.media import TAKEN
from .store import DERIVED_VERSION, derived_folder, derived_name, get_bytes, local_path, put_bytes, walk_files

PAGES_AT_ONCE = 20
AT_FIRST = 3  # pages that are drawn as soon as a file is taken
FAULT_KEPT = 86_400  # seconds for which what cannot be made is not tried again
LOST_KEPT = 60
ASKED_AGAIN = 300  # seconds after which something that was asked for is put into the queue once more
ASKS, ASKS_FOR = 400, 600  # a person has so many put into the queue in so many seconds
LOST = "lost"
_NAME = re.compile(r"(page|pages|sizes|sheet|words)(?:-([0-9]+))?(?:\.json)?")


class NotMadeYet(Exception):
    """What is to be shown is not there yet: a worker makes it."""


def _fault_key(blob: Blob, name: str) -> str:
    return f"evidence-fault:{blob.sha256}:{name}"


def _kept(blob: Blob, name: str, actor: Actor) -> bytes:
    """The stored result named `name`. NotMadeYet when it is not there: it is in the queue from now on.

    ReaderFault when it cannot be made, which is remembered; ReaderFault(lost) when the storage no longer has
    the file.
    """
    stored = get_bytes(derived_name(blob, name))
    if stored is not None:
        return stored
    if code := cache.get(_fault_key(blob, name)):
        raise ReaderFault(code)
    if not blob.is_waiting:  # nothing is read before it is judged
        queue_preview(blob, name, actor=actor)
    raise NotMadeYet(name)


def queue_preview(blob: Blob, name: str, *, actor: Actor) -> None:
    """Have a worker make it, once for all who ask; no more for one person than many pages."""
    asked = f"preview-asked:{blob.pk}:{name}"
    if not cache.add(asked, 1, ASKED_AGAIN):
        return
    if actor.user_id is not None:
        count = f"preview-asks:{actor.user_id}"
        cache.add(count, 0, ASKS_FOR)
        if (cache.get(count) or 0) >= ASKS:
            cache.delete(asked)
            return
        cache.set(count, (cache.get(count) or 0) + 1, ASKS_FOR)
    enqueue_task(make_preview, blob.pk, name, actor=actor)


def queue_first_previews(blob: Blob, *, actor: Actor) -> None:
    """Have what a reader sees first made before anybody asks for it, in the caller's transaction."""
    if TAKEN[blob.media_type].preview != "none":
        enqueue_task(make_first_previews, blob.pk, actor=actor)


def _first_names(blob: Blob) -> list[str]:
    match TAKEN[blob.media_type].preview:
        case "pages":
            pages = min(blob.pages or 1, AT_FIRST)
            return ["pages-1.json", *(f"page-{number}" for number in range(1, pages + 1))]
        case "sheet":
            return ["sheet-1.json"]
        case "words":
            return ["words.json"]
    return []


@task(priority=-5, takes_context=True)
def make_first_previews(context: Any, blob_id: int) -> None:
    """Make what a reader sees first of a file that was just taken."""
    _make_for(context, blob_id, None, is_late=False)


@task(priority=10, takes_context=True)
def make_preview(context: Any, blob_id: int, name: str, is_late: bool = False) -> None:
    """Make one picture or text that somebody waits for; for one who has cost much, after all others."""
    _make_for(context, blob_id, name, is_late=is_late)


def _make_for(context: Any, blob_id: int, name: str | None, *, is_late: bool) -> None:
    cause = cause_of(context)
    blob = Blob.objects.filter(pk=blob_id, judgement=Blob.Judgement.TAKEN).first()
    if blob is None or blob.is_locked:
        return
    if not is_late and waits_behind(blob.agency_id, cause.by_id):
        later = make_preview.using(priority=BEHIND)
        for one in [name] if name else _first_names(blob):
            enqueue_task(later, blob_id, one, True, actor=system_actor_for(cause).on_behalf_of)
        return
    for one in [name] if name else _first_names(blob):
        with reading_cost(blob.agency_id, cause.by_id, f"file:{blob.sha256}"):
            make_kept(blob, one)


def make_kept(blob: Blob, name: str) -> None:
    """Make what is named `name`, unless it is there, and keep it; what stands against it is remembered.

    A file whose pictures have taken their time for this hour gets no more of them before the next.
    """
    key = _fault_key(blob, name)
    try:
        if get_bytes(derived_name(blob, name)) is not None or cache.get(key):
            return
        if seconds_spent(f"file:{blob.sha256}") > PICTURES_OF_A_FILE:
            cache.set(key, TOO_HARD, 3600)
            return
        operation, arguments = _operation(blob, name)
        with local_path(blob) as path:
            put_bytes(derived_name(blob, name), ask_reader(operation, path, **arguments))
    except FileNotFoundError:
        cache.set(key, LOST, LOST_KEPT)
    except ReaderFault as fault:
        cache.set(key, fault.code, FAULT_KEPT)
    finally:
        cache.delete(f"preview-asked:{blob.pk}:{name}")


def _operation(blob: Blob, name: str) -> tuple[str, dict[str, Any]]:
    """What the reader is asked for, by the name of what is kept."""
    found = _NAME.fullmatch(name)
    assert found is not None, name
    shape, number = found[1], int(found[2] or 0)
    if shape == "page":
        return f"{_kind(blob)}_page", {"number": number}
    if shape in ("pages", "sizes"):
        span = {"first": number, "last": number + PAGES_AT_ONCE - 1}
        return f"{_kind(blob)}_pages", span | ({"has_text": shape == "pages"} if _kind(blob) == "pdf" else {})
    return shape, {"number": number} if shape == "sheet" else {}


def _kind(blob: Blob) -> str:
    return "pdf" if blob.media_type == "application/pdf" else "picture"


def preview_page_etag(blob: Blob, number: int) -> str:
    """Changes when the picture of the page would."""
    return f'"{blob.sha256}-{number}-{DERIVED_VERSION}"'


def preview_page_picture(blob: Blob, number: int, actor: Actor) -> bytes:
    """Page `number` (from 1) of a PDF or picture, about 1000 pixels wide."""
    return _kept(blob, f"page-{number}", actor)


def preview_pages(blob: Blob, first: int, actor: Actor) -> list[dict[str, Any]]:
    """Number, width, height and text of up to 20 pages, and whether each is drawn; `first` is 1, 21, 41 ...

    Without their texts where reading these takes too long.
    """
    try:
        made = _kept(blob, f"pages-{first}.json", actor)
    except ReaderFault as fault:
        if fault.code != TOO_HARD or _kind(blob) == "picture":
            raise
        made = _kept(blob, f"sizes-{first}.json", actor)
    found: list[dict[str, Any]] = json.loads(made)
    settled = _settled_pages(blob, [page["number"] for page in found])
    return [page | {"is_drawn": page["number"] in settled} for page in found]


def _settled_pages(blob: Blob, numbers: list[int]) -> set[int]:
    """Pages whose picture is kept, or that cannot be drawn."""
    lying = {entry.name for entry in walk_files(derived_folder(blob))}
    drawn = {number for number in numbers if derived_name(blob, f"page-{number}") in lying}
    keys = {_fault_key(blob, f"page-{number}"): number for number in numbers if number not in drawn}
    return drawn | {keys[key] for key in cache.get_many(keys)}


def preview_sheet(blob: Blob, number: int, actor: Actor) -> dict[str, Any]:
    """Sheet `number` (from 1) of a spreadsheet, see `reader.sheets.spreadsheet_table`."""
    if number < 1 or (number > 1 and number > len(preview_sheet(blob, 1, actor=actor)["names"])):
        raise ReaderFault(NOT_THERE)
    found: dict[str, Any] = json.loads(_kept(blob, f"sheet-{number}.json", actor))
    return found


def preview_words(blob: Blob, actor: Actor) -> dict[str, Any]:
    """A Word document's blocks, see `reader.word_files.word_blocks`."""
    found: dict[str, Any] = json.loads(_kept(blob, "words.json", actor))
    return found
