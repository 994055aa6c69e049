"""What the commands print: JSON with exact figures, tables for people, one line a fault."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

import click

from sipinter.cli.language import _, translate_message
from sipinter.rules.numbers import strip_zeros
from sipinter.rules.sheet import AnswerFault, AnswersError

EXIT_FAULT = 2
EXIT_NO_ROUTE = 3


def to_json(value: object, indent: int = 0) -> str:
    """JSON in which a Decimal is printed digit by digit (327, 37.5), never by way of a float."""
    pad = "  " * (indent + 1)
    if isinstance(value, Decimal):
        return f"{strip_zeros(value):f}"
    if isinstance(value, Mapping):
        parts = [f"{json.dumps(key)}: {to_json(item, indent + 1)}" for key, item in value.items()]
        return _wrapped("{", parts, "}", pad, "  " * indent)
    if isinstance(value, list | tuple):
        return _wrapped("[", [to_json(item, indent + 1) for item in value], "]", pad, "  " * indent)
    return json.dumps(value, ensure_ascii=False)


def _wrapped(opening: str, parts: Sequence[str], closing: str, pad: str, end: str) -> str:
    if not parts:
        return opening + closing
    return f"{opening}\n{pad}" + f",\n{pad}".join(parts) + f"\n{end}{closing}"


def print_json(value: object) -> None:
    click.echo(to_json(value))


def print_table(headings: Sequence[str], rows: Iterable[Sequence[str]], numbers: Sequence[int] = ()) -> None:
    """Aligned columns; those in `numbers` to the right."""
    lines = [list(headings), *(list(row) for row in rows)]
    widths = [max(_width(line[column]) for line in lines) for column in range(len(headings))]
    for line in lines:
        cells = [
            _padded(cell, width, right=column in numbers)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]
        click.echo("  ".join(cells).rstrip())


def _width(text: str) -> int:
    return sum(0 if unicodedata.combining(c) else 1 for c in text)


def _padded(text: str, width: int, *, right: bool) -> str:
    gap = " " * (width - _width(text))
    return gap + text if right else text + gap


def print_pairs(pairs: Iterable[tuple[str, str]]) -> None:
    """Names and values in two columns."""
    shown = list(pairs)
    width = max(_width(name) for name, _ in shown)
    for name, value in shown:
        click.echo(f"{_padded(name, width, right=False)}  {value}")


def fault_lines(error: AnswersError) -> list[str]:
    """One line a fault of a file of answers, in the chosen language."""
    return [f"{error.name}: {_place(fault)}: {translate_message(fault.message)}" for fault in error.faults]


def _place(fault: AnswerFault) -> str:
    place = _("row {row}, column {column}", row=fault.row, column=fault.column)
    return f"{place} ({_('cell {cell}', cell=fault.cell)})" if fault.cell else place
