"""Gates: the questions that decide which indicators apply."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from sipinter.assessment.record.models import GateAnswer
from sipinter.assessment.record.queries.page_frame import AssessmentFrame
from sipinter.foundation.access.errors import Conflict, Refused
from sipinter.foundation.access.permissions import may
from sipinter.foundation.accounts.decorators import require_sign_in, take_saved_input
from sipinter.foundation.web.numbers import parse_small_int
from sipinter.foundation.web.request import Request

from ..services.answers import save_gate
from .base import get_frame, render_page


@dataclass(frozen=True)
class GateEntry:
    """A gate as the form shows it: the answer chosen, and the answer and version that the person has seen.

    `other` is what somebody else answered meanwhile, where that is not what was chosen.
    """

    chosen: str
    seen: str
    version: int
    other: str = ""

    @property
    def is_touched(self) -> bool:
        """Whether the person changed it; what they left alone is not sent on."""
        return self.chosen != self.seen


@require_http_methods(["GET", "POST"])
@require_sign_in
def gates_page(request: Request, pk: int) -> HttpResponse:
    """The questions with their answers; the keeper changes them while filling in."""
    frame = get_frame(request, pk)
    if not frame.instrument.gates:
        return redirect("selfassessment:workspace", pk)
    if request.method == "GET":
        return _page(request, frame, _gate_entries(frame, take_saved_input(request) or {}))
    asked = _gate_entries(frame, request.POST)
    try:
        for code, gate in asked.items():
            if gate.is_touched:
                save_gate(
                    frame.assessment,
                    code,
                    choice=gate.chosen,
                    version=gate.version,
                    actor=request.actor,
                )
    except Refused as refusal:
        if isinstance(refusal, Conflict):
            asked = _after_conflict(frame, asked)
        return _page(request, frame, asked, refusal)
    messages.success(request, _("The answers were saved."))
    open_gates = [code for code, gate in asked.items() if not gate.chosen]
    return redirect("selfassessment:gates" if open_gates else "selfassessment:workspace", pk)


def _gate_entries(frame: AssessmentFrame, data: Mapping[str, str]) -> dict[str, GateEntry]:
    """Gates in the form: as typed on top of what was seen then, else as saved."""
    rows = _rows(frame)
    return {code: _one(code, row, data) for code, row in rows.items()}


def _one(code: str, row: GateAnswer, data: Mapping[str, str]) -> GateEntry:
    seen = data.get(f"seen-{code}", row.choice)
    # A form without its version has seen none: it replaces nothing.
    version = parse_small_int(data.get(f"version-{code}", ""), -1) if data else row.version
    return GateEntry(data.get(code, seen), seen, version)


def _rows(frame: AssessmentFrame) -> dict[str, GateAnswer]:
    """Every gate's answer as it stands; one not answered yet is empty."""
    kept = {row.code: row for row in frame.assessment.gate_answers.all()}
    codes = [gate.code for gate in frame.instrument.gates]
    return {code: kept.get(code, GateAnswer(assessment=frame.assessment, code=code)) for code in codes}


def _after_conflict(frame: AssessmentFrame, asked: Mapping[str, GateEntry]) -> dict[str, GateEntry]:
    """What was typed stays chosen beside what others answered; saving again replaces that knowingly."""
    return {
        code: GateEntry(
            asked[code].chosen if asked[code].is_touched else row.choice,
            row.choice,
            row.version,
            other=row.choice if asked[code].is_touched and row.choice != asked[code].chosen else "",
        )
        for code, row in _rows(frame).items()
    }


def _page(
    request: Request, frame: AssessmentFrame, asked: Mapping[str, GateEntry], refusal: Refused | None = None
) -> HttpResponse:
    return render_page(
        request,
        "gates.html",
        frame,
        tab="gates",
        status=refusal.status if refusal else 200,
        asked=asked,
        refusal=refusal,
        may_write=may(request.actor, "assessment.gates", frame.assessment),
    )
