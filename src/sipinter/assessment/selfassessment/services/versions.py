"""A newer version of a document in the place of the older one, wherever answers are still open.

Of a file that was refused after it was sent in, for a few days also where it lies with the supervisor.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from sipinter.assessment.record.models import (
    AT_THE_SUPERVISOR,
    CLOSED,
    Answer,
    AnswerEvidence,
    Assessment,
    State,
)
from sipinter.assessment.record.services.notices import notify_about_assessment
from sipinter.assessment.record.workflow import is_answering_over, lock_assessment
from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.errors import Conflict, Invalid, NotNow
from sipinter.foundation.access.permissions import require
from sipinter.foundation.audit.services import record
from sipinter.foundation.evidence.judging.queries import replaceable_until
from sipinter.foundation.evidence.library.services import check_validity_dates
from sipinter.foundation.evidence.models import Evidence
from sipinter.foundation.evidence.receiving.validators import UploadSource
from sipinter.foundation.evidence.services import receive_file


@dataclass(frozen=True)
class ReplacedEvidence:
    """The newer version, the indicators in which it now stands (round, code), and how many uses stayed."""

    evidence: Evidence
    moved: tuple[tuple[str, str], ...]
    left: int


def replace_evidence(
    evidence: Evidence,
    upload: UploadSource,
    *,
    title: str = "",
    dated: date | None = None,
    valid_from: date | None = None,
    valid_until: date | None = None,
    version: int,
    actor: Actor,
) -> ReplacedEvidence:
    """Receive `upload` as the newer version of `evidence` and let it stand wherever the old one stood.

    Only in assessments that are being filled in: what a verifier has read stays as it was read. Sending the
    same file twice changes nothing the second time. Conflict when somebody else changed or replaced the
    document meanwhile (`version` is the one the person saw); Invalid for a file that is not taken, is the
    document itself or an older version; Denied when one of those indicators is not the person's to answer.
    """
    _check_first(evidence, version, actor)
    check_validity_dates(valid_from, valid_until)
    received = receive_file(
        evidence.agency, upload, title=title or evidence.title, dated=dated, actor=actor
    ).evidence
    days = {"valid_from": valid_from, "valid_until": valid_until}
    return _put_in_place(evidence, received, {name: day for name, day in days.items() if day}, version, actor)


def _check_first(evidence: Evidence, version: int, actor: Actor) -> None:
    """Refuse before a single byte is stored what would be refused afterwards."""
    with transaction.atomic():
        old = Evidence.objects.get(pk=evidence.pk)
        require(actor, "evidence.replace", old)
        if old.superseded_by_id is None and old.version != version:
            raise _changed(old)
        for answer in _open_answers(old):
            require(actor, "assessment.answer", answer)


def _changed(old: Evidence) -> Conflict:
    return Conflict(_("Somebody else changed this document meanwhile. Nothing was overwritten."), current=old)


def _open_answers(old: Evidence) -> Iterator[Answer]:
    """The answers that hold `old` and are open now; locks their assessments, then the answers."""
    using = Assessment.objects.filter(state=State.FILLING, answers__attachments__evidence=old)
    for pk in using.order_by("pk").values_list("pk", flat=True).distinct():
        assessment = lock_assessment(Assessment(pk=pk))
        if assessment.state != State.FILLING or is_answering_over(assessment):
            continue
        held = AnswerEvidence.objects.filter(answer__assessment=assessment, evidence=old)
        rows = assessment.answers.filter(pk__in=held.order_by().values("answer_id"))
        for answer in rows.order_by("pk").select_for_update():
            answer.assessment = assessment
            yield answer


@transaction.atomic
def _put_in_place(
    evidence: Evidence, newer: Evidence, days: dict[str, date], version: int, actor: Actor
) -> ReplacedEvidence:
    answers = list(_open_answers(evidence))
    for answer in answers:
        require(actor, "assessment.answer", answer)
    old, new = _locked_pair(evidence, newer)
    if old.superseded_by_id == new.pk:
        return ReplacedEvidence(new, (), _uses(old))
    if old.superseded_by_id is not None or old.version != version:
        raise _changed(old)
    if new.superseded_by_id is not None:
        raise Invalid.at("file", _("This file is an older version that has been replaced itself."))
    _set_days(new, days, actor)
    _supersede(old, new, len(answers), actor)
    for answer in answers:
        _swap(answer, old, new, actor)
    moved = tuple((answer.assessment.cycle.name, answer.code) for answer in answers)
    return ReplacedEvidence(new, moved, _uses(old))


def _locked_pair(evidence: Evidence, newer: Evidence) -> tuple[Evidence, Evidence]:
    """Both rows as they stand, locked in the order of their ids; Invalid when they are one."""
    if evidence.pk == newer.pk:
        raise Invalid.at("file", _("This is the same file. Choose the newer version."))
    pair = Evidence.objects.filter(pk__in=(evidence.pk, newer.pk)).order_by("pk").select_for_update()
    rows = {row.pk: row for row in pair}
    return rows[evidence.pk], rows[newer.pk]


def _set_days(new: Evidence, days: dict[str, date], actor: Actor) -> None:
    changes: dict[str, list[Any]] = {
        name: [getattr(new, name), day] for name, day in days.items() if getattr(new, name) != day
    }
    if not changes:
        return
    for name, day in days.items():
        setattr(new, name, day)
    check_validity_dates(new.valid_from, new.valid_until)
    new.version += 1
    new.save(update_fields=[*changes, "version"])
    record("evidence.changed", new, actor=actor, agency_id=new.agency_id, changes=changes)


def _supersede(old: Evidence, new: Evidence, indicators: int, actor: Actor) -> None:
    old.superseded_by, old.version = new, old.version + 1
    old.save(update_fields=["superseded_by", "version"])
    record(
        "evidence.superseded",
        old,
        actor=actor,
        agency_id=old.agency_id,
        changes={"superseded_by": [None, f"{new.pk}: {new.title}"], "indicators": [None, indicators]},
    )


def _swap(answer: Answer, old: Evidence, new: Evidence, actor: Actor) -> None:
    AnswerEvidence.objects.get_or_create(
        answer=answer, evidence=new, defaults={"attached_by_id": actor.user_id}
    )
    AnswerEvidence.objects.filter(answer=answer, evidence=old).delete()
    Answer.objects.filter(pk=answer.pk).update(updated_at=timezone.now(), updated_by_id=actor.user_id)
    record(
        "answer.evidence_replaced",
        answer,
        actor=actor,
        agency_id=old.agency_id,
        changes={"evidence": [f"{old.pk}: {old.title}", f"{new.pk}: {new.title}"]},
    )


def _uses(old: Evidence) -> int:
    return AnswerEvidence.objects.filter(evidence=old).count()


def replace_refused_file(evidence: Evidence, upload: UploadSource, *, actor: Actor) -> ReplacedEvidence:
    """Receive `upload` in the place of a file that was refused after it had been sent in.

    The new file takes the place at every indicator of assessments that the plenary has not decided, and the
    verifier is told. NotNow when the file was not refused, its days are over or all is decided; Conflict when
    it has been replaced already; Denied without the right; Invalid for a file that is refused at once.
    """
    require(actor, "evidence.replace", evidence)
    _require_replaceable(Evidence.objects.select_related("blob").get(pk=evidence.pk))
    received = receive_file(evidence.agency, upload, title=evidence.title, dated=evidence.dated, actor=actor)
    return _put_in_refused_place(evidence, received.evidence, actor)


def _require_replaceable(old: Evidence) -> None:
    until = replaceable_until(old)
    if until is None:
        raise NotNow(_("Only a file that was refused after it was sent in is replaced like this."))
    if timezone.now() > until:
        raise NotNow(_("The days for replacing this file are over. Write to the verifier."))
    if old.superseded_by_id is not None:
        raise _changed(old)


@transaction.atomic
def _put_in_refused_place(evidence: Evidence, newer: Evidence, actor: Actor) -> ReplacedEvidence:
    answers = list(_sent_answers(evidence))
    if not answers:
        raise NotNow(_("It stands in no assessment that the supervisor still reads."))
    if evidence.pk == newer.pk:  # the same bytes, under their right name or once more
        return _told(evidence, newer, answers, actor)
    old, new = _locked_pair(evidence, newer)
    if old.superseded_by_id is not None:
        raise _changed(old)
    if new.superseded_by_id is not None:
        raise Invalid.at("file", _("This file is an older version that has been replaced itself."))
    if not new.is_submitted:
        new.is_submitted = True
        new.save(update_fields=["is_submitted"])
    _supersede(old, new, len(answers), actor)
    for answer in answers:
        _stand_in(answer, old, new, actor)
    return _told(old, new, answers, actor)


def _sent_answers(old: Evidence) -> Iterator[Answer]:
    """The answers at the supervisor that hold `old`, before the decision; locks their assessments first."""
    states = [state for state in AT_THE_SUPERVISOR if state not in CLOSED]
    using = Assessment.objects.filter(state__in=states, answers__attachments__evidence=old)
    for pk in using.order_by("pk").values_list("pk", flat=True).distinct():
        assessment = lock_assessment(Assessment(pk=pk))
        if assessment.state not in states:
            continue
        held = AnswerEvidence.objects.filter(answer__assessment=assessment, evidence=old)
        rows = assessment.answers.filter(pk__in=held.order_by().values("answer_id"))
        for answer in rows.order_by("pk").select_for_update():
            answer.assessment = assessment
            yield answer


def _stand_in(answer: Answer, old: Evidence, new: Evidence, actor: Actor) -> None:
    """The new file from the same moment on: what was sent in time stays so."""
    held = AnswerEvidence.objects.filter(answer=answer, evidence=old)
    if AnswerEvidence.objects.filter(answer=answer, evidence=new).exists():
        held.delete()
    else:
        held.update(evidence=new)
    record(
        "answer.evidence_replaced",
        answer,
        actor=actor,
        agency_id=old.agency_id,
        changes={"evidence": [f"{old.pk}: {old.title}", f"{new.pk}: {new.title}"]},
    )


def _told(old: Evidence, new: Evidence, answers: list[Answer], actor: Actor) -> ReplacedEvidence:
    """Tell each verifier, and give what was moved."""
    about = {answer.assessment_id: answer.assessment for answer in answers}
    for assessment in about.values():
        if assessment.verifier is not None:
            notify_about_assessment(
                [assessment.verifier],
                assessment,
                lazy("A document that was refused has been replaced: “%(title)s”"),
                desk=True,
                values={"title": new.title},
            )
    moved = tuple((answer.assessment.cycle.name, answer.code) for answer in answers)
    return ReplacedEvidence(new, moved, _uses(old) if old.pk != new.pk else 0)
