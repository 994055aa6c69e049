"""From a YAML document to the header of a rule set, and the shapes that several kinds share."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from sipinter.rules.document import DocumentError, YamlDocument, YamlFields
from sipinter.rules.model import LegalSource, Text
from sipinter.rules.sets.model import Kind, RuleSetHeader, ScoreBand

if TYPE_CHECKING:
    from yaml.nodes import Node

STATUSES = ("official", "reconstructed", "provisional")
FIGURE_STATUSES = ("law", "press", "implementation", "derived", "confirm")
HEADER = ("id", "title", "legal", "valid", "status")
HEADER_OPTIONAL = ("note", "extends", "variant")
NOTHING = Text("?", "?")
ZERO = Fraction(0)


class RuleSetError(DocumentError):
    """A file (or folder) of rule sets is not usable."""


class RuleSetReader:
    """One document of one kind. Values put in place of faulty ones never leave it: the catalogue raises."""

    def __init__(
        self,
        document: YamlDocument,
        kind: Kind,
        required: Collection[str],
        optional: Collection[str],
        base: Nodes,
    ) -> None:
        self.document, self.kind, self.base = document, kind, base
        keys = (*HEADER, *(key for key in required if key not in base))
        may = (*HEADER_OPTIONAL, *optional, *required)
        self.own = document.mapping(document.root, "rule set", keys, may)
        inherited = {key: node for key, node in base.items() if key not in HEADER}
        self.fields = YamlFields(document, "rule set", {**inherited, **self.own.nodes}, document.root)
        self.figures: dict[str, str] = {}

    def header(self) -> RuleSetHeader:
        own = self.own
        valid = own.mapping("valid", ("from", "until"))
        first, last = valid.date("from"), valid.date("until")
        if valid.is_null("from"):
            valid.fault("from", "needs a date")
        if first and last and last < first:
            valid.fault("until", "ends before it begins")
        status = own.one_of("status", STATUSES) or "official"
        note = self.fields.text("note") if "note" in self.fields else None
        if status != "official" and note is None:
            own.fault("status", f"status {status} needs a note that says what is not firm")
        extends = own.string("extends") if "extends" in own else None
        variant = own.one_of("variant", ("yes", "no")) if "variant" in own else None
        return RuleSetHeader(
            kind=self.kind,
            id=self._id(),
            title=own.text("title") or NOTHING,
            legal=tuple(self._legal(node) for node in own.sequence("legal")),
            valid_from=first or date.min,
            valid_until=last,
            status=status,
            note=note,
            variant=variant == "yes" if variant else extends is not None,
            extends=extends or "",
            figures=MappingProxyType(self.figures),
            sha256=self.document.sha256,
        )

    def _id(self) -> str:
        given = self.own.string("id") or "?"
        expected = Path(self.document.file).stem
        if given not in ("?", expected):
            self.own.fault("id", f"id “{given}” differs from the file's name “{expected}”")
        return given

    def _legal(self, node: Node) -> LegalSource:
        fields = self.document.mapping(node, "legal source", ("title",), ("article", "url"))
        return LegalSource(
            fields.string("title") or "?", fields.string("article") or "", fields.string("url") or ""
        )

    def block(self, key: str, required: Collection[str], optional: Collection[str] = ()) -> YamlFields:
        """A mapping with the `status` of its figures."""
        fields = self.fields.mapping(key, (*required, "status"), optional)
        self.note_status(key, fields)
        return fields

    def note_status(self, name: str, fields: YamlFields) -> None:
        """Remembers how firm the figures of a block are."""
        status = fields.one_of("status", FIGURE_STATUSES)
        if status:
            self.figures[name] = status

    def whole(self, key: str, lowest: int = 0) -> int:
        """A single whole number given as {value: 3, status: law}."""
        return read_whole_number(self.block(key, ("value",)), "value", lowest)

    def bands(self, key: str) -> tuple[ScoreBand, ...]:
        """Categories in ascending order, the first from 0."""
        found: list[ScoreBand] = []
        for node in self.block(key, ("items",)).sequence("items"):
            fields = self.document.mapping(node, key, ("code", "title"), ("lower", "above"))
            bound = "above" if "above" in fields else "lower"
            lower = fields.fraction(bound)
            if bound not in fields:
                self.document.fault(node, f"{key}: needs “lower” or “above”")
            if lower is not None:
                self._check_order(fields, bound, lower, found)
            band = ScoreBand(
                fields.string("code") or "?", fields.text("title") or NOTHING, lower or ZERO, bound == "above"
            )
            found.append(band)
        return tuple(found)

    @staticmethod
    def _check_order(fields: YamlFields, key: str, lower: Fraction, found: list[ScoreBand]) -> None:
        if not found and lower != 0:
            fields.fault(key, "the first category must begin at 0, or low figures have none")
        if found and lower <= found[-1].lower:
            fields.fault(key, f"must begin above {found[-1].code}: the bands overlap or are out of order")


Nodes = Mapping[str, "Node"]


def read_whole_number(fields: YamlFields, key: str, lowest: int = 0) -> int:
    """A whole number that is at least `lowest`."""
    value = fields.integer(key)
    if value is not None and value < lowest:
        fields.fault(key, f"must be at least {lowest}")
    return value or 0


def read_percent(fields: YamlFields, key: str) -> Fraction:
    """A quoted per cent, from 0 to 100, as a share of 1."""
    value = fields.fraction(key)
    if value is not None and not 0 <= value <= 100:
        fields.fault(key, "must lie between 0 and 100")
    return (value or ZERO) / 100


def read_figures(fields: YamlFields, codes: Collection[str] | None = None) -> Mapping[str, Fraction]:
    """A mapping of codes to quoted figures from 0; codes outside `codes` are faults."""
    found: dict[str, Fraction] = {}
    for key in fields:
        value = fields.fraction(key)
        if codes is not None and key not in codes:
            fields.fault(key, f"unknown code “{key}”; known: {', '.join(codes)}")
        if value is not None and value < 0:
            fields.fault(key, f"{key} must not be negative")
        found[key] = value or ZERO
    if not found:
        fields.document.fault_at(fields.line(""), f"{fields.what}: is empty")
    return MappingProxyType(found)


def read_open_mapping(fields: YamlFields, key: str) -> YamlFields:
    """A mapping with keys of the writer's choice."""
    node = fields.get(key)
    what = f"{fields.what}, {key}"
    is_mapping = node is not None and node.tag.endswith(":map")
    keys = [str(k.value) for k, _ in node.value] if node is not None and is_mapping else []
    return fields.document.mapping(node, what, (), keys)


def read_codes(fields: YamlFields, key: str, allowed: Collection[str]) -> tuple[str, ...]:
    """A list of codes out of `allowed`."""
    return tuple(
        code
        for node in fields.sequence(key)
        if (code := fields.document.one_of(node, f"{fields.what}, {key}", allowed))
    )
