"""Separation of duties: which two roles one person may hold, as one table.

Read by invitations (sent and accepted), by the pages, by `sipinter check`, and by docs/permissions.md, which
prints it for every pair. Memberships that break it are named, never ended by the system.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .roles import DESK_ROLES, Role

ANSWERING_FOR = (Role.KEEPER, Role.TEAM, Role.PYB, Role.PPK)
EVERYTHING = tuple(Role)


class Where(StrEnum):
    """Where one person may not hold both."""

    NOWHERE = "nowhere"  # that is, both may be held
    SAME_AGENCY = "same agency"
    ANYWHERE = "anywhere"


@dataclass(frozen=True)
class DutyRule:
    """What holds for each of `first` together with each of `second`. `why` is a sentence."""

    first: Collection[Role]
    second: Collection[Role]
    excluded: Where
    why: str | Promise

    def is_about(self, one: str, other: str) -> bool:
        """Whether it speaks of this pair."""
        return (one in self.first and other in self.second) or (other in self.first and one in self.second)


# The first rule that is about a pair holds for it. Two duties in different agencies exclude one another only
# where the rule says anywhere; what somebody may then judge is the conflict of interest's (`conflicts.py`).
DUTIES: tuple[DutyRule, ...] = (
    DutyRule(
        (Role.KEEPER,),
        (Role.PYB,),
        Where.SAME_AGENCY,
        _("The secretary reviews and submits what the account keeper prepares."),
    ),
    DutyRule(
        (Role.KEEPER,),
        (Role.PPK,),
        Where.SAME_AGENCY,
        _("The head of the agency answers for what the account keeper prepares."),
    ),
    DutyRule(
        (Role.AUDITOR,),
        [role for role in Role if role not in (Role.EMPLOYEE, Role.READER, Role.AUDITOR)],
        Where.ANYWHERE,
        _("An auditor holds no duty that is audited."),
    ),
    DutyRule(
        (Role.ADMINISTRATOR,),
        ANSWERING_FOR,
        Where.ANYWHERE,
        _(
            "The national administrator names people and sets the dates of every agency, and so answers for "
            "the assessment of none."
        ),
    ),
    DutyRule(
        (Role.ADMINISTRATOR,),
        (*DESK_ROLES, Role.REGIONAL_OFFICE),
        Where.ANYWHERE,
        _("The national administrator names who judges, and so does not judge."),
    ),
    DutyRule(
        (*DESK_ROLES, Role.REGIONAL_OFFICE),
        ANSWERING_FOR,
        Where.SAME_AGENCY,
        _(
            "The supervising body is assessed as well: whoever answers for its assessment does not judge the "
            "others."
        ),
    ),
    DutyRule(
        (Role.VERIFIER,),
        (Role.PLENARY,),
        Where.ANYWHERE,
        _("What a verifier has found, others decide."),
    ),
    DutyRule(
        (Role.CONSULTANT,),
        DESK_ROLES,
        Where.ANYWHERE,
        _("Whoever advises agencies does not judge them."),
    ),
    DutyRule(
        (Role.PYB,),
        (Role.TEAM,),
        Where.NOWHERE,
        "The PyB heads the self-assessment team, which the PPK forms (KASN, 21 February 2022).",
    ),
    DutyRule(
        (Role.PYB,),
        (Role.PPK,),
        Where.NOWHERE,
        "A secretary who stands in for the head of the agency keeps the own office meanwhile.",
    ),
    DutyRule((Role.KEEPER,), (Role.TEAM,), Where.NOWHERE, "The account keeper fills in like the team."),
    DutyRule(
        (Role.PPK,),
        (Role.TEAM,),
        Where.NOWHERE,
        "The PPK forms the team, and checks nothing of it later.",
    ),
    DutyRule(
        (Role.VERIFIER,),
        (Role.COORDINATOR,),
        Where.NOWHERE,
        "The workflow keeps them apart in each assessment: who verified it does not sign it off.",
    ),
    DutyRule(
        (Role.COORDINATOR,),
        (Role.PLENARY,),
        Where.NOWHERE,
        "Commissioners lead a working group and sit in the plenary, which decides as a body.",
    ),
    DutyRule(
        (Role.REGIONAL_OFFICE,),
        DESK_ROLES,
        Where.NOWHERE,
        "People of a regional office verify as well; a quick assessment enters no score.",
    ),
    DutyRule(
        (Role.EMPLOYEE,),
        EVERYTHING,
        Where.NOWHERE,
        "Everybody is an employee of some agency; at its desk the conflict of interest keeps them out.",
    ),
    DutyRule(
        (Role.READER,), EVERYTHING, Where.NOWHERE, "A reader sees national figures and does nothing in them."
    ),
    DutyRule(
        (Role.CONSULTANT,), EVERYTHING, Where.NOWHERE, "A consultant advises and takes no step of a round."
    ),
)


def duty_rule(one: str, other: str) -> DutyRule:
    """The rule that holds for a pair of different roles; LookupError when the table forgets it."""
    for rule in DUTIES:
        if rule.is_about(one, other):
            return rule
    raise LookupError(f"no rule about {one} and {other}")


def excluding_rule(one: tuple[str, int], other: tuple[str, int]) -> DutyRule | None:
    """The rule by which nobody holds both, each a (role, agency id); None where both may be held."""
    if one[0] == other[0]:
        return None
    rule = duty_rule(one[0], other[0])
    if rule.excluded is Where.ANYWHERE or (rule.excluded is Where.SAME_AGENCY and one[1] == other[1]):
        return rule
    return None


def why_not_besides(wanted: tuple[str, int], held: Iterable[tuple[str, int]]) -> str:
    """Why somebody who holds `held` may not take `wanted` as well, as a sentence; empty where they may."""
    for duty in held:
        if rule := excluding_rule(wanted, duty):
            return str(rule.why)
    return ""
