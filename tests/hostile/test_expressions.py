"""Regular expressions: none over markup, and none whose time grows with the square of a stranger's text."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import process_time
from typing import Any

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "sipinter"
SEEKING = {"search", "findall", "finditer", "sub", "subn", "split"}
FUNCTIONS = SEEKING | {"compile", "match", "fullmatch"}
# Parsers of files: they read tag by tag, and need no expression for it.
PARSERS = (
    "foundation/evidence/reader",
    "foundation/evidence/receiving/media.py",
    "foundation/evidence/receiving/validators.py",
    "assessment/selfassessment/workbook",
    "foundation/documents/signing",
    "rules/markup.py",
    "rules/sheets.py",
    "rules/xlsx.py",
)
# The expressions of those parsers: over plain text, an address of a cell, a line of fixed form.
PLAIN = {
    r"[0-9a-f]{64}",
    r"\n\s*\n\s*",
    r"([A-Z]{1,3})([1-9]\d{0,6})",
    rb"/ByteRange ?\[0 (\d{1,9}) (\d{1,9}) (\d{1,9})\]",
    "[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]",
}
LONG = 20_000
REPEATED = ("a", "1", " ", "(", "<", "a@", "1 ", "\n ", "\n \n", ".", "[", '"')


@dataclass(frozen=True)
class Expression:
    """A fixed expression in a module; `is_sought` when it may begin anywhere in the text."""

    path: str
    pattern: Any
    is_sought: bool

    def __str__(self) -> str:
        return f"{self.path}: {self.pattern!r}"[:80]


def expressions(path: Path) -> Iterator[Expression]:
    """The fixed expressions that a module gives to `re`."""
    tree = ast.parse(path.read_text())
    used: dict[str, set[str]] = {}
    named: dict[int, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            used.setdefault(node.value.id, set()).add(node.attr)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            named[id(node.value)] = node.targets[0].id
    for node in ast.walk(tree):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="re"), attr=function), args=[ast.Constant(pattern), *_]
            ) if function in FUNCTIONS:
                methods = {function} if function != "compile" else used.get(named.get(id(node), ""), SEEKING)
                place = str(path.relative_to(SOURCE))
                yield Expression(place, pattern, bool(methods & SEEKING) or not methods & FUNCTIONS)


EVERY = [found for path in sorted(SOURCE.rglob("*.py")) for found in expressions(path)]


def test_no_expression_looks_for_a_tag() -> None:
    def looks_for_a_tag(pattern: Any) -> bool:
        text = pattern.decode("latin-1") if isinstance(pattern, bytes) else pattern
        bare = re.sub(r"\(\?(<[=!]|P?<\w+>)", "", text)
        return re.search(r"<[\w\\\[(!?/]", bare) is not None

    assert looks_for_a_tag(rb"<Override\b[^>]*>")
    assert [str(found) for found in EVERY if looks_for_a_tag(found.pattern)] == []


def test_parsers_have_expressions_over_plain_text_only() -> None:
    assert {found.pattern for found in EVERY if found.path.startswith(PARSERS)} == PLAIN


@pytest.mark.parametrize("found", [found for found in EVERY if found.is_sought], ids=str)
def test_every_expression_that_is_sought_is_linear(found: Expression) -> None:
    compiled = re.compile(found.pattern, re.IGNORECASE)
    for repeated in REPEATED:
        text: Any = repeated * LONG
        begun = process_time()
        compiled.sub(found.pattern[:0], text.encode() if isinstance(found.pattern, bytes) else text)
        assert process_time() - begun < 0.5, repeated
