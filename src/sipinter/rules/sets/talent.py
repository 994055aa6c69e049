"""Reading the talent map's rules."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING

from sipinter.rules.document import YamlFields
from sipinter.rules.model import Text
from sipinter.rules.sets import succession
from sipinter.rules.sets.codes import EXPECTATIONS, POTENTIALS, TIERS
from sipinter.rules.sets.model import AxisPart, Missing, TalentRules
from sipinter.rules.sets.reader import (
    ZERO,
    RuleSetReader,
    read_figures,
    read_open_mapping,
    read_percent,
    read_whole_number,
)

if TYPE_CHECKING:
    from yaml.nodes import Node

REQUIRED = ("thresholds", "boxes", "performance", "potential", "talent_value", "target_post")
OPTIONAL = ("succession",)
BOXES = range(1, 10)
PARTS = {
    "performance": ("rating", "award", "assignment", "feedback"),
    "potential": ("assessment", "development", "experience", "potential", "education", "field", "discipline"),
    "experience": ("tenure", "breadth", "acting"),
}
BY_CODE = (
    "rating",
    "award",
    "assignment",
    "feedback",
    "breadth",
    "acting",
    "education",
    "field",
    "discipline",
)
BY_STEPS = ("development", "tenure")


def read_talent_rules(reader: RuleSetReader) -> TalentRules:
    """The rules of a document; faults are recorded in it."""
    thresholds = reader.block("thresholds", ("top", "middle"))
    top, middle = thresholds.fraction("top") or ZERO, thresholds.fraction("middle") or ZERO
    if not 0 < middle < top <= 100:
        thresholds.fault("top", "the thresholds must ascend between 0 and 100")
    boxes = reader.block("boxes", ("matrix", "follow_up"))
    shares = reader.block("talent_value", ("performance", "potential"))
    performance_share, potential_share = (
        read_percent(shares, "performance"),
        read_percent(shares, "potential"),
    )
    if performance_share + potential_share != 1:
        shares.fault("performance", "the shares of the talent value must sum to 100")
    performance, potential = (_axis(reader, axis) for axis in ("performance", "potential"))
    return TalentRules(
        header=reader.header(),
        top=top,
        middle=middle,
        matrix=_matrix(boxes),
        follow_up=_follow_up(boxes),
        performance=performance,
        potential=potential,
        performance_share=performance_share,
        potential_share=potential_share,
        target_posts=_target_posts(reader),
        succession=succession.read_succession_rules(reader, BOXES) if "succession" in reader.fields else None,
    )


def _matrix(boxes: YamlFields) -> Mapping[tuple[str, str], int]:
    rows = boxes.mapping("matrix", tuple(EXPECTATIONS))
    found = {
        (row, column): cells.integer(column)
        for row in EXPECTATIONS
        for cells in (rows.mapping(row, tuple(POTENTIALS)),)
        for column in POTENTIALS
    }
    if sorted(box or 0 for box in found.values()) != list(BOXES):
        boxes.fault("matrix", "must hold each box from 1 to 9 once")
    return MappingProxyType({place: box or 0 for place, box in found.items()})


def _follow_up(boxes: YamlFields) -> Mapping[int, tuple[Text, ...]]:
    found: dict[int, tuple[Text, ...]] = {}
    for node in boxes.sequence("follow_up"):
        fields = boxes.document.mapping(node, "follow-up", ("box", "steps"))
        steps = [boxes.document.text(step, "follow-up, step") for step in fields.sequence("steps")]
        found[fields.integer("box") or 0] = tuple(step for step in steps if step)
    if sorted(found) != list(BOXES):
        boxes.fault("follow_up", "must name each box from 1 to 9 once")
    return MappingProxyType(found)


def _axis(reader: RuleSetReader, axis: str) -> tuple[AxisPart, ...]:
    parts: list[AxisPart] = []
    for node in reader.fields.sequence(axis):
        fields = reader.document.mapping(
            node,
            f"{axis}, part",
            ("part", "weight", "status", "missing"),
            ("points", "bands", "mean_of", "look_back_years"),
        )
        part = _part(fields, axis)
        reader.note_status(f"{axis}.{part.code}", fields)
        if any(part.code == other.code for other in parts):
            fields.fault("part", f"part “{part.code}” is given twice")
        parts.append(part)
    total = sum((part.weight for part in parts), ZERO)
    if parts and total != 1:
        reader.fields.fault(axis, f"the weights sum to {total * 100}, not to 100")
    return tuple(parts)


def _part(fields: YamlFields, axis: str) -> AxisPart:
    code = fields.one_of("part", PARTS[axis]) or "?"
    inner = tuple(_inner(fields, node) for node in fields.sequence("mean_of")) if "mean_of" in fields else ()
    if (code == "experience") != bool(inner):
        fields.fault("part", "“mean_of” belongs to the part experience, and to it only")
    missing: Missing = "zero" if fields.one_of("missing", ("refuse", "zero")) == "zero" else "refuse"
    return AxisPart(
        code=code,
        weight=read_percent(fields, "weight"),
        points=_points(fields, code),
        steps=_steps(fields, code),
        mean_of=inner,
        look_back_years=read_whole_number(fields, "look_back_years", 1)
        if "look_back_years" in fields
        else None,
        missing=missing,
    )


def _inner(fields: YamlFields, node: Node) -> AxisPart:
    inner = fields.document.mapping(node, "mean of", ("part",), ("points", "bands"))
    code = inner.one_of("part", PARTS["experience"]) or "?"
    return AxisPart(code, ZERO, _points(inner, code), _steps(inner, code), (), None, "refuse")


def _points(fields: YamlFields, code: str) -> Mapping[str, Fraction]:
    if (code in BY_CODE) != ("points" in fields):
        fields.fault("part", f"part {code}: “points” must be given for codes, and only for them")
        return {}
    return _within(fields, read_figures(read_open_mapping(fields, "points"))) if "points" in fields else {}


def _steps(fields: YamlFields, code: str) -> tuple[tuple[int, Fraction], ...]:
    if (code in BY_STEPS) != ("bands" in fields):
        fields.fault("part", f"part {code}: “bands” must be given for figures, and only for them")
        return ()
    if "bands" not in fields:
        return ()
    found = _within(fields, read_figures(read_open_mapping(fields, "bands")))
    if not all(key.isdecimal() for key in found) or "0" not in found:
        fields.fault("bands", "must be lower bounds in whole numbers, one of them 0")
        return ()
    steps = sorted(((int(key), worth) for key, worth in found.items()), reverse=True)
    if any(higher[1] < lower[1] for higher, lower in pairwise(steps)):
        fields.fault("bands", "more must not be worth less")
    return tuple(steps)


def _within(fields: YamlFields, found: Mapping[str, Fraction]) -> Mapping[str, Fraction]:
    for code, worth in found.items():
        if worth > 110:
            fields.fault("part", f"{code}: {worth} lies above 110")
    return found


def _target_posts(reader: RuleSetReader) -> Mapping[str, tuple[Fraction, Fraction]]:
    tiers = read_open_mapping(reader.block("target_post", ("tiers",)), "tiers")
    found: dict[str, tuple[Fraction, Fraction]] = {}
    for tier in tiers:
        shares = tiers.mapping(tier, ("talent", "technical"))
        found[tier] = (read_percent(shares, "talent"), read_percent(shares, "technical"))
        if tier not in TIERS:
            tiers.fault(tier, f"unknown tier “{tier}”; known: {', '.join(TIERS)}")
        if sum(found[tier]) != 1:
            tiers.fault(tier, "the shares must sum to 100")
    return MappingProxyType(found)
