"""What is still missing before an assessment may be sent on."""

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

from sipinter.rules import scoring

from .instruments import instrument_of
from .models import AnswerEvidence, Assessment
from .scores import gates_of


class Lack(StrEnum):
    """Kinds of gap. Only `UNANSWERED` may be sent on, confirmed as 0."""

    GATE = "gate"
    UNANSWERED = "unanswered"
    EVIDENCE = "evidence"


@dataclass(frozen=True)
class Missing:
    """One gap: which indicator or gate, and what it lacks."""

    code: str
    lack: Lack


def missing(assessment: Assessment) -> list[Missing]:
    """Every gap, in the instrument's order: gates first, then indicators (four queries)."""
    instrument, gates = instrument_of(assessment.cycle), gates_of(assessment)
    gaps = [Missing(gate.code, Lack.GATE) for gate in instrument.gates if gate.code not in gates]
    applicable = scoring.applicable(instrument, gates)
    files = Counter(
        AnswerEvidence.objects.filter(answer__assessment=assessment).values_list("answer__code", flat=True)
    )
    for code, level in assessment.answers.values_list("code", "claimed_level"):
        if code not in applicable:
            continue
        if level is None:
            gaps.append(Missing(code, Lack.UNANSWERED))
        elif level > instrument.evidence_required_above and not files[code]:
            gaps.append(Missing(code, Lack.EVIDENCE))
    return gaps
