"""Interface texts: `python -m sipinter.site.config.messages compile|collect`.

Every room keeps its own Indonesian catalogue (English is the language of the source). `collect`
adds new texts of the code and pages to the catalogues, `compile` makes the .mo files that gettext reads.
"""

import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PACKAGE = Path(__file__).resolve().parents[2]
METHODS = [("**.py", "python"), ("**/jinja2/**.html", "jinja2")]
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "lazy": None,  # gettext_lazy where a module also needs gettext
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
}


def catalogue_paths() -> list[Path]:
    """Every room's Indonesian .po file."""
    return sorted(PACKAGE.glob("**/locale/id/LC_MESSAGES/django.po"))


def compile_catalogues() -> None:
    """Write django.mo beside every django.po."""
    for path in catalogue_paths():
        with path.open("rb") as source, path.with_suffix(".mo").open("wb") as target:
            write_mo(target, read_po(source, locale="id"))


def extract_messages(room: Path) -> Catalog:
    """The texts that the code and pages of one room use."""
    found = Catalog(locale="id", charset="utf-8", fuzzy=False)
    options = {"**/jinja2/**.html": {"extensions": "jinja2.ext.do"}}
    for name, line, message, comments, context in extract_from_dir(
        room, METHODS, options_map=options, keywords=KEYWORDS
    ):
        found.add(message, None, [(f"{room.name}/{name}", line)], auto_comments=comments, context=context)
    return found


def collect_messages() -> None:
    """Bring every room's catalogue up to date with its code."""
    for room in sorted(p for p in PACKAGE.iterdir() if (p / "__init__.py").exists()):
        found = extract_messages(room)
        path = room / "locale/id/LC_MESSAGES/django.po"
        if not len(found) and not path.exists():
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        catalog = Catalog(locale="id", charset="utf-8", fuzzy=False)
        if path.exists():
            with path.open("rb") as source:
                catalog = read_po(source, locale="id")
        catalog.update(found, no_fuzzy_matching=True, update_header_comment=False)
        catalog.obsolete.clear()
        with path.open("wb") as target:
            write_po(target, catalog, width=100, omit_header=False, include_lineno=False, sort_output=True)


if __name__ == "__main__":
    {"compile": compile_catalogues, "collect": collect_messages}[sys.argv[1]]()
