"""Reading a YAML file with its line numbers, collecting every fault instead of stopping at the first.

Readers return None (or leave an entry out) where they recorded a fault, so that reading goes on.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from sipinter.rules.model import Text
from sipinter.rules.numbers import parse_fraction

if TYPE_CHECKING:
    from yaml.nodes import Node

MAX_BYTES = 2_000_000
PREFIX = "tag:yaml.org,2002:"


@dataclass(frozen=True, slots=True)
class DocumentFault:
    """Something wrong in a file; `line` counts from 1."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class DocumentError(ValueError):
    """A file (or folder) of the catalogue is not usable; `faults` lists everything that is wrong with it."""

    def __init__(self, faults: Collection[DocumentFault]) -> None:
        self.faults = sorted(faults, key=lambda fault: (fault.file, fault.line))
        super().__init__("\n".join(str(fault) for fault in self.faults))


class InstrumentError(DocumentError):
    """An instrument file (or folder) is not usable."""


class YamlDocument:
    """One YAML file: its root node, its hash and the faults found so far, raised as `error`."""

    def __init__(self, path: Path, error: type[DocumentError] = InstrumentError) -> None:
        self.file = str(path)
        self.error = error
        self.faults: list[DocumentFault] = []
        self.sha256 = ""
        self.root = self._compose(path)

    def _compose(self, path: Path) -> Node | None:
        import yaml

        # The C parser is 20 times faster; builds of PyYAML without it read the same.
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        try:
            content = path.read_bytes()
        except OSError as error:
            self.fault_at(1, f"cannot be read: {error.strerror}")
            return None
        if len(content) > MAX_BYTES:
            self.fault_at(1, f"is larger than {MAX_BYTES:,} bytes")
            return None
        self.sha256 = hashlib.sha256(content).hexdigest()
        try:
            root: Node | None = yaml.compose(content.decode("utf-8-sig"), Loader=loader)
        except UnicodeDecodeError as error:
            self.fault_at(content.count(b"\n", 0, error.start) + 1, "is not UTF-8 text")
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            self.fault_at(
                mark.line + 1 if mark else 1, f"is not valid YAML: {error.problem or error.context}"
            )
        except yaml.YAMLError as error:
            self.fault_at(1, f"is not valid YAML: {str(error).splitlines()[0]}")
        else:
            if root is None:
                self.fault_at(1, "is empty")
            return root
        return None

    def fault_at(self, line: int, message: str) -> None:
        self.faults.append(DocumentFault(self.file, line, message))

    def fault(self, node: Node, message: str) -> None:
        self.fault_at(node_line(node), message)

    def raise_faults(self) -> None:
        """`error` when anything was wrong."""
        if self.faults:
            raise self.error(self.faults)

    def mapping(
        self, node: Node | None, what: str, required: Collection[str], optional: Collection[str] = ()
    ) -> YamlFields:
        """The entries of a mapping; unknown, repeated and missing keys are faults."""
        if node is None or not self._is(node, "map", f"{what} must be a mapping"):
            return YamlFields(self, what, {}, node)
        found: dict[str, Node] = {}
        for key_node, value in node.value:
            key = str(key_node.value)
            if key in found:
                self.fault(key_node, f"{what}: key “{key}” is given twice")
            elif key not in required and key not in optional:
                self.fault(key_node, f"{what}: unknown key “{key}”")
            else:
                found[key] = value
        for key in required:
            if key not in found:
                self.fault(node, f"{what}: key “{key}” is missing")
        return YamlFields(self, what, found, node)

    def sequence(self, node: Node | None, what: str, *, empty: bool = False) -> list[Node]:
        """The entries of a list; an empty one is a fault unless `empty`."""
        if node is None or not self._is(node, "seq", f"{what} must be a list"):
            return []
        if not node.value and not empty:
            self.fault(node, f"{what} is empty")
        return list(node.value)

    def string(self, node: Node, what: str) -> str | None:
        if not self._is(node, "str", f"{what} must be text"):
            return None
        text = str(node.value).strip()
        if not text:
            self.fault(node, f"{what} is empty")
            return None
        return text

    def text(self, node: Node, what: str) -> Text | None:
        """A text in both languages."""
        if not self._is(node, "map", f"{what} must be given as {{id: ..., en: ...}}"):
            return None
        fields = self.mapping(node, what, ("id", "en"))
        indonesian, english = fields.string("id"), fields.string("en")
        return Text(indonesian, english) if indonesian and english else None

    def fraction(self, node: Node, what: str) -> Fraction | None:
        """An exact figure, quoted; a bare YAML number is a fault because YAML reads it as a float."""
        if not self._is(node, "str", f'{what} must be a quoted figure such as "2.5"'):
            return None
        try:
            return parse_fraction(node.value)
        except ValueError:
            self.fault(node, f"{what}: “{node.value}” is not a figure")
            return None

    def decimal(self, node: Node, what: str) -> Decimal | None:
        """As `fraction`, for figures that must end after finitely many decimals."""
        value = self.fraction(node, what)
        if value is None:
            return None
        if "/" in node.value:
            self.fault(node, f"{what}: “{node.value}” must be a decimal figure, not a quotient")
            return None
        return Decimal(node.value)

    def integer(self, node: Node, what: str) -> int | None:
        if not self._is(node, "int", f"{what} must be a whole number"):
            return None
        try:
            return int(node.value)
        except ValueError:
            self.fault(node, f"{what} must be a plain whole number")
            return None

    def date(self, node: Node, what: str) -> date | None:
        try:
            return date.fromisoformat(str(node.value))
        except ValueError:
            self.fault(node, f'{what} must be a date such as "2019-01-01"')
            return None

    def one_of(self, node: Node, what: str, allowed: Collection[str]) -> str | None:
        if node.tag == PREFIX + "str" and node.value in allowed:
            return str(node.value)
        self.fault(node, f"{what} must be one of: {', '.join(allowed)}")
        return None

    def is_null(self, node: Node) -> bool:
        return bool(node.tag == PREFIX + "null")

    def _is(self, node: Node, kind: str, message: str) -> bool:
        if str(node.tag) == PREFIX + kind:
            return True
        self.fault(node, message)
        return False


class YamlFields:
    """The entries of one mapping, read by name. Absent keys give None (their absence is already a fault)."""

    def __init__(self, document: YamlDocument, what: str, nodes: dict[str, Node], node: Node | None) -> None:
        self.document, self.what, self.nodes, self.node = document, what, nodes, node

    def __contains__(self, key: str) -> bool:
        return key in self.nodes

    def __iter__(self) -> Iterator[str]:
        return iter(self.nodes)

    def get(self, key: str) -> Node | None:
        return self.nodes.get(key)

    def line(self, key: str) -> int:
        """Line of the key's value, or of the mapping itself."""
        node = self.nodes.get(key) or self.node
        return node_line(node) if node is not None else 1

    def fault(self, key: str, message: str) -> None:
        self.document.fault_at(self.line(key), f"{self.what}: {message}")

    def is_null(self, key: str) -> bool:
        """Is the key there, with nothing as its value?"""
        node = self.nodes.get(key)
        return node is not None and self.document.is_null(node)

    def string(self, key: str) -> str | None:
        node = self.nodes.get(key)
        return None if node is None else self.document.string(node, f"{self.what}, {key}")

    def text(self, key: str) -> Text | None:
        node = self.nodes.get(key)
        return None if node is None else self.document.text(node, f"{self.what}, {key}")

    def fraction(self, key: str) -> Fraction | None:
        node = self.nodes.get(key)
        return None if node is None else self.document.fraction(node, f"{self.what}, {key}")

    def decimal(self, key: str) -> Decimal | None:
        node = self.nodes.get(key)
        return None if node is None else self.document.decimal(node, f"{self.what}, {key}")

    def integer(self, key: str) -> int | None:
        node = self.nodes.get(key)
        return None if node is None else self.document.integer(node, f"{self.what}, {key}")

    def date(self, key: str) -> date | None:
        node = self.nodes.get(key)
        if node is None or self.is_null(key):
            return None
        return self.document.date(node, f"{self.what}, {key}")

    def one_of(self, key: str, allowed: Collection[str]) -> str | None:
        node = self.nodes.get(key)
        return None if node is None else self.document.one_of(node, f"{self.what}, {key}", allowed)

    def mapping(self, key: str, required: Collection[str], optional: Collection[str] = ()) -> YamlFields:
        return self.document.mapping(self.nodes.get(key), f"{self.what}, {key}", required, optional)

    def sequence(self, key: str, *, empty: bool = False) -> list[Node]:
        return self.document.sequence(self.nodes.get(key), f"{self.what}, {key}", empty=empty)


def node_line(node: Node) -> int:
    """The line (from 1) on which a node begins."""
    return int(node.start_mark.line) + 1
