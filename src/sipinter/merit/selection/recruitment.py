"""Recruitment (CPNS): passing grades, cut for the field test, final mark, order (KepmenPANRB 321/2024).

Each formation is ranked on its own. Figures are exact; what cannot be known (the parts of a total
given alone) is None, never 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from itertools import groupby

from sipinter.rules.numbers import to_decimal
from sipinter.rules.sets.model import SelectionRules

Key = tuple[tuple[int, Fraction], ...]
PARTS = ("twk", "tiu", "tkp")


@dataclass(frozen=True, slots=True)
class Participant:
    """One row of the file. `skd` is the total; `parts` holds those of twk, tiu, tkp that are known."""

    participant: str
    formation: str
    skd: Fraction
    parts: dict[str, Fraction]
    skb: Fraction | None
    gpa: Fraction | None
    birth_date: date | None


@dataclass(slots=True)
class ParticipantResult:
    """A participant's result. `passed` and `selected` are None where they cannot be decided."""

    participant: Participant
    category: str
    passed: bool | None
    failed: tuple[str, ...]
    skd_rank: int | None = None
    goes_on: bool = False
    final: Fraction | None = None
    rank: int | None = None
    tied: bool = False
    selected: bool | None = None
    missing: list[str] = field(default_factory=list)


def rank_participants(
    rules: SelectionRules, participants: Iterable[Participant], posts: int
) -> list[ParticipantResult]:
    """Everybody's standing, formation by formation, best first; `posts` are those of each formation."""
    ordered = sorted(participants, key=lambda p: p.formation)
    found: list[ParticipantResult] = []
    for _, group in groupby(ordered, key=lambda p: p.formation):
        standings = [_standing(rules, participant) for participant in group]
        _cut(rules, standings, posts)
        _finish(rules, standings, posts)
        found += sorted(standings, key=_display_key)
    return found


def passing_category(rules: SelectionRules, formation: str) -> str:
    """The formation whose passing grades hold: its own where the rules name it, else the general one."""
    code = "_".join(formation.lower().replace("-", " ").replace("_", " ").split())
    return code if code in rules.passing else rules.general


def _standing(rules: SelectionRules, participant: Participant) -> ParticipantResult:
    category = passing_category(rules, participant.formation)
    grades = rules.passing.get(category, {})
    known = {**participant.parts, "total": participant.skd}
    failed = tuple(part for part, grade in grades.items() if part in known and known[part] < grade)
    unknown = [part for part in grades if part not in known]
    passed = False if failed else (None if unknown or not grades else True)
    return ParticipantResult(participant, category, passed, failed, missing=unknown)


def _cut(rules: SelectionRules, standings: list[ParticipantResult], posts: int) -> None:
    """The best by SKD, `times_posts` for a post; whoever equals the last of them goes on too."""
    rivals = [s for s in standings if s.passed is not False]
    places = rules.times_posts * posts
    for place, equals in _places(rivals, lambda s: _cut_key(rules, s)):
        for standing in equals:
            standing.skd_rank = place
            standing.goes_on = place <= places


def _places(
    standings: list[ParticipantResult], key: Callable[[ParticipantResult], Key]
) -> Iterator[tuple[int, list[ParticipantResult]]]:
    """Those with equal keys together, best first, with their common place."""
    place = 1
    for _, group in groupby(sorted(standings, key=key, reverse=True), key=key):
        equals = list(group)
        yield place, equals
        place += len(equals)


def _cut_key(rules: SelectionRules, standing: ParticipantResult) -> Key:
    person = standing.participant
    return (_known(person.skd), *(_known(person.parts.get(part)) for part in rules.cut_ties))


def _finish(rules: SelectionRules, standings: list[ParticipantResult], posts: int) -> None:
    """Final marks and places of those who went on and have a field test."""
    for standing in standings:
        if standing.goes_on:
            standing.final = final_mark(rules, standing.participant)
            if standing.final is None:
                standing.missing.append("skb")
    marked = [s for s in standings if s.final is not None]
    for place, equals in _places(marked, lambda s: _final_key(rules, s)):
        # Equal in everything across the last post: the rules cannot tell them apart.
        across = place <= posts < place + len(equals) - 1
        for standing in equals:
            standing.rank, standing.tied = place, len(equals) > 1
            standing.selected = None if across else place <= posts


def final_mark(rules: SelectionRules, person: Participant) -> Fraction | None:
    """Shares of the SKD (as per cent of its maximum) and the SKB, rounded as published; None without SKB."""
    if person.skb is None:
        return None
    mark = rules.skd_share * person.skd * 100 / rules.maxima["skd"] + rules.skb_share * person.skb
    return Fraction(to_decimal(mark, rules.decimals))


def _final_key(rules: SelectionRules, standing: ParticipantResult) -> Key:
    person = standing.participant
    values: dict[str, Fraction | None] = {"skd": person.skd, **person.parts, "gpa": person.gpa}
    older = None if person.birth_date is None else Fraction(-person.birth_date.toordinal())
    values["older"] = older
    return (_known(standing.final), *(_known(values.get(tie)) for tie in rules.final_ties))


def _known(value: Fraction | None) -> tuple[int, Fraction]:
    """What is not known comes after every known figure."""
    return (0, Fraction(0)) if value is None else (1, value)


def _display_key(standing: ParticipantResult) -> tuple[int, int, int, Fraction, str]:
    last = 10**9
    return (
        standing.rank or last,
        0 if standing.goes_on else 1,
        standing.skd_rank or last,
        -standing.participant.skd,
        standing.participant.participant,
    )


@dataclass(frozen=True, slots=True)
class PassingShortfall:
    """One passing grade that somebody did not reach; `part` is twk, tiu, tkp or total."""

    participant: Participant
    category: str
    part: str
    score: Fraction
    grade: Fraction

    @property
    def short(self) -> Fraction:
        return self.grade - self.score


def passing_shortfalls(
    rules: SelectionRules, standings: Iterable[ParticipantResult]
) -> list[PassingShortfall]:
    """Who fails which passing grade, in the order of the standings."""
    found = []
    for standing in standings:
        person, grades = standing.participant, rules.passing.get(standing.category, {})
        known = {**person.parts, "total": person.skd}
        found += [
            PassingShortfall(person, standing.category, part, known[part], grades[part])
            for part in standing.failed
        ]
    return found
