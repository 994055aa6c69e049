"""Lookups as table expressions: whole numbers in, whole numbers out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

import narwhals as nw

V = TypeVar("V", int, str)


def by_code(value: nw.Expr, table: Mapping[int, V] | Mapping[str, V]) -> nw.Expr:
    """The table's entry for a value; null for a value that it does not have."""
    return _typed(_chain([(value == key, entry) for key, entry in table.items()]), list(table.values()))


def by_step(value: nw.Expr, steps: Sequence[tuple[int, V]]) -> nw.Expr:
    """The entry of the first lower bound (descending) that the value reaches; null below all and for null."""
    return _typed(_chain([(value >= lower, entry) for lower, entry in steps]), [entry for _, entry in steps])


def _chain(cases: list[tuple[nw.Expr, V]]) -> nw.Expr:
    (first, entry), *rest = cases
    chain = nw.when(first).then(nw.lit(entry))
    for condition, value in rest:
        chain = chain.when(condition).then(nw.lit(value))
    return chain


def _typed(expression: nw.Expr, values: list[V]) -> nw.Expr:
    """int64 explicitly: some engines would take the smallest type, and wrap."""
    return expression.cast(nw.String if isinstance(values[0], str) else nw.Int64)


def rounded(value: nw.Expr, divisor: int) -> nw.Expr:
    """A whole number not below 0 divided by a whole number, rounded half up."""
    return value if divisor == 1 else (value * 2 + divisor) // (2 * divisor)


def listed(missing: Mapping[str, nw.Expr]) -> nw.Expr:
    """The names whose expression is null, separated by semicolons; "" for none."""
    names = [nw.when(value.is_null()).then(nw.lit(name)) for name, value in missing.items()]
    return nw.concat_str(*names, separator=";", ignore_nulls=True)
