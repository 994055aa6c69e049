"""Text of Office files, a piece for each page-like part: sheets, slides, or the whole of a document."""

import re
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterator
from typing import Any

from . import sheets, word_files
from .archive import check_sizes
from .characters import strip_control_characters
from .faults import DAMAGED, ReaderFault

PIECES = 100
TEXT = 60_000
_SLIDE = re.compile(r"ppt/slides/slide(\d{1,4})\.xml")
_PARAGRAPHS = ("}p", "}h")  # of DrawingML and of OpenDocument


def office_pieces(path: str, kind: str) -> list[str]:
    """Texts of the file, `kind` one of words, sheet, slides, open; at most 100, each 60,000 characters."""
    found = {"words": word_text, "sheet": sheet_texts, "slides": slide_texts, "open": open_document_text}[
        kind
    ](path)
    return [text[:TEXT] for text, _turn in zip(found, range(PIECES), strict=False)]


def word_text(path: str) -> Iterator[str]:
    """A Word document as one piece."""
    lines: list[str] = []
    for block in word_files.word_blocks(path)["blocks"]:
        lines += [block["text"]] if "text" in block else ["\t".join(row) for row in block["rows"]]
    yield "\n".join(lines)


def sheet_texts(path: str) -> Iterator[str]:
    """A piece for each sheet."""
    names = sheets.spreadsheet_table(path, 1)["names"]
    for number, name in enumerate(names, start=1):
        rows = sheets.spreadsheet_table(path, number)["rows"]
        yield "\n".join([name, *("\t".join(cell for cell in row if cell) for row in rows)])


def slide_texts(path: str) -> Iterator[str]:
    """A piece for each slide of a presentation (pptx), in its order."""
    with _archive(path) as archive:
        parts = [(int(m[1]), name) for name in archive.namelist() if (m := _SLIDE.fullmatch(name))]
        for _number, name in sorted(parts):
            yield _text(archive.read(name))


def open_document_text(path: str) -> Iterator[str]:
    """An OpenDocument text or presentation as one piece."""
    with _archive(path) as archive:
        yield _text(archive.read("content.xml"))


def _archive(path: str) -> Any:
    archive = zipfile.ZipFile(path)
    check_sizes(archive)
    return archive


def _text(part: bytes) -> str:
    """The paragraphs of one XML part. A part that declares entities is not read: none of ours does."""
    if b"<!ENTITY" in part or b"<!DOCTYPE" in part:
        raise ReaderFault(DAMAGED)
    root = ET.fromstring(part)  # noqa: S314 - no entities (above), in a process with limits
    lines = ("".join(e.itertext()) for e in root.iter() if str(e.tag).endswith(_PARAGRAPHS))
    return strip_control_characters("\n".join(line for line in lines if line.strip()))
