from datetime import date
from decimal import Decimal

import pytest

from sipinter.foundation.documents import figures


@pytest.mark.parametrize(
    ("stored", "lang", "printed"),
    [
        ("332.500", "id", "332,5"),
        ("332.500", "en", "332.5"),
        ("410.000", "id", "410"),
        ("0.000", "id", "0"),
        ("1234.50", "id", "1.234,5"),
        ("1E+2", "id", "100"),
    ],
)
def test_a_figure_is_printed_in_its_shortest_form(stored: str, lang: str, printed: str) -> None:
    assert figures.figure_text(Decimal(stored), lang) == printed


def test_a_column_takes_as_many_decimals_as_its_longest_figure() -> None:
    column = [Decimal("37.500"), Decimal("40.000"), Decimal("9.64")]
    assert figures.needed_decimals(column) == 2
    assert [figures.figure_text(figure, "id", 2) for figure in column] == ["37,50", "40,00", "9,64"]


def test_index_and_percentage_are_rounded_half_up() -> None:
    assert (figures.round_hundredths(Decimal("0.825")), figures.round_tenths(Decimal("93.75"))) == (
        Decimal("0.83"),
        Decimal("93.8"),
    )


def test_dates() -> None:
    day = date(2026, 11, 2)
    assert (figures.long_date(day, "id"), figures.long_date(day, "en")) == (
        "2 November 2026",
        "2 November 2026",
    )
    assert figures.long_date(date(2026, 5, 31), "id") == "31 Mei 2026"
