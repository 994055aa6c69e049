"""Who acts: a person with their roles, read once, or the system itself."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from .roles import AGENCY_ROLES, SUPERVISOR_ROLES, Role

# In place of codes in a grant's scope: a team member who sees and answers only what is assigned to them.
ASKED_ONLY = "asked"


@dataclass(frozen=True)
class Grant:
    """One current role of the actor."""

    role: str
    agency_id: int
    agency_name: str = ""
    scope: tuple[str, ...] = ()
    regional_office: str = ""
    unit: str = ""

    @property
    def is_confined(self) -> bool:
        """True for a team member who sees only what is assigned to them."""
        return self.scope == (ASKED_ONLY,)

    def covers(self, code: str) -> bool:
        """True when the indicator `code` ("3.4") is within the scope (aspects, indicators, or all)."""
        return not self.scope or code in self.scope or code.split(".")[0] in self.scope


@dataclass(frozen=True)
class AgencyTie:
    """That the actor belongs to an agency's own people, or did until `ended` (None: still does)."""

    agency_id: int
    ended: date | None = None


@dataclass(frozen=True)
class Actor:
    """The acting person. `user_id` None: nobody (no grants) or the system (`is_system`).

    `withheld`: roles the person holds but that count only after signing in with a second factor; they
    are not among `grants`, so that neither a permission nor a list of rows can take them into account.
    `on_behalf_of`: the person for whom the system acts (a task that somebody started); on record, and of no
    weight for what may be done.
    `ties`: the agencies whose own people the actor belongs to or once did, whatever counts now.
    """

    user_id: int | None = None
    name: str = ""
    grants: tuple[Grant, ...] = ()
    is_system: bool = False
    second_factor: bool = False
    withheld: frozenset[str] = frozenset()
    on_behalf_of: "Actor | None" = None
    ties: tuple[AgencyTie, ...] = ()
    _roles: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_roles", frozenset(grant.role for grant in self.grants))

    @property
    def is_signed_in(self) -> bool:
        return self.user_id is not None

    @property
    def roles(self) -> frozenset[str]:
        return self._roles

    @property
    def role_names(self) -> str:
        """Roles for the audit record, for example "keeper,team"."""
        return "system" if self.is_system else ",".join(sorted(self._roles))

    @property
    def is_supervisor(self) -> bool:
        """Holds any of the supervising body's roles."""
        return bool(self._roles & SUPERVISOR_ROLES)

    @property
    def regional_offices(self) -> frozenset[str]:
        """The regional offices for which the actor acts: whose agencies' rows they see."""
        offices = (g.regional_office for g in self.grants if g.role == Role.REGIONAL_OFFICE)
        return frozenset(filter(None, offices))

    def has(self, *roles: str, agency_id: int | None = None) -> bool:
        """True when the actor holds one of `roles` (in `agency_id`, when given)."""
        return any(
            grant.role in roles and (agency_id is None or grant.agency_id == agency_id)
            for grant in self.grants
        )

    def is_tied_to(self, agency_id: int, since: date) -> bool:
        """True when the actor is one of the agency's own people, or was on or after the day `since`."""
        return any(
            tie.agency_id == agency_id and (tie.ended is None or tie.ended >= since) for tie in self.ties
        )

    def without_desk_roles(self) -> "Actor":
        """The same person with nothing but what they hold in agencies."""
        return replace(self, grants=tuple(g for g in self.grants if g.role not in SUPERVISOR_ROLES))

    def without_ties(self) -> "Actor":
        """The same person as if they had never belonged to an agency: to tell a conflict from no access."""
        return replace(self, ties=())

    def grants_in(self, agency_id: int, *roles: str) -> list[Grant]:
        """The actor's grants in one agency, limited to `roles` when given."""
        return [g for g in self.grants if g.agency_id == agency_id and (not roles or g.role in roles)]

    def is_confined_in(self, agency_id: int) -> bool:
        """True when all that the actor holds in the agency is a team member's `ASKED_ONLY`."""
        held = [g for g in self.grants_in(agency_id) if g.role != Role.EMPLOYEE]
        return bool(held) and all(g.is_confined for g in held)

    def agency_ids(self, roles: Iterable[str] = AGENCY_ROLES, *, confined: bool = False) -> frozenset[int]:
        """Agencies in which the actor holds one of `roles`: whose rows they see.

        Without those in which they see only what is assigned to them, unless `confined`.
        """
        wanted = frozenset(roles)
        return frozenset(
            g.agency_id for g in self.grants if g.role in wanted and (confined or not g.is_confined)
        )


NOBODY = Actor()


def system_actor(name: str = "SIPINTER", *, on_behalf_of: Actor | None = None) -> Actor:
    """The system itself: loading of data, time-triggered work. May do everything, and is on record.

    Work in the background that a person started names them as `on_behalf_of`.
    """
    return Actor(name=name, is_system=True, on_behalf_of=on_behalf_of)
