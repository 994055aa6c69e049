"""The desk's queue: whose turn it is, what is left, until when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.db.models import Case, Count, DateField, F, IntegerField, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from sipinter.assessment.record.models import Assessment, Cycle, State
from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.permissions import may
from sipinter.foundation.access.roles import Role
from sipinter.foundation.accounts.models import User
from sipinter.foundation.agencies.models import Agency

from .desk import SubmittedQuerySet, desk_due_date, submitted_assessments

IN_WORK = (State.SUBMITTED, State.VERIFICATION, State.CLARIFICATION, State.FINAL_VERIFICATION)
YOURS, FREE, WAITING, OTHERS = range(4)


@dataclass(frozen=True)
class QueueFilter:
    """What the queue is narrowed to; empty values narrow nothing, `state` by default to what is in work."""

    q: str = ""
    state: str = ""
    type: str = ""
    province: str = ""
    cycle: int | None = None
    verifier: int | None = None
    office: str = ""
    turn: str = ""
    sort: str = ""


@dataclass(frozen=True)
class QueueRow:
    """One assessment in the queue."""

    assessment: Assessment
    part: int
    due: date | None
    may_claim: bool

    @property
    def left(self) -> int:
        """Indicators without a final verdict."""
        return max(0, self.assessment.applicable - self.assessment.judged)


def queued_assessments(actor: Actor, wanted: QueueFilter) -> QuerySet[Assessment]:
    """Assessments for the queue in the order of work: the actor's own turn first, then by date."""
    rows: SubmittedQuerySet = submitted_assessments().visible_to(actor)
    rows = rows.filter(state__in=[wanted.state] if wanted.state else IN_WORK)
    if wanted.q:
        rows = rows.filter(Q(agency__name__icontains=wanted.q) | Q(agency__aliases__icontains=wanted.q))
    for name, value in (("agency__type", wanted.type), ("agency__province", wanted.province)):
        if value:
            rows = rows.filter(**{name: value})
    if wanted.cycle:
        rows = rows.filter(cycle=wanted.cycle)
    if wanted.verifier:
        rows = rows.filter(verifier=wanted.verifier)
    if wanted.office:
        rows = rows.filter(agency__regional_office=wanted.office)
    timed = rows.annotate(due_on=_due_on(), open=F("applicable") - F("judged"))
    found: QuerySet[Assessment] = _turn(timed, wanted.turn, actor).annotate(part=_part(actor))
    return found.order_by(*ORDERS.get(wanted.sort, ORDERS[""]), "pk")


# By the order of work; by the day it is due; by region; by what is left to judge.
ORDERS = {
    "": ("part", F("cycle__verification_closes"), F("submitted_at").asc(nulls_last=True)),
    "due": (F("due_on").asc(nulls_last=True), "agency__name"),
    "region": ("agency__regional_office", "agency__province", "agency__name"),
    "load": ("-open", "agency__name"),
}


def _due_on() -> Case:
    """As `desk.desk_due_date`, in SQL."""
    late_stages = (State.SUBMITTED, State.VERIFICATION, State.FINAL_VERIFICATION, State.PLENARY)
    return Case(
        When(state=State.CLARIFICATION, then=Coalesce("repair_due", "cycle__repair_closes")),
        When(
            state__in=(State.SUBMITTED, State.VERIFICATION),
            repaired=False,
            then=F("cycle__verification_closes"),
        ),
        When(state__in=late_stages, then=F("cycle__plenary_on")),
        output_field=DateField(),
    )


def _turn(rows: Any, turn: str, actor: Actor) -> Any:
    """Only what the actor holds, what nobody has taken up, or what is past its day."""
    if turn == "mine":
        return rows.filter(verifier_id=actor.user_id)
    if turn == "free":
        return rows.filter(state=State.SUBMITTED, verifier=None)
    if turn == "late":
        return rows.filter(due_on__lt=timezone.localdate())
    return rows


@dataclass(frozen=True)
class VerifierLoad:
    """How much one verifier has in hand: assessments, and indicators still without a verdict."""

    verifier: str
    pk: int
    held: int
    left: int


def verifier_loads() -> list[VerifierLoad]:
    """Every verifier with something in hand, the most first (one query)."""
    rows = (
        Assessment.objects.filter(state__in=(State.VERIFICATION, State.CLARIFICATION))
        .exclude(verifier=None)
        .values("verifier", "verifier__name")
        .annotate(held=Count("pk"), left=Sum(F("applicable") - F("judged")))
        .order_by("-left", "verifier__name")
    )
    return [
        VerifierLoad(row["verifier__name"], row["verifier"], row["held"], row["left"] or 0) for row in rows
    ]


def _part(actor: Actor) -> Case:
    """Which part of the queue a row belongs to, for this person."""
    mine = Q(verifier_id=actor.user_id)
    turns = []
    if actor.has(Role.VERIFIER):
        turns += [
            When(mine & Q(state=State.VERIFICATION), then=YOURS),
            When(Q(state=State.SUBMITTED), then=FREE),
            When(mine & Q(state=State.CLARIFICATION), then=WAITING),
        ]
    if actor.has(Role.COORDINATOR):
        turns.append(When(Q(state=State.FINAL_VERIFICATION) & ~mine, then=YOURS))
    if not turns:
        return Case(default=Value(OTHERS), output_field=IntegerField())
    return Case(*turns, default=Value(OTHERS), output_field=IntegerField())


def queue_parts(rows: Iterable[Assessment], actor: Actor) -> list[tuple[int, list[QueueRow]]]:
    """The rows of one page as (part, rows), in the order they come (no query).

    Sorted otherwise than by the order of work, a part may come more than once.
    """
    shaped = [
        QueueRow(row, row.part, desk_due_date(row), bool(_may_claim(actor, row)))  # type: ignore[attr-defined]
        for row in rows
    ]
    return [(part, list(group)) for part, group in groupby(shaped, key=lambda row: row.part)]


def _may_claim(actor: Actor, row: Assessment) -> bool:
    return row.state == State.SUBMITTED and bool(may(actor, "assessment.claim", row))


def cycle_choices() -> list[tuple[int, str]]:
    """(id, name) of the open rounds, newest first."""
    return list(Cycle.objects.filter(opened_at__isnull=False).values_list("pk", "name"))


def office_choices() -> list[str]:
    """The regional offices of the agencies in the register."""
    rows = Agency.objects.exclude(regional_office="").values_list("regional_office", flat=True)
    return list(rows.distinct().order_by("regional_office"))


def verifier_choices() -> list[tuple[int, str]]:
    """(id, name) of everybody who has taken up an assessment."""
    taken = Assessment.objects.exclude(verifier=None).values("verifier")
    return list(User.objects.filter(pk__in=taken).order_by("name").values_list("pk", "name"))
