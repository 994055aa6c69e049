"""Rule sets: how they are found, loaded and chosen by id or date.

A rule set is one YAML file in a folder named after its kind. The built-in ones stand in
`rules/catalog`; more folders (with the same folders of kinds in them) are named by
SIPINTER_RULES (separated like PATH).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, TypeVar, cast

from sipinter.rules.document import DocumentFault, YamlDocument
from sipinter.rules.messages import Message, Refusal
from sipinter.rules.sets import by_kind, selection, talent
from sipinter.rules.sets.model import (
    CompetenceRules,
    DisciplineRules,
    FairnessRules,
    IdentityRules,
    IncentiveRules,
    Kind,
    OpenSelectionRules,
    PerformanceRules,
    ProfessionalismRules,
    RetirementRules,
    RuleSet,
    SelectionRules,
    TalentRules,
    WorkloadRules,
)
from sipinter.rules.sets.reader import HEADER, RuleSetError, RuleSetReader

if TYPE_CHECKING:
    from yaml.nodes import Node

BUILT_IN = Path(__file__).parents[1] / "catalog"
FOLDERS_VARIABLE = "SIPINTER_RULES"
MOST_STEPS = 8
R = TypeVar("R", bound=RuleSet)


class RuleSetFormat(NamedTuple):
    """How a kind is read: its keys and the function that makes the rule set."""

    read: Callable[[RuleSetReader], RuleSet]
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()


KINDS: dict[Kind, RuleSetFormat] = {
    "talent": RuleSetFormat(talent.read_talent_rules, talent.REQUIRED, talent.OPTIONAL),
    "professionalism": RuleSetFormat(
        by_kind.read_professionalism_rules,
        ("qualification", "competence", "performance", "discipline", "categories"),
    ),
    "competence": RuleSetFormat(
        by_kind.read_competence_rules,
        (
            "validity_years",
            "training_hours_a_year",
            "jpm",
            "levels",
            "competences",
            "required_levels",
            "filling",
            "mapping",
        ),
    ),
    "workload": RuleSetFormat(by_kind.read_workload_rules, ("effective_minutes", "efficiency")),
    "retirement": RuleSetFormat(by_kind.read_retirement_rules, ("ages",)),
    "incentive": RuleSetFormat(by_kind.read_incentive_rules, ("payment",)),
    "performance": RuleSetFormat(by_kind.read_performance_rules, ("matrix", "distribution")),
    "discipline": RuleSetFormat(by_kind.read_discipline_rules, ("absence",)),
    "selection": RuleSetFormat(by_kind.read_selection_rules, ("skd", "cut", "final"), ("passing",)),
    "identity": RuleSetFormat(by_kind.read_identity_rules, ("minimum_age", "pppk_codes")),
    "fairness": RuleSetFormat(
        selection.read_fairness_rules, ("ratio", "minimum", "confidence", "significance", "age_bands")
    ),
    "open_selection": RuleSetFormat(selection.read_open_selection_rules, ("parts", "best", "decimals")),
}
TYPES: dict[type, Kind] = {
    TalentRules: "talent",
    ProfessionalismRules: "professionalism",
    CompetenceRules: "competence",
    WorkloadRules: "workload",
    RetirementRules: "retirement",
    IncentiveRules: "incentive",
    PerformanceRules: "performance",
    DisciplineRules: "discipline",
    SelectionRules: "selection",
    IdentityRules: "identity",
    FairnessRules: "fairness",
    OpenSelectionRules: "open_selection",
}


def rules_for(wanted: type[R], on: date, rules_id: str | None = None) -> R:
    """The rule set with that id, else the newest of its kind in force on the date.

    Refusal when there is none; RuleSetError when a file is not sound.
    """
    kind = TYPES[wanted]
    if rules_id is not None:
        return cast(R, load_rule_set(kind, rules_id))
    return cast(R, _in_force(kind, on, _state(kind)))


@lru_cache(maxsize=256)
def _in_force(kind: Kind, on: date, state: State) -> RuleSet:
    """The newest rule set of a kind in force on a day, of files in that state."""
    in_force = [s for s in list_rule_sets(kind) if s.header.in_force(on) and not s.header.variant]
    if not in_force:
        raise Refusal(
            Message(
                "no rules of the kind {kind} are in force on {on}; available: {known}",
                kind=kind,
                on=on.isoformat(),
                known=", ".join(sorted(rule_set_files(kind))),
            )
        )
    return max(in_force, key=lambda s: (s.header.valid_from, s.header.id))


def list_rule_sets(kind: Kind) -> list[RuleSet]:
    """All rule sets of a kind by id. RuleSetError with the faults of all files."""
    found, faults = [], []
    for rules_id in sorted(rule_set_files(kind)):
        try:
            found.append(load_rule_set(kind, rules_id))
        except RuleSetError as error:
            faults.extend(error.faults)
    if faults:
        raise RuleSetError(faults)
    return found


def load_rule_set(kind: Kind, rules_id: str) -> RuleSet:
    """The rule set with that id. Refusal when there is none, RuleSetError when its file is not sound."""
    return _load_state(kind, rules_id, _state(kind))


State = tuple[tuple[str, Path, int, int], ...]  # name, path, time and size of every file


def _state(kind: Kind) -> State:
    """What tells one state of the files of a kind from another, so that an edited rule set is read anew."""
    found = []
    for name, path in rule_set_files(kind).items():
        stat = path.stat()
        found.append((name, path, stat.st_mtime_ns, stat.st_size))
    return tuple(found)


@lru_cache(maxsize=256)
def _load_state(kind: Kind, rules_id: str, state: State) -> RuleSet:
    known = {name: path for name, path, _time, _size in state}
    if rules_id not in known:
        raise Refusal(
            Message(
                "unknown rules “{id}” of the kind {kind}; available: {known}",
                id=rules_id,
                kind=kind,
                known=", ".join(sorted(known)),
            )
        )
    return _read(kind, rules_id, known, ())


def _read(kind: Kind, rules_id: str, known: Mapping[str, Path], via: tuple[str, ...]) -> RuleSet:
    shape = KINDS[kind]
    document = YamlDocument(known[rules_id], RuleSetError)
    document.raise_faults()
    base = _base(document, kind, known, (*via, rules_id))
    found = shape.read(RuleSetReader(document, kind, shape.required, shape.optional, base))
    document.raise_faults()
    return found


def _base(
    document: YamlDocument, kind: Kind, known: Mapping[str, Path], via: tuple[str, ...]
) -> Mapping[str, Node]:
    """The entries of the set that this one extends, all the way up; the base must be sound itself."""
    entries = _entries(document)
    node = entries.get("extends")
    if node is None:
        return {}
    name = str(node.value)
    if name not in known or name in via or len(via) > MOST_STEPS:
        document.fault(node, f"extends “{name}”, which is not another rule set of the kind {kind}")
        document.raise_faults()
    _read(kind, name, known, via)
    base = YamlDocument(known[name], RuleSetError)
    own = {key: value for key, value in _entries(base).items() if key not in (*HEADER, "extends", "variant")}
    return MappingProxyType({**_base(base, kind, known, (*via, name)), **own})


def _entries(document: YamlDocument) -> dict[str, Node]:
    root = document.root
    if root is None or not root.tag.endswith(":map"):
        return {}
    return {str(key.value): value for key, value in root.value}


def rule_set_files(kind: Kind) -> dict[str, Path]:
    """Path of each rule set of a kind by id. RuleSetError for a missing folder or an id used twice."""
    named = [part for part in os.environ.get(FOLDERS_VARIABLE, "").split(os.pathsep) if part]
    places = dict.fromkeys(folder.resolve() for folder in (BUILT_IN, *map(Path, named)))
    faults = [DocumentFault(str(place), 1, "is not a folder") for place in places if not place.is_dir()]
    found: dict[str, Path] = {}
    for path in (path for place in places for path in sorted((place / kind).glob("*.yaml"))):
        if path.stem in found:
            faults.append(
                DocumentFault(str(path), 1, f"id “{path.stem}” is already used by {found[path.stem]}")
            )
        found[path.stem] = path
    if faults:
        raise RuleSetError(faults)
    return found
