from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils import translation

from sipinter.foundation.web import formatters


@pytest.fixture
def indonesian():
    with translation.override("id"):
        yield


@pytest.mark.parametrize(
    ("value", "decimals", "indonesian", "english"),
    [
        (Decimal("332.50"), None, "332,5", "332.5"),
        (Decimal("332.5"), 2, "332,50", "332.50"),
        (Decimal("410"), None, "410", "410"),
        (Decimal("1E+2"), None, "100", "100"),
        (1234567, None, "1.234.567", "1,234,567"),
        (1111.25, 2, "1.111,25", "1,111.25"),
        (Decimal("0.125"), 2, "0,13", "0.13"),
        (Decimal("-3.5"), None, "−3,5", "−3.5"),
        (Decimal("-0.001"), 2, "0,00", "0.00"),
        (0, None, "0", "0"),
        ("12.340", None, "12,34", "12.34"),
        (None, 2, "–", "–"),
        ("", None, "–", "–"),
    ],
)
def test_number(value, decimals, indonesian, english):
    with translation.override("id"):
        assert formatters.format_number(value, decimals) == indonesian
    with translation.override("en"):
        assert formatters.format_number(value, decimals) == english


def test_number_with_sign_marks_what_rose_and_fell(indonesian):
    assert [formatters.format_number(v, sign=True) for v in (2.5, 0, Decimal("-1"))] == ["+2,5", "0", "−1"]


def test_percent(indonesian):
    assert [formatters.format_percent(v) for v in (Decimal("0.825"), 1, None)] == ["83%", "100%", "–"]
    assert formatters.format_percent(Decimal("0.8254"), 1) == "82,5%"


def test_day_in_both_languages():
    value = date(2026, 5, 1)
    with translation.override("id"):
        assert formatters.format_day(value) == "1 Mei 2026"
    with translation.override("en"):
        assert formatters.format_day(value) == "1 May 2026"


def test_day_of_a_moment_is_the_day_on_the_current_clock(settings, indonesian):
    # 22.30 UTC is already the next morning in Jakarta.
    assert formatters.format_day(datetime(2026, 2, 9, 22, 30, tzinfo=UTC)) == "10 Februari 2026"


@pytest.mark.parametrize(
    ("zone", "text"),
    [
        ("Asia/Jakarta", "22 November 2026 10.42 WIB"),
        ("Asia/Makassar", "22 November 2026 11.42 WITA"),
        ("Asia/Jayapura", "22 November 2026 12.42 WIT"),
    ],
)
def test_moment_on_the_clock_of_the_agency(zone, text, indonesian):
    assert formatters.format_moment(datetime(2026, 11, 22, 3, 42, tzinfo=UTC), zone) == text


def test_moment_and_clock_in_english():
    value = datetime(2026, 11, 22, 3, 2, tzinfo=UTC)
    with translation.override("en"):
        assert formatters.format_moment(value) == "22 November 2026 10:02 WIB"
        assert formatters.format_clock(value, "Asia/Jayapura") == "12:02 WIT"


def test_nothing_to_show_is_a_dash():
    assert [
        formatters.format_day(None),
        formatters.format_moment(None),
        formatters.format_clock(None),
        formatters.format_filesize(None),
    ] == ["–"] * 4


@pytest.mark.parametrize(
    ("until", "days", "indonesian", "english"),
    [
        (date(2026, 2, 28), 12, "12 hari lagi", "12 days left"),
        (date(2026, 2, 17), 1, "1 hari lagi", "1 day left"),
        (date(2026, 2, 16), 0, "hari ini hari terakhir", "today is the last day"),
        (date(2026, 2, 13), -3, "ditutup 3 hari lalu", "closed 3 days ago"),
        (None, None, "", ""),
    ],
)
def test_days_left(until, days, indonesian, english):
    left = formatters.days_left(until, date(2026, 2, 16))
    assert left == days
    with translation.override("id"):
        assert formatters.days_left_text(left) == indonesian
    with translation.override("en"):
        assert formatters.days_left_text(left) == english


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0 B"), (1023, "1023 B"), (1024, "1 KB"), (640_000, "625 KB"), (3_565_158, "3,4 MB")],
)
def test_filesize(size, text, indonesian):
    assert formatters.format_filesize(size) == text


def test_paragraphs_escapes_and_keeps_line_ends():
    assert formatters.html_paragraphs("Satu <b>\r\ndua\n\n\n\ntiga & empat\n") == (
        "<p>Satu &lt;b&gt;<br>dua</p><p>tiga &amp; empat</p>"
    )
    assert formatters.html_paragraphs("  ") == formatters.html_paragraphs(None) == ""
