"""Reading the succession part of the talent rules: groups of boxes and gates by tier."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import cast

from sipinter.rules.document import YamlFields
from sipinter.rules.sets.codes import EDUCATION, KINDS_OF_STAFF, LEADERSHIP, RANKS, TIERS
from sipinter.rules.sets.model import FieldGate, SuccessionRules, TierGates
from sipinter.rules.sets.reader import RuleSetReader, read_codes, read_open_mapping, read_whole_number

SCOPES = ("agency", "national")
FIELD_GATES = ("any", "near", "fits")


def read_succession_rules(reader: RuleSetReader, boxes: Collection[int]) -> SuccessionRules:
    """The succession rules of a document; faults are recorded in it."""
    block = reader.block("succession", ("groups", "soon_years", "gates"))
    groups = block.mapping("groups", SCOPES)
    gates = block.mapping("gates", ("status", "tiers"))
    reader.note_status("succession.gates", gates)
    tiers = read_open_mapping(gates, "tiers")
    return SuccessionRules(
        groups=MappingProxyType({scope: _group(groups, scope, boxes) for scope in SCOPES}),
        soon_years=read_whole_number(block, "soon_years"),
        gates=MappingProxyType({tier: _gates(tiers, tier) for tier in tiers}),
    )


def _group(groups: YamlFields, scope: str, boxes: Collection[int]) -> tuple[int, ...]:
    found = tuple(groups.document.integer(node, f"group {scope}") for node in groups.sequence(scope))
    if len(set(found)) < len(found) or any(box not in boxes for box in found):
        groups.fault(scope, "must name boxes from 1 to 9, each once")
    return tuple(box for box in found if box is not None)


def _gates(tiers: YamlFields, tier: str) -> TierGates:
    if tier not in TIERS:
        tiers.fault(tier, f"unknown tier “{tier}”; known: {', '.join(TIERS)}")
    fields = tiers.mapping(
        tier, ("feeders",), ("kinds", "rank", "education", "field", "training", "maximum_age", "experience")
    )
    return TierGates(
        feeders=_feeders(fields, tier),
        kinds=read_codes(fields, "kinds", KINDS_OF_STAFF) if "kinds" in fields else (),
        rank=_code(fields, "rank", RANKS),
        education=_code(fields, "education", EDUCATION),
        field=cast(FieldGate, _code(fields, "field", FIELD_GATES) or "any"),
        training=_code(fields, "training", LEADERSHIP),
        maximum_age=read_whole_number(fields, "maximum_age", 1) if "maximum_age" in fields else None,
        experience=read_whole_number(fields, "experience") if "experience" in fields else None,
    )


def _feeders(fields: YamlFields, tier: str) -> Mapping[str, int]:
    feeders = read_open_mapping(fields, "feeders")
    for feeder in feeders:
        if feeder not in TIERS or feeder == tier:
            feeders.fault(feeder, f"“{feeder}” is not another tier; known: {', '.join(TIERS)}")
    return MappingProxyType({feeder: read_whole_number(feeders, feeder) for feeder in feeders})


def _code(fields: YamlFields, key: str, allowed: Collection[str]) -> str | None:
    return fields.one_of(key, allowed) if key in fields else None
