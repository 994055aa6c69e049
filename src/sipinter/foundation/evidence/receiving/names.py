"""Names of files and titles as people see them: one line, nothing hidden, not too long."""

import re
import unicodedata

from .media import Media, is_known_extension

TITLE = 200
READ = 2000
_SPACES = re.compile(r"\s+")
_UNSAFE_IN_A_NAME = re.compile(r'[\\/:*?"<>|]')


def strip_invisible(text: str) -> str:
    """`text` on one line without control, direction and invisible characters."""
    spaced = "".join(
        " " if c.isspace() or unicodedata.category(c) in {"Zl", "Zp", "Cc"} else c for c in text[-READ:]
    )
    kept = "".join(c for c in spaced if unicodedata.category(c)[0] != "C")
    return _SPACES.sub(" ", unicodedata.normalize("NFC", kept)).strip()


def clean_title(text: str) -> str:
    """`strip_invisible`, at most 200 characters."""
    return strip_invisible(text)[:TITLE].strip()


def base_name(name: str) -> str:
    """The last part of a name that may carry folders of either style, cleaned, without leading dots.

    An overlong name is cut before its extension. Empty when nothing remains.
    """
    last = strip_invisible(name.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]).lstrip(". ")
    stem, extension = split_extension(last)
    if not extension:
        return stem[:TITLE].strip()
    return f"{stem[: TITLE - len(extension) - 1].strip()}.{extension}"


def split_extension(name: str) -> tuple[str, str]:
    """Stem and known extension (lower case, without the dot); "SK No. 12.2025" has none."""
    stem, dot, extension = name.rpartition(".")
    if dot and is_known_extension(extension.strip()):
        return stem, extension.strip().lower()
    return name, ""


def download_name(title: str, media: Media) -> str:
    """Name under which a file is saved: the title, safe on every system, with an extension of its kind."""
    title = clean_title(title)
    stem, extension = split_extension(title)
    if extension not in media.extensions:
        stem, extension = title, media.extension
    return f"{_UNSAFE_IN_A_NAME.sub('_', stem).strip(' .') or 'bukti'}.{extension}"
