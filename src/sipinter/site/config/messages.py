"""Interface texts: `python -m sipinter.site.config.messages compile|collect`.

Every room keeps its own Indonesian catalogue (English is the language of the source), those without Django as
well. `collect` adds new texts of the code and pages to the catalogues, `compile` makes the .mo files that
gettext reads.
"""

import ast
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PACKAGE = Path(__file__).resolve().parents[2]
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "lazy": None,  # gettext_lazy where a module also needs gettext
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "Message": None,  # of rules, merit and cli: translated when it is shown
    "plural": (1, 2),  # Message.plural
}


def extract_calls(
    source: IO[bytes], keywords: Iterable[str], comment_tags: object, options: object
) -> Iterator[tuple[int, str, tuple[str | None, ...], list[str]]]:
    """The literal arguments of every call of a keyword: an extraction method for Babel.

    Babel's own reads tokens, and so misses a call inside an f-string or inside another text's arguments.
    """
    wanted = set(keywords)
    for node in ast.walk(ast.parse(source.read())):
        if isinstance(node, ast.Call) and (name := called_name(node)) in wanted:
            yield node.lineno, name, tuple(literal_text(argument) for argument in node.args), []


def called_name(call: ast.Call) -> str:
    """The last part of the name of what is called."""
    return str(getattr(call.func, "attr", getattr(call.func, "id", "")))


def literal_text(node: ast.expr) -> str | None:
    """The text of a literal; None for anything else."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


METHODS: list[tuple[str, Any]] = [("**.py", extract_calls), ("**/jinja2/**.html", "jinja2")]


def rooms() -> list[Path]:
    """The folders that keep a catalogue: every application of ours, and those that are none."""
    applications = {path.parent for path in PACKAGE.rglob("apps.py")}
    return sorted(applications | {PACKAGE / room for room in ("foundation/access", "rules", "merit", "cli")})


def catalogue_path(room: Path) -> Path:
    """Where a room's Indonesian texts stand."""
    return room / "locale/id/LC_MESSAGES/django.po"


def read_catalogue(path: Path) -> Catalog:
    """The texts of a .po file, with their translations."""
    with path.open("rb") as source:
        return read_po(source, locale="id")


def new_catalogue(room: Path) -> Catalog:
    """An empty catalogue. Indonesian has one form for every number; Babel takes two for granted."""
    about = f"# Indonesian texts of {room.relative_to(PACKAGE)}."
    catalog = Catalog(locale="id", project="SIPINTER", header_comment=about, charset="utf-8", fuzzy=False)
    catalog.mime_headers = [("Plural-Forms", "nplurals=1; plural=0;")]
    return catalog


def is_translated(entry: Message) -> bool:
    """Whether every form of the text has its Indonesian."""
    forms = entry.string if isinstance(entry.string, tuple) else (entry.string,)
    return all(forms)


def compile_catalogues() -> None:
    """Write django.mo beside every django.po."""
    for path in filter(Path.exists, map(catalogue_path, rooms())):
        with path.with_suffix(".mo").open("wb") as target:
            write_mo(target, read_catalogue(path))


def extract_messages(room: Path) -> Catalog:
    """The texts that the code and pages of one room use, without those of rooms inside it."""
    found = Catalog(locale="id", charset="utf-8", fuzzy=False)
    inner = [other for other in rooms() if room in other.parents]
    options = {"**/jinja2/**.html": {"extensions": "jinja2.ext.do"}}
    for name, line, message, comments, context in extract_from_dir(
        room, METHODS, options_map=options, keywords=KEYWORDS
    ):
        if not any(room / name == other or other in (room / name).parents for other in inner):
            found.add(message, None, [(f"{room.name}/{name}", line)], auto_comments=comments, context=context)
    return found


def collect_messages() -> None:
    """Bring every room's catalogue up to date with its code.

    A text that has moved from one room to another brings its translation along.
    """
    before = {path: read_catalogue(path) for path in PACKAGE.rglob("locale/id/LC_MESSAGES/django.po")}
    known = {
        (entry.id, entry.context): entry.string for one in before.values() for entry in one if entry.string
    }
    for room in rooms():
        found, path = extract_messages(room), catalogue_path(room)
        if not len(found):
            path.unlink(missing_ok=True)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        catalog = before.get(path) or new_catalogue(room)
        found.creation_date = catalog.creation_date  # a collection that finds nothing new changes nothing
        catalog.update(found, no_fuzzy_matching=True, update_header_comment=False)
        catalog.obsolete.clear()
        for entry in catalog:
            if not is_translated(entry):
                entry.string = known.get((entry.id, entry.context), entry.string)
        with path.open("wb") as target:
            write_po(target, catalog, width=100, omit_header=False, include_lineno=False, sort_output=True)


if __name__ == "__main__":
    {"compile": compile_catalogues, "collect": collect_messages}[sys.argv[1]]()
