"""docs/asvs.md is whole and true: every requirement, only tests and settings that exist."""

import ast
import re
from pathlib import Path

import pytest

from sipinter.site.config import settings

ROOT = Path(__file__).resolve().parents[3]
TEXT = (ROOT / "docs/asvs.md").read_text(encoding="utf-8")
STATES = {"met", "partly", "not met", "operator", "n/a"}
# Requirements of levels 1 and 2 of ASVS 5.0.0 by section; what is missing from a run is of level 3.
WANTED = {
    "1.1": "1-2",
    "1.2": "1-9",
    "1.3": "1-11",
    "1.4": "1-3",
    "1.5": "1-2",
    "2.1": "1-3",
    "2.2": "1-3",
    "2.3": "1-4",
    "2.4": "1",
    "3.2": "1-2",
    "3.3": "1-4",
    "3.4": "1-6",
    "3.5": "1-5",
    "3.7": "1-2",
    "4.1": "1-3",
    "4.2": "1",
    "4.3": "1-2",
    "4.4": "1-4",
    "5.1": "1",
    "5.2": "1-3",
    "5.3": "1-2",
    "5.4": "1-3",
    "6.1": "1-3",
    "6.2": "1-12",
    "6.3": "1-4",
    "6.4": "1-4",
    "6.5": "1-5",
    "6.6": "1-3",
    "6.8": "1-4",
    "7.1": "1-3",
    "7.2": "1-4",
    "7.3": "1-2",
    "7.4": "1-5",
    "7.5": "1-2",
    "7.6": "1-2",
    "8.1": "1-2",
    "8.2": "1-3",
    "8.3": "1",
    "8.4": "1",
    "9.1": "1-3",
    "9.2": "1-4",
    "10.1": "1-2",
    "10.2": "1-2",
    "10.3": "1-4",
    "10.4": "1-11",
    "10.5": "1-5",
    "10.6": "1-2",
    "10.7": "1-3",
    "11.1": "1-2",
    "11.2": "1-3",
    "11.3": "1-3",
    "11.4": "1-4",
    "11.5": "1",
    "11.6": "1",
    "12.1": "1-3",
    "12.2": "1-2",
    "12.3": "1-4",
    "13.1": "1",
    "13.2": "1-5",
    "13.3": "1-2",
    "13.4": "1-5",
    "14.1": "1-2",
    "14.2": "1-4",
    "14.3": "1-3",
    "15.1": "1-3",
    "15.2": "1-3",
    "15.3": "1-7",
    "16.1": "1",
    "16.2": "1-5",
    "16.3": "1-4",
    "16.4": "1-3",
    "16.5": "1-3",
}
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in TEXT.splitlines()
    if re.match(r"^\| \d+\.", line)
]
NAMED_TESTS = sorted(set(re.findall(r"`(tests/[\w/]+\.py::\w+)`", TEXT)))
# Files of the repository; those of the source are written from its package.
NAMED_PATHS = sorted(set(re.findall(r"`((?:[\w.-]+/)+[\w.-]+\.(?:py|toml|json|in|txt|yaml))`", TEXT)))
NAMED_SETTINGS = sorted(
    set(re.findall(r"`([A-Z]+_[A-Z0-9_]+|DEBUG|LOGGING|CACHES)`", TEXT)) - {"GET", "POST"}
)


def wanted() -> set[str]:
    """Every requirement, for example "6.2.12"."""
    found = set()
    for section, run in WANTED.items():
        first, _, last = run.partition("-")
        found |= {f"{section}.{number}" for number in range(int(first), int(last or first) + 1)}
    return found


def test_every_requirement_has_its_row() -> None:
    named = [row[0] for row in ROWS]
    assert len(named) == len(set(named))
    sections = {name.removesuffix("*") for name in named if name.endswith("*")}
    covered = {rid for rid in wanted() if any(rid.startswith(section) for section in sections)}
    assert wanted() - set(named) - covered == set()
    assert set(named) - wanted() - {name for name in named if name.endswith("*")} == set()
    assert "17." in sections


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_row_says_its_state_and_proves_what_it_claims(row: list[str]) -> None:
    _requirement, level, _short, state, how, proof = row
    assert level in {"1", "2"}
    assert state in STATES
    assert how
    if state == "met" or proof != "–":
        assert proof in {f"`{name}`" for name in NAMED_TESTS}


@pytest.mark.parametrize("name", NAMED_TESTS)
def test_every_test_named_exists(name: str) -> None:
    path, function = name.split("::")
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    assert function in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("name", NAMED_PATHS)
def test_every_path_named_exists(name: str) -> None:
    assert (ROOT / name).is_file() or (ROOT / "src/sipinter" / name).is_file()


@pytest.mark.parametrize("name", NAMED_SETTINGS)
def test_every_setting_named_exists(name: str) -> None:
    if name.startswith("SIPINTER_"):
        assert f'"{name}"' in (ROOT / "src/sipinter/site/config/settings.py").read_text(encoding="utf-8")
    else:
        assert hasattr(settings, name)
