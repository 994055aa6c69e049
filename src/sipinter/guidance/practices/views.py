"""The library of good practice: the desk's page, and the agency's page for its consent."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from sipinter.assessment.record.forms.common import call_service
from sipinter.assessment.record.instruments import instrument_of
from sipinter.assessment.record.models import Cycle, Example
from sipinter.foundation.access.errors import NotNow
from sipinter.foundation.access.permissions import may, require
from sipinter.foundation.accounts.decorators import require_sign_in, take_saved_input
from sipinter.foundation.accounts.fetching import fetch_or_404
from sipinter.foundation.web.decorators import post_only
from sipinter.foundation.web.request import Request
from sipinter.rules.model import Instrument

from . import queries
from .forms import ExampleForm
from .services import (
    consent_to_example,
    propose_example,
    publish_example,
    take_back_consent,
    withdraw_example,
)

ROWS_A_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@require_sign_in
def examples_page(request: Request) -> HttpResponse:
    """Every example, and the form for a new one; a POST proposes it."""
    actor = request.actor
    require(actor, "example.propose")
    instruments = _instruments()
    wanted = request.GET.get("instrumen", "")
    instrument = instruments.get(wanted) or next(iter(instruments.values()), None)
    if instrument is None or request.method != "POST":
        typed = take_saved_input(request)
        given = typed.dict() if typed else {name: request.GET.get(name, "") for name in ("code", "level")}
        form = ExampleForm(initial=given, instrument=instrument) if instrument else None
        return _page(request, instruments, instrument, form)
    form = ExampleForm(request.POST, instrument=instrument)
    refused = call_service(form, lambda given: propose_example(instrument, actor=actor, **given))
    if refused:
        return _page(request, instruments, instrument, form, status=refused)
    messages.success(request, _("The example was proposed."))
    return redirect(f"{request.path}?instrumen={instrument.id}")


def _instruments() -> dict[str, Instrument]:
    """The instruments of opened rounds, the latest round's first."""
    rounds = Cycle.objects.filter(opened_at__isnull=False).order_by("-year", "-round", "-pk")
    found: dict[str, Instrument] = {}
    for cycle in rounds:
        if cycle.instrument_id not in found:
            found[cycle.instrument_id] = instrument_of(cycle)
    return found


def _page(
    request: Request,
    instruments: dict[str, Instrument],
    instrument: Instrument | None,
    form: ExampleForm | None,
    *,
    status: int = 200,
) -> HttpResponse:
    actor = request.actor
    page = Paginator(queries.managed_examples(actor), ROWS_A_PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "page": page,
        "form": form,
        "instruments": instruments,
        "instrument": instrument,
        "may_publish": bool(may(actor, "example.publish")),
    }
    return render(request, "practices/examples.html", context, status=status)


@post_only("practices:examples")
@require_sign_in
def post_publish_example(request: Request, example: int) -> HttpResponse:
    """Show an example to everybody."""
    found = _known(request, example)
    try:
        publish_example(found, actor=request.actor)
    except NotNow as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The example stands beside its criterion now."))
    return redirect("practices:examples")


@post_only("practices:examples")
@require_sign_in
def post_withdraw_example(request: Request, example: int) -> HttpResponse:
    """Take an example away."""
    withdraw_example(_known(request, example), actor=request.actor)
    messages.success(request, _("The example was withdrawn."))
    return redirect("practices:examples")


def _known(request: Request, pk: int) -> Example:
    require(request.actor, "example.publish")
    found: Example = fetch_or_404(request, Example.objects.all(), pk=pk)
    return found


@require_safe
@require_sign_in
def own_examples_page(request: Request) -> HttpResponse:
    """The examples from one's own agency, with what it consents to."""
    actor = request.actor
    page = Paginator(queries.own_examples(actor), ROWS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "practices/own_examples.html", {"page": page})


@post_only("practices:own_examples")
@require_sign_in
def post_example_consent(request: Request, example: int) -> HttpResponse:
    """Consent to an example, or take the consent back (`do`)."""
    found: Example = fetch_or_404(request, Example.objects.all(), pk=example)
    service = take_back_consent if request.POST.get("do") == "take_back" else consent_to_example
    try:
        service(found, actor=request.actor)
    except NotNow as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("What you chose is kept."))
    return redirect("practices:own_examples")
