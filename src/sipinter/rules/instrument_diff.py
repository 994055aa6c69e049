"""From one year's assessment to the next: what changed in the instrument, and what can be taken over.

Levels are never converted. Criteria ticked last year stay ticked as far as their sentences are the same;
between instruments with scales of their own only notes and documents go along (`mapping`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from sipinter.rules.indicator_map import IndicatorMap
from sipinter.rules.model import Indicator, Instrument, Text


class SentenceChangeKind(StrEnum):
    """What became of one sentence of an indicator."""

    ADDED = "added"
    REMOVED = "removed"
    REWORDED = "reworded"


@dataclass(frozen=True, slots=True)
class SentenceChange:
    """One sentence that is not as it was: of the criterion of `level`, or (None) of the title."""

    kind: SentenceChangeKind
    level: int | None
    before: Text | None
    after: Text | None


@dataclass(frozen=True, slots=True)
class CarryOverProposal:
    """Where the answer of the indicator `code` may start from: its `sources` in the earlier instrument.

    `same_scale`: the criteria can be carried; otherwise notes and documents only. `why`: what the mapping
    table says about each source.
    """

    code: str
    sources: tuple[str, ...]
    same_scale: bool
    differences: tuple[SentenceChange, ...] = ()
    why: tuple[Text, ...] = ()


def sentence_changes(before: Indicator, after: Indicator) -> tuple[SentenceChange, ...]:
    """What changed between two versions of an indicator: the title first, then the criteria by level."""
    found = (
        []
        if before.title == after.title
        else [SentenceChange(SentenceChangeKind.REWORDED, None, before.title, after.title)]
    )
    old, new = _criteria(before), _criteria(after)
    for level in sorted(old.keys() | new.keys()):
        was, now = old.get(level), new.get(level)
        if was != now:
            kind = (
                SentenceChangeKind.ADDED
                if was is None
                else SentenceChangeKind.REMOVED
                if now is None
                else SentenceChangeKind.REWORDED
            )
            found.append(SentenceChange(kind, level, was, now))
    return tuple(found)


def carry_over_ticks(before: Indicator, after: Indicator, level: int | None) -> tuple[int, ...]:
    """The criteria that may stay ticked for an answer that held `level`: those up to it, in order.

    Where a criterion was reworded, removed or put in, its tick and all above it are left for a person to
    judge: levels are cumulative. Level 0 is carried as the statement "nothing yet" on scales that begin at 0.
    None (unanswered) and levels that the scale no longer has give nothing beyond what is alike.
    """
    if level is None:
        return ()
    old, new = _criteria(before), _criteria(after)
    if level == 0:
        return (0,) if 0 in old and old[0] == new.get(0) else ()
    alike: list[int] = []
    for step in range(1, level + 1):
        if step not in old or old[step] != new.get(step):
            break
        alike.append(step)
    return tuple(alike)


def carry_over_proposals(
    before: Instrument, after: Instrument, mapping: IndicatorMap | None = None
) -> tuple[CarryOverProposal, ...]:
    """For every indicator of `after`, in its order, where it may start from.

    Between versions of one instrument by code. Between instruments by `mapping`; ValueError when that is the
    table of two others, no sources where there is none.
    """
    if mapping is not None and (mapping.before, mapping.after) != (before.id, after.id):
        raise ValueError(f"{mapping.id} is not the table from {before.id} to {after.id}")
    if before.id == after.id:
        return tuple(_by_code(before, after))
    return tuple(_by_table(after, mapping))


def dropped_indicators(
    before: Instrument, after: Instrument, mapping: IndicatorMap | None = None
) -> tuple[str, ...]:
    """Codes of `before` that no indicator of `after` starts from, in their order."""
    used = {code for one in carry_over_proposals(before, after, mapping) for code in one.sources}
    return tuple(code for code in before.indicators if code not in used)


def _by_code(before: Instrument, after: Instrument) -> Iterator[CarryOverProposal]:
    for code, indicator in after.indicators.items():
        old = before.indicators.get(code)
        if old is None:
            yield CarryOverProposal(code, (), same_scale=True)
        else:
            yield CarryOverProposal(
                code, (code,), same_scale=True, differences=sentence_changes(old, indicator)
            )


def _by_table(after: Instrument, mapping: IndicatorMap | None) -> Iterator[CarryOverProposal]:
    for code in after.indicators:
        rows = [row for row in mapping.rows if code in row.targets] if mapping else []
        yield CarryOverProposal(
            code, tuple(row.source for row in rows), same_scale=False, why=tuple(row.why for row in rows)
        )


def _criteria(indicator: Indicator) -> dict[int, Text]:
    return {level.level: level.criterion for level in indicator.levels}
