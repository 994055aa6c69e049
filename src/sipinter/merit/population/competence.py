"""Competence of a whole staff (PermenPANRB 38/2017, Peraturan BKN 26/2019): JPM, gaps, categories, validity.

The latest assessment counts. Required levels are those of the post's own standard, else of the tier.
"""

from __future__ import annotations

from datetime import date

import narwhals as nw

from sipinter.merit.data.result import Result, make_result
from sipinter.merit.data.staff import Staff
from sipinter.merit.engine.base import Frame
from sipinter.merit.engine.dates import date_number, years_before
from sipinter.merit.engine.lookup import lookup_code, lookup_step
from sipinter.merit.engine.table import MILLIONTHS
from sipinter.rules.sets.catalog import rules_for
from sipinter.rules.sets.model import CompetenceRules, ScoreBand

IDENTITY = ("nip", "agency", "unit", "post", "tier")


def compute_competence(staff: Staff, on: date, rules_id: str | None = None) -> Result:
    """Competence of a staff on a day: one row an employee, as `staff_competences` says."""
    rules = rules_for(CompetenceRules, on, rules_id)
    frame = staff.engine.keep(staff_competences(staff, rules, on))
    return make_result(staff, frame, rules.header.id, on, decided="jpm", figures=("jpm",), summed=("valid",))


def staff_competences(staff: Staff, rules: CompetenceRules, on: date) -> Frame:
    """JPM (units of 10**-7), gap in all and by competence, categories, day and validity of the assessment."""
    frame = staff.need("employee").select(*IDENTITY)
    frame = _required(staff, frame, rules)
    frame = frame.join(_latest(staff, on), on="nip", how="left")
    frame = _reached(staff, frame, rules, on)
    return _judged(frame, rules, on)


def competence_gap_columns(rules: CompetenceRules) -> list[str]:
    return [f"gap_{competence.code}" for competence in rules.competences]


def _required(staff: Staff, frame: Frame, rules: CompetenceRules) -> Frame:
    """Columns required_CODE: the post's standard, else the default of the tier."""
    default = lookup_code(nw.col("tier"), dict(rules.required_levels))
    codes = [competence.code for competence in rules.competences]
    post, standard = staff.table("post"), staff.table("standard")
    if post is None or standard is None:
        return frame.with_columns(**{f"required_{code}": default for code in codes})
    levels = standard.group_by("standard").agg(**_spread(codes, "own"))
    own = post.select("post", "standard").join(levels, on="standard", how="inner").drop("standard")
    joined = frame.join(own, on="post", how="left")
    return joined.with_columns(
        **{f"required_{code}": nw.coalesce(nw.col(f"own_{code}"), default) for code in codes}
    )


def _spread(codes: list[str], prefix: str) -> dict[str, nw.Expr]:
    """One column a competence, from rows (competence, level)."""
    return {
        f"{prefix}_{code}": nw.when(nw.col("competence") == code).then(nw.col("level")).max()
        for code in codes
    }


def _latest(staff: Staff, on: date) -> Frame:
    """Sums of the latest assessment of each; of two on a day the one with the higher sum."""
    table = staff.need("assessment")
    past = table.filter(nw.col("date") <= date_number(on))
    # Day, reached and required in one number: the greatest is the latest.
    sums = (nw.col("date") * 1000 + nw.col("reached")) * 1000 + nw.col("required")
    latest = (
        past.select("nip", "date", sums=sums)
        .group_by("nip")
        .agg(assessed_on=nw.col("date").max(), sums=nw.col("sums").max())
    )
    same_day = nw.col("sums") // MILLIONTHS == nw.col("assessed_on")
    return latest.select(
        "nip",
        "assessed_on",
        reached=nw.when(same_day).then(nw.col("sums") // 1000 % 1000),
        required=nw.when(same_day).then(nw.col("sums") % 1000),
    )


def _reached(staff: Staff, frame: Frame, rules: CompetenceRules, on: date) -> Frame:
    """Gaps by competence at the latest assessment; null where the levels are not in the folder."""
    codes = [competence.code for competence in rules.competences]
    table = staff.table("competence")
    if table is None:
        return frame.with_columns(
            **{name: nw.lit(None).cast(nw.Int64) for name in competence_gap_columns(rules)}
        )
    past = table.filter(nw.col("date") <= date_number(on))
    keyed = past.with_columns(level=nw.col("date") * 10 + nw.col("level"))
    levels = keyed.group_by("nip").agg(**_spread(codes, "level"))
    joined = frame.join(levels, on="nip", how="left")
    gaps = {
        f"gap_{code}": nw.when(nw.col(f"level_{code}") // 10 == nw.col("assessed_on")).then(
            nw.col(f"level_{code}") % 10 - nw.col(f"required_{code}")
        )
        for code in codes
    }
    return joined.with_columns(**gaps)


def _judged(frame: Frame, rules: CompetenceRules, on: date) -> Frame:
    reached, required = nw.col("reached"), nw.col("required")
    if rules.capped:
        reached = nw.when(reached > required).then(required).otherwise(reached)
    hundred = 100 * 10**7
    some = required > 0
    jpm = nw.when(some).then((reached * (2 * hundred) + required) // (required * 2))
    valid = date_number(years_before(on, rules.validity_years))
    days = nw.col("assessed_on")
    return frame.with_columns(counted=reached).select(
        *IDENTITY,
        "assessed_on",
        *competence_gap_columns(rules),
        valid=nw.when(days > valid).then(nw.lit(1)).when(days <= valid).then(nw.lit(0)).cast(nw.Int64),
        reached=nw.col("reached"),
        required=required,
        gap=nw.col("reached") - required,
        jpm=jpm,
        filling=_category(rules.filling),
        mapping=_category(rules.mapping),
    )


def _category(bands: tuple[ScoreBand, ...]) -> nw.Expr:
    """By exact comparison: reached x 100 >= bound x required, without a division."""
    cases = [(band.lower, band.code) for band in reversed(bands)]
    chain: nw.Expr | None = None
    for lower, code in cases:
        margin = nw.col("counted") * (100 * lower.denominator) - nw.col("required") * lower.numerator
        case = nw.when(nw.col("required") > 0).then(lookup_step(margin, [(0, code)]))
        chain = case if chain is None else nw.coalesce(chain, case)
    assert chain is not None
    return chain
