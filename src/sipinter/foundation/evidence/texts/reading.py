"""One page of a file as text, asked of the reader (a process apart with limits on time and memory)."""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from ..models import Blob
from ..reader.client import ask_json
from ..reader.faults import Fault
from ..receiving.media import TAKEN
from .hints import Page, Source
from .ocr import ocr

PDF = "application/pdf"
_SLIDES = ("presentationml.presentation", "presentationml.slideshow", "powerpoint.presentation.macroEnabled")
_OPEN = ("opendocument.text", "opendocument.presentation")


@dataclass(frozen=True)
class Way:
    """How a kind of file is read: page by page (pdf, picture), whole (office), or not at all (none)."""

    name: str
    kind: str = ""


def way_of(media_type: str) -> Way:
    """The way for a media type; old binary Word and PowerPoint files are not read."""
    preview = TAKEN[media_type].preview
    if preview == "pages":
        return Way("pdf" if media_type == PDF else "picture")
    if preview in ("sheet", "words"):
        return Way("office", preview)
    if any(part in media_type for part in _SLIDES):
        return Way("office", "slides")
    return Way("office", "open") if any(part in media_type for part in _OPEN) else Way("none")


def is_paged(blob: Blob) -> bool:
    """Whether it has pages of paper, that OCR may read."""
    return way_of(blob.media_type).name in ("pdf", "picture")


def page_of(blob: Blob, path: Path, number: int) -> Page:
    """Page `number` (from 1) of a PDF or picture. A page that cannot be read is no fault of the others."""
    try:
        if way_of(blob.media_type).name == "picture":
            return _read_off("picture_ocr", path, number)
        found = ask_json("pdf_text", path, number=number)
        if found["text"]:
            return Page(number, found["text"], Source.TEXT)
        return _read_off("pdf_ocr", path, number, found["dpi"])
    except Fault:
        return Page(number, "", Source.FAILED)


def _read_off(operation: str, path: Path, number: int, dpi: int | None = None) -> Page:
    reader = ocr()
    if reader is None:
        return Page(number, "", Source.NONE, dpi=dpi)
    found = ask_json(
        operation,
        path,
        seconds=settings.OCR_SECONDS,
        number=number,
        program=reader.program,
        language=reader.language,
        patience=settings.OCR_SECONDS * 3 // 2,
    )
    if found["is_blank"]:
        return Page(number, "", Source.BLANK, dpi=found["dpi"])
    source = Source.OCR if found["text"] else Source.NONE
    return Page(number, found["text"], source, found["confidence"], found["dpi"])


def pieces_of(blob: Blob, path: Path) -> list[Page]:
    """An Office file, a page for each sheet, slide or document; Fault when it cannot be read."""
    texts = ask_json("office_text", path, kind=way_of(blob.media_type).kind)
    return [Page(n, text, Source.TEXT if text else Source.BLANK) for n, text in enumerate(texts, start=1)]
