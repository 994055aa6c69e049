"""The professionalism index of a whole staff (PermenPANRB 38/2018, Peraturan BKN 8/2019).

Facts in, index out. The same rules as `asn_index`, on int64.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import lcm

import narwhals as nw

from sipinter.merit.engine import Frame
from sipinter.merit.exact import UNIT
from sipinter.merit.lookup import by_code, by_step, listed, rounded
from sipinter.merit.mapping import IDENTITY
from sipinter.merit.tables import EDUCATION, GRADES, LEADERSHIP, RATINGS
from sipinter.rules.sets.model import GroupPoints, ProfessionalismRules
from sipinter.rules.sets.words import GROUPS, TIERS, group_of

DIMENSIONS = ("qualification", "competence", "performance", "discipline")
FIGURES = [*DIMENSIONS, "index"]
TABLES = ("rating", "training", "discipline")
# The leadership training that a structural tier asks for; a higher one covers it.
LEADERSHIP_OF = {
    "pengawas": "pkp",
    "administrator": "pka",
    "jpt_pratama": "pkn_ii",
    "jpt_madya": "pkn_i",
    "jpt_utama": "pkn_i",
}


def index_staff(facts: Frame, rules: ProfessionalismRules) -> Frame:
    """The four dimensions, index, category and what was missing of every employee."""
    scale = _scale(rules)
    points = _points(rules, scale)
    grouped = facts.with_columns(group=by_code(nw.col("tier"), {t: group_of(t) for t in TIERS}))
    staged = grouped.with_columns(
        qualification=by_code(nw.col("education"), points(rules.qualification, EDUCATION)),
        competence=_competence(rules, scale),
        performance=by_code(nw.col("rating"), points(rules.performance, RATINGS)),
        discipline=by_code(nw.col("grade"), points(rules.discipline, GRADES)),
    )
    total = nw.col("qualification") + nw.col("competence") + nw.col("performance") + nw.col("discipline")
    summed = staged.with_columns(total=total)
    bounds = [(int(band.lower * scale), band.code) for band in reversed(rules.categories)]
    return summed.select(
        *IDENTITY,
        "group",
        *(rounded(nw.col(name), scale // UNIT).alias(name) for name in DIMENSIONS),
        index=rounded(nw.col("total"), scale // UNIT),
        category=by_step(nw.col("total"), bounds),
        missing=listed({name: nw.col(name) for name in DIMENSIONS}),
    )


def by_agency(indexes: Frame) -> Frame:
    """The index of each agency: the mean over the employees who have one, and how many those are."""
    known = indexes.group_by("agency").agg(
        employees=nw.len().cast(nw.Int64),
        with_index=nw.col("index").count().cast(nw.Int64),
        total=nw.col("index").sum().cast(nw.Int64),
    )
    some = nw.col("with_index") > 0
    mean = (nw.col("total") * 2 + nw.col("with_index")) // (nw.col("with_index") * 2)
    return known.select("agency", "employees", "with_index", index=nw.when(some).then(mean))


def _scale(rules: ProfessionalismRules) -> int:
    groups = [(g.training, g.technical, g.seminar) for g in rules.groups.values()]
    figures: list[Fraction] = [worth for group in groups for worth in group]
    for table in (rules.qualification, rules.performance, rules.discipline):
        figures += table.values()
    figures += [band.lower for band in rules.categories]
    return lcm(UNIT, *(figure.denominator for figure in figures))


def _points(
    rules: ProfessionalismRules, scale: int
) -> Callable[[Mapping[str, Fraction], tuple[str, ...]], dict[int, int]]:
    def points(table: Mapping[str, Fraction], codes: tuple[str, ...]) -> dict[int, int]:
        return {codes.index(code): int(worth * scale) for code, worth in table.items() if code in codes}

    return points


def _competence(rules: ProfessionalismRules, scale: int) -> nw.Expr:
    """By group of posts: training of the post, technical training of the year before, seminar."""
    required = by_code(nw.col("tier"), {t: LEADERSHIP.index(code) for t, code in LEADERSHIP_OF.items()})
    trained = {
        "structural": nw.col("leadership") >= required,
        "functional": nw.col("functional") == 1,
        "executive": nw.col("functional") == 1,
    }
    chain: nw.Expr | None = None
    for group in GROUPS:
        worth = _group(rules.groups[group], trained[group], rules.technical_hours, scale)
        case = nw.when(nw.col("group") == group).then(worth)
        chain = case if chain is None else nw.coalesce(chain, case)
    assert chain is not None
    return chain


def _group(points: GroupPoints, trained: nw.Expr, hours: int, scale: int) -> nw.Expr:
    parts = (
        (trained, points.training),
        (nw.col("technical_hours") >= hours, points.technical),
        (nw.col("seminar") == 1, points.seminar),
    )
    total: nw.Expr | None = None
    for holds, worth in parts:
        # Null stays null: a condition on what is not known is neither true nor false.
        part = nw.when(holds).then(nw.lit(int(worth * scale))).when(~holds).then(nw.lit(0)).cast(nw.Int64)
        total = part if total is None else total + part
    assert total is not None
    return total
