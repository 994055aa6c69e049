"""What commands print and read: aligned tables, exact JSON, figures and days as people write them."""

import json
import unicodedata
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction

import click
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from sipinter.cli.decorators import FigureType, faults_to_exit_code, local_command
from sipinter.cli.language import format_figure, read_catalogue
from sipinter.cli.lazy_group import CommandEntry, LazyGroup
from sipinter.cli.output import print_pairs, print_table, to_json
from sipinter.cli.staff_options import parse_day, parse_figure, parse_whole_number, round_for_display
from sipinter.rules.messages import Message, Refusal
from sipinter.rules.sheet import AnswerFault, AnswersError


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIPINTER_LANG", "en")


def printed(show: Callable[[], None]) -> list[str]:
    """The lines that `show` prints."""
    return CliRunner().invoke(click.Command("show", callback=show)).stdout.splitlines()


words = st.text(st.characters(categories=["L", "N", "Mn"]) | st.just("é"), max_size=6)


def seen(text: str) -> int:
    """How many places a text takes: an accent of its own takes none."""
    return len([c for c in text if not unicodedata.combining(c)])


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(words, words, words), min_size=1, max_size=5), st.sets(st.integers(0, 2)))
def test_columns_of_a_table_stand_under_each_other(
    rows: list[tuple[str, str, str]], numbers: set[int]
) -> None:
    lines = printed(lambda: print_table(rows[0], rows[1:], numbers=sorted(numbers)))
    widths = [max(seen(row[column]) for row in rows) for column in range(3)]
    assert len(lines) == len(rows)
    for line, row in zip(lines, rows, strict=True):
        gaps = [" " * (width - seen(cell)) for cell, width in zip(row, widths, strict=True)]
        cells = [
            gap + cell if place in numbers else cell + gap
            for place, (gap, cell) in enumerate(zip(gaps, row, strict=True))
        ]
        assert line == "  ".join(cells).rstrip()


def test_a_row_of_another_length_is_no_row_of_the_table() -> None:
    with pytest.raises(ValueError, match="zip"):
        print_table(["a", "b"], [["1", "2"], ["1", "2", "3"]])


def test_values_of_pairs_begin_in_one_column() -> None:
    assert printed(lambda: print_pairs([("e\u0301", "1"), ("rule_id", ""), ("on", "x  y")])) == [
        "e\u0301        1",
        "rule_id  ",
        "on       x  y",
    ]


figures = st.decimals(allow_nan=False, allow_infinity=False, places=7, min_value=-(10**12), max_value=10**12)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | figures | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=12,
)


@settings(deadline=None)
@given(values)
def test_printed_json_is_read_back_to_the_last_digit(value: object) -> None:
    assert json.loads(to_json(value), parse_float=Decimal, parse_int=Decimal) == value
    assert to_json(json.loads(to_json(value), parse_float=Decimal)) == to_json(value)


@pytest.mark.parametrize(
    ("language", "value", "shown"),
    [
        ("id", Decimal("37.50"), "37,5"),
        ("en", Decimal("37.50"), "37.5"),
        ("id", Decimal("1200"), "1200"),
        ("id", Decimal("-0.250"), "-0,25"),
        ("en", None, "–"),
    ],
)
def test_figures_for_people(
    monkeypatch: pytest.MonkeyPatch, language: str, value: Decimal, shown: str
) -> None:
    monkeypatch.setenv("SIPINTER_LANG", language)
    assert format_figure(value) == shown


@pytest.mark.parametrize(
    ("written", "figure"),
    [("37,5", "37.5"), (" 40 ", "40"), ("-1", "-1"), ("1e2", "100"), (Decimal("0.1"), "0.1")],
)
def test_an_option_takes_a_figure_with_point_or_comma(written: object, figure: str) -> None:
    assert FigureType().convert(written, None, None) == Decimal(figure)


@pytest.mark.parametrize("written", ["", "1.000,5", "NaN", "inf", "-Infinity", "sNaN", "tiga"])
def test_what_is_no_finite_figure_is_refused_with_what_was_written(written: str) -> None:
    with pytest.raises(click.BadParameter, match="is not a figure") as refused:
        FigureType().convert(written, None, None)
    assert f"“{written}”" in refused.value.message


@settings(deadline=None)
@given(st.fractions(-(10**9), 10**9, max_denominator=10**5), st.integers(0, 7))
def test_shown_figures_are_rounded_once_and_half_away_from_nought(value: Fraction, decimals: int) -> None:
    shown = round_for_display(value, decimals)
    assert shown is not None
    away = abs(Fraction(shown) - value) * 10**decimals
    assert away <= Fraction(1, 2)
    assert away < Fraction(1, 2) or abs(Fraction(shown)) > abs(value)
    assert round_for_display(None, decimals) is None


@pytest.mark.parametrize(
    ("parse", "written", "expected"),
    [
        (parse_figure, " 88,9333333 ", Fraction("88.9333333")),
        (parse_figure, "-0.5", Fraction(-1, 2)),
        (parse_figure, "1234567890123", "X: “1234567890123” is not a figure"),
        (parse_figure, "1e3", "X: “1e3” is not a figure"),
        (parse_figure, "1/3", "X: “1/3” is not a figure"),
        (parse_figure, "0.1234567891", "X: “0.1234567891” is not a figure"),
        (parse_whole_number, "12,0", 12),
        (parse_whole_number, "-3", -3),
        (parse_whole_number, "2.5", "X: “2.5” is not a whole number"),
        (parse_whole_number, "", "X: “” is not a figure"),
        (parse_day, "2028-02-29", date(2028, 2, 29)),
        (parse_day, "2027-02-29", "X: “2027-02-29” is not a date such as 1990-12-31"),
        (parse_day, "31-12-1990", "X: “31-12-1990” is not a date such as 1990-12-31"),
        (parse_day, None, date.today()),
    ],
)
def test_arguments_as_people_write_them(
    parse: Callable[[str, str | None], object], written: str | None, expected: object
) -> None:
    if isinstance(expected, str):
        with pytest.raises(Refusal) as refused:
            parse("X", written)
        assert str(refused.value) == expected
    else:
        assert parse("X", written) == expected


def faulty(error: Exception) -> None:
    raise error


@pytest.mark.parametrize(
    ("error", "lines"),
    [
        (
            Refusal(Message("the rules {id} have no passing grades", id="x")),
            ["the rules x have no passing grades"],
        ),
        (
            AnswersError(
                "a.csv",
                [
                    AnswerFault(2, "level", Message("“{value}” is not a figure", value="x")),
                    AnswerFault(3, "level", Message("“{value}” is not a figure", value="y"), cell="B3"),
                ],
            ),
            [
                "a.csv: row 2, column level: “x” is not a figure",
                "a.csv: row 3, column level (cell B3): “y” is not a figure",
            ],
        ),
    ],
)
def test_a_fault_of_the_input_is_a_line_each_on_stderr(error: Exception, lines: list[str]) -> None:
    guarded = faults_to_exit_code(lambda: faulty(error))
    result = CliRunner().invoke(click.Command("x", callback=guarded))
    assert (result.exit_code, result.stdout, result.stderr.splitlines()) == (2, "", lines)


def test_a_fault_of_the_program_is_not_taken_for_one_of_the_input() -> None:
    guarded = faults_to_exit_code(lambda: faulty(ValueError("ours")))
    assert isinstance(CliRunner().invoke(click.Command("x", callback=guarded)).exception, ValueError)


def test_a_group_lists_commands_that_it_has_not_loaded() -> None:
    """A room that cannot be imported breaks its own command only."""
    entries = {
        "broken": CommandEntry("sipinter.cli.nowhere:command", Message("Cannot be loaded.")),
        "docs": CommandEntry("sipinter.cli.docs:docs_command", Message("Can be.")),
    }
    group = LazyGroup("x", entries=entries, about=Message("Both."))
    shown = CliRunner().invoke(group, ["--help"])
    assert (shown.exit_code, "Cannot be loaded." in shown.stdout) == (0, True)
    assert isinstance(CliRunner().invoke(group, ["broken"]).exception, ModuleNotFoundError)
    assert CliRunner().invoke(group, ["docs", "--help"]).exit_code == 0
    assert CliRunner().invoke(group, ["brok"]).exit_code == 2


@local_command("shown", Message("First paragraph."), Message("Second paragraph."))
def shown_command(as_json: bool) -> None:
    click.echo(as_json)


def test_a_command_shows_its_paragraphs_apart_and_takes_the_common_options() -> None:
    text = CliRunner().invoke(shown_command, ["--help"]).stdout
    assert "  First paragraph.\n\n  Second paragraph.\n" in text
    assert "Print JSON." in text
    assert CliRunner().invoke(shown_command, ["--json", "--lang", "id"]).stdout == "True\n"
    assert CliRunner().invoke(shown_command, ["--lang", "nl"]).exit_code == 2


def test_one_catalogue_speaks_for_command_arithmetic_and_rules() -> None:
    """Each room's own texts are found through the command's."""
    indonesian = read_catalogue("id").gettext
    assert indonesian("{path}: is not a folder") == "{path}: bukan folder"
    for text in ("Print JSON.", "unknown indicator “{code}”"):
        assert indonesian(text) != text
    assert indonesian("said by nobody") == "said by nobody"
