"""Lookups as table expressions: whole numbers in, whole numbers out.

A lookup is a tree of comparisons, not a chain: a row meets at most four of them, and engines evaluate a
comparison for every row that reaches it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

import narwhals as nw

V = TypeVar("V", int, str)
Step = tuple[int, V | None]


def lookup_code(value: nw.Expr, table: Mapping[int, V] | Mapping[str, V]) -> nw.Expr:
    """The table's entry for a value; null for a value that it does not have, and for null."""
    example = next(iter(table.values()))
    names = {key: entry for key, entry in table.items() if isinstance(key, str)}
    if names:
        return _typed(_names(value, sorted(names), names), example)
    steps: list[Step[V]] = []
    for key, entry in sorted((key, entry) for key, entry in table.items() if isinstance(key, int)):
        if steps and steps[-1][0] == key:
            steps.pop()
        steps += [(key, entry), (key + 1, None)]
    return _typed(_tree(value, _merged(steps)), example)


def lookup_step(value: nw.Expr, steps: Sequence[tuple[int, V]]) -> nw.Expr:
    """The entry of the first lower bound (descending) that the value reaches; null below all and for null."""
    return _typed(_tree(value, list(reversed(steps))), steps[0][1])


def _merged(steps: list[Step[V]]) -> list[Step[V]]:
    """Without the steps that change nothing."""
    kept: list[Step[V]] = []
    for lower, entry in steps:
        if not kept or kept[-1][1] != entry:
            kept.append((lower, entry))
    return kept


def _tree(value: nw.Expr, steps: Sequence[Step[V]], below: V | None = None) -> nw.Expr:
    """What holds from each bound (ascending) on; `below` under all. Null fails every comparison."""
    if not steps:
        return nw.lit(below)
    middle = len(steps) // 2
    bound, entry = steps[middle]
    above = _tree(value, steps[middle + 1 :], entry)
    if middle == 0 and below is None:
        return nw.when(value >= bound).then(above)
    return nw.when(value >= bound).then(above).otherwise(_tree(value, steps[:middle], below))


def _names(value: nw.Expr, names: Sequence[str], table: Mapping[str, V]) -> nw.Expr:
    if len(names) == 1:
        return nw.when(value == names[0]).then(nw.lit(table[names[0]]))
    middle = len(names) // 2
    upper, lower = _names(value, names[middle:], table), _names(value, names[:middle], table)
    return nw.when(value >= names[middle]).then(upper).otherwise(lower)


def _typed(expression: nw.Expr, example: V) -> nw.Expr:
    """int64 explicitly: some engines would take the smallest type, and wrap."""
    return expression.cast(nw.String if isinstance(example, str) else nw.Int64)


def divide_half_up(value: nw.Expr, divisor: int) -> nw.Expr:
    """A whole number not below 0 divided by a whole number, rounded half up.

    Exact below 2**52 on every engine: some divide in floating point.
    """
    return value if divisor == 1 else (value * 2 + divisor) // (2 * divisor)


def missing_names(missing: Mapping[str, nw.Expr]) -> nw.Expr:
    """The names whose expression is null, separated by semicolons; "" for none."""
    names = [nw.when(value.is_null()).then(nw.lit(name)) for name, value in missing.items()]
    return nw.concat_str(*names, separator=";", ignore_nulls=True)
