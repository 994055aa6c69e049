"""Text of Office files, a piece for each page-like part: sheets, slides, or the whole of a document."""

import zipfile
from collections.abc import Iterator
from typing import Any

from sipinter.rules.markup import EndTag, StartTag, iter_markup

from . import sheets, word_files
from .archive import check_sizes, read_pieces
from .characters import strip_control_characters

PIECES = 100
TEXT = 60_000
PARAGRAPHS = {"p", "h"}  # of DrawingML and of OpenDocument


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
    book = sheets.open_workbook(path)
    names = sheets.sheet_table(book, 1)["names"]
    for number, name in enumerate(names, start=1):
        rows = sheets.sheet_table(book, number)["rows"]
        yield "\n".join([name, *("\t".join(cell for cell in row if cell) for row in rows)])


def slide_texts(path: str) -> Iterator[str]:
    """A piece for each slide of a presentation (pptx), in its order."""
    with _archive(path) as archive:
        numbers = {slide_number(name): name for name in archive.namelist()}
        for number in sorted(numbers.keys() - {0}):
            yield part_text(archive, numbers[number])


def slide_number(name: str) -> int:
    """The number in a slide's name; 0 for what is no slide."""
    digits = name.removeprefix("ppt/slides/slide").removesuffix(".xml")
    is_slide = name == f"ppt/slides/slide{digits}.xml" and digits.isascii() and digits.isdigit()
    return int(digits) if is_slide and len(digits) <= 4 else 0


def open_document_text(path: str) -> Iterator[str]:
    """An OpenDocument text or presentation as one piece."""
    with _archive(path) as archive:
        yield part_text(archive, "content.xml")


def _archive(path: str) -> Any:
    archive = zipfile.ZipFile(path)
    check_sizes(archive)
    return archive


def part_text(archive: zipfile.ZipFile, name: str) -> str:
    """The paragraphs of one XML part, a line each."""
    lines: list[str] = []
    words: list[str] = []
    depth = 0
    for mark in iter_markup(read_pieces(archive, name)):
        if isinstance(mark, str):
            words += [mark] if depth else []
        elif mark.name in PARAGRAPHS:
            words.append("\n")
            depth += 1 if isinstance(mark, StartTag) else -1
            if isinstance(mark, EndTag) and not depth:
                lines += "".join(words).splitlines()
                words.clear()
    return strip_control_characters("\n".join(line for line in lines if line.strip()))
