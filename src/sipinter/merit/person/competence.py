"""Job person match (JPM): levels reached against levels required (PermenPANRB 38/2017, BKN 26/2019).

`population/competence.py` computes the same of whole staffs by the same rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sipinter.merit.data.fact_rules import IDENTITY
from sipinter.merit.engine.dates import date_number, years_before
from sipinter.merit.engine.exact import to_units
from sipinter.merit.person.facts import PersonRows, Row, held_post, rows_until
from sipinter.rules.messages import Message, Refusal
from sipinter.rules.sets.model import CompetenceRules, ScoreBand, find_band

MOST = 1000  # a sum of levels is below


@dataclass(frozen=True, slots=True)
class JobPersonMatch:
    """`percent` is exact; gap = reached - required."""

    percent: Fraction
    gap: int
    filling: ScoreBand
    mapping: ScoreBand


def job_person_match(rules: CompetenceRules, reached: int, required: int) -> JobPersonMatch:
    """JPM of the sums of levels, with its categories for filling posts and for mapping."""
    if required < 1:
        raise Refusal(Message("{what}: {value} is not above 0", what="REQUIRED", value=required))
    if not 0 <= reached <= MOST:
        raise Refusal(
            Message("{what}: {value} is not between 0 and {max}", what="REACHED", value=reached, max=MOST)
        )
    percent = Fraction(100 * reached, required)
    if rules.capped:
        percent = min(percent, Fraction(100))
    return JobPersonMatch(
        percent, reached - required, find_band(rules.filling, percent), find_band(rules.mapping, percent)
    )


def competence_row(rows: PersonRows, rules: CompetenceRules, on: date) -> dict[str, int | str | None]:
    """The row that `staff_competences` has of a person: JPM in units of 10**-7, gaps, categories, validity.

    `rows` as for `facts.fact_of`, with `assessment`; with `standard` (that of the post held) and `competence`
    where there are such tables.
    """
    employee = rows["employee"][0]
    today, valid = date_number(on), date_number(years_before(on, rules.validity_years))
    assessed = rows_until(rows["assessment"], today)
    day = max((row["date"] for row in assessed), default=None)
    reached, required = _latest_sums(assessed, day)
    match = job_person_match(rules, reached, required) if reached is not None and required else None
    return {
        **{name: employee.get(name) for name in IDENTITY},
        "assessed_on": day,
        **_gaps(rows, rules, employee, today, day),
        "valid": None if day is None else int(day > valid),
        "reached": reached,
        "required": required,
        "gap": None if reached is None or required is None else reached - required,
        "jpm": to_units(match.percent) if match else None,
        "filling": match.filling.code if match else None,
        "mapping": match.mapping.code if match else None,
    }


def _latest_sums(assessed: list[Row], day: int | None) -> tuple[int | None, int | None]:
    """Sums reached and required on the latest day; of two on it the higher."""
    sums = [(row.get("reached"), row.get("required")) for row in assessed if row["date"] == day]
    known = [
        (reached, required) for reached, required in sums if reached is not None and required is not None
    ]
    return max(known, default=(None, None))


def _gaps(
    rows: PersonRows, rules: CompetenceRules, employee: Row, today: int, day: int | None
) -> dict[str, int | None]:
    """By competence, what the assessment of the day reached less what the post requires."""
    levels = rows_until(rows.get("competence", ()), today)
    gaps: dict[str, int | None] = {}
    for code in (competence.code for competence in rules.competences):
        of_code = [(row["date"], row["level"]) for row in levels if row["competence"] == code]
        latest, level = max((pair for pair in of_code if pair[1] is not None), default=(None, None))
        required = _required_level(rows, rules, employee, code)
        if level is None or required is None or latest != day:
            gaps[f"gap_{code}"] = None
        else:
            gaps[f"gap_{code}"] = level - required
    return gaps


def _required_level(rows: PersonRows, rules: CompetenceRules, employee: Row, code: str) -> int | None:
    """The level of the post's own standard, else that of the tier."""
    standard = held_post(employee, rows.get("post", ())).get("standard")
    own = [
        row["level"]
        for row in rows.get("standard", ())
        if standard is not None and row["standard"] == standard and row["competence"] == code
    ]
    default = rules.required_levels.get(employee["tier"])
    return max((level for level in own if level is not None), default=default)
