"""A paper is read back as it was printed, and differs from any other figure."""

from dataclasses import replace
from decimal import Decimal
from itertools import product

import pytest

from sipinter.foundation.documents.model import DecisionPaper
from sipinter.foundation.documents.papers import certificate_pdf, letter_pdf
from sipinter.foundation.documents.printed import PrintedField, PrintedFigures, differing_fields
from sipinter.rules.instrument import default_catalog

from .making import paper

CATEGORIES = {
    lang: sorted({c.title.in_(lang) for i in default_catalog().values() for c in i.categories})
    for lang in ("id", "en")
}
FIGURES = [("332.500", "0.830"), ("1", "0.01"), ("409.995", "1"), ("55.55", None), ("1415.4", "1.555")]


def figures_of(printed: DecisionPaper) -> PrintedFigures:
    return PrintedFigures(
        number=printed.number,
        code=printed.code,
        score=printed.score,
        max=printed.max,
        index=printed.index,
        category=printed.category,
    )


def papers() -> list[DecisionPaper]:
    """Each category in each language, with other figures each time."""
    found = []
    for at, (lang, index) in enumerate(product(("id", "en"), range(9))):
        score, quotient = FIGURES[at % len(FIGURES)]
        found.append(
            paper(
                lang=lang,
                category=CATEGORIES[lang][index % len(CATEGORIES[lang])],
                score=Decimal(score),
                max=Decimal("1500"),
                index=None if quotient is None else Decimal(quotient),
                number=f"{at}/KEP/NOMOR-YANG-SANGAT-PANJANG-SEKALI/SM, II/2026",
                category_shape=("", "star")[at % 2],
                consequence="Indeks tahun depan tidak kurang dari nilai 2; kategori Baik.",
            )
        )
    return found


@pytest.mark.parametrize("make", [letter_pdf, certificate_pdf])
def test_a_paper_agrees_with_the_figures_that_it_was_made_of(make: object) -> None:
    assert callable(make)
    assert {(p.category, p.lang) for p in papers()} == {
        (title, lang) for lang, titles in CATEGORIES.items() for title in titles
    }
    for printed in papers():
        assert differing_fields(make(printed), figures_of(printed)) == []


@pytest.mark.parametrize("make", [letter_pdf, certificate_pdf])
@pytest.mark.parametrize(
    ("field", "values"),
    [
        (
            PrintedField.SCORE,
            [Decimal("332"), Decimal("32.5"), Decimal("332.51"), Decimal("0.83"), Decimal("40")],
        ),
        (PrintedField.INDEX, [None, Decimal("0.84"), Decimal("332.5"), Decimal("0.8")]),
        (PrintedField.CATEGORY, ["Baik", "Sangat", "Kurang", ""]),
        (PrintedField.NUMBER, ["045/KEP/SM/202", "45/KEP/SM/2026", "044/KEP/SM/2025"]),
        (PrintedField.CODE, ["7KQ4-M2XP-9RTE", "7KQ4-M2XP"]),
    ],
)
def test_every_other_figure_differs(make: object, field: PrintedField, values: list[object]) -> None:
    assert callable(make)
    printed = paper(supersedes_number="044/KEP/SM/2025", remark="Nilai 40 dan kategori Baik dari tahun lalu.")
    pdf = make(printed)
    assert differing_fields(pdf, figures_of(printed)) == []
    for value in values:
        assert differing_fields(pdf, replace(figures_of(printed), **{field.value: value})) == [field]
