"""Professionalism, competence and the invented staff, as tables."""

from datetime import date
from pathlib import Path

import pytest

from sipinter.merit.data.fact_rules import FactWindows
from sipinter.merit.data.facts import employee_facts
from sipinter.merit.data.result import write_result
from sipinter.merit.data.sample import Sample, write_sample
from sipinter.merit.data.staff import Staff, file_sha256
from sipinter.merit.data.tables import TABLES, render_staff_tables
from sipinter.merit.engine.exact import to_units
from sipinter.merit.person.competence import job_person_match
from sipinter.merit.person.nip import parse_nip
from sipinter.merit.person.professionalism import professionalism_row
from sipinter.merit.population.competence import compute_competence
from sipinter.merit.population.professionalism import compute_professionalism, staff_professionalism
from sipinter.rules.messages import Refusal
from sipinter.rules.sets.catalog import rules_for
from sipinter.rules.sets.model import CompetenceRules, IdentityRules, PerformanceRules, ProfessionalismRules

from . import folders
from .folders import AYU, BUDI

ON = date(2026, 7, 1)


def test_the_examples_of_the_index_from_files(tmp_path: Path) -> None:
    """Structural, S2, three trainings, Baik -> 90; pelaksana, SLTA, 20 JP, Baik -> 57.5 Sangat Rendah."""
    ratings: folders.Rows = [{"nip": nip, "year": 2025, "rating": "baik"} for nip in (AYU, BUDI)]
    folders.write(tmp_path, rating=ratings)
    report = compute_professionalism(Staff.from_folder(tmp_path), ON)
    found = {str(row["nip"]): row for row in report.rows()}
    assert (found[AYU]["index"], found[AYU]["category"]) == (900_000_000, "Tinggi")
    assert (found[BUDI]["index"], found[BUDI]["category"]) == (575_000_000, "Sangat Rendah")


def test_the_index_of_an_agency_is_the_mean_of_those_who_have_one(tmp_path: Path) -> None:
    folders.write(tmp_path, rating=[{"nip": AYU, "year": 2025, "rating": "baik"}])
    report = compute_professionalism(Staff.from_folder(tmp_path), ON, agencies=True)
    assert report.rows() == [{"agency": "A", "employees": 2, "with_index": 1, "index": 900_000_000}]
    meta = write_result(compute_professionalism(Staff.from_folder(tmp_path), ON), tmp_path / "index.csv")
    assert meta["completeness"] == {"employees": 2, "with_index": 1, "missing": {"performance": 1}}


def test_table_and_scalar_agree_on_the_index(tmp_path: Path) -> None:
    write_sample(Sample(agencies=3, employees=1500, seed=3), tmp_path)
    rules = rules_for(ProfessionalismRules, ON)
    staff = Staff.from_folder(tmp_path)
    known = staff.engine.keep(employee_facts(staff, FactWindows(ON), rules_for(PerformanceRules, ON)))
    found = {row["nip"]: row for row in staff.engine.rows(staff_professionalism(known, rules))}
    for fact in staff.engine.rows(known):
        assert found[fact["nip"]] == professionalism_row(fact, rules)


def test_competence_of_the_example_from_files(tmp_path: Path) -> None:
    """Standard 36, reached 32 -> 88.89 %, Memenuhi Syarat, Cukup Optimal; valid for three years."""
    levels: folders.Rows = [
        {"nip": AYU, "date": "2024-01-01", "competence": "integritas", "level": 3},
        {"nip": AYU, "date": "2024-01-01", "competence": "komunikasi", "level": 4},
        {"nip": AYU, "date": "2020-01-01", "competence": "perekat_bangsa", "level": 1},
    ]
    assessments: folders.Rows = [
        {"nip": AYU, "date": "2024-01-01", "reached": 32, "required": 36},
        {"nip": AYU, "date": "2020-01-01", "reached": 40, "required": 36},
    ]
    folders.write(tmp_path, assessment=assessments, competence=levels)
    report = compute_competence(Staff.from_folder(tmp_path), ON)
    found = {str(row["nip"]): row for row in report.rows()}
    row = found[AYU]
    assert (row["jpm"], row["gap"], row["valid"]) == (888_888_889, -4, 1)
    assert (row["filling"], row["mapping"]) == ("Memenuhi Syarat", "Cukup Optimal")
    assert (row["gap_integritas"], row["gap_komunikasi"], row["gap_perekat_bangsa"]) == (-1, 0, None)
    assert (found[BUDI]["jpm"], found[BUDI]["valid"]) == (None, None)
    late = compute_competence(Staff.from_folder(tmp_path), date(2027, 1, 1))
    assert [r["valid"] for r in late.rows() if str(r["nip"]) == AYU] == [0]


def test_a_posts_own_standard_comes_before_the_tiers(tmp_path: Path) -> None:
    post = [{**row, "standard": "S1" if row["post"] == "P1" else ""} for row in folders.TABLES["post"]]
    folders.write(
        tmp_path,
        post=post,
        standard=[{"standard": "S1", "competence": "integritas", "level": 5}],
        assessment=[{"nip": AYU, "date": "2024-01-01", "reached": 32, "required": 36}],
        competence=[{"nip": AYU, "date": "2024-01-01", "competence": "integritas", "level": 3}],
    )
    report = compute_competence(Staff.from_folder(tmp_path), ON)
    row = next(r for r in report.rows() if str(r["nip"]) == AYU)
    assert row["gap_integritas"] == -2


@pytest.mark.parametrize("reached", [24, 25, 28, 29, 32, 33, 36, 40])
def test_table_and_scalar_agree_on_the_match(tmp_path: Path, reached: int) -> None:
    folders.write(
        tmp_path, assessment=[{"nip": AYU, "date": "2024-01-01", "reached": reached, "required": 36}]
    )
    report = compute_competence(Staff.from_folder(tmp_path), ON)
    row = next(r for r in report.rows() if str(r["nip"]) == AYU)
    expected = job_person_match(rules_for(CompetenceRules, ON), reached, 36)
    assert (row["jpm"], row["gap"]) == (to_units(expected.percent), expected.gap)
    assert (row["filling"], row["mapping"]) == (expected.filling.code, expected.mapping.code)


def test_invented_staff_is_sound_and_the_same_for_the_same_seed(tmp_path: Path) -> None:
    rows = write_sample(Sample(agencies=5, employees=4000, seed=11), tmp_path / "a")
    write_sample(Sample(agencies=5, employees=4000, seed=11), tmp_path / "b")
    write_sample(Sample(agencies=5, employees=4000, seed=12), tmp_path / "c")
    assert rows["employee"] == 4000
    for name in rows:
        contents = [(tmp_path / folder / f"{name}.parquet").read_bytes() for folder in "abc"]
        assert contents[0] == contents[1]
        assert name in ("unit", "standard") or contents[0] != contents[2]
    staff = Staff.from_folder(tmp_path / "a")
    people = staff.engine.rows(staff.need("employee"))
    rules = rules_for(IdentityRules, ON)
    assert len({row["nip"] for row in people}) == 4000
    for row in people:
        found = parse_nip(str(row["nip"]), rules, ON)
        assert (found.kind.lower(), found.sex) == (row["kind"], row["sex"])
    shares = {kind: sum(row["kind"] == kind for row in people) for kind in ("pns", "pppk")}
    assert 0.33 < shares["pppk"] / 4000 < 0.38
    assert {row["agency"] for row in people} == {f"A000{n}" for n in range(1, 6)}


def test_faults_are_put_in_when_asked_for(tmp_path: Path) -> None:
    write_sample(Sample(agencies=1, employees=2000, seed=1, faults=0.05), tmp_path)
    staff = Staff.from_folder(tmp_path)
    rules = rules_for(IdentityRules, ON)
    wrong = 0
    for row in staff.engine.rows(staff.need("employee")):
        try:
            parse_nip(str(row["nip"]), rules, ON)
        except Refusal:
            wrong += 1
    assert 60 < wrong < 140


@pytest.mark.parametrize(
    "sample", [Sample(0, 1, 1), Sample(1, 0, 1), Sample(1, 1, 1, gaps=1.5), Sample(1, 1, 1, faults=-0.1)]
)
def test_an_impossible_sample_is_refused(sample: Sample, tmp_path: Path) -> None:
    with pytest.raises(Refusal):
        write_sample(sample, tmp_path)


def test_the_page_of_the_tables_is_up_to_date() -> None:
    assert (Path(__file__).parents[2] / "docs/staff-tables.md").read_text(
        encoding="utf-8"
    ) == render_staff_tables()
    assert set(TABLES) >= {"employee", "post", "unit", "rating", "task", "standard"}


def test_a_staff_of_files_by_table(tmp_path: Path) -> None:
    """Wherever the files lie, whatever they are called."""
    folder = folders.write(tmp_path)
    scattered = {}
    for number, path in enumerate(sorted(folder.glob("*.csv"))):
        scattered[path.stem] = folder / f"{number}.csv"
        path.rename(scattered[path.stem])
    found = compute_professionalism(Staff(scattered), ON)
    folders.write(tmp_path)
    expected = compute_professionalism(Staff.from_folder(folder), ON)
    assert found.rows() == expected.rows()
    assert found.completeness == expected.completeness
    assert found.origin()["input_sha256"] == expected.origin()["input_sha256"]


def test_parquet_files_named_by_their_hash(tmp_path: Path) -> None:
    """As a store of contents keeps them."""
    write_sample(Sample(agencies=2, employees=300, seed=3), tmp_path / "a")
    expected = compute_professionalism(Staff.from_folder(tmp_path / "a"), ON)
    digest = expected.origin()["input_sha256"]
    stored = {}
    for path in (tmp_path / "a").glob("*.parquet"):
        stored[path.stem] = tmp_path / file_sha256(path)
        path.rename(stored[path.stem])
    found = compute_professionalism(Staff(stored), ON)
    assert found.completeness == expected.completeness
    assert found.completeness["with_index"] > 200
    assert found.origin()["input_sha256"] == digest


def test_faults_of_a_staff_of_files(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match=r"import 7: “pegawai” is not one of: employee, "):
        Staff({"pegawai": tmp_path / "a.csv"}, label="import 7")
    with pytest.raises(Refusal, match=r"a\.csv: there is no such file"):
        Staff({"employee": tmp_path / "a.csv"})
    with pytest.raises(Refusal, match=r"import 7: has no file employee\.parquet"):
        compute_professionalism(Staff({}, label="import 7"), ON)
