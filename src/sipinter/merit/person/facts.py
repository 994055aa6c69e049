"""One person's facts on a day from the rows of the staff tables, without an engine.

`data/facts.py` computes the same of whole staffs by table expressions; both go by `data/fact_rules.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from sipinter.merit.data.fact_rules import (
    DAY_SHIFT,
    FIELD_DIFFERS,
    FIELD_FITS,
    FIELD_NEAR,
    IDENTITY,
    SUM_SHIFT,
    FactWindows,
    first_after,
    full_years,
    match_in_percent,
    put_behind_day,
)
from sipinter.merit.data.tables import RATINGS, SUB_ASPECTS, TIER_CODES
from sipinter.merit.person.performance import performance_rating
from sipinter.rules.sets.model import PerformanceRules

Row = Mapping[str, Any]
PersonRows = Mapping[str, Sequence[Row]]
Fact = dict[str, Any]


def fact_of(
    rows: PersonRows,
    windows: FactWindows,
    performance: PerformanceRules,
    carried: Collection[str] = IDENTITY,
) -> Fact:
    """The facts of one person: the row that `employee_facts` has of it, int64 and text.

    `rows` by table, with values as they stand in a frame (`engine/table.py`): the employee's own, those of
    the histories, and at least the posts held and aimed at. A table that is not there is no key; then what
    it would tell is not known. No rows mean that there was none. A column that a row lacks is not known.
    Of several employees, or posts of one code, the first counts.
    """
    employee = rows["employee"][0]
    fact: Fact = {name: employee.get(name) for name in ("nip", "tier", *carried, "breadth", "education")}
    tier, since = fact["tier"], employee.get("tier_since")
    fact["tier_number"] = TIER_CODES.index(tier) if tier in TIER_CODES else None
    fact["tenure"] = None if since is None or since > windows.today else full_years(since, windows)
    fact.update(_placing(employee, rows.get("post")))
    for table, read in READERS.items():
        known = read(rows.get(table, ()), windows, performance)
        fact.update(known if table in rows else dict.fromkeys(known))
    return fact


def held_post(employee: Row, posts: Iterable[Row], column: str = "post") -> Row:
    """The row of the post that a column of the employee names; empty where there is none."""
    code = employee.get(column)
    return next((post for post in posts if code is not None and post["post"] == code), {})


def code_at(codes: Sequence[str], place: int | None) -> str | None:
    """The code behind a fact's whole number; None where it is not known, or is no code's place."""
    return codes[place] if place is not None and 0 <= place < len(codes) else None


def rows_until(rows: Sequence[Row], today: int, day: str = "date") -> list[Row]:
    """The rows of a known day that has come."""
    return [row for row in rows if row[day] is not None and row[day] <= today]


def _placing(employee: Row, posts: Sequence[Row] | None) -> Fact:
    """What the post aimed at, else the post held, asks for beside what the employee has."""
    if posts is None:
        return {"target_tier": None, "fit": None}
    aims = employee.get("target_post") is not None
    wanted = held_post(employee, posts, "target_post" if aims else "post")
    field, group = employee.get("field"), employee.get("field_group")
    fit = None
    if field is not None and wanted.get("field") is not None:
        near = group is not None and group == wanted.get("field_group")
        fit = FIELD_FITS if field == wanted["field"] else FIELD_NEAR if near else FIELD_DIFFERS
    return {"target_tier": wanted.get("tier") if aims else None, "fit": fit}


def _highest(values: Iterable[int | None], none: int | None = None) -> int | None:
    """The highest of what is known; `none` stands for the not known, and where there is no value."""
    return max((known for v in values if (known := none if v is None else v) is not None), default=none)


def _ratings(rows: Sequence[Row], windows: FactWindows, performance: PerformanceRules) -> Fact:
    def counted(row: Row) -> int | None:
        if row.get("rating") is not None:
            rating: int = row["rating"]
            return rating
        result, behaviour = row.get("result"), row.get("behaviour")
        if result is None or behaviour is None or (result, behaviour) not in performance.matrix:
            return None
        return RATINGS.index(performance_rating(performance, result, behaviour))

    last = [row for row in rows if row["year"] == windows.last_year]
    return {"rating": _highest(map(counted, last)), "feedback": _highest(row.get("feedback") for row in last)}


def _awards(rows: Sequence[Row], windows: FactWindows, _: PerformanceRules) -> Fact:
    since = windows.since(windows.award)
    counted = [row for row in rows_until(rows, windows.today) if row["date"] > since]
    return {"award": _highest((row["award"] for row in counted), 0)}


def _assignments(rows: Sequence[Row], windows: FactWindows, _: PerformanceRules) -> Fact:
    begun, since = rows_until(rows, windows.today, "start"), windows.since(windows.assignment)

    def recent_team(row: Row) -> int | None:
        return row.get("team") if row.get("end") is None or row["end"] > since else None

    return {
        "assignment": _highest(map(recent_team, begun), 0),
        "acting": _highest((row.get("acting") for row in begun), 0),
    }


def _assessments(rows: Sequence[Row], windows: FactWindows, _: PerformanceRules) -> Fact:
    done, valid = rows_until(rows, windows.today), windows.since(windows.assessment)

    def latest(figure: Callable[[Row], int | None]) -> int | None:
        figures = ((row["date"], figure(row)) for row in done)
        dated = _highest(put_behind_day(day, f, DAY_SHIFT) for day, f in figures if f is not None)
        return dated % DAY_SHIFT if dated is not None and dated >= first_after(valid, DAY_SHIFT) else None

    return {
        "jpm": latest(_match),
        "technical": latest(lambda row: row.get("technical")),
        "assessed_on": _highest(row["date"] for row in done),
    }


def _match(row: Row) -> int | None:
    """The job person match as given, else of the sums."""
    given: int | None
    given, reached, required = (row.get(name) for name in ("jpm", "reached", "required"))
    if given is not None or reached is None or required is None or required <= 0:
        return given
    match: int = match_in_percent(reached, required)
    return match


def _potentials(rows: Sequence[Row], windows: FactWindows, _: PerformanceRules) -> Fact:
    since = windows.since(windows.potential)
    levels = [
        (row["date"], [row[code] for code in SUB_ASPECTS])
        for row in rows_until(rows, windows.today)
        if row["date"] > since
    ]
    dated = _highest(put_behind_day(day, sum(sub), SUM_SHIFT) for day, sub in levels if None not in sub)
    return {"potential": None if dated is None else dated % SUM_SHIFT}


def _trainings(rows: Sequence[Row], windows: FactWindows, _: PerformanceRules) -> Fact:
    first, last = windows.last_year_days
    done = rows_until(rows, windows.today)
    recent = [row for row in done if first <= row["date"] <= last]

    def hours(counted: Iterable[Row]) -> int:
        return sum(row.get("hours") or 0 for row in counted)

    def leadership(row: Row) -> int | None:
        return row.get("leadership") if row["kind"] == "leadership" else None

    return {
        "hours": hours(recent),
        "technical_hours": hours(row for row in recent if row["kind"] == "technical"),
        "seminar": int(any(row["kind"] == "seminar" for row in recent)),
        "leadership": _highest(map(leadership, done), 0),
        "functional": int(any(row["kind"] == "functional" for row in done)),
    }


def _disciplines(rows: Sequence[Row], windows: FactWindows, _: PerformanceRules) -> Fact:
    decided = rows_until(rows, windows.today)
    served = [row["until"] for row in decided if row.get("until") is not None]
    return {
        "grade": _highest((row["grade"] for row in decided), 0),
        "serving": int(any(until >= windows.today for until in served)),
    }


READERS: Mapping[str, Callable[[Sequence[Row], FactWindows, PerformanceRules], Fact]] = {
    "rating": _ratings,
    "award": _awards,
    "assignment": _assignments,
    "assessment": _assessments,
    "potential": _potentials,
    "training": _trainings,
    "discipline": _disciplines,
}
