"""The desk's steps: taking up, verdicts, clarification, final verification."""

from datetime import date

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from sipinter.assessment.record.instruments import instrument_of
from sipinter.assessment.record.models import Answer, Assessment, Message, Snapshot, Verdict
from sipinter.assessment.record.recommendations.services import draft_recommendations
from sipinter.assessment.record.scores import (
    Layer,
    applicable_codes,
    levels_in_layer,
    refresh_scores,
    take_snapshot,
)
from sipinter.assessment.record.services.evidence import mark_evidence_submitted
from sipinter.assessment.record.services.notices import notify_about_assessment
from sipinter.assessment.record.services.validation import (
    advance_with_reason,
    clean_text,
    date_range_hint,
    require_reason,
)
from sipinter.assessment.record.workflow import advance_assessment, lock_assessment
from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.errors import Conflict, Invalid
from sipinter.foundation.access.permissions import require
from sipinter.foundation.access.roles import Role
from sipinter.foundation.accounts.queries import people_with_role
from sipinter.foundation.audit.persons import seal_user
from sipinter.foundation.audit.services import record, record_rows

from ..recommendation_drafts import recommendation_drafts
from .reason_library import count_reason_use
from .second_readings import draw_second_readings


@transaction.atomic
def claim_assessment(assessment: Assessment, *, actor: Actor) -> Assessment:
    """The verifier takes up a submitted assessment and is alone in judging it."""
    return advance_assessment(
        lock_assessment(assessment),
        "claim",
        actor=actor,
        changes={"verifier_id": actor.user_id},
        audit={"verifier": [None, seal_user(actor.user_id, actor.name)]},
    )


@transaction.atomic
def judge_answer(
    answer: Answer,
    verdict: str,
    *,
    level: int | None = None,
    reason: str = "",
    due: date | None = None,
    version: int,
    actor: Actor,
) -> Answer:
    """Record a verdict: accept the claim; change the level with a reason; or ask back with a question.

    Accepting an indicator that was not filled in accepts that it counts 0. Conflict when the row has
    another `version` than the desk showed. The agency reads a question once it is returned. `due` is the
    last day for answering this question, where it is another than for the rest.
    """
    assessment = lock_assessment(answer.assessment)
    answer = assessment.answers.select_for_update().get(pk=answer.pk)
    answer.assessment = assessment
    require(actor, "assessment.judge", answer)
    if answer.code not in applicable_codes(assessment):
        raise Invalid(_("Indicator %(code)s does not apply to this agency.") % {"code": answer.code})
    values = _verdict_values(answer, verdict, level, reason)
    values["repair_due"] = _question_due(assessment, due) if verdict == Verdict.ASK else None
    same = all(getattr(answer, name) == value for name, value in values.items())
    if same:
        return answer
    if answer.version != version:
        raise Conflict(_("This indicator has changed since you opened it. Look at it again."), current=answer)
    changes = {name: [getattr(answer, name), value] for name, value in values.items()}
    if changes["repair_due"] == [None, None]:
        del changes["repair_due"]
    values |= {"verified_by_id": actor.user_id, "verified_at": timezone.now(), "version": version + 1}
    if not Answer.objects.filter(pk=answer.pk, version=version).update(**values):
        raise Conflict(_("Somebody else has just judged this indicator."), current=answer)
    for name, value in values.items():
        setattr(answer, name, value)
    count_reason_use(assessment.cycle.instrument_id, answer.code, answer.reason)
    where = assessment.agency_id
    record("answer.judged", answer, actor=actor, agency_id=where, changes=changes, rows=[answer])
    refresh_scores(assessment)
    return answer


def _question_due(assessment: Assessment, due: date | None) -> date | None:
    """`due`; Invalid when it lies in the past or after the round's repair date."""
    today, latest = timezone.localdate(), assessment.cycle.repair_closes
    if due is not None and not today <= due <= latest:
        raise Invalid(
            _("The repair date must lie between today and the round's repair date."),
            fields={"due": date_range_hint(today, latest)},
        )
    return due


def _verdict_values(answer: Answer, verdict: str, level: int | None, reason: str) -> dict[str, object]:
    if verdict == Verdict.ACCEPT:
        return {
            "verdict": Verdict.ACCEPT,
            "verified_level": answer.claimed_level,
            "reason": clean_text(reason),
        }
    if verdict == Verdict.ASK:
        return {"verdict": Verdict.ASK, "verified_level": None, "reason": require_reason(reason)}
    if verdict != Verdict.CHANGE:
        raise Invalid(_("Choose: accept, change the level, or ask back."), fields={"verdict": _("Unknown.")})
    instrument = instrument_of(answer.assessment.cycle)
    allowed = range(instrument.min_level, instrument.max_level + 1)
    if level is None or level not in allowed:
        raise Invalid(
            _("Choose a level from %(low)s to %(high)s.") % {"low": allowed[0], "high": allowed[-1]},
            fields={"level": _("A level is needed.")},
        )
    if level == answer.claimed_level:
        raise Invalid(_("This is the level claimed: accept it instead."), fields={"level": _("Same level.")})
    return {"verdict": Verdict.CHANGE, "verified_level": level, "reason": require_reason(reason)}


@transaction.atomic
def return_for_clarification(assessment: Assessment, *, due: date | None = None, actor: Actor) -> Assessment:
    """Hand back what was asked, indicator by indicator; everything else stays closed.

    `due` is the last day for repairs, by default and at the latest the round's own. A question with a day
    of its own keeps it; the assessment is open until the last of them.
    """
    assessment = lock_assessment(assessment)
    rows = list(assessment.answers.filter(verdict=Verdict.ASK).select_related("verified_by"))
    asked = [row.code for row in rows]
    latest = assessment.cycle.repair_closes
    due = due or latest
    if not timezone.localdate() <= due <= latest:
        raise Invalid(
            _("The repair date must lie between today and the round's repair date."),
            fields={"due": date_range_hint(timezone.localdate(), latest)},
        )
    last = max([due, *(row.repair_due for row in rows if row.repair_due)])
    if last > due:
        assessment.answers.filter(verdict=Verdict.ASK, repair_due=None).update(repair_due=due)
    with translation.override(settings.LANGUAGE_CODE):  # the agency keeps and reads it, not the verifier
        reason = _("The verifier asks about: %(codes)s.") % {"codes": ", ".join(asked)}
    advance_assessment(
        assessment,
        "return_for_clarification",
        actor=actor,
        changes={"repair_due": last, "returned_reason": reason},
        audit={"asked": [None, asked]},
    )
    if last > due:
        written = assessment.answers.filter(verdict=Verdict.ASK)
        record_rows(written, actor=actor, agency_id=assessment.agency_id)
    _hand_over_questions(rows)
    notify_about_assessment(
        people_with_role(Role.KEEPER, Role.TEAM, Role.PYB, agency_id=assessment.agency_id),
        assessment,
        lazy("Returned for clarification"),
        reason,
    )
    return assessment


def _hand_over_questions(asked: list[Answer]) -> None:
    """Each question opens (or goes on with) its indicator's thread, in the name of who asked it."""
    Message.objects.bulk_create(
        Message(
            answer=answer,
            author=answer.verified_by,
            author_name=answer.verified_by.name if answer.verified_by else "",
            side=Message.Side.SUPERVISOR,
            body=answer.reason,
        )
        for answer in asked
    )


@transaction.atomic
def resume_verification(assessment: Assessment, *, actor: Actor) -> Assessment:
    """Go on without an answer once the repair date has passed; the questions stay to be judged.

    Repairs that were saved by then count, though nobody sent them: the desk reads them from now on.
    """
    assessment = lock_assessment(assessment)
    asked = assessment.answers.filter(verdict=Verdict.ASK)
    repaired = asked.filter(updated_at__gt=F("verified_at")).exists()
    if repaired:
        mark_evidence_submitted(assessment)
    advance_assessment(assessment, "resume_verification", actor=actor, changes={"repair_due": None})
    keys = list(asked.values_list("pk", flat=True))
    asked.update(verdict=Verdict.NONE)
    record_rows(Answer.objects.filter(pk__in=keys), actor=actor, agency_id=assessment.agency_id)
    refresh_scores(assessment)
    if repaired:
        take_snapshot(
            assessment, Snapshot.Stage.REPAIRED, levels_in_layer(assessment, Layer.CLAIMED), actor=actor
        )
    return assessment


@transaction.atomic
def finish_verification(assessment: Assessment, *, actor: Actor) -> Assessment:
    """Keep the verified score and draft recommendations from the criteria not met."""
    assessment = lock_assessment(assessment)
    advance_assessment(assessment, "finish_verification", actor=actor, changes={"returned_reason": ""})
    refresh_scores(assessment)
    take_snapshot(
        assessment, Snapshot.Stage.VERIFIED, levels_in_layer(assessment, Layer.VERIFIED), actor=actor
    )
    draft_recommendations(assessment, recommendation_drafts(assessment), actor=actor)
    draw_second_readings(assessment, actor=actor)
    notify_about_assessment(
        people_with_role(Role.COORDINATOR), assessment, lazy("Verification finished"), desk=True
    )
    return assessment


@transaction.atomic
def return_to_verifier(assessment: Assessment, *, reason: str, actor: Actor) -> Assessment:
    """The coordinator sends the reading back."""
    assessment = advance_with_reason(assessment, "return_to_verifier", reason, actor=actor)
    if assessment.verifier:
        notify_about_assessment(
            [assessment.verifier],
            assessment,
            lazy("The coordinator returned the verification"),
            assessment.returned_reason,
            desk=True,
        )
    return assessment


@transaction.atomic
def sign_off(assessment: Assessment, *, actor: Actor) -> Assessment:
    """Second reading done: the score after final verification is kept and goes to the plenary."""
    assessment = lock_assessment(assessment)
    advance_assessment(assessment, "sign_off", actor=actor, changes={"returned_reason": ""})
    refresh_scores(assessment)
    take_snapshot(assessment, Snapshot.Stage.FINAL, levels_in_layer(assessment, Layer.VERIFIED), actor=actor)
    draft_recommendations(assessment, recommendation_drafts(assessment), actor=actor)
    notify_about_assessment(
        people_with_role(Role.PLENARY), assessment, lazy("Ready for the plenary"), desk=True
    )
    return assessment
