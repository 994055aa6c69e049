"""Work in the background as a person follows it: one's own jobs; for an administrator everybody's."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sipinter.foundation.access.errors import Refused
from sipinter.foundation.web.csv_files import CSV_TYPE, csv_lines
from sipinter.foundation.web.request import Request
from sipinter.foundation.work.models import QueuedTask
from sipinter.foundation.work.queries import UNFINISHED, failed_tasks, jobs_of
from sipinter.foundation.work.services import retry_task
from sipinter.foundation.work.startable_jobs import STARTABLE_JOBS, startable_jobs

from .. import queries
from ..decorators import require_sign_in
from ..fetching import fetch_or_404

ROWS_A_PAGE = 30


@require_sign_in
@require_safe
def jobs_page(request: Request) -> HttpResponse:
    """The list; htmx asks for it again while something is under way."""
    actor = request.actor
    page = Paginator(jobs_of(actor), ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "moving": any(row.status in UNFINISHED for row in page.object_list),
        "zone": queries.time_zone_of(actor),
    }
    if getattr(request, "htmx", False):
        return render(request, "accounts/_jobs.html", context)
    more = {"offers": startable_jobs(actor), "failed": failed_tasks(actor)[:ROWS_A_PAGE]}
    return render(request, "accounts/jobs.html", context | more)


@require_sign_in
@require_safe
def job_page(request: Request, pk: UUID) -> HttpResponse:
    """One job: how far it is, then what was done and refused."""
    row = _job(request, pk)
    context = {"row": row, "moving": row.status in UNFINISHED, "zone": queries.time_zone_of(request.actor)}
    template = "accounts/_job.html" if getattr(request, "htmx", False) else "accounts/job.html"
    return render(request, template, context)


@require_sign_in
@require_safe
def download_job_report(request: Request, pk: UUID) -> HttpResponse:
    """What the job did and refused, as CSV."""
    heads = [_("Outcome"), _("What"), _("Detail")]
    lines = csv_lines(heads, _report_rows(_job(request, pk).job.report))
    name = f'attachment; filename="sipinter-{pk}.csv"'
    return HttpResponse("".join(lines), content_type=CSV_TYPE, headers={"Content-Disposition": name})


@require_sign_in
@require_POST
def post_retry_task(request: Request, pk: UUID) -> HttpResponse:
    """Have a failed task tried again."""
    row: QueuedTask = fetch_or_404(request, QueuedTask.objects.all(), pk=pk)
    retry_task(row, actor=request.actor)
    messages.success(request, _("It is in the queue again."))
    return redirect("accounts:job", pk) if hasattr(row, "job") else redirect("accounts:jobs")


@require_sign_in
@require_POST
def post_start_job(request: Request, name: str) -> HttpResponse:
    """Start one of the jobs on offer."""
    if name not in STARTABLE_JOBS:
        raise Http404
    try:
        started = STARTABLE_JOBS[name].start(request.actor, request.FILES.get("file"))
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("accounts:jobs")
    return redirect("accounts:job", started.pk)


def _job(request: Request, pk: UUID) -> QueuedTask:
    row: QueuedTask = fetch_or_404(request, QueuedTask.objects.select_related("job"), pk=pk)
    if not hasattr(row, "job"):
        raise Http404
    return row


def _report_rows(lines: list[dict[str, Any]]) -> Iterator[tuple[str, str, str]]:
    outcomes = {True: _("done"), False: _("refused")}
    return ((outcomes[line["done"]], line["what"], line["why"]) for line in lines)
