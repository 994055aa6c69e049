"""Gates: the questions that decide which indicators apply."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from sipinter.accounts.access import actor_from
from sipinter.accounts.permissions import may
from sipinter.accounts.stash import sign_in_required, take_stash
from sipinter.web.errors import Refused

from .. import services
from ..queries.frame import Frame
from .pages import framed, page


@require_http_methods(["GET", "POST"])
@sign_in_required
def gates(request: HttpRequest, pk: int) -> HttpResponse:
    """The questions with their answers; the keeper changes them while filling in."""
    frame = framed(request, pk)
    if not frame.instrument.gates:
        return redirect("assessments:workspace", pk)
    if request.method == "GET":
        return _page(request, frame, _chosen(frame, take_stash(request) or {}))
    chosen = _chosen(frame, request.POST)
    try:
        for code, choice in chosen.items():
            services.save_gate(frame.assessment, code, choice=choice, actor=actor_from(request))
    except Refused as refusal:
        return _page(request, frame, chosen, refusal)
    messages.success(request, _("The answers were saved."))
    open_gates = [gate.code for gate in frame.instrument.gates if not chosen.get(gate.code)]
    return redirect("assessments:gates" if open_gates else "assessments:workspace", pk)


def _chosen(frame: Frame, data: dict[str, str]) -> dict[str, str]:
    """Answers in the form: as typed, else as saved."""
    codes = [gate.code for gate in frame.instrument.gates]
    return {code: data[code] if code in data else frame.gates.get(code, "") for code in codes}


def _page(
    request: HttpRequest, frame: Frame, chosen: dict[str, str], refusal: Refused | None = None
) -> HttpResponse:
    return page(
        request, "gates.html", frame, tab="gates", status=refusal.status if refusal else 200,
        chosen=chosen, refusal=refusal,
        may_write=may(actor_from(request), "assessment.gates", frame.assessment),
    )  # fmt: skip
