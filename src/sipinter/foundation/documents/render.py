"""Typst templates with data in, PDF out: tagged, PDF/A-2b (archive) and PDF/UA-1 (accessible)."""

import json
import re
import threading
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path

import typst
from django.utils.translation import gettext as _

from sipinter.foundation.access.errors import Invalid

TEMPLATES = Path(__file__).resolve().parent / "templates"
_NO_GLYPH = re.compile(r'the text `"(.+)"` could not be displayed|disallowed codepoint `"(.+)"`')

_lock = threading.Lock()
_compiler: typst.Compiler | None = None


class Unprintable(Invalid):
    """A text holds a character that none of the fonts can draw, so the paper would not say what was typed."""


def render_pdf(
    template: str,
    data: Mapping[str, object],
    *,
    dated: date | None = None,
    assets: Mapping[str, bytes] | None = None,
) -> bytes:
    """The PDF that `template` (a name in templates/, without .typ) makes of `data` and pictures `assets`.

    The PDF states that it was made on the day `dated`, so that the same data give the same bytes at any time:
    a signing process makes the paper anew and compares. None: now. Data reaches the template as JSON and is
    never read as markup. Unprintable for characters without a glyph; LookupError for an unknown template;
    typst.TypstError for a fault of the template itself.
    """
    source = TEMPLATES / f"{template}.typ"
    if source.parent != TEMPLATES or not source.is_file():
        raise LookupError(f"no template {template!r}")
    inputs = {"data": json.dumps(data), "assets": json.dumps(_as_json(assets or {}))}
    with _lock:  # one compiler, whose caches make the second paper cheap; it is not made for two threads
        try:
            made = _shared().compile(
                input=source,
                format="pdf",
                sys_inputs=inputs,
                pdf_standards=["a-2b", "ua-1"],
                pdf_tags=True,
                timestamp=None if dated is None else datetime.combine(dated, time(), UTC),
            )
        except typst.TypstError as error:
            raise _explained(error) from error
    if not isinstance(made, bytes):
        raise TypeError(f"template {template!r} gave no PDF")
    return made


def _shared() -> typst.Compiler:
    """The process's compiler: typst's own fonts only, so that a paper looks the same on every machine."""
    global _compiler
    if _compiler is None:
        _compiler = typst.Compiler(root=TEMPLATES, ignore_system_fonts=True)
    return _compiler


def _as_json(assets: Mapping[str, bytes]) -> dict[str, str | list[int]]:
    """Pictures as typst can take them in: text (SVG) as it is, other bytes as numbers."""
    result: dict[str, str | list[int]] = {}
    for name, content in assets.items():
        try:
            result[name] = content.decode()
        except UnicodeDecodeError:
            result[name] = list(content)
    return result


def _explained(error: typst.TypstError) -> Exception:
    """The person's fault as a sentence, anything else as it came."""
    found = _NO_GLYPH.search(error.message)
    if found is None:
        return error
    character = found.group(1) or found.group(2)
    return Unprintable(
        _("The character %(character)s cannot be printed. Remove it from the text and try again.")
        % {"character": character}
    )
