"""The plenary's steps: decision, publication, correction."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from sipinter.assessment.record.instruments import instrument_of
from sipinter.assessment.record.models import (
    Assessment,
    Condition,
    Decision,
    Objection,
    PublicationRequest,
    Result,
    ResultAspect,
    Snapshot,
    State,
)
from sipinter.assessment.record.recommendations.services import draft_recommendations, issue_recommendations
from sipinter.assessment.record.scores import Layer, applicable_codes, levels_in_layer, take_snapshot
from sipinter.assessment.record.services.notices import notify_about_assessment
from sipinter.assessment.record.services.validation import (
    advance_with_reason,
    clean_short_text,
    clean_text,
    date_range_hint,
    require_reason,
)
from sipinter.assessment.record.workflow import advance_assessment, lock_assessment
from sipinter.assessment.verification.recommendation_drafts import recommendation_drafts
from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.errors import Invalid, NotNow
from sipinter.foundation.access.permissions import require
from sipinter.foundation.access.roles import Role
from sipinter.foundation.accounts.queries import people_with_role
from sipinter.foundation.audit.services import record, record_rows
from sipinter.foundation.web.formatters import format_day
from sipinter.rules.model import Instrument

from ..announcements import CORRECTED, DECIDED
from ..papers import store_decision_documents
from .objections import close_objection
from .publication import ask_second_person

# Without letters and digits that are mistaken for one another when read from paper.
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass(frozen=True)
class LevelChange:
    """The plenary's own level for one indicator, with its reason."""

    level: int | None
    reason: str


@dataclass(frozen=True)
class ConditionDraft:
    """A condition that a decision is to bear: what the agency has to do, and by which day."""

    body: str
    due: date


def next_decision_number(year: int) -> str:
    """The number a new decision would bear: running number of the year / SK-SM / year.

    Numbers given by hand are passed over.
    """
    end = f"/SK-SM/{year}"
    taken = set(Decision.objects.filter(number__endswith=end).values_list("number", flat=True))
    candidates = (f"{running:03d}{end}" for running in count(len(taken) + 1))
    return next(number for number in candidates if number not in taken)


def new_decision_code() -> str:
    """A code for the public verification page: 16 characters, 78 bits, in groups of four."""
    text = "".join(secrets.choice(CODE_ALPHABET) for _i in range(16))
    return "-".join(text[i : i + 4] for i in range(0, 16, 4))


def _validity(instrument: Instrument, category: str, decided_on: date) -> date:
    """Last day of validity: the category's years (one where the instrument names none)."""
    years = instrument.category(category).validity_years or 1
    try:
        return decided_on.replace(year=decided_on.year + years)
    except ValueError:  # 29 February, to a year that has none
        return decided_on.replace(year=decided_on.year + years, day=28)


def _changed_levels(
    assessment: Assessment, base: dict[str, int | None], changes: Mapping[str, LevelChange]
) -> dict[str, int | None]:
    if not changes:
        return dict(base)
    instrument, applicable = instrument_of(assessment.cycle), applicable_codes(assessment)
    for code, change in changes.items():
        if code not in applicable:
            raise Invalid(_("Indicator %(code)s does not apply to this agency.") % {"code": code})
        allowed = range(instrument.min_level, instrument.max_level + 1)
        if change.level is not None and change.level not in allowed:
            raise Invalid(_("Indicator %(code)s: there is no such level.") % {"code": code})
        require_reason(change.reason)
    return {**base, **{code: change.level for code, change in changes.items()}}


def _decision(
    assessment: Assessment,
    stage: Snapshot.Stage,
    levels: dict[str, int | None],
    *,
    number: str,
    decided_on: date,
    remark: str,
    supersedes: Decision | None,
    actor: Actor,
) -> Decision:
    """Snapshot and decision for `levels` within the caller's transaction."""
    if not assessment.cycle.filling_opens <= decided_on <= timezone.localdate():
        raise Invalid(
            _("The date of the decision must lie in the round and not in the future."),
            fields={"decided_on": date_range_hint(assessment.cycle.filling_opens, timezone.localdate())},
        )
    snapshot = take_snapshot(assessment, stage, levels, actor=actor)
    decision = _create_decision(
        number.strip(),
        assessment=assessment,
        snapshot=snapshot,
        decided_on=decided_on,
        score=snapshot.score,
        max=snapshot.max,
        index=snapshot.index,
        category=snapshot.category,
        valid_until=_validity(instrument_of(assessment.cycle), snapshot.category, decided_on),
        code=new_decision_code(),
        remark=clean_text(remark),
        supersedes=supersedes,
        decided_by_id=actor.user_id,
        decided_by_name=actor.name,
    )
    return decision


def _attach_conditions(decision: Decision, conditions: Sequence[ConditionDraft]) -> None:
    """What the decision asks, before its letter is made. Invalid for an empty text or a day gone by."""
    rows = []
    for asked in conditions:
        body = clean_short_text(asked.body, "conditions")
        if not body or asked.due <= decision.decided_on or asked.due > decision.valid_until:
            raise Invalid.at(
                "conditions",
                _(
                    "Each condition needs its text and a day after the decision, within its validity "
                    "(until %(day)s)."
                )
                % {"day": format_day(decision.valid_until)},
            )
        rows.append(Condition(decision=decision, body=body, due=asked.due))
    Condition.objects.bulk_create(rows)


def _create_decision(number: str, *, decided_on: date, **columns: Any) -> Decision:
    """The decision under `number`, else under the next free one. Invalid when `number` is taken.

    Another decision made at this moment may take the number that was free: the database waits for it to
    be kept or undone, and then this one bears the next.
    """
    while True:
        bears = number or next_decision_number(decided_on.year)
        try:
            with transaction.atomic():
                return Decision.objects.create(number=bears, decided_on=decided_on, **columns)
        except IntegrityError:
            if not Decision.objects.filter(number=bears).exists():
                raise  # another constraint: the same number would break it for ever
            if number:
                raise Invalid(
                    _("The number %(number)s is taken.") % {"number": number}, fields={"number": _("Taken.")}
                ) from None


@transaction.atomic
def return_from_plenary(assessment: Assessment, *, reason: str, actor: Actor) -> Assessment:
    """The plenary sends it back to final verification."""
    assessment = advance_with_reason(assessment, "return_from_plenary", reason, actor=actor)
    notify_about_assessment(
        people_with_role(Role.COORDINATOR),
        assessment,
        lazy("The plenary returned an assessment"),
        assessment.returned_reason,
        desk=True,
    )
    return assessment


@transaction.atomic
def decide(
    assessment: Assessment,
    *,
    decided_on: date,
    number: str = "",
    changes: Mapping[str, LevelChange] | None = None,
    remark: str = "",
    conditions: Sequence[ConditionDraft] = (),
    actor: Actor,
) -> Decision:
    """The plenary's decision: verified levels, with its own `changes` (code -> level and reason).

    Writes the decided layer, the snapshot and the decision with its number; a worker makes the signed
    letter and certificate. From here on nobody changes the assessment; see `correct_decision`.
    """
    changes = changes or {}
    assessment = lock_assessment(assessment)
    advance_assessment(assessment, "decide", actor=actor, changes={"returned_reason": ""})
    rows = list(assessment.answers.all())
    levels = _changed_levels(assessment, levels_in_layer(assessment, Layer.VERIFIED, rows), changes)
    for answer in rows:
        answer.decided_level = levels[answer.code]
        answer.decided_reason = clean_text(changes[answer.code].reason) if answer.code in changes else ""
    assessment.answers.bulk_update(rows, ["decided_level", "decided_reason"])
    # Drafts were made of the verified levels; without a change of the plenary they hold as they are.
    if changes:
        draft_recommendations(assessment, recommendation_drafts(assessment, Layer.DECIDED), actor=actor)
    decision = _decision(
        assessment,
        Snapshot.Stage.DECIDED,
        levels,
        number=number,
        decided_on=decided_on,
        remark=remark,
        supersedes=None,
        actor=actor,
    )
    _attach_conditions(decision, conditions)
    record(
        "decision.made",
        decision,
        actor=actor,
        agency_id=assessment.agency_id,
        changes={
            "number": [None, decision.number],
            "score": [assessment.verified_score, decision.score],
            "category": [assessment.verified_category, decision.category],
            "levels": [None, {code: [c.level, c.reason] for code, c in changes.items()}],
            **({"conditions": [None, [[c.body, c.due] for c in conditions]]} if conditions else {}),
        },
        rows=[decision, *rows],
    )
    concerned = people_with_role(Role.PPK, Role.PYB, Role.KEEPER, agency_id=assessment.agency_id)
    notify_about_assessment(concerned, assessment, lazy("The plenary has decided"), decision.number)
    DECIDED.announce(decision, actor=actor)
    return decision


@transaction.atomic
def publish_decision(assessment: Assessment, *, actor: Actor) -> Result:
    """Put the decision into the public register and hand over the recommendations.

    Nothing is published without its papers: those not made yet are made here. SigningDown or SigningRefused
    when they cannot be.
    """
    assessment = lock_assessment(assessment)
    advance_assessment(assessment, "publish", actor=actor)
    decision = assessment.decisions.get(superseded_by=None)
    if settings.PUBLICATION_BY_TWO and not _is_confirmed(decision):
        raise NotNow(_("A second person has to confirm this publication first."))
    store_decision_documents(decision)
    result = _publish_result(assessment, decision, actor)
    issue_recommendations(assessment, actor=actor)
    concerned = people_with_role(Role.PPK, Role.PYB, Role.KEEPER, Role.TEAM, agency_id=assessment.agency_id)
    notify_about_assessment(concerned, assessment, lazy("The result has been published"))
    return result


def _publish_result(assessment: Assessment, decision: Decision, actor: Actor) -> Result:
    cycle = assessment.cycle
    # What a correction replaces, or a result taken over from elsewhere: of each round one holds.
    same = Result.objects.filter(
        agency_id=assessment.agency_id,
        year=cycle.year,
        round=cycle.round,
        instrument_id=cycle.instrument_id,
    )
    same.filter(is_current=True).update(is_current=False)
    result = Result.objects.create(
        agency_id=assessment.agency_id,
        year=cycle.year,
        round=cycle.round,
        instrument_id=cycle.instrument_id,
        score=decision.score,
        index=decision.index,
        category=decision.category,
        source=f"SIPINTER {decision.number}",
        decision=decision,
        published_at=timezone.now(),
    )
    ResultAspect.objects.bulk_create(
        ResultAspect(result=result, code=a.code, score=a.score, max=a.max, percent=a.percent)
        for a in decision.snapshot.aspects.all()
    )
    record_rows(same, actor=actor, agency_id=assessment.agency_id)
    return result


@transaction.atomic
def correct_decision(
    assessment: Assessment,
    *,
    decided_on: date,
    changes: Mapping[str, LevelChange],
    reason: str,
    number: str = "",
    replaces: str = "",
    actor: Actor,
) -> Decision:
    """Replace the published decision by a new one that names it. The answers stay as they were decided.

    `replaces` is the number of the decision that the person had before them: NotNow when another holds
    by now, so that a form sent twice does not correct the correction.
    """
    assessment, reason = lock_assessment(assessment), require_reason(reason)
    advance_assessment(assessment, "correct", actor=actor, changes={"returned_reason": ""})
    old = assessment.decisions.select_related("snapshot").get(superseded_by=None)
    if replaces and replaces != old.number:
        raise NotNow(_("Decision %(number)s holds by now. Nothing was done twice.") % {"number": old.number})
    if decided_on < old.decided_on:
        raise Invalid(
            _("A correction cannot be dated before the decision that it corrects."),
            fields={"decided_on": _("Before the decision.")},
        )
    close_objection(assessment, Objection.Outcome.CORRECTED, reason)
    # From the decision that held, which may be a correction itself: the answers keep the first one's levels.
    levels = _changed_levels(assessment, old.snapshot.levels, changes)
    decision = _decision(
        assessment,
        Snapshot.Stage.CORRECTED,
        levels,
        number=number,
        decided_on=decided_on,
        remark=reason,
        supersedes=old,
        actor=actor,
    )
    record(
        "decision.corrected",
        decision,
        actor=actor,
        agency_id=assessment.agency_id,
        changes={
            "number": [old.number, decision.number],
            "score": [old.score, decision.score],
            "category": [old.category, decision.category],
            "levels": [None, {code: [c.level, c.reason] for code, c in changes.items()}],
            "reason": [None, reason],
        },
        rows=[decision],
    )
    if settings.PUBLICATION_BY_TWO:
        ask_second_person(assessment, decision, actor=actor)
        return decision
    # A process apart sees the decision once it is committed, from the queue; an official signs it after that.
    if not settings.SIGNING_SOCKET and not settings.SIGNING_REMOTE_URL:
        store_decision_documents(decision)
    _publish_correction(assessment, decision, actor=actor)
    return decision


def _publish_correction(assessment: Assessment, decision: Decision, *, actor: Actor) -> None:
    _publish_result(assessment, decision, actor)
    notify_about_assessment(
        people_with_role(Role.PPK, Role.PYB, Role.KEEPER, agency_id=assessment.agency_id),
        assessment,
        lazy("The decision was corrected"),
        decision.remark,
    )
    CORRECTED.announce(decision, actor=actor)


def _is_confirmed(decision: Decision) -> bool:
    return PublicationRequest.objects.filter(decision=decision, confirmed_at__isnull=False).exists()


def publish_confirmed_decision(decision: Decision, *, actor: Actor) -> None:
    """Have the papers signed, then publish; once. NotNow before a second person has confirmed it.

    SigningDown or SigningRefused when there are no papers: then nothing is published.
    """
    if not _is_confirmed(decision):
        raise NotNow(_("A second person has to confirm this publication first."))
    store_decision_documents(decision)  # before the transaction: signing takes its time
    with transaction.atomic():
        assessment = lock_assessment(decision.assessment)
        require(actor, "assessment.publish", assessment)
        if Result.objects.filter(decision=decision).exists():
            return
        if assessment.state == State.DECIDED:
            publish_decision(assessment, actor=actor)
        else:
            record("decision.published", decision, actor=actor, agency_id=assessment.agency_id)
            _publish_correction(assessment, decision, actor=actor)
