"""Yearly ratings of a whole staff: the matrix, and the distribution that the organisation's rating allows."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import narwhals as nw

from sipinter.merit.data.result import Result, make_result
from sipinter.merit.data.staff import Staff
from sipinter.merit.data.tables import RATINGS
from sipinter.merit.engine.base import Frame
from sipinter.merit.engine.lookup import lookup_code
from sipinter.rules.messages import Message, Refusal
from sipinter.rules.sets.catalog import rules_for
from sipinter.rules.sets.model import PerformanceRules, RatingBound


def compute_ratings(
    staff: Staff,
    on: date,
    rules_id: str | None = None,
    *,
    year: int | None = None,
    organisation: str | None = None,
    units: bool = False,
) -> Result:
    """Everybody's rating of a year, the one before the day unless given; or, with the organisation's rating,
    the distribution by agency or, with `units`, by unit.
    """
    rules = rules_for(PerformanceRules, on, rules_id)
    frame = staff.engine.keep(staff_ratings(staff, rules, on.year - 1 if year is None else year))
    if organisation is None:
        return make_result(staff, frame, rules.header.id, on, decided="rating", summed=("differs",))
    keys = ("agency", "unit") if units else ("agency",)
    groups = staff.engine.keep(rating_distribution(frame, rules, organisation, keys))
    return make_result(
        staff,
        groups,
        rules.header.id,
        on,
        decided="organisation",
        order=keys,
        summed=("employees", "rated"),
        rows_are="units" if units else "agencies",
    )


def staff_ratings(staff: Staff, rules: PerformanceRules, year: int) -> Frame:
    """Everybody's rating of a year: as given, by the matrix, whether the two differ.

    `rating` is the one that counts: as given, else by the matrix.
    """
    people = staff.need("employee").select("nip", "agency", "unit", "tier")
    table = staff.need("rating").filter(nw.col("year") == year)
    both = table.with_columns(pair=nw.concat_str(nw.col("result"), nw.col("behaviour"), separator=" "))
    pairs = {
        f"{result} {behaviour}": RATINGS.index(code) for (result, behaviour), code in rules.matrix.items()
    }
    # Of several in one year the highest counts, as on the talent map.
    judged = both.select(
        "nip", "result", "behaviour", given=nw.col("rating"), matrix=lookup_code(nw.col("pair"), pairs)
    ).with_columns(counted=nw.coalesce("given", "matrix"))
    best = judged.group_by("nip").agg(
        nw.col("result").max(),
        nw.col("behaviour").max(),
        nw.col("given").max(),
        nw.col("matrix").max(),
        nw.col("counted").max(),
        entries=nw.len().cast(nw.Int64),
    )
    names = dict(enumerate(RATINGS))
    differs = nw.col("given") != nw.col("matrix")
    return people.join(best, on="nip", how="left").select(
        "nip",
        "agency",
        "unit",
        "tier",
        "result",
        "behaviour",
        by_matrix=lookup_code(nw.col("matrix"), names),
        given=lookup_code(nw.col("given"), names),
        rating=lookup_code(nw.col("counted"), names),
        differs=nw.when(differs).then(nw.lit(1)).otherwise(nw.lit(0)).cast(nw.Int64),
        entries=nw.col("entries").fill_null(0),
        missing=nw.when(nw.col("counted").is_null()).then(nw.lit("rating")).otherwise(nw.lit("")),
    )


def rating_distribution(
    rated: Frame, rules: PerformanceRules, organisation: str, keys: tuple[str, ...]
) -> Frame:
    """Ratings of each group counted, and every bound of the organisation's rating that is broken.

    Refusal for a rating of the organisation that the rules do not know.
    """
    if organisation not in rules.distribution:
        known = ", ".join(rules.distribution)
        raise Refusal(
            Message(
                "{what}: “{value}” is not one of: {known}",
                what="--organisation",
                value=organisation,
                known=known,
            )
        )
    counted = rated.group_by(*keys).agg(
        employees=nw.len().cast(nw.Int64),
        rated=nw.col("rating").count().cast(nw.Int64),
        **{code: _is(code).sum().cast(nw.Int64) for code in RATINGS},
    )
    broken = [
        nw.when(_broken(bound)).then(nw.lit(name))
        for bound in rules.distribution[organisation]
        for name in (_named(bound),)
    ]
    return counted.with_columns(
        organisation=nw.lit(organisation),
        breaches=nw.concat_str(*broken, nw.lit(None).cast(nw.String), separator=";", ignore_nulls=True),
    )


def _is(code: str) -> nw.Expr:
    return nw.when(nw.col("rating") == code).then(nw.lit(1)).otherwise(nw.lit(0)).cast(nw.Int64)


def _broken(bound: RatingBound) -> nw.Expr:
    """Exact: the count of the codes against the bound times those rated. Nobody rated breaks nothing."""
    count = nw.col(bound.ratings[0])
    for code in bound.ratings[1:]:
        count = count + nw.col(code)
    chain: nw.Expr | None = None
    for limit, test in ((bound.at_least, "<"), (bound.at_most, ">"), (bound.above, "<=")):
        if limit is None:
            continue
        left, right = count * limit.denominator, nw.col("rated") * limit.numerator
        case = {"<": left < right, ">": left > right, "<=": left <= right}[test]
        chain = case if chain is None else chain | case
    assert chain is not None
    return chain & (nw.col("rated") > 0)


def _named(bound: RatingBound) -> str:
    """A bound as a code: sangat_baik<=70%."""
    parts = [(">=", bound.at_least), ("<=", bound.at_most), (">", bound.above)]
    return "+".join(bound.ratings) + ",".join(f"{sign}{_percent(x)}" for sign, x in parts if x is not None)


def _percent(share: Fraction) -> str:
    return f"{float(share * 100):g}%"
