"""Reading the rules of open selection, and those by which any selection is checked for fairness."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from types import MappingProxyType

from sipinter.rules.sets.model import FairnessRules, OpenSelectionRules
from sipinter.rules.sets.reader import RuleSetReader, read_percent

OPEN_PARTS = ("paper", "assessment_centre", "interview", "track_record")


def read_fairness_rules(reader: RuleSetReader) -> FairnessRules:
    block = reader.block("age_bands", ("lower",))
    bands = [reader.document.integer(node, "age band") or 0 for node in block.sequence("lower")]
    if any(lower >= upper for lower, upper in pairwise(bands)) or (bands and bands[0] < 1):
        block.fault("lower", "must ascend from above 0")
    return FairnessRules(
        header=reader.header(),
        ratio=_share(reader, "ratio"),
        minimum=reader.whole("minimum", 2),
        confidence=_share(reader, "confidence"),
        significance=_share(reader, "significance"),
        age_bands=tuple(bands),
    )


def _share(reader: RuleSetReader, key: str) -> Fraction:
    """Per cent between 0 and 100, neither of them."""
    block = reader.block(key, ("value",))
    value = read_percent(block, "value")
    if value in (0, 1):
        block.fault("value", "must lie between 0 and 100")
    return value


def read_open_selection_rules(reader: RuleSetReader) -> OpenSelectionRules:
    parts = reader.block("parts", OPEN_PARTS)
    weights = {}
    for part in OPEN_PARTS:
        fields = parts.mapping(part, ("weight", "at_least", "at_most"))
        weights[part], least, most = (read_percent(fields, key) for key in ("weight", "at_least", "at_most"))
        if not least <= weights[part] <= most:
            fields.fault("weight", "must lie between at_least and at_most")
    if sum(weights.values()) != 1:
        parts.fault(OPEN_PARTS[0], f"the weights sum to {sum(weights.values()) * 100}, not to 100")
    return OpenSelectionRules(
        header=reader.header(),
        weights=MappingProxyType(weights),
        best=reader.whole("best", 1),
        decimals=reader.whole("decimals"),
    )
