"""One page of a file as text, asked of the reader (a process apart with limits on time and memory)."""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from ..models import Blob
from ..reader.client import ask_reader_json
from ..reader.faults import ReaderFault
from ..receiving.media import TAKEN
from .hints import PageReading, PageTextSource
from .ocr import find_ocr

PDF = "application/pdf"
_SLIDES = ("presentationml.presentation", "presentationml.slideshow", "powerpoint.presentation.macroEnabled")
_OPEN = ("opendocument.text", "opendocument.presentation")


@dataclass(frozen=True)
class ReadingMethod:
    """How a kind of file is read: page by page (pdf, picture), whole (office), or not at all (none)."""

    name: str
    kind: str = ""


def reading_method(media_type: str) -> ReadingMethod:
    """The way for a media type; old binary Word and PowerPoint files are not read."""
    preview = TAKEN[media_type].preview
    if preview == "pages":
        return ReadingMethod("pdf" if media_type == PDF else "picture")
    if preview in ("sheet", "words"):
        return ReadingMethod("office", preview)
    if any(part in media_type for part in _SLIDES):
        return ReadingMethod("office", "slides")
    return (
        ReadingMethod("office", "open")
        if any(part in media_type for part in _OPEN)
        else ReadingMethod("none")
    )


def is_paged(blob: Blob) -> bool:
    """Whether it has pages of paper, that OCR may read."""
    return reading_method(blob.media_type).name in ("pdf", "picture")


def read_page(blob: Blob, path: Path, number: int) -> PageReading:
    """Page `number` (from 1) of a PDF or picture. A page that cannot be read is no fault of the others."""
    try:
        if reading_method(blob.media_type).name == "picture":
            return _read_off("picture_ocr", path, number)
        found = ask_reader_json("pdf_text", path, number=number)
        if found["text"]:
            return PageReading(number, found["text"], PageTextSource.TEXT)
        return _read_off("pdf_ocr", path, number, found["dpi"])
    except ReaderFault:
        return PageReading(number, "", PageTextSource.FAILED)


def _read_off(operation: str, path: Path, number: int, dpi: int | None = None) -> PageReading:
    reader = find_ocr()
    if reader is None:
        return PageReading(number, "", PageTextSource.NONE, dpi=dpi)
    found = ask_reader_json(
        operation,
        path,
        seconds=settings.OCR_SECONDS,
        number=number,
        program=reader.program,
        language=reader.language,
        patience=settings.OCR_SECONDS * 3 // 2,
    )
    if found["is_blank"]:
        return PageReading(number, "", PageTextSource.BLANK, dpi=found["dpi"])
    source = PageTextSource.OCR if found["text"] else PageTextSource.NONE
    return PageReading(number, found["text"], source, found["confidence"], found["dpi"])


def read_office_pages(blob: Blob, path: Path) -> list[PageReading]:
    """An Office file, a page for each sheet, slide or document; ReaderFault when it cannot be read."""
    texts = ask_reader_json("office_text", path, kind=reading_method(blob.media_type).kind)
    return [
        PageReading(n, text, PageTextSource.TEXT if text else PageTextSource.BLANK)
        for n, text in enumerate(texts, start=1)
    ]
