"""What an official Indonesian document says of itself: dates, number, "halaman 1 dari 12". Pure functions."""

import re
from collections.abc import Iterator
from datetime import date

EARLIEST = 1945
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januari jan january",
            "februari pebruari feb february",
            "maret mar march",
            "april apr",
            "mei may",
            "juni jun june",
            "juli jul july",
            "agustus agt ags agu aug august",
            "september sept sep",
            "oktober okt oct october",
            "november nopember nov nop",
            "desember des dec december",
        ),
        start=1,
    )
    for name in names.split()
}
_NAMED = re.compile(
    r"\b(?:(\d{1,2})\s{0,3}[-./ ]?\s{0,3})?\b([A-Za-z]{3,9})\.?\s{0,3}[-./ ,]?\s{0,3}(\d{4})\b"
)
_FIGURES = re.compile(r"(?<![\d/.-])(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?![\d/-])")
_ISO = re.compile(r"(?<![\d-])(\d{4})-(\d{2})-(\d{2})(?![\d-])")
_NUMBER = re.compile(r"\b(?:nomor|nomer|no)\b[ \t]{0,5}[.:]{0,2}\s{0,5}[\w./-]{0,30}?\d", re.IGNORECASE)
_OFFICIAL = re.compile(
    r"\b(?:keputusan|peraturan|surat edaran|surat perintah|surat tugas|nota dinas|berita acara|instruksi)\b",
    re.IGNORECASE,
)
_PAGE_OF = re.compile(
    r"\b(?:halaman|hal|hlm|page)\b\.?\s{0,3}(\d{1,4})\s{0,3}(?:dari|of|/)\s{0,3}(\d{1,4})\b", re.IGNORECASE
)


def find_dates(text: str) -> Iterator[date]:
    """Every date in `text`: 17 Agustus 2025, Agustus 2025 (its first day), 17/08/2025, 2025-08-17."""
    for day, month, year in _NAMED.findall(text):
        if number := _MONTHS.get(month.lower()):
            yield from _date(int(year), number, int(day or 1))
    for day, _mark, month, year in _FIGURES.findall(text):
        yield from _date(int(year), int(month), int(day))
    for year, month, day in _ISO.findall(text):
        yield from _date(int(year), int(month), int(day))


def _date(year: int, month: int, day: int) -> Iterator[date]:
    if year >= EARLIEST:
        try:
            yield date(year, month, day)
        except ValueError:
            return


def has_letter_number(text: str) -> bool:
    """Whether a letter's number stands in `text`: "Nomor: 800/123/BKPSDM/2025", "No. 12 Tahun 2025"."""
    return _NUMBER.search(text) is not None


def is_official(text: str) -> bool:
    """Whether `text` calls itself a decision, a regulation, a letter or the like, which bear a number."""
    return _OFFICIAL.search(text) is not None


def stated_page_count(text: str) -> int:
    """The most pages that `text` says it has ("halaman 1 dari 12" gives 12); 0 when it says nothing."""
    return max((int(whole) for at, whole in _PAGE_OF.findall(text) if int(at) <= int(whole)), default=0)
