"""What is still missing before an assessment may be sent on."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sipinter.rules import scoring
from sipinter.rules.model import Instrument

from .instruments import instrument_of
from .models import AnswerEvidence, Assessment, Message, Verdict
from .scores import JUDGED, answered_gates, applicable_codes


class GapKind(StrEnum):
    """Kinds of gap. Only `UNANSWERED` may be sent on, confirmed as 0."""

    GATE = "gate"
    UNANSWERED = "unanswered"
    EVIDENCE = "evidence"


@dataclass(frozen=True)
class Gap:
    """One gap: which indicator or gate, and what it lacks."""

    code: str
    lack: GapKind


def find_gaps(
    instrument: Instrument,
    gates: Mapping[str, str],
    levels: Mapping[str, int | None],
    with_evidence: Collection[str],
) -> list[Gap]:
    """Every gap in the instrument's order: gates first, then indicators.

    `levels` are the claimed ones; `with_evidence` the codes beside which at least one sound document stands.
    """
    found = [Gap(gate.code, GapKind.GATE) for gate in instrument.gates if gate.code not in gates]
    applicable = scoring.applicable_indicators(instrument, gates)
    for code in instrument.indicators:
        if code not in applicable or code not in levels:
            continue
        level = levels[code]
        if level is None:
            found.append(Gap(code, GapKind.UNANSWERED))
        elif level > instrument.evidence_required_above and code not in with_evidence:
            found.append(Gap(code, GapKind.EVIDENCE))
    return found


def assessment_gaps(assessment: Assessment) -> list[Gap]:
    """The gaps of `assessment` as it stands (three queries)."""
    attached = AnswerEvidence.objects.filter(answer__assessment=assessment).sound()
    return find_gaps(
        instrument_of(assessment.cycle),
        answered_gates(assessment),
        dict(assessment.answers.values_list("code", "claimed_level")),
        frozenset(attached.values_list("answer__code", flat=True)),
    )


def unjudged_indicators(assessment: Assessment) -> list[str]:
    """Applicable indicators without a final verdict."""
    applicable = applicable_codes(assessment)
    rows = assessment.answers.exclude(verdict__in=JUDGED).values_list("code", flat=True)
    return [code for code in rows if code in applicable]


def unrepaired_indicators(assessment: Assessment) -> list[str]:
    """Indicators asked back that nobody has changed or answered since."""
    asked = assessment.answers.filter(verdict=Verdict.ASK)
    answered = set(
        Message.objects.filter(answer__in=asked, side=Message.Side.AGENCY).values_list(
            "answer_id", "created_at"
        )
    )
    latest = {pk: max(at for key, at in answered if key == pk) for pk, _at in answered}
    open_codes = []
    for answer in asked:
        since = answer.verified_at
        worked_on = since is None or answer.updated_at > since
        replied = since is None or (answer.pk in latest and latest[answer.pk] > since)
        if not (worked_on or replied):
            open_codes.append(answer.code)
    return open_codes
