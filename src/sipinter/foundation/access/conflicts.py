"""Conflict of interest: nobody judges an agency of whose own people they are, or were in the round.

Law 30/2014 on government administration, articles 42 to 45. One wrapper stands around every predicate of the
desk (`desk_predicate`), and rows are hidden by the same ties (`tied_agencies`; for assessments `not_tied` in
the record). What a tied person may do all the same is registered with its reason
(`predicate(..., despite_ties=...)`) and listed in docs/permissions.md.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from .actor import Actor
from .permissions import Permission, Predicate, predicate, refuse


@dataclass(frozen=True)
class Concern:
    """Whom an act of the desk concerns: the agency, and the day from which having belonged to it counts."""

    agency_id: int
    since: date


About = Callable[[Any], Concern | None]


def desk_predicate(action: str, *, about: About) -> Callable[[Predicate], Predicate]:
    """As `predicate`, for an act of the desk: who is tied to the agency is asked as if without a desk.

    What they may as one of the agency's own people is theirs as before. `about` says whom the object
    concerns; None: no agency.
    """

    def register(judge: Predicate) -> Predicate:
        def judge_without_ties(actor: Actor, obj: Any) -> Permission:
            concern = about(obj) if actor.ties and actor.is_supervisor else None
            verdict = judge(actor, obj)
            if not verdict or concern is None or not actor.is_tied_to(concern.agency_id, concern.since):
                return verdict
            return verdict if judge(actor.without_desk_roles(), obj) else refuse(conflict_sentence())

        judge_without_ties.__doc__ = judge.__doc__
        return predicate(action)(judge_without_ties)

    return register


def tied_agencies(actor: Actor, since: Callable[[int], date]) -> list[int]:
    """The agencies at whose desk the actor reads nothing; `since` says from when having belonged counts."""
    return [pk for pk in {tie.agency_id for tie in actor.ties} if actor.is_tied_to(pk, since(pk))]


def conflict_sentence() -> str:
    """Why somebody who is tied to the agency does nothing at its desk."""
    return _(
        "You belong to this agency, or did in this round. Somebody without a conflict of interest "
        "has to judge it."
    )
