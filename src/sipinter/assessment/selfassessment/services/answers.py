"""The agency's writing: answers, gates, evidence. Every save checks state, date, scope and version."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sipinter.assessment.record.instruments import instrument_of
from sipinter.assessment.record.models import Answer, AnswerEvidence, Assessment, GateAnswer, Verdict
from sipinter.assessment.record.scores import FreshScores, refresh_scores
from sipinter.assessment.record.services.validation import clean_text
from sipinter.assessment.record.workflow import is_answering_over, lock_assessment
from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.errors import Conflict, Invalid, NotNow
from sipinter.foundation.access.permissions import require
from sipinter.foundation.audit.services import record
from sipinter.foundation.evidence.models import Evidence, Upload
from sipinter.foundation.evidence.receiving.validators import UploadSource
from sipinter.foundation.evidence.services import ReceivedEvidence, add_link, receive_file
from sipinter.foundation.evidence.tus import services
from sipinter.rules.scoring import Scorecard, level_from_ticks

NOTE_MAX = 20_000


@dataclass(frozen=True)
class SavedAnswer:
    """An answer as it now stands, and what its assessment comes to."""

    answer: Answer
    fresh: FreshScores
    changed: bool = True

    @property
    def scorecard(self) -> Scorecard:
        """The claimed scorecard."""
        return self.fresh.claimed


def require_in_time(assessment: Assessment) -> None:
    if is_answering_over(assessment):
        raise NotNow(
            _(
                "The date for this stage has passed, so this change was not saved. Everything saved before "
                "is kept. Copy what you typed and ask the supervisor for a new date."
            )
        )


def _require_question_open(answer: Answer) -> None:
    """A question of the verifier's may have a last day of its own."""
    due = answer.repair_due
    if answer.verdict == Verdict.ASK and due and timezone.now() >= answer.assessment.end_of(due):
        raise NotNow(
            _("The day for answering indicator %(code)s has passed. Ask the verifier for a new one.")
            % {"code": answer.code}
        )


def _open_answer(assessment: Assessment, code: str, actor: Actor) -> Answer:
    """The answer `code` of a locked assessment, writable by `actor` now."""
    try:
        answer = assessment.answers.select_for_update().get(code=code)
    except Answer.DoesNotExist:
        raise Invalid(_("There is no indicator %(code)s in this instrument.") % {"code": code}) from None
    answer.assessment = assessment
    require(actor, "assessment.answer", answer)
    require_in_time(assessment)
    _require_question_open(answer)
    return answer


def claimed_level(assessment: Assessment, code: str, ticks: Collection[int]) -> int | None:
    """The level that follows from the ticked criteria: level n needs all of 1..n; no tick: unanswered."""
    instrument = instrument_of(assessment.cycle)
    unknown = [tick for tick in ticks if not 0 <= tick <= instrument.max_level]
    if unknown:
        raise Invalid(_("There is no criterion for level %(level)s.") % {"level": unknown[0]})
    return level_from_ticks(instrument.indicators[code], ticks) if ticks else None


@transaction.atomic
def save_answer(
    assessment: Assessment,
    code: str,
    *,
    ticks: Collection[int],
    note: str,
    version: int,
    actor: Actor,
) -> SavedAnswer:
    """Save the ticked criteria and the note of one indicator.

    `version` is the one the person saw. Sending the same thing twice changes nothing the second time.
    Conflict (with the row as it stands) when somebody else saved meanwhile; NotNow after the stage's
    date; Denied outside the person's scope; Invalid for a criterion that does not exist.
    """
    assessment = lock_assessment(assessment)
    answer = _open_answer(assessment, code, actor)
    if len(note) > NOTE_MAX:
        raise Invalid(
            _("The note is longer than %(max)s characters.") % {"max": NOTE_MAX},
            fields={"note": _("Too long.")},
        )
    ticks, note = sorted(set(ticks)), clean_text(note)
    level = claimed_level(assessment, code, ticks)
    new = {"ticks": ticks, "claimed_level": level, "note": note}
    changes = {name: [getattr(answer, name), value] for name, value in new.items()}
    changes = {name: pair for name, pair in changes.items() if pair[0] != pair[1]}
    if not changes:
        return SavedAnswer(answer, refresh_scores(assessment), changed=False)
    if answer.version != version:
        raise Conflict(
            _("Somebody else changed this indicator while you were writing. Nothing was overwritten."),
            current=answer,
        )
    _write(answer, actor, **new)
    where = assessment.agency_id
    record("answer.saved", answer, actor=actor, agency_id=where, changes=changes, rows=[answer])
    return SavedAnswer(answer, refresh_scores(assessment))


def _write(answer: Answer, actor: Actor, **values: Any) -> None:
    values |= {"updated_at": timezone.now(), "updated_by_id": actor.user_id, "version": answer.version + 1}
    if not Answer.objects.filter(pk=answer.pk, version=answer.version).update(**values):
        raise Conflict(_("Somebody else has just saved this indicator."), current=answer)
    for name, value in values.items():
        setattr(answer, name, value)


@transaction.atomic
def save_gate(assessment: Assessment, code: str, *, choice: str, version: int, actor: Actor) -> Scorecard:
    """Answer one gate; an empty `choice` takes the answer back.

    `version` is the one the person saw; Conflict (with the row as it stands) when somebody else answered
    otherwise meanwhile.
    """
    assessment = lock_assessment(assessment)
    require(actor, "assessment.gates", assessment)
    require_in_time(assessment)
    try:
        gate = instrument_of(assessment.cycle).gate(code)
        if choice:
            gate.choice(choice)
    except KeyError:
        raise Invalid(
            _("There is no such question or answer."), fields={code: _("Unknown answer.")}
        ) from None
    row, _created = GateAnswer.objects.select_for_update().get_or_create(assessment=assessment, code=code)
    if row.choice == choice:
        return refresh_scores(assessment).claimed
    if row.version != version:
        raise Conflict(
            _("Somebody else answered this question meanwhile. Nothing was overwritten."), current=row
        )
    GateAnswer.objects.filter(pk=row.pk).update(choice=choice, version=row.version + 1)
    record(
        "gate.answered",
        assessment,
        actor=actor,
        agency_id=assessment.agency_id,
        changes={code: [row.choice, choice]},
    )
    return refresh_scores(assessment).claimed


@transaction.atomic
def attach_evidence(assessment: Assessment, code: str, evidence: Evidence, *, actor: Actor) -> AnswerEvidence:
    """Put evidence of the agency's library beside an indicator. Attaching twice changes nothing."""
    assessment = lock_assessment(assessment)
    answer = _open_answer(assessment, code, actor)
    if evidence.agency_id != assessment.agency_id:
        raise Invalid(_("This evidence belongs to another agency."))
    row, created = AnswerEvidence.objects.get_or_create(
        answer=answer, evidence=evidence, defaults={"attached_by_id": actor.user_id}
    )
    if created:
        _touch(answer, actor)
        record(
            "answer.evidence_attached",
            answer,
            actor=actor,
            agency_id=assessment.agency_id,
            changes={"evidence": [None, f"{evidence.pk}: {evidence.title}"]},
        )
    return row


def _touch(answer: Answer, actor: Actor) -> None:
    """Evidence counts as work on the answer, yet leaves the version that open forms hold."""
    Answer.objects.filter(pk=answer.pk).update(updated_at=timezone.now(), updated_by_id=actor.user_id)


def upload_evidence(
    assessment: Assessment,
    code: str,
    upload: UploadSource,
    *,
    title: str = "",
    dated: date | None = None,
    actor: Actor,
) -> ReceivedEvidence:
    """Receive a file into the agency's library and attach it; the same bytes are recognised and reused."""
    require_answer_open(assessment, code, actor)
    received = receive_file(assessment.agency, upload, title=title, dated=dated, actor=actor)
    attach_evidence(assessment, code, received.evidence, actor=actor)
    return received


def attach_link(
    assessment: Assessment, code: str, url: str, *, title: str = "", actor: Actor
) -> AnswerEvidence:
    """Keep a web address as evidence and attach it; the address is never fetched."""
    require_answer_open(assessment, code, actor)
    return attach_evidence(
        assessment, code, add_link(assessment.agency, url, title=title, actor=actor), actor=actor
    )


def require_answer_open(assessment: Assessment, code: str, actor: Actor) -> None:
    """Refuse before a single byte is stored when the answer is not writable."""
    with transaction.atomic():
        _open_answer(lock_assessment(assessment), code, actor)


def begin_evidence_upload(
    assessment: Assessment, code: str, *, name: str, metadata: str, size: int, actor: Actor
) -> Upload:
    """Begin an upload in pieces for the indicator `code`; refused as a file in one piece is."""
    require_answer_open(assessment, code, actor)
    return services.create_upload(
        assessment.agency,
        assessment=assessment.pk,
        code=code,
        name=name,
        metadata=metadata,
        size=size,
        actor=actor,
    )


@transaction.atomic
def detach_evidence(assessment: Assessment, code: str, evidence_id: int, *, actor: Actor) -> None:
    """Take evidence from an indicator; it stays in the agency's library."""
    assessment = lock_assessment(assessment)
    answer = _open_answer(assessment, code, actor)
    row = (
        AnswerEvidence.objects.filter(answer=answer, evidence_id=evidence_id)
        .select_related("evidence")
        .first()
    )
    if row is None:
        return
    title = row.evidence.title
    row.delete()
    _touch(answer, actor)
    record(
        "answer.evidence_detached",
        answer,
        actor=actor,
        agency_id=assessment.agency_id,
        changes={"evidence": [f"{evidence_id}: {title}", None]},
    )
