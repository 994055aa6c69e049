"""What changed between two sets of tables: against plain loops, in every dress of a file."""

from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from sipinter.cli.main import main
from sipinter.merit.data.diff import diff_tables
from sipinter.merit.data.staff import Staff
from sipinter.merit.data.tables import TABLES
from sipinter.rules.messages import Refusal

from . import folders
from .folders import AYU, BUDI, Rows

Change = tuple[str, str, str, str, str, str]
NIPS = (AYU, BUDI)
trainings = st.lists(
    st.fixed_dictionaries(
        {
            "nip": st.sampled_from(NIPS),
            "date": st.sampled_from(["2024-01-05", "2025-11-30"]),
            "kind": st.sampled_from(["technical", "leadership"]),
            "leadership": st.sampled_from(["", "pka", "pkp"]),
            "hours": st.sampled_from(["", "4", "40"]),
            "name": st.sampled_from(["", "Diklat A", "Diklat B"]),
        }
    ),
    max_size=6,
)
assessments = st.lists(
    st.fixed_dictionaries(
        {
            "nip": st.sampled_from(NIPS),
            "date": st.just("2024-01-05"),
            "jpm": st.sampled_from(["", "88.000000", "7.500000"]),
        }
    ),
    max_size=3,
)


def changes(before: Path, after: Path) -> list[Change]:
    found = diff_tables(Staff.from_folder(before), Staff.from_folder(after))
    rows = found.after.engine.rows(found.frame)
    return sorted((r["table"], r["key"], r["change"], r["column"], r["before"], r["after"]) for r in rows)


def expected(name: str, before: Rows, after: Rows) -> list[Change]:
    """By plain loops: rows with equal keys side by side in the order of their contents."""
    key = TABLES[name].key
    others = [column.name for column in TABLES[name].columns if column.name not in key]
    sides: dict[str, list[list[list[str]]]] = defaultdict(lambda: [[], []])
    for side, rows in enumerate((before, after)):
        for row in rows:
            known = " ".join(str(row[part]) for part in key)
            sides[known][side].append([str(row.get(other, "")) for other in others])
    found: list[Change] = []
    for known, (old, new) in sides.items():
        old.sort()
        new.sort()
        found += [(name, known, "removed", "", "", "") for _row in old[len(new) :]]
        found += [(name, known, "added", "", "", "") for _row in new[len(old) :]]
        for one, other in zip(old, new, strict=False):
            cells = zip(others, one, other, strict=True)
            found += [(name, known, "changed", column, a, b) for column, a, b in cells if a != b]
    return sorted(found)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from([("training", trainings), ("assessment", assessments)]), st.data())
def test_changes_are_those_of_plain_loops(
    table: tuple[str, st.SearchStrategy[Rows]], data: st.DataObject
) -> None:
    name, rows = table
    before, after = data.draw(rows), data.draw(rows)
    with TemporaryDirectory() as folder:
        places = []
        for place, of_side in (("a", before), ("b", after)):
            (Path(folder) / place).mkdir()
            tables: dict[str, Rows] = {"employee": folders.TABLES["employee"]}
            if of_side:
                tables[name] = of_side
            places.append(folders.write(Path(folder) / place, tables))
        assert changes(*places) == expected(name, before, after)


def test_a_change_of_dress_is_no_change(tmp_path: Path) -> None:
    """A flag as 1 and as true, a figure as 88 and as 88.00."""
    plain, dressed = tmp_path / "plain", tmp_path / "dressed"
    plain.mkdir()
    dressed.mkdir()
    post = [{"post": "P1", "agency": "A", "tier": "pengawas", "critical": "true"}]
    folders.write(plain, post=post)
    folders.write(dressed, post=[{**post[0], "critical": "1"}])
    written = (dressed / "assessment.csv").read_text(encoding="utf-8")
    (dressed / "assessment.csv").write_text(written.replace(",88,", ",88.00,"), encoding="utf-8")
    assert changes(plain, dressed) == []


def test_the_command_counts_by_table(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        folders.write(tmp_path / name)
    folders.write(tmp_path / "b", post=[{**row, "field": "teknik"} for row in folders.TABLES["post"]])
    out = tmp_path / "changes.csv"
    (tmp_path / "b" / "award.csv").unlink()
    words = ["staff", "diff", str(tmp_path / "a"), str(tmp_path / "b"), "--out", str(out), "--lang", "en"]
    done = CliRunner().invoke(main, words)
    assert (done.exit_code, done.stderr) == (0, "")
    counts = {
        line.split()[0]: [int(count) for count in line.split()[1:]] for line in done.stdout.splitlines()[1:]
    }
    assert counts["award"] == [2, 0, 0, 2, 0, 0]
    assert counts["post"] == [2, 2, 0, 0, 2, 2]
    assert counts["employee"] == [2, 2, 0, 0, 0, 0]
    assert out.read_text(encoding="utf-8").splitlines()[3] == "post,P1,changed,field,hukum,teknik"


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="is not a folder"):
        diff_tables(Staff.from_folder(tmp_path / "none"), Staff.from_folder(tmp_path))


@pytest.mark.parametrize("lacking", [("a",), ("b",), ("a", "b")])
def test_folders_without_employees_are_refused(tmp_path: Path, lacking: tuple[str, ...]) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        if name not in lacking:
            folders.write(tmp_path / name)
    with pytest.raises(Refusal, match=rf"{lacking[0]}: has no file employee\.parquet"):
        diff_tables(Staff.from_folder(tmp_path / "a"), Staff.from_folder(tmp_path / "b"))
