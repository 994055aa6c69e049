"""Strangers' bytes are parsed in the reader only: no other module of the site imports a parser of files."""

import ast
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src" / "sipinter"
PARSERS = {
    "asn1crypto",
    "docx",
    "expat",
    "pikepdf",
    "pypdfium2",
    "python_calamine",
    "tarfile",
    "xml",
    "zipfile",
}
# Beside the reader itself: what it imports, and what reads files that the operator names on the command line.
ELSEWHERE = {
    "foundation/documents/printed.py",  # our own, once their signature holds
    "foundation/documents/signing/envelope.py",  # the reader's, for the papers that people want checked
    "foundation/documents/signing/facts.py",
    "foundation/documents/signing/identity.py",  # the operator's own key
    "foundation/documents/signing/detached.py",
    "foundation/documents/signing/signer.py",
    "foundation/documents/signing/timestamps.py",
    "foundation/documents/signing/verifier.py",
    "merit/engine/table_reader.py",
    "merit/register/sources.py",
    "rules/markup.py",
    "rules/xlsx.py",
    "site/operations/backup/archive.py",
}


def imported(path: Path) -> set[str]:
    """The packages that a module imports anywhere in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


def test_only_the_reader_parses_what_strangers_send() -> None:
    parsing = {str(path.relative_to(SOURCE)) for path in SOURCE.rglob("*.py") if imported(path) & PARSERS}
    apart = {place for place in parsing if place.startswith("foundation/evidence/reader/")}
    assert len(apart) > 5
    assert parsing - apart - ELSEWHERE == set()
