"""Which indicators are a person's own: asked by permissions, pages and lists alike."""

from collections.abc import Collection, Iterable
from functools import cached_property

from sipinter.foundation.access.actor import Actor, Grant
from sipinter.foundation.access.roles import ANSWERING_ROLES, Role

from .models import Assessment, Assignment


class IndicatorScope:
    """The indicators of one assessment that are a person's by role and scope, or assigned to them.

    Whatever the assessment's state. `roles` are those that count in its agency. What is assigned is read
    once, and only where the scope of the roles leaves something out; hand it in where it is known.
    """

    def __init__(
        self,
        actor: Actor,
        assessment: Assessment,
        roles: Collection[Role] = ANSWERING_ROLES,
        *,
        assigned: frozenset[str] | None = None,
    ) -> None:
        self._actor, self._assessment, self._roles = actor, assessment, roles
        if assigned is not None:
            self.assigned = assigned

    @cached_property
    def grants(self) -> list[Grant]:
        """What the person holds in the agency of the roles that count."""
        return self._actor.grants_in(self._assessment.agency_id, *self._roles)

    @cached_property
    def assigned(self) -> frozenset[str]:
        """Codes assigned to this person or their unit (one query, none for whose scope is everything)."""
        if not self.grants or any(not grant.scope for grant in self.grants):
            return frozenset()
        rows = Assignment.objects.of(self._actor).filter(assessment=self._assessment)
        return frozenset(rows.values_list("code", flat=True))

    def covers(self, code: str) -> bool:
        """True when the indicator is theirs."""
        return any(grant.covers(code) for grant in self.grants) or code in self.assigned

    def own_codes(self, codes: Iterable[str]) -> frozenset[str]:
        """Those of `codes` that are theirs."""
        return frozenset(code for code in codes if self.covers(code))
