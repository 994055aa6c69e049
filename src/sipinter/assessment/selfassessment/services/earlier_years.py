"""Starting from an earlier year: criteria, notes and documents, as far as a person chose them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from sipinter.assessment.record.models import Answer, AnswerEvidence, Assessment
from sipinter.assessment.record.workflow import lock_assessment
from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.errors import Conflict, Invalid, Refused
from sipinter.foundation.access.permissions import require
from sipinter.foundation.audit.services import record
from sipinter.foundation.evidence.models import Evidence
from sipinter.rules.instrument_diff import CarryOverProposal

from ..earlier_years import (
    EarlierAssessment,
    earlier_assessments,
    proposals_by_code,
    proposed_documents,
    proposed_note,
    proposed_ticks,
    read_earlier_assessment,
)
from .answers import attach_evidence, require_in_time, save_answer


@dataclass(frozen=True)
class CarryOverChoice:
    """One indicator that a person takes over. `replace`: also what is answered already, in `version`."""

    version: int = 0
    replace: bool = False


@dataclass
class CarryOverResult:
    """What became of the choices: codes taken over, left as they were, changed meanwhile, refused (why)."""

    taken: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)


@transaction.atomic
def carry_over_answers(
    assessment: Assessment, earlier: Assessment, takes: Mapping[str, CarryOverChoice], *, actor: Actor
) -> CarryOverResult:
    """Take over criteria up to the level that held, note and valid documents of an earlier assessment.

    Criteria and note that are there already stay, unless the person chose to replace them. Sending the same
    thing twice changes nothing the second time. Each indicator by its own service: what somebody changed
    meanwhile or what is refused is reported, the others are saved. Invalid when `earlier` is not an ended
    assessment of the same agency; Denied and NotNow as for answering.
    """
    assessment = lock_assessment(assessment)
    require(actor, "assessment.carry_over", assessment)
    require_in_time(assessment)
    if earlier.pk not in {row.pk for row in earlier_assessments(assessment)}:
        raise Invalid(_("This is not an earlier assessment of the same agency that has ended."))
    past = read_earlier_assessment(earlier, horizon=assessment.cycle.plenary_on)
    wanted = {code: one for code, one in proposals_by_code(past, assessment).items() if code in takes}
    _lock(assessment, past, wanted)
    carried = CarryOverResult()
    for code, proposal in wanted.items():
        _try(assessment, past, proposal, takes[code], carried, actor)
    if carried.taken:
        record(
            "assessment.carried_over",
            assessment,
            actor=actor,
            agency_id=assessment.agency_id,
            changes={
                "earlier": [None, f"{earlier.pk}: {earlier.cycle.name}"],
                "indicators": [None, len(carried.taken)],
            },
        )
    return carried


def _lock(assessment: Assessment, past: EarlierAssessment, wanted: Mapping[str, CarryOverProposal]) -> None:
    """Answers, then documents, before the first audit record (docs/architecture.md)."""
    answers = assessment.answers.filter(code__in=wanted).order_by("pk").select_for_update()
    list(answers.values_list("pk", flat=True))
    documents = {kept.evidence.pk for one in wanted.values() for kept in proposed_documents(past, one)}
    rows = Evidence.objects.filter(pk__in=documents).order_by("pk").select_for_update()
    list(rows.values_list("pk", flat=True))


def _try(
    assessment: Assessment,
    past: EarlierAssessment,
    proposal: CarryOverProposal,
    take: CarryOverChoice,
    carried: CarryOverResult,
    actor: Actor,
) -> None:
    try:
        changed = _carry(assessment, past, proposal, take, actor)
    except Conflict:
        carried.conflicts.append(proposal.code)
    except Refused as refusal:
        carried.refused[proposal.code] = str(refusal)
    else:
        (carried.taken if changed else carried.kept).append(proposal.code)


@transaction.atomic
def _carry(
    assessment: Assessment,
    past: EarlierAssessment,
    proposal: CarryOverProposal,
    take: CarryOverChoice,
    actor: Actor,
) -> bool:
    """One indicator, all of it or nothing; whether anything changed."""
    row = Answer.objects.get(assessment=assessment, code=proposal.code)
    ticks, note = proposed_ticks(past, assessment, proposal), proposed_note(past, proposal)
    saved = save_answer(
        assessment,
        proposal.code,
        ticks=ticks if ticks and (take.replace or not row.ticks) else row.ticks,
        note=note if note and (take.replace or not row.note) else row.note,
        version=take.version if take.replace else row.version,
        actor=actor,
    )
    there = set(AnswerEvidence.objects.filter(answer=row).values_list("evidence_id", flat=True))
    fit = [kept.evidence for kept in proposed_documents(past, proposal) if kept.is_fit]
    missing = [evidence for evidence in fit if evidence.pk not in there]
    for evidence in missing:
        attach_evidence(assessment, proposal.code, evidence, actor=actor)
    return saved.changed or bool(missing)
