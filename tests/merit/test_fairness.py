"""Fairness of a selection: four fifths, flips, pooling, files."""

import csv
import json
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sipinter.merit.fairness.adverse_impact import POOL, FairnessGroup, compare_groups, pool_small_groups
from sipinter.merit.fairness.result import FairnessQuestion, compute_fairness, write_fairness
from sipinter.rules.messages import Refusal
from sipinter.rules.sets.catalog import rules_for
from sipinter.rules.sets.model import FairnessRules

ON = date(2026, 7, 1)
RULES = rules_for(FairnessRules, ON)
COUNTS = st.tuples(st.integers(10, 300), st.integers(0, 300)).map(lambda c: (min(c[1], c[0]), c[0]))


def by_name(groups: list[FairnessGroup]) -> dict[str, FairnessGroup]:
    return {group.group: group for group in groups}


def test_four_fifths() -> None:
    """48 of 80 men, 12 of 40 women: 60 % and 30 %, ratio one half; 19 of 40 would be 79 %, 20 of 40 83 %."""
    found = by_name(compare_groups(RULES, {"sex": {"male": (48, 80), "female": (12, 40)}}))
    women, men = found["female"], found["male"]
    assert (men.best, men.ratio, men.flagged, men.p) == (True, 1, False, None)
    assert (women.ratio, women.flagged, women.flip) == (Fraction(1, 2), True, 8)
    assert women.significant
    # 18 of 40 against 42 of 80: 45 % and 52.5 %.
    assert women.swap == 6


@pytest.mark.parametrize(("selected", "flagged"), [(31, True), (32, False)])
def test_the_edge_of_four_fifths_is_exact(selected: int, flagged: bool) -> None:
    found = by_name(compare_groups(RULES, {"sex": {"male": (40, 100), "female": (selected, 100)}}))
    assert found["female"].flagged is flagged


@given(own=COUNTS, top=COUNTS)
def test_a_flip_is_the_smallest_that_clears_the_flag(own: tuple[int, int], top: tuple[int, int]) -> None:
    for group in compare_groups(RULES, {"sex": {"a": own, "b": top}}):
        if not group.flagged:
            continue
        best = Fraction(*max((own, top), key=lambda c: Fraction(*c)))
        people = max((own, top), key=lambda c: Fraction(*c))[1]
        assert group.flip is not None
        assert group.swap is not None

        def clear(
            more: int, less: int, group: FairnessGroup = group, best: Fraction = best, people: int = people
        ) -> bool:
            rate = Fraction(group.selected + more, group.people)
            return rate >= RULES.ratio * (best - Fraction(less, people))

        assert clear(group.flip, 0)
        assert not clear(group.flip - 1, 0)
        assert clear(group.swap, group.swap)
        assert not clear(group.swap - 1, group.swap - 1)


def test_nobody_selected_is_no_flag() -> None:
    assert not any(group.flagged for group in compare_groups(RULES, {"sex": {"a": (0, 50), "b": (0, 50)}}))


def test_small_groups_are_pooled_and_never_shown_singly() -> None:
    groups = {"islam": (40, 200), "kristen": (10, 50), "hindu": (2, 6), "buddha": (1, 5)}
    assert pool_small_groups(groups, 10) == {"islam": (40, 200), "kristen": (10, 50), POOL: (3, 11)}
    # One small group alone takes the next larger with it; of two groups nothing is left to compare.
    assert pool_small_groups({"islam": (40, 200), "kristen": (10, 50), "hindu": (2, 6)}, 10) == {
        "islam": (40, 200),
        POOL: (12, 56),
    }
    assert pool_small_groups({"no": (40, 200), "yes": (2, 6)}, 10) == {POOL: (42, 206)}
    assert compare_groups(RULES, {"disability": {"no": (40, 200), "yes": (2, 6)}}) == []


@given(
    st.dictionaries(st.sampled_from("abcdef"), st.tuples(st.integers(0, 0), st.integers(1, 30)), min_size=1)
)
def test_pooling_loses_nobody_and_shows_no_small_group(groups: dict[str, tuple[int, int]]) -> None:
    found = pool_small_groups(groups, 10)
    assert sum(people for _, people in found.values()) == sum(people for _, people in groups.values())
    if len(found) > 1:
        assert all(people >= 10 for _, people in found.values())


def write(path: Path, rows: list[dict[str, object]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return path


def nip(number: int) -> int:
    return 198609262015051000 + number


def people(folder: Path) -> tuple[Path, Path]:
    """60 people: 30 women of whom 5 are in box 9, 30 men of whom 20 are; ages on both sides of 35."""
    boxes, holders = [], []
    for number in range(60):
        woman = number < 30
        chosen = number % 30 < (5 if woman else 20)
        boxes.append({"nip": nip(number), "box": 9 if chosen else 5})
        holders.append(
            {
                "nip": nip(number),
                "sex": "female" if woman else "male",
                "religion": "",
                "birth_date": "1991-07-01" if number % 2 else "1991-07-02",
            }
        )
    return write(folder / "map.csv", boxes), write(folder / "employee.csv", holders)


def test_from_files(tmp_path: Path) -> None:
    boxes, holders = people(tmp_path)
    question = FairnessQuestion(boxes, (holders,), column="box", values=("7", "8", "9"))
    report = compute_fairness(question, ON)
    found = {(group.attribute, group.group): group for group in report.groups}
    assert {key: (g.selected, g.people) for key, g in found.items() if key[0] == "sex"} == {
        ("sex", "female"): (5, 30),
        ("sex", "male"): (20, 30),
    }
    # On 1 July 2026: born on 1 July 1991 35, a day later 34.
    assert {key[1]: g.people for key, g in found.items() if key[0] == "age_band"} == {"<35": 30, "35-44": 30}
    contents = []
    for name in ("a.csv", "b.csv", "c.json", "d.parquet"):
        meta = write_fairness(report, tmp_path / name)
        contents.append((tmp_path / name).read_bytes())
    assert contents[0] == contents[1]
    assert json.loads(contents[2])[0]["attribute"] == "sex"
    assert meta["attributes"]["sex"] == {
        "known": 60,
        "unknown": 0,
        "compared": True,
        "flagged": 1,
        "significant": 1,
    }
    assert "religion" not in meta["attributes"]


def test_who_was_considered_besides(tmp_path: Path) -> None:
    """A succession list names the chosen only; the pool adds all others."""
    boxes, holders = people(tmp_path)
    chosen = write(
        tmp_path / "list.csv", [{"nip": nip(0), "status": "ready"}, {"nip": nip(40), "status": "ready"}]
    )
    report = compute_fairness(FairnessQuestion(chosen, (holders,), boxes, "status", ("ready",)), ON)
    assert (report.completeness["people"], report.completeness["selected"]) == (60, 2)


def test_faults(tmp_path: Path) -> None:
    boxes, holders = people(tmp_path)
    with pytest.raises(Refusal, match=r"map\.csv: column “selected” is missing"):
        compute_fairness(FairnessQuestion(boxes, (holders,)), ON)
    with pytest.raises(Refusal, match="there is no such file"):
        compute_fairness(FairnessQuestion(tmp_path / "none.csv", (holders,)), ON)
