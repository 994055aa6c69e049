"""The command itself: what it lists, how it loads, which language it speaks."""

import ast
from collections.abc import Iterator
from decimal import Decimal
from importlib import import_module
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

import sipinter
from sipinter.cli.catalogue import INDONESIAN
from sipinter.cli.language import LocalCommand, chosen_language, format_message
from sipinter.cli.main import COMMANDS, main
from sipinter.cli.output import to_json
from sipinter.cli.staff import SELECTION, STAFF, selection_group, staff_group

SOURCE = Path(sipinter.__file__).parent
VARIABLES = ("SIPINTER_LANG", "LC_ALL", "LC_MESSAGES", "LANG")


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_listed_command_is_there(name: str) -> None:
    module, _, attribute = COMMANDS[name].target.partition(":")
    assert isinstance(getattr(import_module(module), attribute), click.Command)


def test_an_unknown_command_is_a_usage_fault() -> None:
    result = CliRunner().invoke(main, ["nilai"])
    assert (result.exit_code, result.stdout) == (2, "")


def test_help_lists_every_command_in_the_chosen_language() -> None:
    indonesian = CliRunner(env={"SIPINTER_LANG": "id"}).invoke(main, ["--help"]).stdout
    english = CliRunner(env={"SIPINTER_LANG": "id"}).invoke(main, ["--lang", "en", "--help"]).stdout
    for name, entry in COMMANDS.items():
        assert f"  {name} " in indonesian
        assert INDONESIAN[entry.about] in " ".join(indonesian.split())
        assert entry.about in " ".join(english.split())


def test_help_of_a_command_is_translated() -> None:
    shown = " ".join(CliRunner(env={"SIPINTER_LANG": "id"}).invoke(main, ["route", "--help"]).stdout.split())
    assert INDONESIAN["Where to get to."] in shown
    assert "terbukti optimal" in shown


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, "id"),
        ({"LANG": "C.UTF-8"}, "id"),
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LANG": "id_ID.UTF-8"}, "id"),
        ({"LANG": "en_US.UTF-8", "SIPINTER_LANG": "id"}, "id"),
        ({"SIPINTER_LANG": "en"}, "en"),
    ],
)
def test_the_language_follows_the_environment(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], expected: str
) -> None:
    for variable in VARIABLES:
        monkeypatch.delenv(variable, raising=False)
    for variable, value in variables.items():
        monkeypatch.setenv(variable, value)
    assert chosen_language() == expected


def _sentences() -> set[str]:
    """English sentences of the code that a person may see on the command line."""
    found = {entry.about for entries in (COMMANDS, STAFF, SELECTION) for entry in entries.values()}
    found.update(group.about for group in (main, staff_group, selection_group))
    for path in (path for part in ("rules/**", "merit/**", "cli") for path in SOURCE.glob(f"{part}/*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                found.update(_said_by(node))
    for command in _local_commands():
        found.update(" ".join(part.split()) for part in (command.help or "").split("\n\n"))
    found.update(
        command.help for command in import_module("sipinter.cli.audit").audit_group.commands.values()
    )
    return found


def _local_commands() -> Iterator[click.Command]:
    """The commands whose help is translated."""
    for group in (main, staff_group, selection_group):
        context = click.Context(group)
        for name in group.entries:
            command = group.get_command(context, name)
            if isinstance(command, LocalCommand):
                yield command


def _said_by(call: ast.Call) -> list[str]:
    """The sentence of a message or translation, or the help of an option or command."""
    keywords = {keyword.arg: keyword.value for keyword in call.keywords}
    if getattr(keywords.get("cls"), "id", "") == "LocalOption" and "help" in keywords:
        return _texts(keywords["help"])
    if getattr(call.func, "attr", "") in ("command", "group") and "help" in keywords:
        return _texts(keywords["help"])
    if getattr(call.func, "id", "") in ("Message", "format_message", "translate") and call.args:
        return _texts(call.args[0])
    return []


def _texts(node: ast.expr) -> list[str]:
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []


def test_every_sentence_has_its_indonesian_and_no_translation_is_left_over() -> None:
    assert _sentences() == set(INDONESIAN)


def test_translations_keep_the_places_to_fill_in() -> None:
    for english, indonesian in INDONESIAN.items():
        assert _places(english) == _places(indonesian)


def _places(text: str) -> set[str]:
    return {part.partition("}")[0] for part in text.split("{")[1:]}


def test_a_sentence_is_filled_in_after_translation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIPINTER_LANG", "id")
    assert format_message("row {row}, column {column}", row=3, column="level") == "baris 3, kolom level"


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (Decimal("327.0"), "327"),
        (Decimal("37.50"), "37.5"),
        (Decimal("0.10"), "0.1"),
        (Decimal("0.00"), "0"),
        (Decimal("1E+2"), "100"),
        (Decimal("12345678901234567890.123456789"), "12345678901234567890.123456789"),
        (None, "null"),
        (True, "true"),
        ("“é”\n", '"“é”\\n"'),
        (
            {"a": [1, Decimal("2.50")], "b": [], "c": {}},
            '{\n  "a": [\n    1,\n    2.5\n  ],\n  "b": [],\n  "c": {}\n}',
        ),
    ],
)
def test_json_prints_figures_digit_by_digit(value: object, printed: str) -> None:
    assert to_json(value) == printed
