from decimal import Decimal

import pytest

from sipinter.foundation.documents.number_words import number_in_words


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("0", "nol"),
        ("10", "sepuluh"),
        ("11", "sebelas"),
        ("12", "dua belas"),
        ("20", "dua puluh"),
        ("100", "seratus"),
        ("111", "seratus sebelas"),
        ("200", "dua ratus"),
        ("332.5", "tiga ratus tiga puluh dua koma lima"),
        ("410", "empat ratus sepuluh"),
        ("1000", "seribu"),
        ("1999", "seribu sembilan ratus sembilan puluh sembilan"),
        ("2026", "dua ribu dua puluh enam"),
        ("101000", "seratus satu ribu"),
        ("1001000", "satu juta seribu"),
        ("0.82", "nol koma delapan dua"),
        ("0.80", "nol koma delapan nol"),
        ("1.05", "satu koma nol lima"),
        ("-1.5", "minus satu koma lima"),
    ],
)
def test_indonesian(number: str, words: str) -> None:
    assert number_in_words(Decimal(number)) == words


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("0.82", "zero point eight two"),
        ("13", "thirteen"),
        ("40", "forty"),
        ("332.5", "three hundred thirty-two point five"),
        ("410", "four hundred ten"),
        ("2026", "two thousand twenty-six"),
        ("1000001", "one million one"),
    ],
)
def test_english(number: str, words: str) -> None:
    assert number_in_words(Decimal(number), "en") == words


def test_every_number_to_a_thousand_reads_differently_and_in_single_spaces() -> None:
    spoken = [number_in_words(number) for number in range(10_000)]
    assert len(set(spoken)) == 10_000
    assert [words for words in spoken if words != " ".join(words.split())] == []


def test_scientific_notation_is_read_as_the_number_it_is() -> None:
    assert number_in_words(Decimal("4.1E+2")) == "empat ratus sepuluh"


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1000000000"])
def test_what_has_no_words_is_refused(number: str) -> None:
    with pytest.raises(ValueError, match="cannot be put into words"):
        number_in_words(Decimal(number))


def test_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="no words for language 'jv'"):
        number_in_words(1, "jv")
