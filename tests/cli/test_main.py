"""The command itself: what it lists, how it loads, which language it speaks."""

from decimal import Decimal
from importlib import import_module
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from sipinter.cli.language import _, chosen_language, ngettext, read_catalogue
from sipinter.cli.main import COMMANDS, main
from sipinter.cli.output import to_json
from sipinter.rules.messages import Message

INDONESIAN = read_catalogue("id").gettext
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
        assert INDONESIAN(entry.about) in " ".join(indonesian.split())
        assert entry.about in " ".join(english.split())


def test_help_of_a_command_is_translated() -> None:
    shown = " ".join(CliRunner(env={"SIPINTER_LANG": "id"}).invoke(main, ["route", "--help"]).stdout.split())
    assert INDONESIAN("Where to get to.") in shown
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


def test_a_sentence_is_filled_in_after_translation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIPINTER_LANG", "id")
    assert _("row {row}, column {column}", row=3, column="level") == "baris 3, kolom level"


@pytest.mark.parametrize(
    ("language", "count", "said"),
    [
        ("en", 0, "0 faults"),
        ("en", 1, "1 fault"),
        ("en", 2, "2 faults"),
        ("id", 1, "1 temuan"),
        ("id", 2, "2 temuan"),
    ],
)
def test_a_count_has_its_form(monkeypatch: pytest.MonkeyPatch, language: str, count: int, said: str) -> None:
    monkeypatch.setenv("SIPINTER_LANG", language)
    assert ngettext("{count} fault", "{count} faults", count) == said


def test_without_compiled_catalogues_the_command_speaks_english(tmp_path: Path) -> None:
    message = Message("{path}: nobody has the number {nip}", path=Message("Total"), nip="12")
    assert message.translated(read_catalogue("id", str(tmp_path))) == "Total: nobody has the number 12"


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
