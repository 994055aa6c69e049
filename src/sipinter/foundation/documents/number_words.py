"""Figures in words, as official papers carry them beside the digits."""

from collections.abc import Callable
from decimal import Decimal

_ID = (
    *("nol", "satu", "dua", "tiga", "empat", "lima", "enam"),
    *("tujuh", "delapan", "sembilan", "sepuluh", "sebelas"),
)
_EN = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_EN_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_LIMIT = 1_000_000_000


def number_in_words(number: Decimal | int, lang: str = "id") -> str:
    """`number` in Indonesian ("id") or English ("en") words, every decimal place read out singly.

    Decimal("332.5") gives "tiga ratus tiga puluh dua koma lima", Decimal("0.80") "nol koma delapan nol".
    ValueError for what is not finite, reaches a thousand million, or has another language.
    """
    if lang not in {"id", "en"}:
        raise ValueError(f"no words for language {lang!r}")
    number = Decimal(number)
    if not number.is_finite() or abs(number) >= _LIMIT:
        raise ValueError(f"{number} cannot be put into words")
    comma = "koma" if lang == "id" else "point"
    digits = _ID if lang == "id" else _EN
    whole, _, places = f"{abs(number):f}".partition(".")
    words = [_indonesian(int(whole)) if lang == "id" else _english(int(whole))]
    if places:
        words += [comma, *(digits[int(digit)] for digit in places)]
    return " ".join(["minus", *words] if number < 0 else words)


def _indonesian(n: int) -> str:
    """0 to 999,999,999; "seratus" and "seribu" for a single hundred or thousand."""
    if n < 12:
        return _ID[n]
    if n < 20:
        return f"{_ID[n - 10]} belas"
    if n < 100:
        return _joined(f"{_ID[n // 10]} puluh", n % 10, _indonesian)
    if n < 200:
        return _joined("seratus", n % 100, _indonesian)
    if n < 1000:
        return _joined(f"{_ID[n // 100]} ratus", n % 100, _indonesian)
    if n < 2000:
        return _joined("seribu", n % 1000, _indonesian)
    if n < 1_000_000:
        return _joined(f"{_indonesian(n // 1000)} ribu", n % 1000, _indonesian)
    return _joined(f"{_indonesian(n // 1_000_000)} juta", n % 1_000_000, _indonesian)


def _english(n: int) -> str:
    """0 to 999,999,999, without "and"."""
    if n < 20:
        return _EN[n]
    if n < 100:
        return _EN_TENS[n // 10] + (f"-{_EN[n % 10]}" if n % 10 else "")
    if n < 1000:
        return _joined(f"{_EN[n // 100]} hundred", n % 100, _english)
    if n < 1_000_000:
        return _joined(f"{_english(n // 1000)} thousand", n % 1000, _english)
    return _joined(f"{_english(n // 1_000_000)} million", n % 1_000_000, _english)


def _joined(head: str, rest: int, spell: Callable[[int], str]) -> str:
    return f"{head} {spell(rest)}" if rest else head
