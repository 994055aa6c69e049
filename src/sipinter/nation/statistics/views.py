"""The nation's statistics: share of Good or better, categories, attainment of aspects, with sources."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from sipinter.foundation.web.charts.bars import AspectBar
from sipinter.foundation.web.charts.distribution import DistributionBar
from sipinter.foundation.web.charts.history import ChartBand
from sipinter.foundation.web.csv_files import CSV_TYPE, Cell, csv_lines
from sipinter.foundation.web.exports import export_headers
from sipinter.nation.results import categories
from sipinter.nation.results.decorators import public_file, public_page
from sipinter.nation.results.models import Measure, NationalFigure
from sipinter.rules.instrument import default_catalog

from . import queries

CSV_HEADS = ("as_of", "measure", "item", "instrument", "value", "source")
SHARES = (Measure.SHARE_GOOD_OR_BETTER, Measure.ATTAINMENT)


@dataclass(frozen=True)
class CategoryChart:
    """Bars over the categories of one instrument."""

    instrument_id: str
    bands: list[ChartBand]
    rows: list[DistributionBar]
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class AspectAttainment:
    """The nation's attainment of aspects at one date, as published."""

    as_of: str
    bars: list[AspectBar]
    sources: list[str]


@dataclass(frozen=True)
class PublishedFigureRow:
    """A published figure as a line of a table."""

    as_of: str
    label: str
    figure: NationalFigure
    is_share: bool


@public_page
def statistics_page(request: HttpRequest) -> HttpResponse:
    """The page."""
    published = queries.published_figures()
    shares = [share for share in queries.good_shares(published) if share.assessed]
    context = {
        "shares": shares,
        "share_bands": share_bands(),
        "share_bars": [_share_bar(share) for share in shares],
        # Bars of a part of the categories would look like the whole: those stand in the table only.
        "distributions": [
            _distribution(d) for d in queries.category_distributions(published) if not d.unknown
        ],
        "attainments": _attainments(published),
        "own": _own_distributions(),
        "figures": [_figure_row(figure) for figure in published],
        "wording": categories,
    }
    return render(request, "statistics/statistics.html", context)


@public_file
def download_statistics_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The published national figures as CSV."""
    rows: Iterable[list[Cell]] = (
        [f.as_of, f.measure, f.item, f.instrument_id, f.value, f.source] for f in queries.published_figures()
    )
    lines = csv_lines(CSV_HEADS, rows)
    headers = export_headers("statistik", "csv")
    return StreamingHttpResponse(lines, content_type=CSV_TYPE, headers=headers)


def share_bands() -> list[ChartBand]:
    """The two parts of the share's bars."""
    return [
        ChartBand(Decimal(0), _("Below Good"), 1, "square"),
        ChartBand(queries.GOOD_INDEX, _("Good or better"), 3, "circle"),
    ]


def _share_bar(share: queries.GoodShare) -> DistributionBar:
    below, good = share_bands()
    return DistributionBar(
        categories.format_as_of(share.as_of),
        {below.title: (share.assessed or 0) - share.good, good.title: share.good},
    )


def _bands(instrument_id: str, counts: dict[str, int]) -> list[ChartBand]:
    """The instrument's categories, and those counted that it does not know."""
    instrument = default_catalog().get(instrument_id)
    known = list(categories.category_bands(instrument)) if instrument else []
    codes = categories.category_codes(instrument_id, also=counts)
    return known + [ChartBand(Decimal(0), code, 2, "circle") for code in codes[len(known) :]]


def _bar(label: str, instrument_id: str, counts: dict[str, int]) -> DistributionBar:
    return DistributionBar(
        label, {categories.category_look(instrument_id, code).title: n for code, n in counts.items()}
    )


def _distribution(one: queries.CategoryDistribution) -> CategoryChart:
    bar = _bar(categories.format_as_of(one.as_of), one.instrument_id, one.counts)
    return CategoryChart(one.instrument_id, _bands(one.instrument_id, one.counts), [bar], one.sources)


def _own_distributions() -> list[CategoryChart]:
    """The register's own results by year, one chart an instrument."""
    charts = []
    years = queries.results_by_year()
    for instrument_id in dict.fromkeys(year.instrument_id for year in years):
        own = [year for year in years if year.instrument_id == instrument_id]
        counts = {code: n for year in own for code, n in year.counts.items()}
        bars = [_bar(str(year.year), instrument_id, year.counts) for year in own]
        charts.append(CategoryChart(instrument_id, _bands(instrument_id, counts), bars))
    return charts


def _attainments(published: list[NationalFigure]) -> list[AspectAttainment]:
    rows = [figure for figure in published if figure.measure == Measure.ATTAINMENT]
    found = []
    for date in dict.fromkeys(row.as_of for row in rows):
        own = sorted((row for row in rows if row.as_of == date), key=lambda row: row.item)
        bars = [
            AspectBar(row.item, _aspect(row.instrument_id, row.item), row.value * 100, Decimal(100))
            for row in own
        ]
        found.append(AspectAttainment(date, bars, list(dict.fromkeys(row.source for row in own))))
    return found


def _figure_row(figure: NationalFigure) -> PublishedFigureRow:
    label = str(figure.get_measure_display())
    if figure.measure == Measure.CATEGORY:
        label += f": {categories.category_look(figure.instrument_id, figure.item).title}"
    if figure.measure == Measure.ATTAINMENT:
        label += f": {_aspect(figure.instrument_id, figure.item)}"
    return PublishedFigureRow(categories.format_as_of(figure.as_of), label, figure, figure.measure in SHARES)


def _aspect(instrument_id: str, code: str) -> str:
    try:
        return categories.localized_text(default_catalog()[instrument_id].aspect(code).title)
    except KeyError:
        return code
