"""One agency's public page and its download."""

from dataclasses import dataclass
from decimal import Decimal

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import NoReverseMatch, reverse

from sipinter.assessment.record.models import Decision, Result
from sipinter.foundation.agencies.models import Agency
from sipinter.foundation.web import exports
from sipinter.foundation.web.charts.bars import AspectBar
from sipinter.foundation.web.charts.history import Point, Series
from sipinter.nation.results import categories
from sipinter.nation.results.public import public_file, public_page
from sipinter.rules.instrument import default_catalog

from ..queries.agency import AgencyPage, agency_page

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
class Paper:
    """A signed PDF of a decision; `url` None where this installation does not hand it out."""

    label: str
    size: int
    url: str | None


@public_page
def agency(request: HttpRequest, slug: str) -> HttpResponse:
    """History, aspects against the nation, results with their sources, decisions, recommendations."""
    found = agency_page(get_object_or_404(Agency.objects.select_related("parent"), slug=slug))
    context = {
        "found": found,
        "agency": found.agency,
        "looks": categories,
        "series": series(found.results),
        "bars": bars(found),
        "decisions": [(decision, papers(decision)) for decision in found.decisions],
        "superseded": {decision.supersedes_id for decision in found.decisions},
        "recommendations": _titled(found),
        "instruments": default_catalog(),
    }
    return render(request, "national/agency.html", context)


def series(results: list[Result]) -> list[Series]:
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
        points = tuple(Point(year, figure) for year, figure in years.items() if figure is not None)
        most = max(Decimal("1.1"), *(p.score for p in points)) if by_index else instrument.max_score
        found.append(
            Series(categories.short_title(instrument_id), most, categories.bands(instrument), points)
        )
    return [one for one in found if one.points]


def bars(found: AgencyPage) -> list[AspectBar]:
    """The aspects of the latest result that has any, each with the nation's attainment."""
    if found.detailed is None:
        return []
    instrument = default_catalog().get(found.detailed.instrument_id)
    names = {a.code: categories.text(a.title) for a in instrument.aspects} if instrument else {}
    return [
        AspectBar(a.code, names.get(a.code, ""), a.score, a.max, found.medians.values.get(a.code))
        for a in found.aspects
    ]


def papers(decision: Decision) -> list[Paper]:
    """The decision's PDFs."""
    return [
        Paper(str(document.get_kind_display()), document.size, _document_url(decision.code, document.kind))
        for document in decision.documents.all()
    ]


def _document_url(code: str, kind: str) -> str | None:
    try:
        return reverse("decisions:document", args=[code, kind])
    except NoReverseMatch:
        return None


def _titled(found: AgencyPage) -> list[tuple[str, str, str]]:
    """(code, indicator, text) of each public recommendation."""
    if not found.recommendations:
        return []
    cycle = found.recommendations[0].assessment.cycle
    instrument = default_catalog().get(cycle.instrument_id)
    indicators = instrument.indicators if instrument else {}
    return [
        (row.code, categories.text(indicators[row.code].title) if row.code in indicators else "", row.body)
        for row in found.recommendations
    ]


@public_file
def download_csv(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """All results of the agency, whole and by aspect, as CSV."""
    found = agency_page(get_object_or_404(Agency, slug=slug))
    rows = [row for result in found.results for row in _rows(found.agency, result)]
    lines = exports.csv_lines(CSV_HEADS, rows)
    return StreamingHttpResponse(
        lines, content_type=exports.CSV_TYPE, headers=exports.attachment(slug, "csv")
    )


def _rows(agency: Agency, result: Result) -> list[list[exports.Cell]]:
    head: list[exports.Cell] = [agency.name, result.year, result.round, result.instrument_id]
    instrument = default_catalog().get(result.instrument_id)
    most = instrument.max_score if instrument else None
    whole: list[exports.Cell] = [
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
    parts: list[list[exports.Cell]] = [
        [*head, "aspect", a.code, a.score, a.max, a.percent, None, None, result.source]
        for a in result.aspects.all()
    ]
    return [whole, *parts]
