"""Reading the rules of the other kinds."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType

from sipinter.rules.document import YamlFields
from sipinter.rules.sets.codes import EXPECTATIONS, GRADES, GROUPS, ORGANISATIONS, RATINGS, TIERS
from sipinter.rules.sets.model import (
    Competence,
    CompetenceRules,
    DisciplineRules,
    GroupPoints,
    IdentityRules,
    IncentiveRules,
    PerformanceRules,
    ProfessionalismRules,
    RatingBound,
    RetirementRules,
    Sanction,
    SelectionRules,
    WorkloadRules,
)
from sipinter.rules.sets.reader import (
    NOTHING,
    ZERO,
    RuleSetReader,
    read_codes,
    read_figures,
    read_open_mapping,
    read_percent,
    read_whole_number,
)

SKD_PARTS = ("twk", "tiu", "tkp")
FINAL_TIES = ("skd", *SKD_PARTS, "gpa", "older")


def read_professionalism_rules(reader: RuleSetReader) -> ProfessionalismRules:
    competence = reader.block("competence", ("technical_hours", "groups"))
    groups = competence.mapping("groups", GROUPS)
    return ProfessionalismRules(
        header=reader.header(),
        qualification=_points(reader, "qualification"),
        technical_hours=read_whole_number(competence, "technical_hours", 1),
        groups=MappingProxyType({group: _group(groups, group) for group in GROUPS}),
        performance=_points(reader, "performance", tuple(RATINGS)),
        discipline=_points(reader, "discipline", ("never", *GRADES[1:])),
        categories=reader.bands("categories"),
    )


def _group(groups: YamlFields, group: str) -> GroupPoints:
    keys = ("training", "technical", "seminar")
    return GroupPoints(*(read_figures(groups.mapping(group, keys)).get(key, ZERO) for key in keys))


def _points(reader: RuleSetReader, key: str, codes: tuple[str, ...] | None = None) -> Mapping[str, Fraction]:
    block = read_open_mapping(reader.block(key, ("points",)), "points")
    found = read_figures(block, codes)
    for code in codes or ():
        if code not in found:
            block.document.fault_at(reader.fields.line(key), f"{key}: code “{code}” is missing")
    return found


def read_competence_rules(reader: RuleSetReader) -> CompetenceRules:
    jpm = reader.block("jpm", ("capped", "decimals"))
    levels = reader.fields.mapping("levels", ("min", "max"))
    return CompetenceRules(
        header=reader.header(),
        validity_years=reader.whole("validity_years", 1),
        training_hours=reader.whole("training_hours_a_year"),
        capped=jpm.one_of("capped", ("yes", "no")) == "yes",
        decimals=read_whole_number(jpm, "decimals"),
        lowest=read_whole_number(levels, "min"),
        highest=read_whole_number(levels, "max", 1),
        competences=_competences(reader),
        required_levels=_tiers(reader, "required_levels"),
        filling=reader.bands("filling"),
        mapping=reader.bands("mapping"),
    )


def _competences(reader: RuleSetReader) -> tuple[Competence, ...]:
    kinds = reader.fields.mapping("competences", ("managerial", "socio_cultural"))
    found = []
    for kind in kinds:
        for node in kinds.sequence(kind):
            fields = reader.document.mapping(node, "competence", ("code", "title"))
            found.append(Competence(fields.string("code") or "?", kind, fields.text("title") or NOTHING))
    return tuple(found)


def _tiers(reader: RuleSetReader, key: str) -> Mapping[str, int]:
    """A whole number for every tier."""
    tiers = reader.block(key, ("tiers",)).mapping("tiers", tuple(TIERS))
    return MappingProxyType({tier: read_whole_number(tiers, tier, 1) for tier in tiers})


def read_workload_rules(reader: RuleSetReader) -> WorkloadRules:
    return WorkloadRules(
        header=reader.header(),
        effective_minutes=reader.whole("effective_minutes", 1),
        efficiency=reader.bands("efficiency"),
    )


def read_retirement_rules(reader: RuleSetReader) -> RetirementRules:
    return RetirementRules(header=reader.header(), ages=_tiers(reader, "ages"))


def read_incentive_rules(reader: RuleSetReader) -> IncentiveRules:
    payment = reader.block("payment", ("productivity", "discipline"))
    shares = read_percent(payment, "productivity"), read_percent(payment, "discipline")
    if sum(shares) != 1:
        payment.fault("productivity", "the shares of the payment must sum to 100")
    return IncentiveRules(reader.header(), *shares)


def read_performance_rules(reader: RuleSetReader) -> PerformanceRules:
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


def _bound(fields: YamlFields) -> RatingBound:
    return RatingBound(
        ratings=read_codes(fields, "ratings", tuple(RATINGS)),
        at_least=read_percent(fields, "at_least") if "at_least" in fields else None,
        at_most=read_percent(fields, "at_most") if "at_most" in fields else None,
        above=read_percent(fields, "above") if "above" in fields else None,
    )


def read_discipline_rules(reader: RuleSetReader) -> DisciplineRules:
    block = reader.block("absence", ("items", "consecutive_days"))
    found: list[Sanction] = []
    for node in block.sequence("items"):
        fields = reader.document.mapping(node, "sanction", ("days", "code", "grade", "title"))
        days = read_whole_number(fields, "days")
        if (days != 0) if not found else (days <= found[-1].days):
            fields.fault("days", "the days must ascend from 0")
        grade = fields.one_of("grade", GRADES) or "none"
        found.append(Sanction(days, fields.string("code") or "?", grade, fields.text("title") or NOTHING))
    return DisciplineRules(reader.header(), tuple(found), read_whole_number(block, "consecutive_days", 1))


def read_selection_rules(reader: RuleSetReader) -> SelectionRules:
    skd = reader.block("skd", ("maximum",), SKD_PARTS)
    maxima = {key: skd.fraction(key) or ZERO for key in SKD_PARTS if key in skd}
    total = skd.fraction("maximum") or ZERO
    if total <= 0 or (maxima and sum(maxima.values()) != total):
        skd.fault("maximum", "must be above 0 and the sum of its parts")
    general, passing = _passing(reader)
    cut = reader.block("cut", ("times_posts", "ties"))
    final = reader.block("final", ("skd", "skb", "decimals", "ties"))
    shares = read_percent(final, "skd"), read_percent(final, "skb")
    if sum(shares) != 1:
        final.fault("skd", "the shares of the final mark must sum to 100")
    return SelectionRules(
        header=reader.header(),
        maxima=MappingProxyType({"skd": total, **maxima}),
        general=general,
        passing=passing,
        times_posts=read_whole_number(cut, "times_posts", 1),
        cut_ties=read_codes(cut, "ties", SKD_PARTS),
        skd_share=shares[0],
        skb_share=shares[1],
        decimals=read_whole_number(final, "decimals"),
        final_ties=read_codes(final, "ties", FINAL_TIES),
    )


def _passing(reader: RuleSetReader) -> tuple[str, Mapping[str, Mapping[str, Fraction]]]:
    if "passing" not in reader.fields:
        return "", {}
    block = reader.block("passing", ("general", "formations"))
    formations = read_open_mapping(block, "formations")
    found = {
        formation: read_figures(formations.mapping(formation, (), ("total", *SKD_PARTS)))
        for formation in formations
    }
    general = block.string("general") or "?"
    if general not in found:
        block.fault("general", f"“{general}” is not one of the formations")
    return general, MappingProxyType(found)


def read_identity_rules(reader: RuleSetReader) -> IdentityRules:
    codes = reader.block("pppk_codes", ("values",))
    values = [reader.document.integer(node, "PPPK code") for node in codes.sequence("values")]
    return IdentityRules(
        header=reader.header(),
        minimum_age=reader.whole("minimum_age"),
        pppk_codes=tuple(value for value in values if value is not None),
    )
