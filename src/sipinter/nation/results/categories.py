"""How categories and instruments are named and drawn, in the language of the page."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from markupsafe import Markup, escape

from sipinter.foundation.web.charts.history import ChartBand
from sipinter.foundation.web.formatters import MONTHS, format_number, page_language
from sipinter.rules.instrument import default_catalog
from sipinter.rules.model import Category, Instrument, Text
from sipinter.rules.scoring import smallest_figure

_IN_BRACKETS = re.compile(r"\(([^()]+)\)\s*$")


# How firm a figure or text of an instrument is.
STATUSES = {
    "official": gettext_lazy("official"),
    "reconstructed": gettext_lazy("reconstructed"),
    "provisional": gettext_lazy("provisional"),
    "generic": gettext_lazy("generic scale, not the regulation's text"),
}


@dataclass(frozen=True)
class CategoryLook:
    """A category's word, colour and shape."""

    title: str
    tone: int = 0
    shape: str = ""


def category_look(instrument_id: str, code: str) -> CategoryLook:
    """The look of a category; only its code where the catalogue no longer has the instrument or category."""
    return _look(instrument_id, code, page_language())


@lru_cache(maxsize=256)
def _look(instrument_id: str, code: str, spoken: str) -> CategoryLook:
    try:
        category = default_catalog()[instrument_id].category(code)
    except KeyError:
        return CategoryLook(code)
    return CategoryLook(category.title.in_(spoken), category.tone, category.shape)


def instrument_title(instrument_id: str) -> str:
    """The instrument's title; its id where the catalogue has none."""
    instrument = default_catalog().get(instrument_id)
    return instrument.title.in_(page_language()) if instrument else instrument_id


def short_instrument_title(instrument_id: str) -> str:
    """The regulation in brackets at the title's end ("PermenPANRB Nomor 40 Tahun 2018"), else the title."""
    full = instrument_title(instrument_id)
    found = _IN_BRACKETS.search(full)
    return found[1] if found else full


def category_bands(instrument: Instrument) -> tuple[ChartBand, ...]:
    """The categories from the lowest up, by the figure (score or index) that bounds them."""
    return tuple(category_band(instrument, category) for category in instrument.categories)


def category_band(instrument: Instrument, category: Category) -> ChartBand:
    lower = smallest_figure(instrument, category) if category.lower else category.lower
    return ChartBand(lower, category.title.in_(page_language()), category.tone, category.shape)


def category_codes(instrument_id: str, also: Iterable[str] = ()) -> list[str]:
    """Codes of the instrument's categories from the lowest up, then those of `also` that it does not know."""
    instrument = default_catalog().get(instrument_id)
    known = [category.code for category in instrument.categories] if instrument else []
    return known + [code for code in also if code not in known]


def localized_text(content: Text) -> str:
    """A bilingual text of an instrument in the language of the page."""
    return content.in_(page_language())


def status_label(code: str) -> str:
    """How firm a part of an instrument is, in a word."""
    return str(STATUSES.get(code, code))


def format_weight(value: Fraction) -> str:
    """A weight to two decimals; a quotient that does not end is marked as rounded."""
    shown = format_number(round(value.numerator / Decimal(value.denominator), 2))
    return shown if value * 100 == int(value * 100) else _("about %(value)s") % {"value": shown}


class FigureCells(dict[Decimal | None, Markup]):
    """Figures as cells of a long table, each put together once; a muted dash for None.

    `sign` puts a plus before a gain.
    """

    def __init__(self, *, sign: bool = False) -> None:
        super().__init__()
        self._sign = sign

    def __missing__(self, figure: Decimal | None) -> Markup:
        shown = escape(format_number(figure, sign=self._sign))
        self[figure] = Markup('<span class="muted">{}</span>').format(shown) if figure is None else shown
        return self[figure]


def format_as_of(code: str) -> str:
    """ "2024-03" as "March 2024", "2022" as it is."""
    year, _dash, month = code.partition("-")
    return f"{MONTHS[page_language()][int(month) - 1]} {year}" if month else year
