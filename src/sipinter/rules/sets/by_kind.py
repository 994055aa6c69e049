"""Reading the rules of the other kinds."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType

from sipinter.rules.document import Fields
from sipinter.rules.sets.model import (
    Bound,
    Competence,
    CompetenceRules,
    DisciplineRules,
    GroupPoints,
    IdentityRules,
    IncentiveRules,
    PerformanceRules,
    ProfessionalismRules,
    RetirementRules,
    Sanction,
    SelectionRules,
    WorkloadRules,
)
from sipinter.rules.sets.reading import NOTHING, ZERO, Reader, codes_of, figures, open_mapping, percent, whole
from sipinter.rules.sets.words import EXPECTATIONS, GRADES, GROUPS, ORGANISATIONS, RATINGS, TIERS

SKD_PARTS = ("twk", "tiu", "tkp")
FINAL_TIES = ("skd", *SKD_PARTS, "gpa", "older")


def professionalism(reader: Reader) -> ProfessionalismRules:
    competence = reader.block("competence", ("technical_hours", "groups"))
    groups = competence.mapping("groups", GROUPS)
    return ProfessionalismRules(
        header=reader.header(),
        qualification=_points(reader, "qualification"),
        technical_hours=whole(competence, "technical_hours", 1),
        groups=MappingProxyType({group: _group(groups, group) for group in GROUPS}),
        performance=_points(reader, "performance", tuple(RATINGS)),
        discipline=_points(reader, "discipline", ("never", *GRADES[1:])),
        categories=reader.bands("categories"),
    )


def _group(groups: Fields, group: str) -> GroupPoints:
    keys = ("training", "technical", "seminar")
    return GroupPoints(*(figures(groups.mapping(group, keys)).get(key, ZERO) for key in keys))


def _points(reader: Reader, key: str, codes: tuple[str, ...] | None = None) -> Mapping[str, Fraction]:
    block = open_mapping(reader.block(key, ("points",)), "points")
    found = figures(block, codes)
    for code in codes or ():
        if code not in found:
            block.document.fault_at(reader.fields.line(key), f"{key}: code “{code}” is missing")
    return found


def competence(reader: Reader) -> CompetenceRules:
    jpm = reader.block("jpm", ("capped", "decimals"))
    levels = reader.fields.mapping("levels", ("min", "max"))
    return CompetenceRules(
        header=reader.header(),
        validity_years=reader.whole("validity_years", 1),
        training_hours=reader.whole("training_hours_a_year"),
        capped=jpm.one_of("capped", ("yes", "no")) == "yes",
        decimals=whole(jpm, "decimals"),
        lowest=whole(levels, "min"),
        highest=whole(levels, "max", 1),
        competences=_competences(reader),
        required_levels=_tiers(reader, "required_levels"),
        filling=reader.bands("filling"),
        mapping=reader.bands("mapping"),
    )


def _competences(reader: Reader) -> tuple[Competence, ...]:
    kinds = reader.fields.mapping("competences", ("managerial", "socio_cultural"))
    found = []
    for kind in kinds:
        for node in kinds.sequence(kind):
            fields = reader.document.mapping(node, "competence", ("code", "title"))
            found.append(Competence(fields.string("code") or "?", kind, fields.text("title") or NOTHING))
    return tuple(found)


def _tiers(reader: Reader, key: str) -> Mapping[str, int]:
    """A whole number for every tier."""
    tiers = reader.block(key, ("tiers",)).mapping("tiers", tuple(TIERS))
    return MappingProxyType({tier: whole(tiers, tier, 1) for tier in tiers})


def workload(reader: Reader) -> WorkloadRules:
    return WorkloadRules(
        header=reader.header(),
        effective_minutes=reader.whole("effective_minutes", 1),
        efficiency=reader.bands("efficiency"),
    )


def retirement(reader: Reader) -> RetirementRules:
    return RetirementRules(header=reader.header(), ages=_tiers(reader, "ages"))


def incentive(reader: Reader) -> IncentiveRules:
    payment = reader.block("payment", ("productivity", "discipline"))
    shares = percent(payment, "productivity"), percent(payment, "discipline")
    if sum(shares) != 1:
        payment.fault("productivity", "the shares of the payment must sum to 100")
    return IncentiveRules(reader.header(), *shares)


def performance(reader: Reader) -> PerformanceRules:
    rows = reader.block("matrix", ("rows",)).mapping("rows", tuple(EXPECTATIONS))
    matrix = {
        (row, column): cells.one_of(column, tuple(RATINGS)) or "?"
        for row in EXPECTATIONS
        for cells in (rows.mapping(row, tuple(EXPECTATIONS)),)
        for column in EXPECTATIONS
    }
    block = reader.block("distribution", ("organisations",)).mapping("organisations", ORGANISATIONS)
    distribution = {
        rating: tuple(
            _bound(reader.document.mapping(node, "bound", ("ratings",), ("at_least", "at_most", "above")))
            for node in block.sequence(rating)
        )
        for rating in ORGANISATIONS
    }
    return PerformanceRules(reader.header(), MappingProxyType(matrix), MappingProxyType(distribution))


def _bound(fields: Fields) -> Bound:
    return Bound(
        ratings=codes_of(fields, "ratings", tuple(RATINGS)),
        at_least=percent(fields, "at_least") if "at_least" in fields else None,
        at_most=percent(fields, "at_most") if "at_most" in fields else None,
        above=percent(fields, "above") if "above" in fields else None,
    )


def discipline(reader: Reader) -> DisciplineRules:
    block = reader.block("absence", ("items", "consecutive_days"))
    found: list[Sanction] = []
    for node in block.sequence("items"):
        fields = reader.document.mapping(node, "sanction", ("days", "code", "grade", "title"))
        days = whole(fields, "days")
        if (days != 0) if not found else (days <= found[-1].days):
            fields.fault("days", "the days must ascend from 0")
        grade = fields.one_of("grade", GRADES) or "none"
        found.append(Sanction(days, fields.string("code") or "?", grade, fields.text("title") or NOTHING))
    return DisciplineRules(reader.header(), tuple(found), whole(block, "consecutive_days", 1))


def selection(reader: Reader) -> SelectionRules:
    skd = reader.block("skd", ("maximum",), SKD_PARTS)
    maxima = {key: skd.fraction(key) or ZERO for key in SKD_PARTS if key in skd}
    total = skd.fraction("maximum") or ZERO
    if total <= 0 or (maxima and sum(maxima.values()) != total):
        skd.fault("maximum", "must be above 0 and the sum of its parts")
    general, passing = _passing(reader)
    cut = reader.block("cut", ("times_posts", "ties"))
    final = reader.block("final", ("skd", "skb", "decimals", "ties"))
    shares = percent(final, "skd"), percent(final, "skb")
    if sum(shares) != 1:
        final.fault("skd", "the shares of the final mark must sum to 100")
    return SelectionRules(
        header=reader.header(),
        maxima=MappingProxyType({"skd": total, **maxima}),
        general=general,
        passing=passing,
        times_posts=whole(cut, "times_posts", 1),
        cut_ties=codes_of(cut, "ties", SKD_PARTS),
        skd_share=shares[0],
        skb_share=shares[1],
        decimals=whole(final, "decimals"),
        final_ties=codes_of(final, "ties", FINAL_TIES),
    )


def _passing(reader: Reader) -> tuple[str, Mapping[str, Mapping[str, Fraction]]]:
    if "passing" not in reader.fields:
        return "", {}
    block = reader.block("passing", ("general", "formations"))
    formations = open_mapping(block, "formations")
    found = {
        formation: figures(formations.mapping(formation, (), ("total", *SKD_PARTS)))
        for formation in formations
    }
    general = block.string("general") or "?"
    if general not in found:
        block.fault("general", f"“{general}” is not one of the formations")
    return general, MappingProxyType(found)


def identity(reader: Reader) -> IdentityRules:
    codes = reader.block("pppk_codes", ("values",))
    values = [reader.document.integer(node, "PPPK code") for node in codes.sequence("values")]
    return IdentityRules(
        header=reader.header(),
        minimum_age=reader.whole("minimum_age"),
        pppk_codes=tuple(value for value in values if value is not None),
    )
