"""Office files that are ZIP archives: OOXML (docx, xlsx, pptx) and OpenDocument (odt, ods, odp)."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from .faults import BOMB, DAMAGED, ENCRYPTED, FOREIGN, ReaderFault

ENTRIES = 10_000
EXPANDED = 400 * 1024 * 1024
BIG_ENTRY = 20 * 1024 * 1024
RATIO = 250
CHUNK = 256 * 1024
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
_OVERRIDE = re.compile(rb"<Override\b[^>]*>")
_PART = re.compile(rb'PartName\s*=\s*["\']/?([^"\']+)["\']')
_TYPE = re.compile(rb'ContentType\s*=\s*["\']([^"\']+)["\']')
_RELATION = re.compile(rb"<Relationship\b[^>]*>")
_OUTSIDE = re.compile(rb"TargetMode\s*=\s*[\"']External[\"']", re.IGNORECASE)
# Relations that are followed on opening; an ordinary hyperlink waits for a click.
_FOLLOWED = re.compile(
    rb"/(attachedTemplate|oleObject|frame|subDocument|image|externalLinkPath|audio|video|media)[\"']"
)
_DDE = re.compile(rb"\bDDE(AUTO)?\b|<ddeLink\b|dde-(source|connection)")
_DRAWN_FROM_OUTSIDE = re.compile(
    rb"<draw:(image|object|object-ole|plugin|floating-frame)\b[^>]*xlink:href\s*=\s*[\"']"
    rb"(https?:|ftp:|file:|//|\\\\)",
    re.IGNORECASE,
)
# Parts in which Word and Excel, and OpenDocument, keep fields and links.
_FIELDS = re.compile(r"word/[^/]+\.xml|xl/externallinks/[^/]+\.xml|content\.xml|styles\.xml")
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
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, zlib.error) as error:
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
        for part, content_type in declared_types(read_small_entry(archive, "[Content_Types].xml")):
            if content_type in MAIN_PARTS and part in names:
                return MAIN_PARTS[content_type]
    if {"mimetype", "content.xml"} <= names:
        found = read_small_entry(archive, "mimetype").decode("ascii", "replace").strip()
        if b":encryption-data" in read_small_entry(archive, "META-INF/manifest.xml"):
            raise ReaderFault(ENCRYPTED)
        if found in OPEN_DOCUMENT:
            return found
    raise ReaderFault(FOREIGN)


def declared_types(content_types: bytes) -> Iterator[tuple[str, str]]:
    """Part names and their content types."""
    for override in _OVERRIDE.findall(content_types):
        part, content_type = _PART.search(override), _TYPE.search(override)
        if part and content_type:
            yield part[1].decode("utf-8", "replace"), content_type[1].decode("ascii", "replace")


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
        if lowered.endswith(".rels") and fetches_remote(read_small_entry(archive, name)):
            yield "remote_content"
        if _FIELDS.fullmatch(lowered):
            yield from flags_of_fields(read_small_entry(archive, name))


def read_beginning(archive: zipfile.ZipFile, name: str) -> bytes:
    """The first bytes of an entry."""
    with archive.open(name) as part:
        return part.read(8)


def flags_of_fields(part: bytes) -> Iterator[str]:
    """Flags for fields and links within a part; a field's words may be cut into several runs."""
    words = b"".join(re.findall(rb"<w:instrText\b[^>]*>([^<]*)<", part))
    if _DDE.search(words or b"") or _DDE.search(b" ".join(re.findall(rb"<[^>]*dde[^>]*>", part, re.I))):
        yield "dde"
    if _DRAWN_FROM_OUTSIDE.search(part):
        yield "remote_content"


def fetches_remote(relationships: bytes) -> bool:
    """True when opening the file would fetch a template, frame, picture or object from another place."""
    return any(
        _OUTSIDE.search(found) and _FOLLOWED.search(found) for found in _RELATION.findall(relationships)
    )
