"""The pages of the audit trail: the search, one event, and the export."""

from collections.abc import Iterator
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sipinter.foundation.access.permissions import require
from sipinter.foundation.access.roles import Role
from sipinter.foundation.accounts.decorators import require_sign_in
from sipinter.foundation.accounts.queries import time_zone_of
from sipinter.foundation.audit.models import Checkpoint, Event, Refusal
from sipinter.foundation.audit.places import place_states
from sipinter.foundation.audit.refusals import MOST, is_refusal_sealed
from sipinter.foundation.web.csv_files import CSV_TYPE, Cell, csv_lines
from sipinter.foundation.web.exports import XLSX_TYPE, build_xlsx, export_headers
from sipinter.foundation.web.request import Request

from . import queries
from .forms import RefusalSearchForm, TrailSearchForm
from .labels import action_label, role_names
from .services import note_export

HEADS = (
    "at",
    "agency_code",
    "agency",
    "position",
    "action",
    "target",
    "actor_id",
    "actor",
    "role",
    "on_behalf_of",
    "changes",
    "request",
    "hash",
)
REFUSAL_HEADS = (
    "hour",
    "last_at",
    "attempts",
    "agency_code",
    "agency",
    "action",
    "target",
    "actor_id",
    "actor",
    "role",
    "request",
)
WORKBOOK_ROWS = 100_000


@require_safe
@require_sign_in
def trail_page(request: Request) -> HttpResponse:
    """The search: newest first."""
    actor = request.actor
    require(actor, "trail.read")
    form = TrailSearchForm(request.GET)
    rows = queries.search_events(actor, form.wanted())
    kept = urlencode([(name, value) for name, value in request.GET.items() if name in form.fields and value])
    context = {
        "form": form,
        "page": queries.events_after(rows, request.GET.get("after", "")),
        "kept": kept,
        "is_later": "after" in request.GET,
        "label": action_label,
        "zone": time_zone_of(actor),
        "of_all": actor.has(Role.AUDITOR),
        "refused": queries.refused_lately(actor),
        "checkpoint": Checkpoint.objects.order_by("number").last(),
        "places": place_states() if actor.has(Role.AUDITOR) else [],
        "limit": WORKBOOK_ROWS,
    }
    return render(request, "trail/list.html", context)


@require_safe
@require_sign_in
def event_page(request: Request, pk: int) -> HttpResponse:
    """One event: from, to, and how it stands in its chain."""
    actor = request.actor
    require(actor, "trail.read")
    found = queries.visible_events(actor).select_related("agency", "chain").filter(pk=pk).first()
    if found is None:
        raise Http404
    context = {
        "event": found,
        "label": action_label,
        "pairs": queries.event_changes(found),
        "roles": role_names(found.actor_role),
        "proof": queries.verify_event(found),
        "zone": time_zone_of(actor),
    }
    return render(request, "trail/event.html", context)


@require_safe
@require_sign_in
def download_trail_csv(request: Request) -> Any:
    """What the search finds, all of it, as it is read from the database."""
    rows = _exported(request, "csv")
    lines = csv_lines(HEADS, map(_cells, rows))
    headers = export_headers("jejak-audit", "csv") | {"Cache-Control": "private, no-store"}
    return StreamingHttpResponse(lines, content_type=CSV_TYPE, headers=headers)


@require_safe
@require_sign_in
def download_trail_xlsx(request: Request) -> HttpResponse:
    """The newest hundred thousand of what the search finds as a workbook."""
    rows = islice(_exported(request, "xlsx"), WORKBOOK_ROWS)
    heads = [
        (_("Time (UTC)"), 28),
        (_("Code"), 10),
        (_("Agency"), 40),
        (_("Position"), 10),
        (_("Action"), 28),
        (_("About what"), 20),
        (_("Person's number"), 10),
        (_("Name of the person"), 28),
        (_("Role"), 18),
        (_("On behalf of"), 28),
        (_("Changes"), 60),
        (_("Request"), 34),
        (_("Hash"), 66),
    ]
    body = build_xlsx(_("Audit trail"), heads, map(_cells, rows))
    headers = export_headers("jejak-audit", "xlsx") | {"Cache-Control": "private, no-store"}
    return HttpResponse(body, content_type=XLSX_TYPE, headers=headers)


@require_safe
@require_sign_in
def refusals_page(request: Request) -> HttpResponse:
    """Refused attempts by person, object and hour: newest first."""
    actor = request.actor
    require(actor, "trail.read")
    form = RefusalSearchForm(request.GET)
    rows = queries.search_refusals(actor, form.wanted())
    kept = urlencode([(name, value) for name, value in request.GET.items() if name in form.fields and value])
    context = {
        "form": form,
        "page": queries.refusals_after(rows, request.GET.get("after", "")),
        "kept": kept,
        "is_later": "after" in request.GET,
        "label": action_label,
        "sealed": is_refusal_sealed,
        "zone": time_zone_of(actor),
        "of_all": actor.has(Role.AUDITOR),
        "most": MOST,
        "limit": WORKBOOK_ROWS,
    }
    return render(request, "trail/refusals.html", context)


@require_safe
@require_sign_in
def download_refusals_csv(request: Request) -> Any:
    """What the search of refused attempts finds."""
    lines = csv_lines(REFUSAL_HEADS, map(_refusal_cells, _exported_refusals(request, "csv")))
    headers = export_headers("penolakan", "csv") | {"Cache-Control": "private, no-store"}
    return StreamingHttpResponse(lines, content_type=CSV_TYPE, headers=headers)


@require_safe
@require_sign_in
def download_refusals_xlsx(request: Request) -> HttpResponse:
    """The newest hundred thousand of them as a workbook."""
    rows = islice(_exported_refusals(request, "xlsx"), WORKBOOK_ROWS)
    heads = [
        (_("Hour (UTC)"), 28),
        (_("Last attempt (UTC)"), 28),
        (_("Attempts"), 10),
        (_("Code"), 10),
        (_("Agency"), 40),
        (_("Action"), 28),
        (_("About what"), 20),
        (_("Person's number"), 10),
        (_("Name of the person"), 28),
        (_("Role"), 18),
        (_("Request"), 34),
    ]
    body = build_xlsx(_("Refused attempts"), heads, map(_refusal_cells, rows))
    headers = export_headers("penolakan", "xlsx") | {"Cache-Control": "private, no-store"}
    return HttpResponse(body, content_type=XLSX_TYPE, headers=headers)


def _exported_refusals(request: Request, kind: str) -> Iterator[Refusal]:
    actor, wanted = request.actor, RefusalSearchForm(request.GET).wanted()
    note_export(wanted, kind=kind, actor=actor, of="refusals")
    return queries.search_refusals(actor, wanted).iterator(chunk_size=2000)


def _refusal_cells(row: Refusal) -> list[Cell]:
    return [
        row.hour.isoformat(),
        row.last_at.isoformat(),
        row.count,
        row.agency.code if row.agency else "",
        row.agency.name if row.agency else "",
        row.action,
        row.target,
        row.actor_id,
        str(row.actor) if row.actor else "",
        row.actor_role,
        row.request_id,
    ]


def _exported(request: Request, kind: str) -> Iterator[Event]:
    actor, wanted = request.actor, TrailSearchForm(request.GET).wanted()
    note_export(wanted, kind=kind, actor=actor)
    return queries.iterate_events(queries.search_events(actor, wanted))


def _cells(event: Event) -> list[Cell]:
    changes = "; ".join(f"{name}: {before} → {after}" for name, before, after in queries.event_changes(event))
    return [
        event.at.isoformat(),
        event.agency.code if event.agency else "",
        event.agency.name if event.agency else "",
        event.position,
        event.action,
        event.target,
        event.actor_id,
        event.who,
        event.actor_role,
        event.for_whom,
        changes[:30_000],
        event.request_id,
        event.hash,
    ]
