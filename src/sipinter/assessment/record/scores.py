"""Scorecards of an assessment by layer (claimed, verified, decided), and their snapshots."""

from decimal import Decimal
from enum import StrEnum

from django.utils import timezone

from sipinter.foundation.access.actor import Actor
from sipinter.rules import scoring
from sipinter.rules.model import Instrument

from .instruments import instrument_of
from .models import Answer, Assessment, GateAnswer, Snapshot, SnapshotAspect, Verdict


class Layer(StrEnum):
    """Whose levels are scored."""

    CLAIMED = "claimed"
    VERIFIED = "verified"
    DECIDED = "decided"


JUDGED = (Verdict.ACCEPT, Verdict.CHANGE)


def level_in_layer(answer: Answer, layer: Layer) -> int | None:
    """The answer's level in `layer`; what is not judged yet counts as claimed."""
    if layer is Layer.DECIDED:
        return answer.decided_level
    if layer is Layer.VERIFIED and answer.verdict in JUDGED:
        return answer.verified_level
    return answer.claimed_level


def answered_gates(assessment: Assessment) -> dict[str, str]:
    """The gates answered so far: code -> choice (no query where the instrument has none)."""
    if not instrument_of(assessment.cycle).gates:
        return {}
    rows = GateAnswer.objects.filter(assessment=assessment).exclude(choice="")
    return dict(rows.values_list("code", "choice"))


def score_levels(
    instrument: Instrument, levels: dict[str, int | None], gates: dict[str, str], survey: Decimal | None
) -> scoring.Scorecard:
    """Score `levels` with the survey's result only where the instrument has a survey component."""
    return scoring.score(instrument, levels, gates, survey=survey if instrument.components else None)


def assessment_scorecard(
    assessment: Assessment,
    layer: Layer,
    answers: list[Answer] | None = None,
    gates: dict[str, str] | None = None,
) -> scoring.Scorecard:
    """The scorecard of one layer. Pass rows already read to save the queries."""
    rows = list(assessment.answers.all()) if answers is None else answers
    return score_levels(
        instrument_of(assessment.cycle),
        {answer.code: level_in_layer(answer, layer) for answer in rows},
        answered_gates(assessment) if gates is None else gates,
        assessment.survey,
    )


def refresh_scores(assessment: Assessment, answers: list[Answer] | None = None) -> scoring.Scorecard:
    """Recompute the figures kept on the assessment's row; returns the claimed scorecard.

    Pass `answers` where all of them have just been read, to save the query.
    """
    answers = list(assessment.answers.all()) if answers is None else answers
    gates = answered_gates(assessment)
    claimed = assessment_scorecard(assessment, Layer.CLAIMED, answers, gates)
    away = set(claimed.not_applicable)
    applicable = scoring.applicable_indicators(instrument_of(assessment.cycle), gates)
    judged = sum(a.verdict in JUDGED for a in answers if a.code in applicable)
    values = {
        "claimed_score": claimed.score,
        "claimed_index": claimed.index,
        "claimed_category": claimed.category.code if claimed.category else "",
        "answered": sum(a.claimed_level is not None for a in answers if a.code in applicable),
        "applicable": sum(a.code not in away for a in answers),
        "judged": judged,
        "updated_at": timezone.now(),
    }
    if judged:
        verified = assessment_scorecard(assessment, Layer.VERIFIED, answers, gates)
        values |= {
            "verified_score": verified.score,
            "verified_index": verified.index,
            "verified_category": verified.category.code if verified.category else "",
        }
    Assessment.objects.filter(pk=assessment.pk).update(**values)
    for name, value in values.items():
        setattr(assessment, name, value)
    return claimed


def take_snapshot(
    assessment: Assessment,
    stage: Snapshot.Stage,
    levels: dict[str, int | None],
    *,
    actor: Actor,
) -> Snapshot:
    """Keep score, aspects and levels of this moment for ever."""
    gates = answered_gates(assessment)
    card = score_levels(instrument_of(assessment.cycle), levels, gates, assessment.survey)
    snapshot = Snapshot.objects.create(
        assessment=assessment,
        stage=stage,
        score=card.score,
        max=card.max,
        index=card.index,
        category=card.category.code if card.category else "",
        levels=levels,
        gates=gates,
        taken_by_id=actor.user_id,
    )
    SnapshotAspect.objects.bulk_create(
        SnapshotAspect(snapshot=snapshot, code=a.code, score=a.score, max=a.max, percent=a.percent)
        for a in card.aspects
        if a.percent is not None
    )
    return snapshot


def levels_in_layer(assessment: Assessment, layer: Layer) -> dict[str, int | None]:
    """indicator -> level in `layer`."""
    return {answer.code: level_in_layer(answer, layer) for answer in assessment.answers.all()}
