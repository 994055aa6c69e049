"""Open selection for senior posts (PermenPANRB 15/2019): weighted totals, the best to the PPK, ties shown.

Candidates of each post are ranked on their own. A part that was not marked is not nought: without it there
is no total.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from pathlib import Path

from sipinter.merit.selection.file import MAX_BYTES, MAX_ROWS, NUMBER, participant_cell_text
from sipinter.rules.messages import Message
from sipinter.rules.numbers import to_decimal
from sipinter.rules.sets.model import OpenSelectionRules
from sipinter.rules.sets.selection import OPEN_PARTS
from sipinter.rules.sheet import AnswerFault, AnswersError, AnswerSheet, whole_file_error
from sipinter.rules.sheets import read_sheet

HEADINGS = ("participant", "post", *OPEN_PARTS)
TOP = 100


@dataclass(frozen=True, slots=True)
class Applicant:
    """One row of the file; `marks` holds the parts (0-100) that are known."""

    participant: str
    post: str
    marks: Mapping[str, Fraction]


@dataclass(frozen=True, slots=True)
class ApplicantResult:
    """`proposed`: among the best to the PPK; None where equals lie across the last place, or no total."""

    applicant: Applicant
    total: Fraction | None
    missing: tuple[str, ...]
    rank: int | None = None
    tied: bool = False
    proposed: bool | None = None


def rank_applicants(rules: OpenSelectionRules, applicants: Iterable[Applicant]) -> list[ApplicantResult]:
    """Everybody's result, post by post, best first; those without a total last."""
    found: list[ApplicantResult] = []
    for _, group in groupby(sorted(applicants, key=lambda a: a.post), key=lambda a: a.post):
        found += _ranked(rules, list(group))
    return found


def weighted_total(rules: OpenSelectionRules, marks: Mapping[str, Fraction]) -> Fraction | None:
    """The weighted total, rounded as the rules say; None where a part is missing."""
    if any(part not in marks for part in rules.weights):
        return None
    exact = sum((weight * marks[part] for part, weight in rules.weights.items()), Fraction(0))
    return Fraction(to_decimal(exact, rules.decimals))


def _ranked(rules: OpenSelectionRules, applicants: list[Applicant]) -> list[ApplicantResult]:
    totals = {a.participant: weighted_total(rules, a.marks) for a in applicants}
    marked = [a for a in applicants if totals[a.participant] is not None]
    marked.sort(key=lambda a: (-_known(totals[a.participant]), a.participant))
    found: list[ApplicantResult] = []
    for value, group in groupby(marked, key=lambda a: totals[a.participant]):
        equals, place = list(group), len(found) + 1
        across = place <= rules.best < place + len(equals) - 1
        proposed = None if across else place <= rules.best
        found += [ApplicantResult(a, value, (), place, len(equals) > 1, proposed) for a in equals]
    unmarked = sorted((a for a in applicants if totals[a.participant] is None), key=lambda a: a.participant)
    return found + [
        ApplicantResult(a, None, tuple(p for p in rules.weights if p not in a.marks)) for a in unmarked
    ]


def _known(value: Fraction | None) -> Fraction:
    return Fraction(0) if value is None else value


def read_applicants(source: Path | bytes, *, name: str) -> list[Applicant]:
    """The applicants of a CSV or XLSX file. AnswersError with every fault, by row and column."""
    sheet = read_sheet(source, name, max_bytes=MAX_BYTES, max_rows=MAX_ROWS)
    rows = [
        (number, cells) for number, cells in sheet.rows if any(participant_cell_text(cell) for cell in cells)
    ]
    if not rows:
        raise whole_file_error(name, Message("the file is empty"))
    places = _places(sheet, *rows[0], name=name)
    faults: list[AnswerFault] = []
    found = [_applicant(sheet, number, cells, places, faults) for number, cells in rows[1:]]
    seen: dict[tuple[str, str], int] = {}
    for (number, _), one in zip(rows[1:], found, strict=True):
        first = seen.setdefault((one.post, one.participant), number)
        if first != number:
            message = Message("{code} is already in row {first}", code=one.participant, first=first)
            faults.append(sheet.fault(number, places["participant"], "participant", message))
    if faults:
        raise AnswersError(name, faults)
    if not found:
        raise whole_file_error(name, Message("no participants below the headings"))
    return found


def _places(sheet: AnswerSheet, row: int, cells: Sequence[object], *, name: str) -> dict[str, int]:
    """Place of each heading; further columns are passed over."""
    headings = [participant_cell_text(cell).lower() for cell in cells]
    faults = [
        sheet.fault(row, 0, heading, Message("heading “{heading}” is missing", heading=heading))
        for heading in HEADINGS
        if heading not in headings and heading != "post"
    ]
    if faults:
        raise AnswersError(name, faults)
    return {heading: headings.index(heading) for heading in HEADINGS if heading in headings}


def _applicant(
    sheet: AnswerSheet,
    row: int,
    cells: Sequence[object],
    places: Mapping[str, int],
    faults: list[AnswerFault],
) -> Applicant:
    def cell(heading: str) -> str:
        place = places.get(heading)
        return participant_cell_text(cells[place]) if place is not None and place < len(cells) else ""

    marks: dict[str, Fraction] = {}
    for part in OPEN_PARTS:
        written = cell(part)
        if not written:
            continue
        value = Fraction(written.replace(",", ".")) if NUMBER.fullmatch(written) else None
        if value is None:
            faults.append(
                sheet.fault(row, places[part], part, Message("“{value}” is not a figure", value=written))
            )
        elif value > TOP:
            message = Message("{value} lies above {max}", value=written, max=TOP)
            faults.append(sheet.fault(row, places[part], part, message))
        else:
            marks[part] = value
    if not cell("participant"):
        faults.append(sheet.fault(row, places["participant"], "participant", Message("the code is missing")))
    return Applicant(cell("participant"), cell("post"), marks)
