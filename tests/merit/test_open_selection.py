"""Open selection: totals, the three best, ties, faults of files; passing grades by kind of formation."""

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from sipinter.merit.selection.file import read_participants
from sipinter.merit.selection.open import Applicant, ApplicantResult, rank_applicants, read_applicants
from sipinter.merit.selection.recruitment import passing_shortfalls, rank_participants
from sipinter.rules.sets.catalog import load_rule_set, rules_for
from sipinter.rules.sets.model import OpenSelectionRules, SelectionRules
from sipinter.rules.sets.reader import RuleSetError
from sipinter.rules.sheet import AnswersError

RULES = rules_for(OpenSelectionRules, date(2026, 7, 1))
PARTS = tuple(RULES.weights)


def applicant(name: str, *marks: int, post: str = "") -> Applicant:
    return Applicant(name, post, {part: Fraction(mark) for part, mark in zip(PARTS, marks, strict=False)})


def ranked(*applicants: Applicant) -> list[ApplicantResult]:
    return rank_applicants(RULES, applicants)


def test_the_total_is_weighted() -> None:
    """.20 x 80 + .25 x 90 + .35 x 70 + .20 x 60 = 75."""
    assert ranked(applicant("a", 80, 90, 70, 60))[0].total == 75


def test_three_best_go_to_the_ppk_for_each_post() -> None:
    found = ranked(
        *(applicant(f"p{n}", 70, 70, 70, 70 + n, post="B") for n in range(5)),
        applicant("q", 1, 1, 1, 1, post="A"),
    )
    assert [(r.applicant.participant, r.rank, r.proposed) for r in found] == [
        ("q", 1, True),
        ("p4", 1, True),
        ("p3", 2, True),
        ("p2", 3, True),
        ("p1", 4, False),
        ("p0", 5, False),
    ]


def test_equals_across_the_third_place_are_left_open() -> None:
    best, two, three, four = (
        applicant(n, 80, 80, 80, m) for n, m in zip("abcd", (90, 85, 80, 80), strict=True)
    )
    found = ranked(best, two, three, four)
    assert [(r.rank, r.tied, r.proposed) for r in found] == [
        (1, False, True),
        (2, False, True),
        (3, True, None),
        (3, True, None),
    ]
    assert [r.proposed for r in ranked(best, three, four)] == [True, True, True]


def test_a_missing_part_is_not_nought() -> None:
    found = ranked(applicant("a", 90, 90, 90), applicant("b", 10, 10, 10, 10))
    assert [(r.applicant.participant, r.total, r.missing) for r in found] == [
        ("b", 10, ()),
        ("a", None, ("track_record",)),
    ]


def test_faults_of_a_file_are_named() -> None:
    content = (
        "participant,post,paper,assessment_centre,interview,track_record\n"
        "A,,101,x,70,70\nA,,1,1,1,1\n,,1,1,1,1\n"
    )
    with pytest.raises(AnswersError) as caught:
        read_applicants(content.encode(), name="stdin")
    assert [(fault.row, fault.column) for fault in caught.value.faults] == [
        (2, "paper"),
        (2, "assessment_centre"),
        (3, "participant"),
        (4, "participant"),
    ]
    with pytest.raises(AnswersError) as caught:
        read_applicants(b"participant,paper\nA,1\n", name="stdin")
    assert [f.column for f in caught.value.faults] == ["assessment_centre", "interview", "track_record"]


def test_weights_outside_the_legal_ranges_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "open_selection"
    folder.mkdir()
    (folder / "own.yaml").write_text(
        """
id: own
extends: open-selection-permenpanrb-15-2019
title: {id: Sendiri, en: Own}
legal: [{title: Keputusan}]
valid: {from: "2026-01-01", until: null}
status: official
parts:
  status: press
  paper: {weight: "25", at_least: "15", at_most: "20"}
  assessment_centre: {weight: "20", at_least: "20", at_most: "25"}
  interview: {weight: "35", at_least: "30", at_most: "35"}
  track_record: {weight: "20", at_least: "15", at_most: "20"}
""",
        encoding="utf-8",
    )
    monkeypatch.setenv("SIPINTER_RULES", str(tmp_path))
    with pytest.raises(RuleSetError, match="must lie between at_least and at_most"):
        load_rule_set("open_selection", "own")


def test_who_fails_which_passing_grade() -> None:
    """General: TWK 65, TIU 80, TKP 166; cum laude: total 311, TIU 85; Papua: total 286, TIU 60."""
    rules = rules_for(SelectionRules, date(2024, 9, 1))
    content = (
        "participant,formation,twk,tiu,tkp\n"
        "a,umum,65,80,166\nb,umum,64,79,200\nc,cumlaude,60,85,166\nd,cumlaude,65,84,161\ne,Papua,60,60,166\n"
    )
    standings = rank_participants(rules, read_participants(content.encode(), rules, name="stdin"), 1)
    found = {
        (s.participant.participant, s.part): (s.score, s.grade, s.short)
        for s in passing_shortfalls(rules, standings)
    }
    assert found == {
        ("b", "twk"): (64, 65, 1),
        ("b", "tiu"): (79, 80, 1),
        ("d", "total"): (310, 311, 1),
        ("d", "tiu"): (84, 85, 1),
    }
