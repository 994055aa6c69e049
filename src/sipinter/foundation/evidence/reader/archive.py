"""Office files that are ZIP archives: OOXML (docx, xlsx, pptx) and OpenDocument (odt, ods, odp)."""

import zipfile
import zlib
from collections.abc import Iterator
from typing import Any
from xml.parsers import expat

from sipinter.rules.markup import StartTag, UnsafeMarkup, iter_markup

from .faults import BOMB, DAMAGED, ENCRYPTED, FOREIGN, ReaderFault

ENTRIES = 10_000
EXPANDED = 400 * 1024 * 1024
BIG_ENTRY = 20 * 1024 * 1024
RATIO = 250
CHUNK = 256 * 1024
# What Office programs write; the others ZIP knows unpack far slower, or into far more memory.
COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
SMALL = 2 * 1024 * 1024

_OOXML = "application/vnd.openxmlformats-officedocument."
_MS = "application/vnd.ms-"
# Content type of the main part -> the type of the file.
MAIN_PARTS = {
    f"{_OOXML}wordprocessingml.document.main+xml": f"{_OOXML}wordprocessingml.document",
    f"{_MS}word.document.macroEnabled.main+xml": f"{_MS}word.document.macroEnabled.12",
    f"{_OOXML}spreadsheetml.sheet.main+xml": f"{_OOXML}spreadsheetml.sheet",
    f"{_MS}excel.sheet.macroEnabled.main+xml": f"{_MS}excel.sheet.macroEnabled.12",
    f"{_MS}excel.sheet.binary.macroEnabled.main": f"{_MS}excel.sheet.binary.macroEnabled.12",
    f"{_OOXML}presentationml.presentation.main+xml": f"{_OOXML}presentationml.presentation",
    f"{_MS}powerpoint.presentation.macroEnabled.main+xml": f"{_MS}powerpoint.presentation.macroEnabled.12",
    f"{_OOXML}presentationml.slideshow.main+xml": f"{_OOXML}presentationml.slideshow",
}
OPEN_DOCUMENT = {
    "application/vnd.oasis.opendocument.text",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.presentation",
}
# Relations that are followed on opening; an ordinary hyperlink waits for a click.
FOLLOWED = {
    "attachedTemplate",
    "oleObject",
    "frame",
    "subDocument",
    "image",
    "externalLinkPath",
    "audio",
    "video",
    "media",
}
# Elements of OpenDocument that show what stands at their address.
DRAWN = {"image", "object", "object-ole", "plugin", "floating-frame"}
OUTSIDE = ("http:", "https:", "ftp:", "file:", "//", "\\\\")
DDE_ELEMENTS = ("ddelink", "dde-source", "dde-connection")
# First bytes of programs and of files that carry others.
_ENCLOSED = (b"PK\x03\x04", b"MZ", b"\x7fELF", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b\x08", b"\xd0\xcf\x11\xe0")


def inspect_archive(path: str) -> dict[str, Any]:
    """Type and flags of the archive at `path`.

    ReaderFault: bomb (too many entries, or far too much data once unpacked), encrypted, damaged (an entry
    cannot be read whole), foreign (a ZIP that is no Office file).
    """
    try:
        with zipfile.ZipFile(path) as archive:
            check_sizes(archive)
            media_type = office_type(archive)
            flags = sorted(set(archive_flags(archive)))
            read_whole(archive)
    except (
        zipfile.BadZipFile,
        EOFError,
        OSError,
        NotImplementedError,
        zlib.error,
        expat.ExpatError,
        UnsafeMarkup,
    ) as error:
        raise ReaderFault(DAMAGED) from error
    return {"media_type": media_type, "pages": None, "flags": flags}


def check_sizes(archive: zipfile.ZipFile) -> None:
    """Judge the archive by its own list before anything is unpacked."""
    entries = archive.infolist()
    if len(entries) > ENTRIES or sum(e.file_size for e in entries) > EXPANDED:
        raise ReaderFault(BOMB)
    for entry in entries:
        if entry.file_size > BIG_ENTRY and entry.file_size > RATIO * max(1, entry.compress_size):
            raise ReaderFault(BOMB)
        if entry.flag_bits & 0x1:
            raise ReaderFault(ENCRYPTED)
        if entry.compress_type not in COMPRESSIONS:
            raise ReaderFault(DAMAGED)


def read_whole(archive: zipfile.ZipFile) -> None:
    """Unpack every entry once, keeping nothing: finds cut and broken data by their checksums."""
    for entry in archive.infolist():
        with archive.open(entry) as part:
            while part.read(CHUNK):
                pass


def read_small_entry(archive: zipfile.ZipFile, name: str) -> bytes:
    """A small entry's bytes; empty when it does not exist."""
    try:
        with archive.open(name) as part:
            return part.read(SMALL)
    except KeyError:
        return b""


def office_type(archive: zipfile.ZipFile) -> str:
    """The Office type by the archive's own declaration; ReaderFault(foreign) when it has none we take."""
    names = set(archive.namelist())
    if "[Content_Types].xml" in names:
        for part, content_type in declared_types(archive):
            if content_type in MAIN_PARTS and part in names:
                return MAIN_PARTS[content_type]
    if {"mimetype", "content.xml"} <= names:
        found = read_small_entry(archive, "mimetype").decode("ascii", "replace").strip()
        if b":encryption-data" in read_small_entry(archive, "META-INF/manifest.xml"):
            raise ReaderFault(ENCRYPTED)
        if found in OPEN_DOCUMENT:
            return found
    raise ReaderFault(FOREIGN)


def declared_types(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Part names and their content types."""
    for tag in part_tags(archive, "[Content_Types].xml"):
        if tag.name == "Override":
            yield tag.attribute("PartName").removeprefix("/"), tag.attribute("ContentType")


def read_pieces(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """An entry's bytes, piece by piece."""
    with archive.open(name) as part:
        while piece := part.read(CHUNK):
            yield piece


def part_tags(archive: zipfile.ZipFile, name: str) -> Iterator[StartTag]:
    """The start tags of a part; UnsafeMarkup and expat.ExpatError as of `iter_markup`."""
    marks = iter_markup(read_pieces(archive, name))
    return (mark for mark in marks if isinstance(mark, StartTag))


def archive_flags(archive: zipfile.ZipFile) -> Iterator[str]:
    """Flags for macros, enclosed files, and what is fetched from elsewhere or from other programs."""
    for name in archive.namelist():
        lowered = name.lower()
        if lowered.endswith("vbaproject.bin"):
            yield "macros"
            continue
        if "/activex/" in lowered or "/macrosheets/" in lowered:
            yield "macros"
        if lowered.startswith(("basic/", "scripts/")) and not lowered.endswith("/"):
            yield "macros"
        if read_beginning(archive, name).startswith(_ENCLOSED):
            yield "embedded_files"
        if lowered.endswith(".rels") and fetches_remote(part_tags(archive, name)):
            yield "remote_content"
        if holds_fields(lowered):
            yield from flags_of_fields(archive, name)


def read_beginning(archive: zipfile.ZipFile, name: str) -> bytes:
    """The first bytes of an entry."""
    with archive.open(name) as part:
        return part.read(8)


def holds_fields(name: str) -> bool:
    """True for the parts in which Word and Excel, and OpenDocument, keep fields and links."""
    folder, _slash, last = name.rpartition("/")
    if folder in {"word", "xl/externallinks"}:
        return last.endswith(".xml")
    return name in {"content.xml", "styles.xml"}


def flags_of_fields(archive: zipfile.ZipFile, name: str) -> Iterator[str]:
    """Flags for fields and links within a part; a field's words may be cut into several runs."""
    words: list[str] = []
    in_field = False
    for mark in iter_markup(read_pieces(archive, name)):
        if isinstance(mark, str):
            words += [mark] if in_field else []
        elif isinstance(mark, StartTag):
            in_field = mark.name == "instrText"
            words += [" "] if mark.name == "fldChar" else []  # one field ends, another begins
            if mark.name.lower().startswith(DDE_ELEMENTS) or any(map(names_dde, mark.attributes.values())):
                yield "dde"
            if mark.name in DRAWN and mark.attribute("href").lower().startswith(OUTSIDE):
                yield "remote_content"
        else:
            in_field = False
    if names_dde("".join(words)):
        yield "dde"


def names_dde(text: str) -> bool:
    """True when DDE or DDEAUTO stands in the text as a word."""
    text = text.upper()
    if "DDE" not in text:
        return False
    words = "".join(c if c.isalnum() or c == "_" else " " for c in text).split()
    return not {"DDE", "DDEAUTO"}.isdisjoint(words)


def fetches_remote(relationships: Iterator[StartTag]) -> bool:
    """True when opening the file would fetch a template, frame, picture or object from another place."""
    return any(
        tag.name == "Relationship"
        and tag.attribute("TargetMode").lower() == "external"
        and tag.attribute("Type").rpartition("/")[2] in FOLLOWED
        for tag in relationships
    )
