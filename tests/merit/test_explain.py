"""One person explained: every figure is the tables' own."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from sipinter.merit.data.result import Result
from sipinter.merit.data.sample import Sample, write_sample
from sipinter.merit.data.staff import Staff
from sipinter.merit.engine.exact import to_units
from sipinter.merit.person.explain import ExplanationSection
from sipinter.merit.population.competence import compute_competence
from sipinter.merit.population.explain import explain_person
from sipinter.merit.population.professionalism import compute_professionalism
from sipinter.merit.population.retirement import compute_retirements
from sipinter.merit.population.talent import compute_talent_map
from sipinter.rules.messages import Refusal

ON = date(2026, 7, 1)


def rows(report: Result) -> dict[int, dict[str, Any]]:
    return {row["nip"]: row for row in report.rows()}


def test_explained_figures_are_the_tables(tmp_path: Path) -> None:
    write_sample(Sample(agencies=2, employees=360, seed=9, gaps=0.08), tmp_path)
    staff = Staff.from_folder(tmp_path)
    mapped, indexes = rows(compute_talent_map(staff, ON)), rows(compute_professionalism(staff, ON))
    matched, leaving = rows(compute_competence(staff, ON)), rows(compute_retirements(staff, ON))
    boxes = set()
    one_of_each = {row["box"]: nip for nip, row in mapped.items()}
    for nip in one_of_each.values():
        found = explain_person(tmp_path, nip, ON)
        agree(found.section("performance"), mapped[nip], "performance")
        agree(found.section("potential"), mapped[nip], "potential")
        placed = found.section("box").results
        assert placed.get("box") == mapped[nip]["box"]
        assert scaled(placed.get("talent_value")) == mapped[nip]["talent_value"]
        assert scaled(placed.get("target_value")) == mapped[nip]["target_value"]
        index = found.section("professionalism")
        assert scaled(index.results["index"]) == indexes[nip]["index"]
        assert index.results["category"] == indexes[nip]["category"]
        assert {s.part: scaled(s.points) for s in index.steps} == {
            name: indexes[nip][name] for name in ("qualification", "competence", "performance", "discipline")
        }
        assert scaled(found.section("competence").results.get("jpm")) == matched[nip]["jpm"]
        retires = str(found.section("retirement").results["retires_on"]).replace("-", "")
        assert int(retires) == leaving[nip]["retires_on"]
        boxes.add(placed.get("box"))
    assert len(boxes) > 2


def agree(section: ExplanationSection, row: dict[str, Any], axis: str) -> None:
    """Every part's worth, the sum of the points, and what is missing."""
    assert {f"{axis}_{s.part}": scaled(s.worth) for s in section.steps} == {
        f"{axis}_{s.part}": row[f"{axis}_{s.part}"] for s in section.steps
    }
    assert scaled(section.results[axis]) == row[axis]
    if row[axis] is not None:
        assert to_units(sum(s.points or 0 for s in section.steps)) == row[axis]  # type: ignore[arg-type]
    missing = [s.part for s in section.steps if s.note]
    assert [name for name in row["missing"].split(";") if name in {s.part for s in section.steps}] == missing


def scaled(value: Any) -> int | None:
    return None if value is None else to_units(value)


def test_a_number_that_nobody_has_is_refused(tmp_path: Path) -> None:
    write_sample(Sample(agencies=1, employees=5, seed=1), tmp_path)
    with pytest.raises(Refusal, match="nobody has the number"):
        explain_person(tmp_path, 198609262015051009, ON)
