"""One agency's public page and its download."""

from dataclasses import dataclass
from decimal import Decimal

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import NoReverseMatch, reverse

from sipinter.assessment.record.models import Decision, Result
from sipinter.foundation.agencies.models import Agency
from sipinter.foundation.web.charts.bars import AspectBar
from sipinter.foundation.web.charts.history import ChartPoint, ChartSeries
from sipinter.foundation.web.csv_files import CSV_TYPE, Cell, csv_lines
from sipinter.foundation.web.exports import export_headers
from sipinter.nation.results import categories
from sipinter.nation.results.decorators import public_file, public_page
from sipinter.rules.instrument import default_catalog

from ..queries.agency import AgencyProfile, agency_profile

CSV_HEADS = (
    "agency",
    "year",
    "round",
    "instrument",
    "part",
    "aspect",
    "score",
    "max",
    "percent",
    "index",
    "category",
    "source",
)


@dataclass(frozen=True)
class PaperLink:
    """A signed PDF of a decision; `url` None where this installation does not hand it out."""

    label: str
    size: int
    url: str | None


@public_page
def agency_profile_page(request: HttpRequest, slug: str) -> HttpResponse:
    """History, aspects against the nation, results with their sources, decisions, recommendations."""
    found = agency_profile(get_object_or_404(Agency.objects.select_related("parent"), slug=slug))
    context = {
        "found": found,
        "agency": found.agency,
        "wording": categories,
        "series": result_series(found.results),
        "bars": attainment_bars(found),
        "decisions": [(decision, paper_links(decision)) for decision in found.decisions],
        "superseded": {decision.supersedes_id for decision in found.decisions},
        "recommendations": _titled(found),
        "instruments": default_catalog(),
    }
    return render(request, "national/agency.html", context)


def result_series(results: list[Result]) -> list[ChartSeries]:
    """The history by instrument, oldest first, each in the figure (score or index) its categories are on."""
    found = []
    for instrument_id in dict.fromkeys(result.instrument_id for result in reversed(results)):
        instrument = default_catalog().get(instrument_id)
        if instrument is None:
            continue
        by_index = instrument.category_on == "index"
        years: dict[int, Decimal | None] = {
            result.year: result.index if by_index else result.score
            for result in reversed(results)
            if result.instrument_id == instrument_id
        }
        points = tuple(ChartPoint(year, figure) for year, figure in years.items() if figure is not None)
        most = max(Decimal("1.1"), *(p.score for p in points)) if by_index else instrument.max_score
        found.append(
            ChartSeries(
                categories.short_instrument_title(instrument_id),
                most,
                categories.category_bands(instrument),
                points,
            )
        )
    return [one for one in found if one.points]


def attainment_bars(found: AgencyProfile) -> list[AspectBar]:
    """The aspects of the latest result that has any, each with the nation's attainment."""
    if found.detailed is None:
        return []
    instrument = default_catalog().get(found.detailed.instrument_id)
    names = {a.code: categories.localized_text(a.title) for a in instrument.aspects} if instrument else {}
    return [
        AspectBar(a.code, names.get(a.code, ""), a.score, a.max, found.medians.values.get(a.code))
        for a in found.aspects
    ]


def paper_links(decision: Decision) -> list[PaperLink]:
    """The decision's PDFs."""
    return [
        PaperLink(
            str(document.get_kind_display()), document.size, _document_url(decision.code, document.kind)
        )
        for document in decision.documents.all()
    ]


def _document_url(code: str, kind: str) -> str | None:
    try:
        return reverse("decisions:document", args=[code, kind])
    except NoReverseMatch:
        return None


def _titled(found: AgencyProfile) -> list[tuple[str, str, str]]:
    """(code, indicator, text) of each public recommendation."""
    if not found.recommendations:
        return []
    cycle = found.recommendations[0].assessment.cycle
    instrument = default_catalog().get(cycle.instrument_id)
    indicators = instrument.indicators if instrument else {}
    return [
        (
            row.code,
            categories.localized_text(indicators[row.code].title) if row.code in indicators else "",
            row.body,
        )
        for row in found.recommendations
    ]


@public_file
def download_agency_csv(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """All results of the agency, whole and by aspect, as CSV."""
    found = agency_profile(get_object_or_404(Agency, slug=slug))
    rows = [row for result in found.results for row in _rows(found.agency, result)]
    lines = csv_lines(CSV_HEADS, rows)
    return StreamingHttpResponse(lines, content_type=CSV_TYPE, headers=export_headers(slug, "csv"))


def _rows(agency: Agency, result: Result) -> list[list[Cell]]:
    head: list[Cell] = [agency.name, result.year, result.round, result.instrument_id]
    instrument = default_catalog().get(result.instrument_id)
    most = instrument.max_score if instrument else None
    whole: list[Cell] = [
        *head,
        "total",
        None,
        result.score,
        most,
        None,
        result.index,
        result.category,
        result.source,
    ]
    parts: list[list[Cell]] = [
        [*head, "aspect", a.code, a.score, a.max, a.percent, None, None, result.source]
        for a in result.aspects.all()
    ]
    return [whole, *parts]
