"""docs/settings.md lists exactly the variables that the code reads; a bad value stops the start by name."""

import ast
import re
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

import sipinter
from sipinter.site.config import env

SOURCE = Path(sipinter.__file__).parent
PAGE = Path(__file__).parents[3] / "docs" / "settings.md"
NAME = re.compile(r"SIPINTER_[A-Z0-9_]+")
# Read without Django, by the command line and the rules.
ELSEWHERE = {
    "SIPINTER_LANG",
    "SIPINTER_INSTRUMENTS",
    "SIPINTER_RULES",
    "SIPINTER_STAFF_ENGINE",
    "SIPINTER_STAFF_MEMORY",
}


def read_by_the_code() -> set[str]:
    """First argument of every call of config/env.py in config/."""
    found = set()
    for path in (SOURCE / "site/config").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and re.fullmatch(r"env\.\w+", ast.unparse(node.func)):
                first = ast.literal_eval(node.args[0])
                assert NAME.fullmatch(first), f"{path.name}:{node.lineno}"
                found.add(first)
    return found


def documented() -> list[str]:
    rows = [line.split("|")[1] for line in PAGE.read_text(encoding="utf-8").splitlines() if line[:3] == "| `"]
    return [name for row in rows for name in NAME.findall(row)]


def test_the_page_lists_exactly_what_is_read() -> None:
    names = documented()
    assert sorted(names) == sorted({*read_by_the_code(), *ELSEWHERE})


def test_settings_are_read_in_one_place() -> None:
    """Outside config/ no code reads a variable of ours except those of ELSEWHERE."""
    readers = [
        str(path.relative_to(SOURCE))
        for path in SOURCE.rglob("*.py")
        if path.parent.name != "config"
        and re.search(r"os\.environ(\.get\(|\[)\s*[\"']SIPINTER_", path.read_text(encoding="utf-8"))
    ]
    assert readers == []


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (lambda name: env.get_int(name, 1), "banyak"),
        (lambda name: env.get_bool(name, False), "mungkin"),
        (lambda name: env.get_choice(name, "a", ("a", "b")), "c"),
    ],
)
def test_a_bad_value_names_its_variable(monkeypatch: pytest.MonkeyPatch, read: object, value: str) -> None:
    monkeypatch.setenv("SIPINTER_TRIAL", value)
    with pytest.raises(ImproperlyConfigured, match="SIPINTER_TRIAL"):
        read("SIPINTER_TRIAL")  # type: ignore[operator]


def test_a_choice_takes_any_capitals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIPINTER_TRIAL", "json")
    assert env.get_choice("SIPINTER_TRIAL", "text", ("text", "JSON")) == "JSON"
