"""docs/staff-analyst.md: every command of the page is run, in its order, on the page's own data."""

import csv
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from sipinter.cli.main import main

PAGE = Path(__file__).parents[2] / "docs/staff-analyst.md"
BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)


def test_every_command_of_the_page_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SIPINTER_LANG", "id")
    commands = 0
    for language, text in BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        if language == "csv":
            Path("pelatihan.csv").write_text(text, encoding="utf-8")
            continue
        for line in text.splitlines():
            command, _, note = line.partition("#")
            expected = int(note.replace("keluar", "")) if note else 0
            run(command, expected)
            commands += 1
    assert commands >= 15
    after_the_page()


def run(command: str, expected: int) -> None:
    program, *arguments = shlex.split(command)
    assert program == "sipinter"
    if "NIP" in arguments:
        with Path("peta.csv").open(encoding="utf-8", newline="") as file:
            arguments[arguments.index("NIP")] = next(csv.DictReader(file))["nip"]
    result = CliRunner().invoke(main, arguments, catch_exceptions=False)
    assert result.exit_code == expected, (command, result.output)


def after_the_page() -> None:
    """The files that the page speaks of hold what it says."""
    with Path("bersih/faults.csv").open(encoding="utf-8", newline="") as file:
        faults = list(csv.DictReader(file))
    assert {"file", "row", "column", "value", "why", "outcome", "fault"} == set(faults[0])
    assert {row["outcome"] for row in faults} >= {"kept", "cell dropped", "row dropped", "column dropped"}
    assert {"menurut NIP: male", "menurut NIP: female"} & {row["why"] for row in faults}
    with Path("rencana.csv").open(encoding="utf-8", newline="") as file:
        assert 0 < sum(int(row["cost"]) for row in csv.DictReader(file)) <= 150_000_000
    assert Path("bersih/attribute.parquet").exists()
    assert Path("peta-impor.csv.meta.json").exists()
