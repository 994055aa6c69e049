"""The outcome of an assessment: the decision in force and the scores of every stage."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from ..models import CLOSED, Assessment, Decision, Snapshot


@dataclass(frozen=True)
class StageScore:
    """The score kept at one stage, with its aspects by code."""

    label: str
    snapshot: Snapshot
    aspects: Mapping[str, Decimal]


@dataclass(frozen=True)
class AssessmentOutcome:
    """The decision in force with its papers, and the last snapshot of each stage in order."""

    decision: Decision
    stages: tuple[StageScore, ...]


def assessment_outcome(assessment: Assessment) -> AssessmentOutcome | None:
    """What was decided (four queries); None until then."""
    if assessment.state not in CLOSED:
        return None
    decision = assessment.decisions.filter(superseded_by=None).prefetch_related("documents").first()
    if decision is None:
        return None
    latest = {s.stage: s for s in assessment.snapshots.prefetch_related("aspects")}
    stages = tuple(
        StageScore(str(stage.label), latest[stage], {a.code: a.score for a in latest[stage].aspects.all()})
        for stage in Snapshot.Stage
        if stage in latest
    )
    return AssessmentOutcome(decision, stages)
