"""Word documents (docx) as headings, paragraphs and tables of plain text."""

from collections.abc import Iterator
from typing import Any

from .characters import strip_control_characters

BLOCKS = 400
CHARACTERS = 100_000
ROWS, COLUMNS, CELL = 60, 12, 400


def word_blocks(path: str) -> dict[str, Any]:
    """`{"blocks": [{"kind": "heading"|"paragraph"|"item"|"table", ...}], "is_cut": bool}`."""
    import docx

    found: list[dict[str, Any]] = []
    characters = 0
    for block in body_blocks(docx.Document(path)):
        if len(found) >= BLOCKS or characters >= CHARACTERS:
            return {"blocks": found, "is_cut": True}
        characters += len(block.get("text", "")) + sum(len(c) for row in block.get("rows", []) for c in row)
        found.append(block)
    return {"blocks": found, "is_cut": False}


def body_blocks(document: Any) -> Iterator[dict[str, Any]]:
    """The body's paragraphs and tables in their order."""
    from docx.table import Table

    for part in document.iter_inner_content():
        if isinstance(part, Table):
            yield {"kind": "table", "rows": table_cells(part)}
        elif text := strip_control_characters(part.text):
            yield paragraph_block(part, text)


def paragraph_block(part: Any, text: str) -> dict[str, Any]:
    """A paragraph by its style: heading with level, item of a list, or plain."""
    style = (part.style.name if part.style is not None else "") or ""
    if style.startswith("Heading") or style == "Title":
        digits = "".join(c for c in style if c.isdigit())
        return {"kind": "heading", "level": min(int(digits or 1), 6), "text": text}
    return {"kind": "item" if style.startswith("List") else "paragraph", "text": text}


def table_cells(part: Any) -> list[list[str]]:
    """The first rows of a table as text."""
    return [
        [strip_control_characters(cell.text)[:CELL] for cell in row.cells[:COLUMNS]]
        for row in part.rows[:ROWS]
    ]
