"""What a signed paper says, read back from it: the figures that the register must agree with.

Only for papers whose signature was found valid: their bytes were made here. Number and code stand in the
keywords of the PDF, figures and category in its text, as `templates/` set them.
"""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

import pypdfium2

from .figures import figure_text, round_hundredths, shorten_decimal
from .model import LANGUAGES
from .number_words import number_in_words
from .papers import clean_print_line


class PrintedField(StrEnum):
    """What is compared."""

    NUMBER = "number"
    CODE = "code"
    SCORE = "score"
    INDEX = "index"
    CATEGORY = "category"


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedFigures:
    """A decision's figures as a row holds them; `index` is None where the instrument yields none."""

    number: str
    code: str
    score: Decimal
    max: Decimal
    index: Decimal | None
    category: str


# What `templates/letter.typ` and `certificate.typ` print around each figure, by language.
_PASSAGES: dict[PrintedField, dict[str, tuple[str, str]]] = {
    PrintedField.SCORE: {
        "id": (
            "sebesar {score} ({score_words}) dari nilai maksimum {max}",
            "Nilai {score} dari {max} {score_words} ",
        ),
        "en": (
            "a score of {score} ({score_words}) of at most {max}",
            "Score {score} of {max} {score_words} ",
        ),
    },
    PrintedField.INDEX: {
        "id": ("dengan indeks {index} ({index_words}),", "Indeks {index} {index_words} Berlaku"),
        "en": ("an index of {index} ({index_words}),", "Index {index} {index_words} Valid"),
    },
    PrintedField.CATEGORY: {
        "id": ("termasuk kategori {category}.", "Kategori {category} Nilai "),
        "en": ("thus the category {category}.", "Category {category} Score "),
    },
}
_ANY_INDEX = re.compile(r"(?:indeks|an index of|Indeks|Index) \d")


def differing_fields(pdf: bytes, figures: PrintedFigures) -> list[PrintedField]:
    """In what a letter or certificate differs from `figures`; nothing where both agree."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        number, _comma, code = document.get_metadata_value("Keywords").rpartition(", ")
        text = _plain(" ".join(page.get_textpage().get_text_bounded() for page in document))
    finally:
        document.close()
    bears = {
        PrintedField.NUMBER: number == clean_print_line(figures.number),
        PrintedField.CODE: code == clean_print_line(figures.code),
        PrintedField.SCORE: _bears(text, PrintedField.SCORE, figures),
        PrintedField.INDEX: (
            _bears(text, PrintedField.INDEX, figures)
            if figures.index is not None
            else not _ANY_INDEX.search(text)
        ),
        PrintedField.CATEGORY: _bears(text, PrintedField.CATEGORY, figures),
    }
    return [field for field in PrintedField if not bears[field]]


def _bears(text: str, field: PrintedField, figures: PrintedFigures) -> bool:
    for lang in LANGUAGES:
        score, index = shorten_decimal(figures.score), figures.index
        values = {
            "score": figure_text(score, lang),
            "score_words": number_in_words(score, lang),
            "max": figure_text(shorten_decimal(figures.max), lang),
            "index": "" if index is None else figure_text(round_hundredths(index), lang, 2),
            "index_words": "" if index is None else number_in_words(round_hundredths(index), lang),
            "category": figures.category,
        }
        if any(_plain(passage.format(**values)) in text for passage in _PASSAGES[field][lang]):
            return True
    return False


def _plain(text: str) -> str:
    """Without what a line's end, a ligature or a place for a break makes of the same words.

    Hyphens go too: pdfium gives one at the end of a line as the control character 2.
    """
    whole = re.sub("[-\u200b\u00ad\x02]", "", unicodedata.normalize("NFKC", text))
    return re.sub(r"\s+", " ", whole)
