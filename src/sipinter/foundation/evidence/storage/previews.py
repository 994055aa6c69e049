"""What the page shows of a file, made once by the reader and kept in the storage."""

import json
from typing import Any

from django.core.cache import cache

from ..models import Blob
from ..reader.client import ask_reader
from ..reader.faults import NOT_THERE, TOO_HARD, ReaderFault
from .store import DERIVED_VERSION, derived_name, get_bytes, local_path, put_bytes

PAGES_AT_ONCE = 20
FAULT_KEPT = 600
LOST = "lost"


def _made(blob: Blob, name: str, operation: str, **arguments: Any) -> bytes:
    """The stored result named `name`, made when it is not there.

    ReaderFault when it cannot be made; that is remembered for ten minutes, so that nobody keeps the machine
    busy by reloading. ReaderFault(lost) when the storage no longer has the file.
    """
    stored = get_bytes(derived_name(blob, name))
    if stored is not None:
        return stored
    key = f"evidence-fault:{blob.sha256}:{name}"
    if code := cache.get(key):
        raise ReaderFault(code)
    try:
        with local_path(blob) as path:
            made = ask_reader(operation, path, **arguments)
    except FileNotFoundError as error:
        raise ReaderFault(LOST) from error
    except ReaderFault as fault:
        if fault.code != NOT_THERE:
            cache.set(key, fault.code, FAULT_KEPT)
        raise
    put_bytes(derived_name(blob, name), made)
    return made


def _kind(blob: Blob) -> str:
    return "pdf" if blob.media_type == "application/pdf" else "picture"


def preview_page_etag(blob: Blob, number: int) -> str:
    """Changes when the picture of the page would."""
    return f'"{blob.sha256}-{number}-{DERIVED_VERSION}"'


def preview_page_picture(blob: Blob, number: int) -> bytes:
    """Page `number` (from 1) of a PDF or picture, about 1000 pixels wide."""
    return _made(blob, f"page-{number}", f"{_kind(blob)}_page", number=number)


def preview_pages(blob: Blob, first: int) -> list[dict[str, Any]]:
    """Number, width, height and text of up to 20 pages; `first` is 1, 21, 41 ...

    Without their texts where reading these takes too long.
    """
    last = first + PAGES_AT_ONCE - 1
    name, operation, span = f"pages-{first}.json", f"{_kind(blob)}_pages", {"first": first, "last": last}
    if _kind(blob) == "picture":
        made = _made(blob, name, operation, **span)
    else:
        try:
            made = _made(blob, name, operation, **span, has_text=True)
        except ReaderFault as fault:
            if fault.code != TOO_HARD:
                raise
            made = _made(blob, f"sizes-{first}.json", operation, **span, has_text=False)
    found: list[dict[str, Any]] = json.loads(made)
    return found


def preview_sheet(blob: Blob, number: int) -> dict[str, Any]:
    """Sheet `number` (from 1) of a spreadsheet, see `reader.sheets.spreadsheet_table`."""
    found: dict[str, Any] = json.loads(_made(blob, f"sheet-{number}.json", "sheet", number=number))
    return found


def preview_words(blob: Blob) -> dict[str, Any]:
    """A Word document's blocks, see `reader.word_files.word_blocks`."""
    found: dict[str, Any] = json.loads(_made(blob, "words.json", "words"))
    return found
