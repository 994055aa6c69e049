"""The register: fifty agencies a page, the same as CSV and XLSX."""

from dataclasses import replace
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django_htmx.middleware import HtmxDetails

from sipinter.foundation.agencies.models import AgencyType
from sipinter.foundation.web.csv_files import CSV_TYPE, Cell, csv_lines
from sipinter.foundation.web.exports import XLSX_TYPE, build_xlsx, export_headers
from sipinter.foundation.web.formatters import format_day
from sipinter.foundation.web.request import Request
from sipinter.nation.results import categories
from sipinter.nation.results.decorators import public_file, public_page
from sipinter.nation.results.queries import category_counts
from sipinter.nation.statistics import queries
from sipinter.nation.statistics.category_tiles import category_tiles

from ..queries import register
from .filters import ParsedFilters, read_filters

PAGE_SIZE, WHOLE = 50, 100_000
CSV_HEADS = (
    "code",
    "agency",
    "type",
    "province",
    "year",
    "round",
    "instrument",
    "score",
    "index",
    "category",
    "previous_score",
    "change",
    "source",
    "active",
    "demonstration",
)
LIST = "register-list"


@public_page
def register_page(request: Request) -> HttpResponse:
    """The page; for htmx only the list under the filters."""
    asked = read_filters(request.GET)
    whole = request.GET.get("page") == "all"
    found: Any = register.register_rows(asked.filters)
    paginator: Paginator[register.RegisterRow] = Paginator(found, WHOLE if whole else PAGE_SIZE)
    context = {
        "asked": asked,
        "filters": asked.filters,
        "faults": asked.faults,
        "page": paginator.get_page(1 if whole else request.GET.get("page")),
        "whole": whole,
        "type_names": {value: str(label) for value, label in AgencyType.choices},
        "wording": categories,
        "scores": categories.FigureCells(),
        "changes": categories.FigureCells(sign=True),
    }
    if _wants_list(request):
        return render(request, "national/register_list.html", context)
    counts = category_counts()
    context |= {
        "share": queries.national_share(queries.published_figures(), counts),
        "tiles": category_tiles(counts),
        "provinces": [(name, name) for name in asked.provinces],
        "years": [(year, year) for year in asked.choices.years],
        "categories": [
            (code, categories.category_look(own, code).title) for own, code in asked.choices.categories
        ],
        "instruments": [(one, categories.short_instrument_title(one)) for one in asked.choices.instruments],
    }
    return render(request, "national/register.html", context)


def _wants_list(request: Request) -> bool:
    htmx: HtmxDetails = request.htmx
    return bool(htmx) and htmx.target == LIST and not htmx.history_restore_request


@public_file
def download_register_csv(request: Request) -> StreamingHttpResponse:
    """The filtered register as CSV: stable English column names, figures with a point."""
    rows = map(_cells, register.register_rows(read_filters(request.GET).filters))
    lines = csv_lines(CSV_HEADS, rows)
    return StreamingHttpResponse(lines, content_type=CSV_TYPE, headers=export_headers("daftar", "csv"))


@public_file
def download_register_xlsx(request: Request) -> HttpResponse:
    """The filtered register as a workbook in the language of the page."""
    asked = read_filters(request.GET)
    heads = [
        (_("Code"), 10),
        (_("Agency"), 48),
        (_("Type"), 22),
        (_("Province"), 22),
        (_("Year"), 8),
        (_("Round"), 8),
        (_("Instrument"), 28),
        (_("Score"), 10),
        (_("Index"), 10),
        (_("Category"), 14),
        (_("Previous score"), 12),
        (_("Points gained"), 10),
        (_("Source"), 32),
        (_("Active"), 8),
        (_("Demonstration"), 14),
    ]
    body = build_xlsx(
        _("Register"), heads, map(_labelled, register.register_rows(asked.filters)), _notes(asked)
    )
    return HttpResponse(body, content_type=XLSX_TYPE, headers=export_headers("daftar", "xlsx"))


def _cells(row: register.RegisterRow) -> list[Cell]:
    return [
        row.code,
        row.name,
        row.type,
        row.province,
        row.year,
        row.round,
        row.instrument_id,
        row.score,
        row.index,
        row.category,
        row.previous,
        row.change,
        row.source,
        int(row.is_active),
        int(row.is_invented),
    ]


def _labelled(row: register.RegisterRow) -> list[Cell]:
    """The cells with types, instruments and categories by name."""
    cells = _cells(row)
    cells[2] = str(row.type_label)
    if row.instrument_id and row.category:
        cells[6] = categories.short_instrument_title(row.instrument_id)
        cells[9] = categories.category_look(row.instrument_id, row.category).title
    return cells


def _notes(asked: ParsedFilters) -> list[str]:
    told = vars(replace(asked.filters, sort="")).items()
    shown = "; ".join(f"{name} = {value}" for name, value in told if value)
    return [
        _("SIPINTER: public register of the merit system"),
        _("Downloaded on %(day)s") % {"day": format_day(timezone.localdate())},
        _("Filters: %(filters)s") % {"filters": shown or _("none")},
        _("The index is computed by the instrument's rule where the publication gives none."),
    ]
