"""Scorecards of an assessment by layer (claimed, verified, decided), and their snapshots."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True)
class FreshScores:
    """What a write has just read and counted, so that the page shown after it does neither again."""

    answers: list[Answer]
    gates: dict[str, str]
    claimed: scoring.Scorecard


def level_in_layer(answer: Answer, layer: Layer) -> int | None:
    """The answer's level in `layer`; what is not judged yet counts as claimed."""
    if layer is Layer.DECIDED:
        return answer.decided_level
    if layer is Layer.VERIFIED and answer.verdict in JUDGED:
        return answer.verified_level
    return answer.claimed_level


def answered_gates(assessment: Assessment) -> dict[str, str]:
    """The gates answered so far: code -> choice (no query where the instrument has none)."""
    return _answered_gates(assessment, instrument_of(assessment.cycle))


def _answered_gates(assessment: Assessment, instrument: Instrument) -> dict[str, str]:
    if not instrument.gates:
        return {}
    rows = GateAnswer.objects.filter(assessment=assessment).exclude(choice="")
    return dict(rows.values_list("code", "choice"))


def applicable_codes(assessment: Assessment) -> frozenset[str]:
    """The indicators that count for the agency under its gates' answers (one query where there are gates)."""
    instrument = instrument_of(assessment.cycle)
    return scoring.applicable_indicators(instrument, _answered_gates(assessment, instrument))


def score_levels(
    instrument: Instrument,
    levels: Mapping[str, int | None],
    gates: Mapping[str, str],
    survey: Decimal | None,
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
    instrument = instrument_of(assessment.cycle)
    return score_levels(
        instrument,
        levels_in_layer(assessment, layer, answers),
        _answered_gates(assessment, instrument) if gates is None else gates,
        assessment.survey,
    )


def refresh_scores(assessment: Assessment) -> FreshScores:
    """Recompute the figures kept on the assessment's row, from what stands there now."""
    instrument = instrument_of(assessment.cycle)
    answers = list(assessment.answers.all())
    gates = _answered_gates(assessment, instrument)
    levels = levels_in_layer(assessment, Layer.CLAIMED, answers)
    claimed = score_levels(instrument, levels, gates, assessment.survey)
    away = set(claimed.not_applicable)
    judged = sum(a.verdict in JUDGED for a in answers if a.code in claimed.applicable)
    values = {
        "claimed_score": claimed.score,
        "claimed_index": claimed.index,
        "claimed_category": claimed.category.code if claimed.category else "",
        "answered": sum(a.claimed_level is not None for a in answers if a.code in claimed.applicable),
        "applicable": sum(a.code not in away for a in answers),
        "judged": judged,
        "updated_at": timezone.now(),
    }
    if judged:
        levels = levels_in_layer(assessment, Layer.VERIFIED, answers)
        verified = score_levels(instrument, levels, gates, assessment.survey)
        values |= {
            "verified_score": verified.score,
            "verified_index": verified.index,
            "verified_category": verified.category.code if verified.category else "",
        }
    Assessment.objects.filter(pk=assessment.pk).update(**values)
    for name, value in values.items():
        setattr(assessment, name, value)
    return FreshScores(answers, gates, claimed)


def take_snapshot(
    assessment: Assessment,
    stage: Snapshot.Stage,
    levels: dict[str, int | None],
    *,
    actor: Actor,
) -> Snapshot:
    """Keep score, aspects and levels of this moment for ever."""
    instrument = instrument_of(assessment.cycle)
    gates = _answered_gates(assessment, instrument)
    card = score_levels(instrument, levels, gates, assessment.survey)
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


def levels_in_layer(
    assessment: Assessment, layer: Layer, answers: Iterable[Answer] | None = None
) -> dict[str, int | None]:
    """indicator -> level in `layer`. Pass `answers` already read to save the query."""
    rows = assessment.answers.all() if answers is None else answers
    return {answer.code: level_in_layer(answer, layer) for answer in rows}
