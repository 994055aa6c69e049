"""A day far outside any calendar of ours is answered by a sentence, wherever one can be given."""

import ast
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner
from django import forms

import sipinter
from sipinter.assessment.record.forms.common import DayField
from sipinter.cli.main import main
from sipinter.foundation.audit.models import Event
from sipinter.site.trail.queries import events_after

SOURCE = Path(sipinter.__file__).parent
FAR = (
    "9999-12-31",
    "0001-01-01",
    "2200-01-01",
    "1899-12-31",
    "10000-01-01",
    "-001-01-01",
    "31/12/9999",
    "01/01/0001",
)
MOMENTS = (
    "0001-01-01T00:00:00+23:59_1",
    "9999-12-31T23:59:59.999999-23:59_1",
    "9999-12-31T23:59:59+00:00_999999999999999999",
    "0001-01-01T00:00:00+00:00_1",
)


@cache
def trees() -> dict[Path, ast.Module]:
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(SOURCE.rglob("*.py"))}


def day_parameters() -> set[str]:
    """Names under which forms take a day."""
    found = set()
    for tree in trees().values():
        for node in ast.walk(tree):
            match node:
                case ast.Assign([ast.Name(name)], ast.Call(ast.Name("DayField"))):
                    found.add(name)
    return found


def test_days_are_read_by_one_field() -> None:
    others = {
        str(path.relative_to(SOURCE))
        for path, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and ast.unparse(node) in {"forms.DateField", "forms.DateTimeField", "forms.SplitDateTimeField"}
    }
    assert others == {"assessment/record/forms/common.py"}
    assert {"since", "until", "due", "held_on", "decided_on", "filling_opens"} <= day_parameters()


@pytest.mark.parametrize("written", FAR)
def test_the_field_refuses_it_with_a_sentence(written: str) -> None:
    with pytest.raises(forms.ValidationError) as refused:
        DayField().clean(written)
    assert len(refused.value.messages) == 1


@pytest.mark.parametrize("written", ["1900-01-01", "31/12/2199", "2026-11-28"])
def test_every_day_of_three_centuries_is_taken(written: str) -> None:
    assert isinstance(DayField().clean(written), date)


@pytest.mark.parametrize("after", MOMENTS)
def test_the_trail_goes_on_after_any_moment(after: str) -> None:
    assert events_after(Event.objects.none(), after).rows == []


@pytest.mark.parametrize("written", ["9999-12-31", "0001-01-01"])
@pytest.mark.parametrize(
    "words",
    [
        ("staff", "retire", "--on", "{day}", "2000-01-01", "pelaksana"),
        ("staff", "retire", "{day}", "pelaksana"),
        ("staff", "measure", ".", "--on", "{day}"),
    ],
)
def test_a_command_says_so(words: tuple[str, ...], written: str) -> None:
    result = CliRunner().invoke(main, ["--lang", "en", *(word.format(day=written) for word in words)])
    assert result.exit_code == 2, result.output
    assert "Traceback" not in result.output
