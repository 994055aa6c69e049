"""Fairness of a selection: did any group stand a lesser chance? (The law's definition of merit.)

For every attribute: selection rates with exact intervals, the ratio to the best-treated group, Fisher's exact
test with Holm's correction over all groups, the smallest flip that would clear the flag. Groups below the
minimum are pooled and never shown singly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil

from sipinter.merit.fairness.statistics import clopper_pearson, fisher_exact, holm_correction
from sipinter.rules.sets.model import FairnessRules

POOL = "pooled"
Counts = Mapping[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class FairnessGroup:
    """One group of an attribute against the best-treated one (`best`), which has no p.

    `flip`: how many more of the group would have to be selected to clear the flag, all else equal; `swap`:
    how many in place of people of the best-treated group. None where there is no flag.
    """

    attribute: str
    group: str
    people: int
    selected: int
    rate: Fraction
    lower: float
    upper: float
    best: bool
    ratio: Fraction | None
    flagged: bool
    p: float | None
    p_holm: float | None
    significant: bool
    flip: int | None
    swap: int | None


def compare_groups(rules: FairnessRules, counts: Mapping[str, Counts]) -> list[FairnessGroup]:
    """Every group of every attribute that has two groups to compare; `counts`: (selected, people)."""
    found: list[FairnessGroup] = []
    for attribute, groups in counts.items():
        found += _attribute(rules, attribute, pool_small_groups(groups, rules.minimum))
    corrected = iter(holm_correction([group.p for group in found if group.p is not None]))
    return [group if group.p is None else _corrected(rules, group, next(corrected)) for group in found]


def pool_small_groups(groups: Counts, minimum: int) -> dict[str, tuple[int, int]]:
    """Groups below the minimum put together, with the smallest others until they reach it."""
    by_size = sorted((people, name) for name, (_, people) in groups.items() if people)
    small = [name for people, name in by_size if people < minimum]
    rest = [name for people, name in by_size if people >= minimum]
    while small and rest and (len(small) == 1 or _people(groups, small) < minimum):
        small.append(rest.pop(0))
    found = {name: groups[name] for name in sorted(rest)}
    if small:
        found[POOL] = sum(groups[name][0] for name in small), _people(groups, small)
    return found


def _people(groups: Counts, names: Sequence[str]) -> int:
    return sum(groups[name][1] for name in names)


def _attribute(rules: FairnessRules, attribute: str, groups: Counts) -> list[FairnessGroup]:
    if len(groups) < 2:
        return []
    rates = {name: Fraction(selected, people) for name, (selected, people) in groups.items()}
    best = min(groups, key=lambda name: (-rates[name], -groups[name][1], name))
    return [_group(rules, attribute, name, groups[name], groups[best], best == name) for name in groups]


def _group(
    rules: FairnessRules, attribute: str, name: str, own: tuple[int, int], top: tuple[int, int], best: bool
) -> FairnessGroup:
    rate, highest = Fraction(*own), Fraction(*top)
    lower, upper = clopper_pearson(*own, rules.confidence)
    ratio = rate / highest if highest else None
    flagged = ratio is not None and ratio < rules.ratio
    return FairnessGroup(
        attribute=attribute,
        group=name,
        people=own[1],
        selected=own[0],
        rate=rate,
        lower=lower,
        upper=upper,
        best=best,
        ratio=ratio,
        flagged=flagged,
        p=None if best else fisher_exact(own, top),
        p_holm=None,
        significant=False,
        flip=_flip(rules.ratio, own, highest) if flagged else None,
        swap=_swap(rules.ratio, own, top) if flagged else None,
    )


def _corrected(rules: FairnessRules, group: FairnessGroup, p_holm: float) -> FairnessGroup:
    return replace(group, p_holm=p_holm, significant=p_holm < rules.significance)


def _flip(bound: Fraction, own: tuple[int, int], highest: Fraction) -> int:
    return ceil(bound * highest * own[1]) - own[0]


def _swap(bound: Fraction, own: tuple[int, int], top: tuple[int, int]) -> int:
    """The least k with (own + k) / people >= bound x (top - k) / people of the best-treated."""
    needed = bound * top[0] / top[1] - Fraction(own[0], own[1])
    return ceil(needed / (Fraction(1, own[1]) + bound / top[1]))
