"""PDF: sound or not, what it carries, its pages as pictures and text."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .characters import strip_control_characters
from .encoding import encode_picture
from .faults import DAMAGED, EMPTY, ENCRYPTED, NOT_THERE, TRUNCATED, ReaderFault

TAIL = 4096
OBJECTS = 300_000
DEPTH = 12
PAGE_TEXT = 20_000
WIDEST, TALLEST = 1000, 3000


def inspect_pdf(path: str) -> dict[str, Any]:
    """Pages and flags of the PDF at `path`.

    ReaderFault: truncated (no end mark), encrypted (a password is needed to read it), no_pages, damaged.
    """
    import pikepdf

    check_end(Path(path))
    try:
        with pikepdf.open(path) as document:
            pages = len(document.pages)
            flags = sorted(set(pdf_flags(document)))
            if document.get_warnings():
                flags.append("repaired")
    except pikepdf.PasswordError as error:
        raise ReaderFault(ENCRYPTED) from error
    except pikepdf.PdfError as error:
        raise ReaderFault(DAMAGED) from error
    if not pages:
        raise ReaderFault(EMPTY)
    return {"media_type": "application/pdf", "pages": pages, "flags": flags}


def check_end(path: Path) -> None:
    """ReaderFault(truncated) unless the end mark stands near the end, as every reader expects."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - TAIL))
        if b"%%EOF" not in file.read().rstrip(b"\0 \r\n\t"):
            raise ReaderFault(TRUNCATED)


def pdf_flags(document: Any) -> Iterator[str]:
    """Flags for whatever in the document acts or hides: scripts, programs started, enclosed files."""
    for number, thing in enumerate(document.objects):
        if number >= OBJECTS:
            return
        yield from flags_of(thing)


def flags_of(thing: Any, depth: int = 0) -> Iterator[str]:
    """Flags of one object and of the dictionaries and lists written directly inside it."""
    import pikepdf

    if depth > DEPTH:
        return
    if isinstance(thing, pikepdf.Array):
        for part in thing:
            if isinstance(part, pikepdf.Object) and not part.is_indirect:
                yield from flags_of(part, depth + 1)
    elif isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        yield from flags_of_keys(thing)
        for _, part in thing.items():
            if isinstance(part, pikepdf.Dictionary | pikepdf.Array) and not part.is_indirect:
                yield from flags_of(part, depth + 1)


def flags_of_keys(entries: Any) -> Iterator[str]:
    """Flags that the keys of one dictionary give (ISO 32000-1: 12.6.4 actions, 7.11.4 enclosed files)."""
    action = str(entries.get("/S", ""))
    if "/JS" in entries or action == "/JavaScript" or "/XFA" in entries:
        yield "javascript"
    if action in {"/Launch", "/ImportData", "/SubmitForm"}:
        yield "launch"
    if action in {"/GoToR", "/GoToE"} or opens_by_itself(entries):
        yield "remote_content"
    if "/EF" in entries or "/EmbeddedFiles" in entries or str(entries.get("/Subtype", "")) == "/RichMedia":
        yield "embedded_files"


def opens_by_itself(entries: Any) -> bool:
    """True when the document opens an address without being asked: on opening, or by a page's or field's
    own events (/AA). An ordinary link waits for a click.
    """
    import pikepdf

    actions = [entries.get("/OpenAction")]
    if isinstance(events := entries.get("/AA"), pikepdf.Dictionary):
        actions += [action for _, action in events.items()]
    return any(isinstance(a, pikepdf.Dictionary) and str(a.get("/S", "")) == "/URI" for a in actions)


def open_pdf(path: str) -> Any:
    """The document in PDFium, with its form fields and visible signatures drawn."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        raise ReaderFault(DAMAGED) from error
    if not len(document):
        raise ReaderFault(DAMAGED)
    if document.get_formtype():
        document.init_forms()
    return document


def page_at(document: Any, number: int) -> Any:
    """Page `number` (from 1)."""
    import pypdfium2

    if not 1 <= number <= len(document):
        raise ReaderFault(NOT_THERE)
    try:
        return document[number - 1]
    except pypdfium2.PdfiumError as error:
        raise ReaderFault(DAMAGED) from error


def scale_of(width: float, height: float) -> float:
    """Factor that makes a page `WIDEST` pixels wide, and at most `TALLEST` high."""
    if not (0 < width < float("inf") and 0 < height < float("inf")):
        raise ReaderFault(DAMAGED)
    return min(WIDEST / width, TALLEST / height)


def pdf_page_picture(path: str, number: int) -> bytes:
    """Page `number` (from 1) as a picture about 1000 pixels wide."""
    page = page_at(open_pdf(path), number)
    scale = scale_of(*page.get_size())
    return encode_picture(page.render(scale=scale).to_pil())


def pdf_pages(path: str, first: int, last: int, has_text: bool) -> list[dict[str, Any]]:
    """Width and height (pixels of the picture) of the pages from `first` to `last`, and with `has_text` their
    text; without, no page's content is looked at.
    """
    document = open_pdf(path)
    numbers = range(first, min(last, len(document)) + 1)
    return [pdf_page_facts(document, number, has_text) for number in numbers]


def pdf_page_facts(document: Any, number: int, has_text: bool) -> dict[str, Any]:
    """One page's size and text; a page that cannot be read has the size of A4 and no text."""
    try:
        width, height = document.get_page_size(number - 1)
        scale = scale_of(width, height)
        text = page_at(document, number).get_textpage().get_text_bounded() if has_text else ""
    except Exception:  # one broken page must not hide the others
        return {"number": number, "width": WIDEST, "height": 1414, "text": ""}
    return {
        "number": number,
        "width": max(1, round(width * scale)),
        "height": max(1, round(height * scale)),
        "text": strip_control_characters(text)[:PAGE_TEXT],
    }
