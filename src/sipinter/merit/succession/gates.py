"""The gates of a succession group as table expressions: passed, failed, or not known.

Each gate is a condition in three values: null where the employee's field is empty, which is neither passed
nor failed. A frame carries them as sums of bits: `fails`, `unknown`, and `later`, what would still fail
after `soon_years`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date

import narwhals as nw

from sipinter.merit.engine.dates import date_number, years_before
from sipinter.merit.engine.lookup import lookup_code
from sipinter.merit.succession.targets import NONE
from sipinter.rules.sets.codes import EDUCATION, LEADERSHIP, RANKS
from sipinter.rules.sets.model import SuccessionRules, TalentRules, TierGates

GATES = (
    "box",
    "kind",
    "rank",
    "education",
    "field",
    "time_in_tier",
    "training",
    "feeder",
    "assessment",
    "age",
    "experience",
    "technical",
)
BITS = {code: 1 << place for place, code in enumerate(GATES)}
FIELD_GATES = ("any", "near", "fits")
MASKS = ("fails", "unknown", "later")
# Which threshold a gate compares with.
THRESHOLD = {
    "rank": "minimum_rank",
    "education": "minimum_education",
    "time_in_tier": "years_in_tier",
    "training": "training",
    "age": "maximum_age",
    "experience": "related_years",
}
TIMED = ("time_in_tier", "age", "experience")
READY, SOON, TO_CHECK, EXCLUDED = range(4)
STATUSES = ("ready", "ready_soon", "to_check", "excluded")


@dataclass(frozen=True, slots=True)
class GateCheck:
    """A gate's condition now and, where time alone changes it, after `soon_years`."""

    now: nw.Expr
    later: nw.Expr


def gate_thresholds(succession: SuccessionRules) -> dict[str, nw.Expr]:
    """What the rules ask of a candidate (columns for_tier, tier): columns rule_NAME, null for nothing."""
    tiers = succession.gates
    # The years asked for depend on where somebody comes from as well; both codes together are the key.
    years = {f"{tier}<{feeder}": n for tier, gates in tiers.items() for feeder, n in gates.feeders.items()}
    return {
        "rule_minimum_rank": _by_tier(tiers, lambda g: RANKS.index(g.rank) if g.rank else None),
        "rule_minimum_education": _by_tier(
            tiers, lambda g: EDUCATION.index(g.education) if g.education else None
        ),
        "rule_field": _by_tier(tiers, lambda g: FIELD_GATES.index(g.field)),
        "rule_years_in_tier": lookup_code(nw.concat_str("for_tier", "tier", separator="<"), years),
        "rule_training": _by_tier(tiers, lambda g: LEADERSHIP.index(g.training) if g.training else None),
        "rule_maximum_age": _by_tier(tiers, lambda g: g.maximum_age),
        "rule_related_years": _by_tier(tiers, lambda g: g.experience),
    }


def _by_tier(tiers: Mapping[str, TierGates], value: Callable[[TierGates], int | None]) -> nw.Expr:
    given = {tier: found for tier, gates in tiers.items() if (found := value(gates)) is not None}
    return lookup_code(nw.col("for_tier"), given) if given else nw.lit(None).cast(nw.Int64)


def candidate_checks(
    rules: TalentRules, succession: SuccessionRules, scope: str, overridden: Collection[str], on: date
) -> dict[str, GateCheck]:
    """The gates that do not depend on the post, on columns of a candidate."""
    years = next((p.look_back_years for p in rules.potential if p.code == "assessment"), None) or 3
    fixed = {
        "box": nw.col("box").is_in(succession.groups[scope]),
        "kind": _kind(succession),
        "assessment": nw.col("assessed_on") > date_number(years_before(on, years)),
        "technical": ~nw.col("technical").is_null() | ~nw.col("for_tier").is_in(list(rules.target_posts)),
    }
    # Technical competence is never failed: it is known or not. `when` without `otherwise` gives null for the
    # latter, which the masks count as unknown.
    fixed["technical"] = nw.when(fixed["technical"]).then(nw.lit(1)).cast(nw.Int64) == 1
    codes = [code for code, name in THRESHOLD.items() if name not in overridden]
    return {
        **{code: GateCheck(condition, condition) for code, condition in fixed.items()},
        **threshold_checks(codes, succession.soon_years, on, lambda name: nw.col(f"rule_{name}")),
    }


def _kind(succession: SuccessionRules) -> nw.Expr:
    holds: nw.Expr = nw.lit(True)
    for tier, gates in succession.gates.items():
        if gates.kinds:
            # A post of another tier does not ask: each tier's term holds for candidates of every other.
            holds = holds & ((nw.col("for_tier") != tier) | nw.col("kind").is_in(gates.kinds))
    return holds


def threshold_checks(
    codes: Collection[str], soon: int, on: date, needed: Callable[[str], nw.Expr]
) -> dict[str, GateCheck]:
    """The gates that compare with a threshold; `needed` gives it, null for none."""
    found = {}
    for code in codes:
        need = needed(THRESHOLD[code])
        if code == "age":
            # At most 56: the 56th birthday is not past.
            until = nw.col("birth_date") + need * 10000
            # The one gate that time closes: who is ready now may be too old by then.
            conditions = (until >= date_number(on), until >= date_number(on) + soon * 10000)
        else:
            value = nw.col(VALUES[code])
            later = value + soon if code in ("time_in_tier", "experience") else value
            conditions = (value >= need, later >= need)
        # Where nothing is asked an empty field is no gap: true | null is true.
        found[code] = GateCheck(*(need.is_null() | condition for condition in conditions))
    return found


VALUES = {
    "rank": "rank",
    "education": "education",
    "time_in_tier": "tenure",
    "training": "leadership",
    "experience": "related_years",
}


def post_checks(succession: SuccessionRules, overridden: Collection[str], on: date) -> dict[str, GateCheck]:
    """The gates that depend on the post, on columns of a pair of profile and candidate."""

    def needed(name: str) -> nw.Expr:
        # A post may ask for nothing (0) where the rules ask; only NONE means that it says nothing itself.
        own = nw.col(f"post_{name}")
        return nw.when(own > NONE).then(own).otherwise(nw.col(f"rule_{name}"))

    codes = [code for code, name in THRESHOLD.items() if name in overridden]
    fixed = {"field": _field()}
    if "feeder_posts" in overridden:
        fixed["feeder"] = _feeder()
    return {
        **{code: GateCheck(condition, condition) for code, condition in fixed.items()},
        **threshold_checks(codes, succession.soon_years, on, needed),
    }


def _field() -> nw.Expr:
    field, gate = nw.col("post_field"), nw.col("rule_field")
    none = (field == "") | (gate == FIELD_GATES.index("any"))
    near = (gate == FIELD_GATES.index("near")) & (nw.col("field_group") == nw.col("post_field_group"))
    return none | (nw.col("field") == field) | near


def _feeder() -> nw.Expr:
    """Does the candidate hold one of the listed posts (`feeds` is 1)?"""
    # Neither branch for a candidate whose post is not known: null, so the gate is unknown and not failed.
    holds = (
        nw.when((nw.col("post_feeder_posts") == "") | ~nw.col("feeds").is_null())
        .then(nw.lit(1))
        .when(~nw.col("post").is_null())
        .then(nw.lit(0))
    )
    return holds.cast(nw.Int64) == 1


def gate_masks(checks: Mapping[str, GateCheck]) -> dict[str, nw.Expr]:
    """`fails`, `unknown` and `later` of some gates as sums of bits."""
    timed = {code: check for code, check in checks.items() if code in TIMED}
    # What time does not change fails later as it does now; its bits are built once for both masks.
    still = _bits({code: ~check.now for code, check in checks.items() if code not in TIMED})
    return {
        "fails": still + _bits({code: ~check.now for code, check in timed.items()}),
        "unknown": _bits({code: check.now.is_null() for code, check in checks.items()}),
        "later": still + _bits({code: ~check.later for code, check in timed.items()}),
    }


def _bits(holds: Mapping[str, nw.Expr]) -> nw.Expr:
    total: nw.Expr = nw.lit(0).cast(nw.Int64)
    for code, condition in holds.items():
        total = total + nw.when(condition).then(nw.lit(BITS[code])).otherwise(nw.lit(0)).cast(nw.Int64)
    return total


def readiness_status() -> nw.Expr:
    """0 ready, 1 ready soon, 2 to be checked, 3 excluded, from the masks."""
    none, known = nw.col("fails") == 0, nw.col("unknown") == 0
    return (
        nw.when(none & known)
        .then(nw.lit(READY))
        .when(known & (nw.col("later") == 0))
        .then(nw.lit(SOON))
        .when(none)
        .then(nw.lit(TO_CHECK))
        .otherwise(nw.lit(EXCLUDED))
        .cast(nw.Int64)
    )


def gate_in_mask(mask: nw.Expr, code: str) -> nw.Expr:
    """Is the gate's bit set?"""
    return (mask // BITS[code]) % 2 == 1


def gate_names(mask: nw.Expr) -> nw.Expr:
    """The gates of a mask, separated by semicolons."""
    names = [nw.when(gate_in_mask(mask, code)).then(nw.lit(code)) for code in GATES]
    return nw.concat_str(*names, separator=";", ignore_nulls=True)


def gates_of_mask(mask: int) -> list[str]:
    """The gates whose bits are set in the mask of one row."""
    return [code for code in GATES if mask & BITS[code]]
