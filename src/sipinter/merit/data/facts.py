"""One row an employee: what the tables know of each on a day, as small whole numbers, before any rule.

`map` and `professionalism` are expressions over these facts, so that the joins are made once. A fact is
null where it is not known; “none” and “never” are known and are 0.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

import narwhals as nw

from sipinter.merit.data.fact_rules import (
    DAY_SHIFT,
    FIELD_DIFFERS,
    FIELD_FITS,
    FIELD_NEAR,
    IDENTITY,
    PLACING,
    SUM_SHIFT,
    FactWindows,
    first_after,
    full_years,
    match_in_percent,
    put_behind_day,
)
from sipinter.merit.data.staff import Staff
from sipinter.merit.data.tables import RATINGS, SUB_ASPECTS
from sipinter.merit.engine.base import Frame, StaffHistory
from sipinter.merit.engine.lookup import lookup_code
from sipinter.rules.sets.codes import TIERS
from sipinter.rules.sets.model import PerformanceRules

# What the gates of a succession ask of a person; of the protected attributes the date of birth alone.
PERSON = ("kind", "rank", "birth_date", "related_years", "field", "field_group")


def employee_facts(
    staff: Staff,
    windows: FactWindows,
    performance: PerformanceRules,
    wanted: Collection[str] | None = None,
    carried: Collection[str] = IDENTITY,
) -> Frame:
    """The facts of every employee, or those of the tables in `wanted` only.

    `carried`: which columns of the employee stand beside them as they are; `nip` and `tier` always do.
    """
    read = [
        (of, replace(of.rows(table, windows, performance), table=table) if table is not None else None)
        for name, of in READERS.items()
        if (wanted is None or name in wanted)
        for table in (staff.table(name),)
    ]
    post = staff.table("post") if wanted is None else None
    histories = [history for _, history in read if history]
    people = _people(staff, windows, carried)
    columns = [name for name in people.collect_schema().names() if name not in PLACING or name in carried]

    def placed(people: Frame) -> Frame:
        return _placed(people, post).select(*columns, "target_tier", "fit")

    frame = staff.beside(people, placed, histories)
    for of, history in read:
        frame = of.finished(frame, windows) if history else _unknown(frame, *of.columns)
    return frame


def _people(staff: Staff, windows: FactWindows, carried: Collection[str]) -> Frame:
    """Who they are, and what stands in the table of employees."""
    names = dict.fromkeys(("nip", "tier", *carried, "breadth", "education", *PLACING))
    since = nw.col("tier_since")
    return staff.need("employee").select(
        *names,
        tier_number=lookup_code(nw.col("tier"), {code: place for place, code in enumerate(TIERS)}),
        tenure=nw.when(since <= windows.today).then(full_years(since, windows)),
    )


def _placed(people: Frame, post: Frame | None) -> Frame:
    """With what the post asks for beside what the employee has."""
    if post is None:
        none = nw.lit(None).cast(nw.Int64)
        return people.with_columns(fit=none, target_tier=nw.lit(None).cast(nw.String))
    wanted = post.select(
        wanted_post="post", target_tier="tier", wanted_field="field", wanted_group="field_group"
    )
    joined = people.with_columns(wanted_post=nw.coalesce("target_post", "post")).join(
        wanted, on="wanted_post", how="left"
    )
    field, group = nw.col("field"), nw.col("field_group")
    known = ~(field.is_null() | nw.col("wanted_field").is_null())
    fit = (
        nw.when(known & (field == nw.col("wanted_field")))
        .then(nw.lit(FIELD_FITS))
        .when(known & (group == nw.col("wanted_group")))
        .then(nw.lit(FIELD_NEAR))
        .when(known)
        .then(nw.lit(FIELD_DIFFERS))
    )
    target = nw.when(~nw.col("target_post").is_null()).then(nw.col("target_tier"))
    return joined.with_columns(fit=fit.cast(nw.Int64), target_tier=target)


def _unknown(frame: Frame, *names: str) -> Frame:
    return frame.with_columns(**{name: nw.lit(None).cast(nw.Int64) for name in names})


def _as_it_is(frame: Frame, _: FactWindows) -> Frame:
    return frame


def _ratings(table: Frame, windows: FactWindows, performance: PerformanceRules) -> StaffHistory:
    """Rating of the year before, from result and behaviour where it is not given; the higher of two."""
    given = nw.coalesce(nw.col("rating"), _matrix(performance))
    last = table.filter(nw.col("year") == windows.last_year)
    return StaffHistory(last.select("nip", "feedback", rating=given), ("rating", "feedback"))


def _matrix(rules: PerformanceRules) -> nw.Expr:
    chain: nw.Expr | None = None
    for (result, behaviour), code in rules.matrix.items():
        holds = (nw.col("result") == result) & (nw.col("behaviour") == behaviour)
        case = nw.when(holds).then(nw.lit(RATINGS.index(code)))
        chain = case if chain is None else nw.coalesce(chain, case)
    assert chain is not None
    return chain.cast(nw.Int64)


def _awards(table: Frame, windows: FactWindows, _: PerformanceRules) -> StaffHistory:
    day = nw.col("date")
    counted = table.filter((day > windows.since(windows.award)) & (day <= windows.today))
    return StaffHistory(counted.select("nip", "award"), ("award",), none=0)


def _assignments(table: Frame, windows: FactWindows, _: PerformanceRules) -> StaffHistory:
    """The highest role in a team within the look-back, and the highest acting post ever."""
    begun = table.filter(nw.col("start") <= windows.today)
    recent = nw.col("end").is_null() | (nw.col("end") > windows.since(windows.assignment))
    roles = begun.select("nip", "acting", assignment=nw.when(recent).then(nw.col("team")))
    return StaffHistory(roles, ("assignment", "acting"), none=0)


def _assessments(table: Frame, windows: FactWindows, _: PerformanceRules) -> StaffHistory:
    """JPM and technical competence of the latest day (the higher of a day), behind that day."""
    reached, required = nw.col("reached"), nw.col("required")
    sums = nw.when(required > 0).then(match_in_percent(reached, required))
    day = nw.col("date")
    done = table.filter(day <= windows.today).with_columns(jpm=nw.coalesce(nw.col("jpm"), sums))
    dated = done.select(
        "nip",
        jpm=put_behind_day(day, nw.col("jpm"), DAY_SHIFT),
        technical=put_behind_day(day, nw.col("technical"), DAY_SHIFT),
        assessed_on=day,
    )
    return StaffHistory(dated, ("jpm", "technical", "assessed_on"))


def _valid(frame: Frame, windows: FactWindows) -> Frame:
    """The figures of the latest assessment, unless it is too old."""
    valid = windows.since(windows.assessment)
    return frame.with_columns(jpm=_figure("jpm", valid), technical=_figure("technical", valid))


def _figure(name: str, valid: int) -> nw.Expr:
    """The figure behind a day, if that day is after `valid`."""
    value = nw.col(name)
    return nw.when(value >= first_after(valid, DAY_SHIFT)).then(value % DAY_SHIFT)


def _potentials(table: Frame, windows: FactWindows, _: PerformanceRules) -> StaffHistory:
    """The sum of the sub-aspects at the latest day (the higher of a day), behind that day."""
    day, total = nw.col("date"), nw.col(SUB_ASPECTS[0])
    for code in SUB_ASPECTS[1:]:
        total = total + nw.col(code)
    counted = table.filter((day > windows.since(windows.potential)) & (day <= windows.today))
    return StaffHistory(
        counted.select("nip", potential=put_behind_day(day, total, SUM_SHIFT)), ("potential",)
    )


def _sum_alone(frame: Frame, _: FactWindows) -> Frame:
    return frame.with_columns(potential=nw.col("potential") % SUM_SHIFT)


def _trainings(table: Frame, windows: FactWindows, _: PerformanceRules) -> StaffHistory:
    """Hours of the year before in all and technical; a seminar that year; the highest leadership training."""
    kind, hours, day = nw.col("kind"), nw.col("hours"), nw.col("date")
    first_day, last_day = windows.last_year_days
    last = (day >= first_day) & (day <= last_day)
    done = table.filter(day <= windows.today).select(
        "nip",
        hours=nw.when(last).then(hours),
        technical_hours=nw.when(last & (kind == "technical")).then(hours),
        seminar=nw.when(last & (kind == "seminar")).then(nw.lit(1)).cast(nw.Int64),
        leadership=nw.when(kind == "leadership").then(nw.col("leadership")),
        functional=nw.when(kind == "functional").then(nw.lit(1)).cast(nw.Int64),
    )
    return StaffHistory(done, ("seminar", "leadership", "functional"), ("hours", "technical_hours"), none=0)


def _disciplines(table: Frame, windows: FactWindows, _: PerformanceRules) -> StaffHistory:
    """The heaviest grade so far, and whether a sanction is being served."""
    serving = nw.when(nw.col("until") >= windows.today).then(nw.lit(1)).otherwise(nw.lit(0)).cast(nw.Int64)
    decided = table.filter(nw.col("date") <= windows.today).select("nip", "grade", serving=serving)
    return StaffHistory(decided, ("grade", "serving"), none=0)


@dataclass(frozen=True, slots=True)
class FactReader:
    """How a table's rows become facts, which, and what is done when they stand beside the employee."""

    rows: Callable[[Frame, FactWindows, PerformanceRules], StaffHistory]
    columns: tuple[str, ...]
    finished: Callable[[Frame, FactWindows], Frame] = _as_it_is


READERS: dict[str, FactReader] = {
    "rating": FactReader(_ratings, ("rating", "feedback")),
    "award": FactReader(_awards, ("award",)),
    "assignment": FactReader(_assignments, ("assignment", "acting")),
    "assessment": FactReader(_assessments, ("jpm", "technical", "assessed_on"), _valid),
    "potential": FactReader(_potentials, ("potential",), _sum_alone),
    "training": FactReader(_trainings, ("hours", "technical_hours", "seminar", "leadership", "functional")),
    "discipline": FactReader(_disciplines, ("grade", "serving")),
}
