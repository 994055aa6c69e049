"""Hints as pure functions: what an official document says of itself, and what is worth a look."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sipinter.foundation.evidence.texts.hints import (
    HintKind,
    PageReading,
    PageTextSource,
    TextFacts,
    contradiction_hints,
    find_hints,
    text_facts,
)
from sipinter.foundation.evidence.texts.letters import find_dates, has_letter_number, stated_page_count
from sipinter.foundation.web.formatters import MONTHS

TODAY = date(2026, 3, 1)
SINCE = date(2025, 2, 1)
LETTER = "KEPUTUSAN BUPATI\nNomor: 800/12/BKPSDM/2025\nDitetapkan pada tanggal 17 Agustus 2025"


def kinds(
    *pages: PageReading, total: int = 0, looked: bool = True, dated: date | None = None
) -> list[HintKind]:
    facts = text_facts(pages, total=total or len(pages), paged=True, looked=looked, today=TODAY)
    return [hint.kind for hint in find_hints(TextFacts.of(facts.kept()), dated=dated, since=SINCE)]


def page(text: str, source: str = PageTextSource.TEXT, **more: int) -> PageReading:
    return PageReading(1, text, source, **more)


@given(st.dates(min_value=date(1945, 1, 1), max_value=date(2100, 1, 1)), st.sampled_from(["id", "en"]))
def test_a_date_is_found_however_it_is_written(day: date, language: str) -> None:
    month = MONTHS[language][day.month - 1]
    for written in (
        f"{day.day} {month} {day.year}",
        f"{day:%d/%m/%Y}",
        f"{day:%d-%m-%Y}",
        day.isoformat(),
        f"Jakarta, {day.day}  {month.upper()} {day.year}.",
    ):
        assert day in list(find_dates(f"pada tanggal {written} di kantor")), written


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Agustus 2025", date(2025, 8, 1)),
        ("12 Nopember 2024", date(2024, 11, 12)),
        ("3 Pebruari 2024", date(2024, 2, 3)),
        ("1 Agt 2025", date(2025, 8, 1)),
    ],
)
def test_other_spellings(text: str, found: date) -> None:
    assert list(find_dates(text)) == [found]


@pytest.mark.parametrize("text", ["", "31 Februari 2025", "99/99/2025", "Tahun 2025", "pukul 10.30", "1/2/3"])
def test_what_is_no_date(text: str) -> None:
    assert list(find_dates(text)) == []


@pytest.mark.parametrize(
    ("text", "has"),
    [
        ("Nomor: 800/123/BKPSDM/2025", True),
        ("NOMOR 12 TAHUN 2025", True),
        ("No. 5/2025", True),
        ("Nomor : SK.12/2024", True),
        ("nomor telepon kantor", False),
        ("Ekonomor 5", False),
        ("", False),
    ],
)
def test_numbers_of_letters(text: str, has: bool) -> None:
    assert has_letter_number(text) is has


@pytest.mark.parametrize(
    ("text", "pages"),
    [
        ("Halaman 1 dari 12", 12),
        ("hal. 2/9", 9),
        ("Page 3 of 4", 4),
        ("halaman 12 dari 1", 0),
        ("12 lembar", 0),
    ],
)
def test_pages_that_a_document_says_it_has(text: str, pages: int) -> None:
    assert stated_page_count(text) == pages


@given(st.text())
def test_no_text_is_too_strange(text: str) -> None:
    kinds(page(text))


def test_a_sound_letter_has_no_hints() -> None:
    assert kinds(page(LETTER)) == []


def test_unreadable_scans() -> None:
    assert kinds(page("", PageTextSource.NONE)) == [HintKind.UNREADABLE]
    assert kinds(page(LETTER, PageTextSource.OCR, confidence=41)) == [HintKind.UNREADABLE]
    assert kinds(page(LETTER, PageTextSource.OCR, confidence=91, dpi=90)) == [HintKind.COARSE]
    assert kinds(page(LETTER, PageTextSource.OCR, confidence=91, dpi=200)) == []
    assert kinds(page("", PageTextSource.NONE), looked=False) == []  # nobody looked: nothing can be said
    assert kinds(page(LETTER), PageReading(2, "", PageTextSource.BLANK)) == []  # an empty back


def test_date_and_number() -> None:
    assert kinds(page("Laporan kegiatan")) == [HintKind.NEITHER]
    assert kinds(page("Keputusan Nomor 5")) == [HintKind.NO_DATE]
    assert kinds(page("Keputusan, 17 Agustus 2025")) == [HintKind.NO_NUMBER]
    assert kinds(page("Laporan, 17 Agustus 2025")) == []  # a report needs none
    assert kinds(page("Laporan kegiatan"), dated=date(2025, 8, 1)) == []


def test_older_than_the_round() -> None:
    assert kinds(page("Laporan, 17 Agustus 2020")) == [HintKind.OLD]
    assert kinds(page("17 Agustus 2020, diubah 3 Mei 2025")) == []
    assert kinds(page("17 Agustus 2020, berlaku sampai 31 Desember 2030")) == [
        HintKind.OLD
    ]  # days to come say nothing
    assert kinds(page("Laporan, 17 Agustus 2020"), dated=SINCE) == []


def test_one_page_of_several() -> None:
    assert kinds(page(f"{LETTER}\nHalaman 1 dari 12")) == [HintKind.PART]
    assert (
        kinds(page(f"{LETTER}\nHalaman 1 dari 2"), PageReading(2, "Halaman 2 dari 2", PageTextSource.TEXT))
        == []
    )


def test_the_same_file_at_the_lowest_and_at_the_highest_level() -> None:
    found = contradiction_hints({"1.1": 1, "1.2": 4, "1.3": 3}, {"1.1": [7], "1.2": [7, 8], "1.3": [7]}, 4)
    assert {file: (hint.codes, hint.count) for file, hint in found.items()} == {7: (("1.1", "1.2"), 1)}
    assert contradiction_hints({"1.1": 2, "1.2": 4}, {"1.1": [7], "1.2": [7]}, 4) == {}
    assert contradiction_hints({"1.1": None, "1.2": 4}, {"1.1": [7], "1.2": [7]}, 4) == {}


LEVELS = st.dictionaries(st.sampled_from("abcdef"), st.none() | st.integers(0, 4))
FILES = st.dictionaries(st.sampled_from("abcdef"), st.sets(st.integers(1, 5)))


@given(LEVELS, FILES)
def test_contradictions_are_about_both_ends(
    claimed: dict[str, int | None], attached: dict[str, set[int]]
) -> None:
    for file, hint in contradiction_hints(claimed, attached, 4).items():
        levels = [claimed[code] for code in hint.codes]
        assert min(levels) <= 1
        assert max(levels) == 4
        assert all(file in attached[code] for code in hint.codes)
