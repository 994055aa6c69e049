"""Candidates of a succession: who comes from a feeder tier, with box, score and what the gates ask for.

Box and talent value are those of the talent map; the score weighs talent value and technical competence by
the tier of the target post. `place` numbers the candidates of a tier in their order: boxes first, then
score, talent value, employee number.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

import narwhals as nw

from sipinter.merit.data.fact_rules import IDENTITY, FactWindows
from sipinter.merit.data.facts import PERSON
from sipinter.merit.data.prepared_facts import load_facts
from sipinter.merit.data.staff import Staff
from sipinter.merit.engine.base import Engine, Frame
from sipinter.merit.engine.lookup import lookup_code
from sipinter.merit.population.talent import add_boxes
from sipinter.merit.succession.gates import MASKS, candidate_checks, gate_masks, gate_thresholds
from sipinter.rules.sets.catalog import rules_for
from sipinter.rules.sets.codes import RANKS
from sipinter.rules.sets.model import PerformanceRules, SuccessionRules, TalentRules

LAST = 99  # behind every box of the group
INFO = ("agency", "unit", "post", "tier", "box", "talent_value", "technical", "score")
FACTS = (
    "technical",
    "assessed_on",
    "kind",
    "rank",
    "education",
    "tenure",
    "leadership",
    "birth_date",
    "related_years",
    "field",
    "field_group",
)
COMPARED = FACTS[3:]


class FeederStaff(Staff):
    """The staff of some tiers only. Rows of others in the histories stand beside nobody."""

    def __init__(self, staff: Staff, tiers: Collection[str]) -> None:
        super().__init__(staff.files, staff.engine, label=staff.label, folder=staff.folder)
        self.used = staff.used  # what is read here counts as read there
        self.tiers = list(tiers)

    def table(self, name: str) -> Frame | None:
        found = super().table(name)
        return found.filter(nw.col("tier").is_in(self.tiers)) if found and name == "employee" else found


def feeder_layers(succession: SuccessionRules) -> list[dict[str, str]]:
    """Feeder tier -> target tier, as often as a tier feeds more than one."""
    found: list[dict[str, str]] = []
    for target, gates in sorted(succession.gates.items()):
        for feeder in gates.feeders:
            layer = next((layer for layer in found if feeder not in layer), None)
            if layer is None:
                layer = {}
                found.append(layer)
            layer[feeder] = target
    return found


def succession_candidates(
    staff: Staff,
    rules: TalentRules,
    succession: SuccessionRules,
    scope: str,
    overridden: Collection[str],
    on: date,
) -> Frame:
    """One row a candidate and tier of target posts, with the masks of the gates that no post changes."""
    stacked = feeder_layers(succession)
    tiers = {tier for layer in stacked for tier in layer}
    performance = rules_for(PerformanceRules, on)
    read = FeederStaff(staff, tiers), FactWindows.of(rules, on), performance
    # Facts that were prepared are those of everybody.
    known = load_facts(*read, carried=(*IDENTITY, *PERSON)).filter(nw.col("tier").is_in(list(tiers)))
    whole = known.with_columns(rank=_ranks(nw.col("rank").str.to_uppercase()))
    if len(stacked) > 1:
        whole = staff.engine.keep(whole)
    mapped = [_mapped(whole, rules, layer) for layer in stacked]
    boxes = mapped[0] if len(mapped) == 1 else nw.concat(mapped)
    asked = gate_thresholds(succession)
    gates = gate_masks(candidate_checks(rules, succession, scope, overridden, on))
    needed = [name for name in asked if name.removeprefix("rule_") in (*overridden, "field")]
    judged = boxes.with_columns(**asked).with_columns(**gates)
    return staff.engine.keep(judged.select("nip", "for_tier", *INFO, *COMPARED, *needed, *MASKS))


def order_candidates(engine: Engine, pool: Frame, boxes: tuple[int, ...]) -> Frame:
    """The candidates whom no gate of their own excludes, with their `place` among those of the tier."""
    excluded = (nw.col("fails") > 0) & ((nw.col("unknown") > 0) | (nw.col("later") > 0))
    staged = pool.filter(~excluded).with_columns(
        box_place=lookup_code(nw.col("box"), {box: n for n, box in enumerate(boxes)}).fill_null(LAST),
        behind=nw.col("score").fill_null(-1) * -1,
        below=nw.col("talent_value").fill_null(-1) * -1,
    )
    order = ["box_place", "behind", "below", "nip"]
    place = nw.col("nip").cum_count().over("for_tier", order_by=order).cast(nw.Int64)
    return engine.keep(staged.with_columns(place=place).drop("box_place", "behind", "below"))


def _ranks(rank: nw.Expr) -> nw.Expr:
    return lookup_code(rank, {code.upper(): place for place, code in enumerate(RANKS)})


def _mapped(known: Frame, rules: TalentRules, layer: Mapping[str, str]) -> Frame:
    """The talent map with the target value for the tier that one's own feeds."""
    feeding = known.filter(nw.col("tier").is_in(list(layer)))
    aimed = feeding.with_columns(target_tier=lookup_code(nw.col("tier"), layer))
    weighed = nw.col("target_tier").is_in(list(rules.target_posts))
    score = nw.when(weighed).then(nw.col("map_target_value")).otherwise(nw.col("map_talent_value"))
    return add_boxes(aimed, rules).select(
        "nip",
        "agency",
        "unit",
        "post",
        "tier",
        *FACTS,
        for_tier="target_tier",
        box="map_box",
        talent_value="map_talent_value",
        score=score,
    )
