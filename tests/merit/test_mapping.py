"""The boxes of a whole staff: an example from files, what is missing, agreement with one person's row."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from sipinter.merit.data.fact_rules import FactWindows
from sipinter.merit.data.facts import employee_facts
from sipinter.merit.data.result import write_result
from sipinter.merit.data.sample import Sample, write_sample
from sipinter.merit.data.staff import Staff
from sipinter.merit.person.talent import map_row
from sipinter.merit.population import talent
from sipinter.merit.population.talent import compute_talent_map
from sipinter.rules.messages import Refusal
from sipinter.rules.sets.catalog import rules_for
from sipinter.rules.sets.model import PerformanceRules, TalentRules

from . import folders
from .folders import AYU, BUDI

ON = date(2026, 7, 1)


def boxes(folder: Path, on: date = ON, rules: str | None = None) -> dict[str, dict[str, Any]]:
    report = compute_talent_map(Staff.from_folder(folder), on, rules)
    return {str(row["nip"]): row for row in report.rows()}


def test_the_derived_example_from_files(tmp_path: Path) -> None:
    """Y 91.75, X 88.9333333, value 90.3416667, JPT Pratama with technical 82 -> 87.8391667; box 9."""
    row = boxes(folders.write(tmp_path))[AYU]
    assert (row["performance"], row["potential"]) == (917_500_000, 889_333_333)
    assert (row["talent_value"], row["target_value"], row["box"]) == (903_416_667, 878_391_667, 9)
    assert (row["performance_level"], row["potential_level"], row["missing"]) == ("di_atas", "tinggi", "")
    assert row["potential_experience"] == 733_333_333
    assert row["follow_up"].startswith("promosi dan pertahankan; ")


def test_what_is_missing_is_named_and_never_counted_as_nothing(tmp_path: Path) -> None:
    row = boxes(folders.write(tmp_path))[BUDI]
    assert (row["performance"], row["potential"], row["box"]) == (580_000_000, None, None)
    assert row["missing"] == "assessment;potential;field"
    assert (row["performance_rating"], row["performance_award"]) == (800_000_000, 0)
    assert row["potential_discipline"] == 1_000_000_000


def test_a_table_that_is_not_there_is_not_known(tmp_path: Path) -> None:
    folders.write(tmp_path)
    (tmp_path / "award.csv").unlink()
    report = compute_talent_map(Staff.from_folder(tmp_path), ON)
    assert report.completeness == {
        "employees": 2,
        "with_box": 0,
        "assessment_expired": 0,
        "missing": {"assessment": 1, "award": 2, "field": 1, "potential": 1},
    }


def test_an_assessment_older_than_three_years_is_expired(tmp_path: Path) -> None:
    """BKN 26/2019 art. 29(4): valid for three years."""
    folders.write(tmp_path)
    last, after = boxes(tmp_path, date(2026, 12, 31))[AYU], boxes(tmp_path, date(2027, 1, 1))[AYU]
    assert (last["potential_assessment"], last["assessment_expired"]) == (880_000_000, 0)
    assert (after["potential_assessment"], after["assessment_expired"]) == (None, 1)


def test_a_sanction_being_served_is_worth_nothing(tmp_path: Path) -> None:
    rows = [{"nip": AYU, "date": "2026-01-01", "until": "2026-07-01", "grade": "light"}]
    folders.write(tmp_path, discipline=rows)
    assert boxes(tmp_path)[AYU]["potential_discipline"] == 0
    assert boxes(tmp_path, date(2026, 7, 2))[AYU]["potential_discipline"] == 750_000_000


def test_the_published_rubric_from_files(tmp_path: Path) -> None:
    """Talent value 86.7944167, box 9: rating Baik, JPM 93.47, Magister, (100+100+0)/3, never disciplined."""
    employee = {**folders.TABLES["employee"][0], "tier_since": "2020-01-01", "breadth": "agencies"}
    row = boxes(
        folders.write(
            tmp_path,
            employee=[employee],
            rating=[{"nip": AYU, "year": 2025, "rating": "baik"}],
            assessment=[{"nip": AYU, "date": "2024-01-01", "jpm": "93.47"}],
            assignment=[{"nip": BUDI, "start": "2020-01-01", "end": "", "team": "", "acting": ""}],
        ),
        rules="published-example-rubric",
    )[AYU]
    assert (row["talent_value"], row["box"]) == (867_944_167, 9)


@pytest.mark.parametrize("rules_id", ["bkn-411-2025", "permenpanrb-3-2020-90-78", "published-example-rubric"])
def test_table_and_scalar_agree_to_the_last_digit(tmp_path: Path, rules_id: str) -> None:
    write_sample(Sample(agencies=3, employees=1500, seed=7, gaps=0.05), tmp_path)
    rules = rules_for(TalentRules, ON, rules_id)
    staff = Staff.from_folder(tmp_path)
    known = staff.engine.keep(
        employee_facts(staff, FactWindows.of(rules, ON), rules_for(PerformanceRules, ON))
    )
    found = {row["nip"]: row for row in staff.engine.rows(talent.map_boxes(known, rules))}
    seen = set()
    for fact in staff.engine.rows(known):
        row = map_row(fact, rules)
        assert found[fact["nip"]] == row
        seen.add(row["box"])
    assert len(seen) > 3


def test_outputs_are_equal_to_the_last_bit_and_carry_their_origin(tmp_path: Path) -> None:
    write_sample(Sample(agencies=2, employees=3000, seed=1), tmp_path)
    contents: dict[str, list[bytes]] = {}
    for suffix in (".csv", ".parquet", ".json"):
        for run in "ab":
            out = tmp_path / f"{run}{suffix}"
            meta = write_result(compute_talent_map(Staff.from_folder(tmp_path), ON), out)
            contents.setdefault(suffix, []).append(out.read_bytes())
            assert out.with_name(out.name + ".meta.json").exists()
            assert (meta["rule_id"], meta["on"], len(meta["input_sha256"])) == (
                "bkn-411-2025",
                "2026-07-01",
                64,
            )
    assert all(first == second for first, second in contents.values())
    heading, first, *_ = contents[".csv"][0].decode().splitlines()
    assert heading.endswith(",missing,assessment_expired,rule_id,on")
    assert first.endswith(",bkn-411-2025,2026-07-01")


@pytest.mark.parametrize(
    ("table", "change", "fault"),
    [
        (
            "rating",
            {"rating": "Hebat"},
            "rating.csv: row 2, column rating: “Hebat” is not one of: sangat_kurang",
        ),
        ("employee", {"nip": "1986"}, "employee.csv: row 2, column nip: “1986” is not a whole number of 18"),
        ("employee", {"tier": ""}, "employee.csv: row 2, column tier: “” is not one of: jpt_utama"),
        (
            "award",
            {"date": "17-08-2024"},
            "award.csv: row 2, column date: “17-08-2024” is not a date such as",
        ),
        ("assessment", {"jpm": "8,8"}, "assessment.csv: row 2, column jpm: “8,8” is not a figure"),
    ],
)
def test_faults_of_a_file_are_named(
    tmp_path: Path, table: str, change: dict[str, object], fault: str
) -> None:
    first, *others = folders.TABLES[table]
    folders.write(tmp_path, **{table: [{**first, **change}, *others]})
    with pytest.raises(Refusal, match=fault.replace("(", "\\(")):
        compute_talent_map(Staff.from_folder(tmp_path), ON)


def test_a_folder_without_employees_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match=r"has no file employee\.parquet, \.csv or \.xlsx"):
        compute_talent_map(Staff.from_folder(tmp_path), ON)
    with pytest.raises(Refusal, match="is not a folder"):
        compute_talent_map(Staff.from_folder(tmp_path / "none"), ON)
    (tmp_path / "employee.csv").write_text("nip,agency\n", encoding="utf-8")
    with pytest.raises(Refusal, match=r"employee\.csv: column “tier” is missing"):
        compute_talent_map(Staff.from_folder(tmp_path), ON)


def test_a_workbook_is_read_like_a_csv(tmp_path: Path) -> None:
    import xlsxwriter

    folders.write(tmp_path)
    expected = boxes(tmp_path)
    for name, rows in folders.TABLES.items():
        (tmp_path / f"{name}.csv").unlink()
        with xlsxwriter.Workbook(tmp_path / f"{name}.xlsx") as book:
            sheet = book.add_worksheet()
            for line, cells in enumerate([list(rows[0]), *(list(row.values()) for row in rows)]):
                for column, cell in enumerate(cells):
                    sheet.write(line, column, cell)
    assert boxes(tmp_path) == expected


def test_a_long_number_in_a_workbook_is_a_fault(tmp_path: Path) -> None:
    """Excel keeps 15 digits of a number: the last three of such a NIP would be invented."""
    import xlsxwriter

    with xlsxwriter.Workbook(tmp_path / "employee.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["nip", "agency", "tier"])
        sheet.write_row(1, 0, [int(AYU), "A", "pelaksana"])
    with pytest.raises(Refusal, match=r"employee\.xlsx: row 2, column nip"):
        compute_talent_map(Staff.from_folder(tmp_path), ON)
