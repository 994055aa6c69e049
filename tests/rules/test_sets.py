"""Rule sets: what the catalogue holds, how they are chosen, and the faults of their files."""

import re
from datetime import date
from pathlib import Path

import pytest

from sipinter.rules.messages import Refusal
from sipinter.rules.sets.catalog import BUILT_IN, KINDS, list_rule_sets, load_rule_set, rules_for
from sipinter.rules.sets.model import TalentRules, WorkloadRules
from sipinter.rules.sets.reader import RuleSetError

WORKLOAD = (BUILT_IN / "workload/abk-1-2020.yaml").read_text(encoding="utf-8")
TALENT = (BUILT_IN / "talent/bkn-411-2025.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", list(KINDS))
def test_every_set_is_sound_and_says_how_firm_its_figures_are(kind: str) -> None:
    found = list_rule_sets(kind)
    assert found
    for rules in found:
        assert rules.header.figures
        assert rules.header.legal


def test_the_catalogue_holds_the_sets_that_are_asked_for() -> None:
    ids = {rules.header.id for kind in KINDS for rules in list_rule_sets(kind)}
    assert ids >= {
        "bkn-411-2025",
        "permenpanrb-3-2020-90-78",
        "ip-asn-38-2018",
        "bkn-26-2019",
        "abk-1-2020",
        "abk-75-2004",
        "retirement-pp-11-2017",
        "rating-permenpanrb-6-2022",
        "discipline-pp-94-2021",
        "selection-2018",
        "selection-2024",
    }


def test_the_set_in_force_is_chosen_and_never_a_variant() -> None:
    assert rules_for(TalentRules, date(2026, 1, 1)).header.id == "bkn-411-2025"
    assert rules_for(WorkloadRules, date(2019, 12, 31)).header.id == "abk-75-2004"
    with pytest.raises(
        Refusal, match="no rules of the kind workload are in force on 1999-01-01; available: abk"
    ):
        rules_for(WorkloadRules, date(1999, 1, 1))
    with pytest.raises(Refusal, match="unknown rules “x” of the kind talent; available: bkn-411-2025"):
        rules_for(TalentRules, date(2026, 1, 1), "x")


def local(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, name: str, text: str) -> None:
    (tmp_path / kind).mkdir(exist_ok=True)
    (tmp_path / kind / f"{name}.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setenv("SIPINTER_RULES", str(tmp_path))


def test_a_local_variant_changes_only_what_it_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (BUILT_IN / "talent/permenpanrb-3-2020-90-78.yaml").read_text(encoding="utf-8")
    text = text.replace("permenpanrb-3-2020-90-78", "kota-contoh").replace('"78"', '"70"')
    local(tmp_path, monkeypatch, "talent", "kota-contoh", text)
    found = rules_for(TalentRules, date(2026, 1, 1), "kota-contoh")
    built_in = rules_for(TalentRules, date(2026, 1, 1))
    assert (found.top, found.middle, found.performance) == (90, 70, built_in.performance)
    assert built_in.header.id == "bkn-411-2025"


@pytest.mark.parametrize(
    ("kind", "text", "old", "new", "fault"),
    [
        ("workload", WORKLOAD, "value: 75000", "value: 0", ":14: rule set, effective_minutes"),
        ("workload", WORKLOAD, "status: implementation}", "status: sure}", "must be one of: law, press"),
        ("workload", WORKLOAD, 'lower: "0.5"', "lower: 0.5", "quoted figure"),
        ("workload", WORKLOAD, 'lower: "0.5"', 'lower: "0.8"', "must begin above"),
        ("workload", WORKLOAD, "effective_minutes", "minutes", "unknown key “minutes”"),
        ("workload", WORKLOAD, "id: abk-1-2020", "id: other", "differs from the file's name"),
        ("talent", TALENT, 'weight: "60"', 'weight: "61"', "the weights sum to 101, not to 100"),
        ("talent", TALENT, "tinggi: 9", "tinggi: 8", "each box from 1 to 9 once"),
        ("talent", TALENT, 'middle: "60"', 'middle: "85"', "must ascend"),
        ("talent", TALENT, '"20": "100"', '"20": "70"', "more must not be worth less"),
        ("talent", TALENT, "part: award", "part: prize", "must be one of: rating, award"),
        ("talent", TALENT, 'talent: "80"', 'talent: "70"', "the shares must sum to 100"),
    ],
)
def test_faults_name_file_and_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, text: str, old: str, new: str, fault: str
) -> None:
    assert old in text
    name = "local"
    own_id = re.sub(
        r"^id: (abk-1-2020|bkn-411-2025)$", "id: local", text.replace(old, new, 1), flags=re.MULTILINE
    )
    local(tmp_path, monkeypatch, kind, name, own_id)
    with pytest.raises(RuleSetError) as caught:
        load_rule_set(kind, name)
    assert fault in str(caught.value)
    assert re.match(rf"{re.escape(str(tmp_path))}/{kind}/local\.yaml:\d+: ", str(caught.value))


def test_a_set_cannot_extend_itself_or_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, other in (("a", "b"), ("b", "a"), ("c", "nothing")):
        local(
            tmp_path,
            monkeypatch,
            "workload",
            name,
            WORKLOAD.replace("id: abk-1-2020", f"id: {name}\nextends: {other}"),
        )
    for name in "ac":
        with pytest.raises(RuleSetError, match="which is not another rule set"):
            load_rule_set("workload", name)


def test_a_missing_folder_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIPINTER_RULES", "/nowhere/rules")
    with pytest.raises(RuleSetError, match="/nowhere/rules:1: is not a folder"):
        list_rule_sets("talent")
