"""Which kinds of file are taken as evidence, and what a file is by its first bytes."""

import codecs
import mimetypes
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Label = str | Promise
HEAD = 4096


@dataclass(frozen=True)
class Media:
    """A kind of file that is taken. `preview` names how the page shows it."""

    type: str
    label: Label
    extensions: tuple[str, ...]
    preview: str  # pages | sheet | words | none

    @property
    def extension(self) -> str:
        """The usual extension, without the dot."""
        return self.extensions[0]


_O = "application/vnd.openxmlformats-officedocument."
_M = "application/vnd.ms-"
_D = "application/vnd.oasis.opendocument."
TAKEN = {
    media.type: media
    for media in (
        Media("application/pdf", _("a PDF"), ("pdf",), "pages"),
        Media("image/png", _("a PNG picture"), ("png",), "pages"),
        Media("image/jpeg", _("a JPEG picture"), ("jpg", "jpeg", "jpe", "jfif"), "pages"),
        Media("image/webp", _("a WebP picture"), ("webp",), "pages"),
        Media("image/tiff", _("a TIFF picture"), ("tif", "tiff"), "pages"),
        Media(f"{_O}wordprocessingml.document", _("a Word document"), ("docx",), "words"),
        Media(f"{_M}word.document.macroEnabled.12", _("a Word document with macros"), ("docm",), "words"),
        Media(f"{_O}spreadsheetml.sheet", _("an Excel workbook"), ("xlsx",), "sheet"),
        Media(f"{_M}excel.sheet.macroEnabled.12", _("an Excel workbook with macros"), ("xlsm",), "sheet"),
        Media(f"{_M}excel.sheet.binary.macroEnabled.12", _("a binary Excel workbook"), ("xlsb",), "sheet"),
        Media(f"{_O}presentationml.presentation", _("a PowerPoint presentation"), ("pptx",), "none"),
        Media(
            f"{_M}powerpoint.presentation.macroEnabled.12",
            _("a PowerPoint presentation with macros"),
            ("pptm",),
            "none",
        ),
        Media(f"{_O}presentationml.slideshow", _("a PowerPoint slide show"), ("ppsx",), "none"),
        Media(f"{_D}text", _("an OpenDocument text"), ("odt",), "none"),
        Media(f"{_D}spreadsheet", _("an OpenDocument spreadsheet"), ("ods",), "sheet"),
        Media(f"{_D}presentation", _("an OpenDocument presentation"), ("odp",), "none"),
        Media("application/msword", _("an old Word document"), ("doc", "dot"), "none"),
        Media("application/vnd.ms-excel", _("an old Excel workbook"), ("xls", "xlt"), "sheet"),
        Media(
            "application/vnd.ms-powerpoint",
            _("an old PowerPoint presentation"),
            ("ppt", "pps", "pot"),
            "none",
        ),
    )
}
BY_EXTENSION = {extension: media for media in TAKEN.values() for extension in media.extensions}
# What a browser's file dialogue offers.
ACCEPT = ",".join(f".{extension}" for extension in BY_EXTENSION)
_KNOWN_EXTENSIONS = frozenset(BY_EXTENSION) | {
    extension.lstrip(".") for extension in mimetypes.MimeTypes(filenames=()).types_map[True]
}
_EXTRA_EXTENSIONS = frozenset(
    {"lnk", "scr", "msi", "cmd", "com", "vbs", "ps1", "apk", "rar", "7z", "heic", "rtf"}
)


def is_known_extension(text: str) -> bool:
    """True when `text` ("pdf") is known to name a kind of file, unlike the "2025" of "SK No. 12.2025"."""
    return text.lower() in _KNOWN_EXTENSIONS or text.lower() in _EXTRA_EXTENSIONS


# First bytes of the families that are taken -> the operation of the reader that looks further.
FAMILIES = (
    (b"%PDF-", "inspect_pdf"),
    (b"\x89PNG\r\n\x1a\n", "inspect_picture"),
    (b"\xff\xd8\xff", "inspect_picture"),
    (b"II*\x00", "inspect_picture"),
    (b"MM\x00*", "inspect_picture"),
    (b"PK\x03\x04", "inspect_archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "inspect_ole"),
)
_LEADING = b"\xef\xbb\xbf \t\r\n\x00"


def reader_operation(head: bytes) -> str:
    """The reader's operation for a file that begins with `head`; empty when its kind is not taken."""
    if head.lstrip(_LEADING).startswith(b"%PDF-"):
        return "inspect_pdf"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "inspect_picture"
    return next((operation for magic, operation in FAMILIES if head.startswith(magic)), "")


_PICTURES = {
    b"\x89PNG": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"II*\x00": "image/tiff",
    b"MM\x00*": "image/tiff",
    b"RIFF": "image/webp",
}
# Kinds that have their first bytes in common; which one it is stands inside. The first is taken for the time.
_ALIKE = {
    "inspect_archive": [
        media for media in TAKEN.values() if media.type.startswith((_O, _D)) or "macroEnabled" in media.type
    ],
    "inspect_ole": [
        TAKEN[kind]
        for kind in ("application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint")
    ],
}


def known_media(head: bytes) -> Media | None:
    """The kind of a taken file where its first bytes say it; None where that stands further inside."""
    match reader_operation(head):
        case "inspect_pdf":
            return TAKEN["application/pdf"]
        case "inspect_picture":
            return TAKEN[next(kind for magic, kind in _PICTURES.items() if head.startswith(magic))]
    return None


def supposed_media(head: bytes, extension: str) -> Media:
    """What a taken file is held for until it is judged: by its first bytes, then by its name."""
    if known := known_media(head):
        return known
    alike = _ALIKE[reader_operation(head)]
    named = BY_EXTENSION.get(extension)
    return named if named is not None and named in alike else alike[0]


_PROGRAM, _SCRIPT = _("a program"), _("a script")
_ARCHIVE, _MEDIA = _("an archive of files (ZIP, RAR, 7z or the like)"), _("a sound or video recording")
_STRANGE = (
    (b"MZ", _("a Windows program")),
    (b"\x7fELF", _PROGRAM),
    (b"\xca\xfe\xba\xbe", _PROGRAM),
    (b"\xcf\xfa\xed\xfe", _PROGRAM),
    (b"\xce\xfa\xed\xfe", _PROGRAM),
    (b"\x00asm", _PROGRAM),
    (b"L\x00\x00\x00\x01\x14\x02\x00", _("a Windows shortcut")),
    (b"#!", _SCRIPT),
    (b"<?php", _SCRIPT),
    (b"{\\rtf", _("a rich text file (RTF)")),
    (b"PK", _ARCHIVE),
    (b"Rar!\x1a\x07", _ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", _ARCHIVE),
    (b"\x1f\x8b", _ARCHIVE),
    (b"BZh", _ARCHIVE),
    (b"\xfd7zXZ\x00", _ARCHIVE),
    (b"GIF8", _("a GIF picture")),
    (b"ID3", _MEDIA),
    (b"OggS", _MEDIA),
    (b"\x1aE\xdf\xa3", _MEDIA),
    (b"\xd0\xcf\x11\xe0", _("an installer, a mail message or another old Microsoft file")),
)
_WEB = (b"<!doctype html", b"<html", b"<head", b"<body", b"<script", b"<iframe", b"<meta")


def describe_content(head: bytes) -> Label | None:
    """What a file that is not taken is, by its first bytes; None when nothing is known about it."""
    return next(_descriptions(head), None)


def _descriptions(head: bytes) -> Iterator[Label]:
    text = head.lstrip(_LEADING).lower()
    if text.startswith(b"<"):
        if b"<svg" in text:
            yield _("an SVG drawing, which can carry scripts")
        if any(mark in text for mark in _WEB):
            yield _("a web page (HTML)")
        if not text.startswith(b"<?php"):
            yield _("an XML file")
    if head[4:8] == b"ftyp":
        yield _("a HEIC photograph") if head[8:11] in {b"hei", b"hev", b"mif", b"msf"} else _MEDIA
    if head.startswith(b"RIFF"):
        yield _MEDIA
    for magic, label in _STRANGE:
        if head.startswith(magic):
            yield label
    if head[257:262] == b"ustar":
        yield _ARCHIVE
    if _is_text(head):
        yield _("a plain text file")


def _is_text(head: bytes) -> bool:
    """UTF-8 (the last character may be cut) without control characters."""
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(head, len(head) < HEAD)
    except UnicodeDecodeError:
        return False
    return not any(ord(c) < 32 and c not in "\t\r\n\f" for c in text)
