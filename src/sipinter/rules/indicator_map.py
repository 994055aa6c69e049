"""Mapping tables between instruments: which indicators of a later one ask for what an earlier one asked for.

A table is one YAML file in a folder `mapping`: of the built-in catalogue, or of the folders named by
SIPINTER_RULES (separated like PATH). It says where to look for notes and documents again and converts no
level.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from sipinter.rules.document import DocumentError, DocumentFault, YamlDocument, YamlFields, node_line
from sipinter.rules.instrument import default_catalog
from sipinter.rules.model import Instrument, LegalSource, Text

if TYPE_CHECKING:
    from yaml.nodes import Node

BUILT_IN = Path(__file__).parent / "catalog"
FOLDERS_VARIABLE = "SIPINTER_RULES"
FOLDER = "mapping"
STATUSES = ("official", "reconstructed", "provisional")
NOTHING = Text("?", "?")


class IndicatorMapError(DocumentError):
    """A mapping table (or folder of them) is not usable."""


@dataclass(frozen=True, slots=True)
class IndicatorMapRow:
    """One indicator of the earlier instrument, and those of the later one that ask for the same.

    None of them (empty `targets`): the later instrument no longer asks for it. `why` says what it rests on.
    """

    source: str
    targets: tuple[str, ...]
    why: Text


@dataclass(frozen=True, slots=True)
class IndicatorMap:
    """A table from the instrument `before` to `after`, with a row for every indicator of the former."""

    id: str
    before: str
    after: str
    status: str
    note: Text
    sources: tuple[LegalSource, ...]
    rows: tuple[IndicatorMapRow, ...]


def read_indicator_map(path: Path, instruments: Dictionary[str, Instrument]) -> IndicatorMap:
    """The table in a file; IndicatorMapError with all faults, each with its line, when it is not sound."""
    document = YamlDocument(path, IndicatorMapError)
    document.raise_faults()
    mapping = _Reader(document, instruments).read()
    document.raise_faults()
    return mapping


def load_indicator_maps(
    instruments: Dictionary[str, Instrument], folders: Iterable[Path] = ()
) -> tuple[IndicatorMap, ...]:
    """All tables of the built-in folder and of `folders`.

    IndicatorMapError with the faults of all files, or when two lead from one instrument to the same other.
    """
    found: dict[tuple[str, str], IndicatorMap] = {}
    faults: list[DocumentFault] = []
    for path in _files(folders):
        try:
            mapping = read_indicator_map(path, instruments)
        except IndicatorMapError as error:
            faults.extend(error.faults)
            continue
        pair = (mapping.before, mapping.after)
        if pair in found:
            faults.append(DocumentFault(str(path), 1, f"leads from and to the same as “{found[pair].id}”"))
        found[pair] = mapping
    if faults:
        raise IndicatorMapError(faults)
    return tuple(found.values())


@lru_cache(maxsize=1)
def _default() -> dict[tuple[str, str], IndicatorMap]:
    named = [Path(part) for part in os.environ.get(FOLDERS_VARIABLE, "").split(os.pathsep) if part]
    tables = load_indicator_maps(default_catalog(), named)
    return {(mapping.before, mapping.after): mapping for mapping in tables}


def find_indicator_map(before: str, after: str) -> IndicatorMap | None:
    """The table from one instrument (by id) to another, None when nobody has made one."""
    return _default().get((before, after))


def _files(folders: Iterable[Path]) -> list[Path]:
    places = dict.fromkeys((BUILT_IN / FOLDER, *(folder / FOLDER for folder in folders)))
    return [path for place in places for path in sorted(place.glob("*.yaml"))]


class _Reader:
    """Reads one document. Values put in place of faulty ones never leave it: `read_indicator_map` raises."""

    def __init__(self, document: YamlDocument, instruments: Dictionary[str, Instrument]) -> None:
        self.document, self.instruments = document, instruments
        self.fields = document.mapping(
            document.root, "mapping", ("id", "from", "to", "status", "note", "sources", "rows")
        )

    def read(self) -> IndicatorMap:
        before, after = self._instrument("from"), self._instrument("to")
        if before is not None and before is after:
            self.fields.fault("to", "leads back to the same instrument")
        return IndicatorMap(
            id=self._id(),
            before=before.id if before else "?",
            after=after.id if after else "?",
            status=self.fields.one_of("status", STATUSES) or "?",
            note=self.fields.text("note") or NOTHING,
            sources=tuple(self._source(node) for node in self.fields.sequence("sources")),
            rows=self._rows(before, after),
        )

    def _id(self) -> str:
        given = self.fields.string("id") or "?"
        expected = Path(self.document.file).stem
        if given not in ("?", expected):
            self.fields.fault("id", f"id “{given}” differs from the file's name “{expected}”")
        return given

    def _instrument(self, key: str) -> Instrument | None:
        given = self.fields.string(key)
        if given is not None and given not in self.instruments:
            self.fields.fault(key, f"there is no instrument “{given}”")
        return self.instruments.get(given or "")

    def _source(self, node: Node) -> LegalSource:
        fields = self.document.mapping(node, "source", ("title",), ("article", "url"))
        return LegalSource(
            fields.string("title") or "?", fields.string("article") or "", fields.string("url") or ""
        )

    def _rows(self, before: Instrument | None, after: Instrument | None) -> tuple[IndicatorMapRow, ...]:
        rows: dict[str, IndicatorMapRow] = {}
        for node in self.fields.sequence("rows"):
            fields = self.document.mapping(node, "row", ("from", "to", "why"))
            row = self._row(fields, before, after)
            if row.source in rows and row.source != "?":
                fields.fault("from", f"indicator “{row.source}” has a row already")
            rows[row.source] = row
        missing = [code for code in before.indicators if code not in rows] if before else []
        if missing and "rows" in self.fields:
            self.fields.fault("rows", f"no row for: {', '.join(missing)}")
        return tuple(rows.values())

    def _row(
        self, fields: YamlFields, before: Instrument | None, after: Instrument | None
    ) -> IndicatorMapRow:
        source = fields.string("from") or "?"
        if before and source != "?" and source not in before.indicators:
            fields.fault("from", f"“{before.id}” has no indicator “{source}”")
        targets: list[str] = []
        for node in fields.sequence("to", empty=True):
            code = self.document.string(node, "row, to")
            if code is None:
                continue
            if after and code not in after.indicators:
                self.document.fault_at(node_line(node), f"row, to: “{after.id}” has no indicator “{code}”")
            if code in targets:
                self.document.fault_at(node_line(node), f"row, to: “{code}” is given twice")
            targets.append(code)
        return IndicatorMapRow(source, tuple(targets), fields.text("why") or NOTHING)
