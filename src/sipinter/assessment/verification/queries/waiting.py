"""What waits at the supervisor: by state, and what came back to a person of the desk."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from sipinter.assessment.record.models import AT_THE_SUPERVISOR, Assessment, State
from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.roles import Role


@dataclass(frozen=True)
class StateCount:
    """How many assessments stand in one state, and how many of them are the person's own turn."""

    state: State
    total: int
    mine: int


def waiting_by_state(actor: Actor) -> list[StateCount]:
    """For the supervisor: assessments by state in the order of the round (one query)."""
    if not actor.is_supervisor:
        return []
    rows = (
        Assessment.objects.visible_to(actor)
        .filter(state__in=AT_THE_SUPERVISOR)
        .order_by()
        .values("state")
        .annotate(total=Count("pk"), verifying=Count("pk", filter=Q(verifier=actor.user_id)))
    )
    counts = {row["state"]: row for row in rows}
    return [
        StateCount(state, counts[state]["total"], _turn(actor, state, counts[state]))
        for state in AT_THE_SUPERVISOR
        if state in counts
    ]


def _turn(actor: Actor, state: State, row: Mapping[str, Any]) -> int:
    """How many of a state wait for this very person."""
    if state == State.SUBMITTED:
        return int(row["total"]) if actor.has(Role.VERIFIER) else 0
    if state == State.VERIFICATION:
        return int(row["verifying"])
    if state == State.FINAL_VERIFICATION:
        return int(row["total"] - row["verifying"]) if actor.has(Role.COORDINATOR) else 0
    if state in (State.PLENARY, State.DECIDED, State.OBJECTION):
        return int(row["total"]) if actor.has(Role.PLENARY) else 0
    return 0


def returned_assessments(actor: Actor) -> list[Assessment]:
    """Readings that came back to this person of the desk, with their reason (one query)."""
    turn = Q(pk__in=[])
    if actor.has(Role.VERIFIER):
        turn |= Q(state=State.VERIFICATION, verifier=actor.user_id)
    if actor.has(Role.COORDINATOR):
        turn |= Q(state=State.FINAL_VERIFICATION)
    if actor.has(Role.PLENARY):
        turn |= Q(state=State.OBJECTION)
    rows = Assessment.objects.visible_to(actor).filter(turn).exclude(returned_reason="")
    return list(rows.select_related("cycle", "agency"))
