"""The roles of the merit system's yearly round and what side each stands on."""

from typing import Protocol

from django.db import models
from django.utils.translation import gettext_lazy as _


class _Agency(Protocol):
    @property
    def is_regional(self) -> bool: ...


class Role(models.TextChoices):
    """A membership's role (PerKASN 9/2019: account keeper, team, PyB, PPK; the supervisor's desks).

    An auditor reads the audit trail of all agencies and nothing else: no assessment, no evidence."""

    KEEPER = "keeper", _("Account keeper (petugas pengelola)")
    TEAM = "team", _("Self-assessment team")
    PYB = "pyb", _("Secretary (PyB)")
    PPK = "ppk", _("Head of agency (PPK)")
    EMPLOYEE = "employee", _("Employee (ASN)")
    VERIFIER = "verifier", _("Verifier")
    COORDINATOR = "coordinator", _("Working group coordinator")
    PLENARY = "plenary", _("Plenary member")
    REGIONAL_OFFICE = "regional_office", _("BKN regional office")
    CONSULTANT = "consultant", _("Consultant")
    ADMINISTRATOR = "administrator", _("National administrator")
    READER = "reader", _("National reader")
    AUDITOR = "auditor", _("Auditor")

    def fits(self, agency: _Agency) -> bool:
        """Agency roles exist everywhere; the supervisor's desks and the readers' in central bodies only."""
        return self in AGENCY_ROLES or not agency.is_regional


# Each set of roles that several rooms ask for has one name here.
AGENCY_ROLES = frozenset({Role.KEEPER, Role.TEAM, Role.PYB, Role.PPK, Role.EMPLOYEE})
# Who in an agency reads its assessment and all that belongs to it.
ASSESSMENT_ROLES = frozenset({Role.KEEPER, Role.TEAM, Role.PYB, Role.PPK})
# Who fills it in; who adds evidence; who answers for it.
ANSWERING_ROLES = frozenset({Role.KEEPER, Role.TEAM})
EVIDENCE_ROLES = frozenset({Role.KEEPER, Role.TEAM, Role.PYB})
LEADING_ROLES = frozenset({Role.KEEPER, Role.PYB, Role.PPK})
# Who reads for the supervisor what agencies sent in; the same with whoever runs the site; who holds meetings.
DESK_ROLES = frozenset({Role.VERIFIER, Role.COORDINATOR, Role.PLENARY})
OVERSIGHT_ROLES = DESK_ROLES | {Role.ADMINISTRATOR}
MEETING_ROLES = frozenset({Role.COORDINATOR, Role.PLENARY, Role.ADMINISTRATOR})
SUPERVISOR_ROLES = frozenset(
    {Role.VERIFIER, Role.COORDINATOR, Role.PLENARY, Role.REGIONAL_OFFICE, Role.CONSULTANT, Role.ADMINISTRATOR}
)
# Whom an account keeper only asks for: the present holder confirms it, or the national administrator.
CONFIRMED_ROLES = frozenset({Role.PYB, Role.PPK})
