"""The right to set up the second factor of a role that demands one: never upon a password alone.

The first is set up by whoever comes from the invitation's link. After a loss, or where that moment was
missed, it takes a code that somebody who answers for the person hands over once they have proved who they
are: not by e-mail, for whoever reads a person's mail can have a new password, too. (OWASP ASVS 5.0, 6.3.3 and
6.4.4)
"""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import timedelta

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.errors import Denied, Invalid, NotNow
from sipinter.foundation.access.permissions import require
from sipinter.foundation.access.roles import AGENCY_ROLES, Role
from sipinter.foundation.audit.services import record

from ..actor import actor_of
from ..mail import Letter, absolute_url, send_letters_on_commit
from ..models import EnrolmentCode, Membership, User
from ..notify import language_of, notify
from ..queries import people_with_role
from .factors import check_proof, remove_second_factor

HOURS = 24
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # without what is read as something else
GROUPS, IN_A_GROUP = 3, 5
_SUBJECT = lazy("A code for your second factor was made")
_BODY = lazy(
    "%(who)s has made a code with which the second factor of your account can be set up, and gives it to you "
    "in person. If you asked for none, tell the national administrator now."
)
_OTHERS_SUBJECT = lazy("%(name)s may set up a new second factor")
_OTHERS_BODY = lazy(
    "%(who)s has made a code for it and says that %(name)s has proved who they are. If that is a surprise, "
    "ask."
)
_ASKED_SUBJECT = lazy("%(name)s asks for a code for the second factor")
_ASKED_BODY = lazy(
    "Have them prove who they are, in person or by video call, then make the code and hand it over. A "
    "request that comes by e-mail or telephone alone proves nothing: their mailbox may be somebody else's."
)


def needs_enrolment(user: User) -> bool:
    """Whether a role of the person waits for a second factor, and there is none."""
    return bool(actor_of(user).withheld) and not Authenticator.objects.filter(user=user).exists()


@transaction.atomic
def renew_second_factor(membership: Membership, *, proof: str, note: str, actor: Actor) -> str:
    """Remove a member's lost second factor, and give the code to set up another where a role demands one.

    The code is known only now; empty where the person needs none. As `remove_second_factor` and
    `issue_enrolment_code` refuse.
    """
    needs_code = bool(actor_of(membership.user).withheld)
    if not needs_enrolment(membership.user):
        remove_second_factor(membership, proof=proof, note=note, actor=actor)
    return issue_enrolment_code(membership, proof=proof, note=note, actor=actor) if needs_code else ""


@transaction.atomic
def issue_enrolment_code(membership: Membership, *, proof: str, note: str, actor: Actor) -> str:
    """A code with which this person may set up a second factor once, within a day; earlier ones end.

    `proof` and `note` as for removing one. The person is told, for a role of the supervising body every other
    national administrator as well. Denied without the right over every role that the person has, Invalid
    without proof or note, NotNow where a second factor stands or the membership has ended.
    """
    require(actor, "accounts.remove_second_factor", membership)
    note = check_proof(proof, note, actor)
    if membership.ended_at:
        raise NotNow(_("This membership has ended already."))
    user = User.objects.select_for_update().get(pk=membership.user_id)
    if Authenticator.objects.filter(user=user).exists():
        raise NotNow(_("This person has a second factor. Remove it first when it is lost."))
    now = timezone.now()
    EnrolmentCode.objects.filter(user=user, used_at=None).delete()
    code = "-".join(
        "".join(secrets.choice(ALPHABET) for _letter in range(IN_A_GROUP)) for _group in range(GROUPS)
    )
    EnrolmentCode.objects.create(
        user=user,
        code_hash=_hash(code),
        issued_by_id=actor.user_id,
        created_at=now,
        expires_at=now + timedelta(hours=HOURS),
    )
    changes = {"proof": [None, proof], "note": [None, note]}
    where = membership.agency_id
    record("user.enrolment_code_issued", user, actor=actor, agency_id=where, changes=changes)
    _tell(user, actor)
    return code


@transaction.atomic
def redeem_enrolment_code(user: User, code: str, *, actor: Actor) -> None:
    """Use one's own code; the caller lets this browser set up the second factor.

    Denied for somebody else, Invalid for a code that is not theirs, was used or is too old.
    """
    if actor.user_id != user.pk:
        raise Denied(_("Everybody uses only their own code."))
    rows = EnrolmentCode.objects.select_for_update().filter(user=user, used_at=None)
    found = rows.filter(code_hash=_hash(code), expires_at__gt=timezone.now()).first()
    if found is None:
        raise Invalid.at("code", _("This code is not known, or it is no longer valid."))
    found.used_at = timezone.now()
    found.save(update_fields=["used_at"])
    record("user.enrolment_code_used", user, actor=actor)


@transaction.atomic
def ask_for_enrolment_code(user: User, *, actor: Actor) -> int:
    """Ask those who answer for all of one's roles for a code; how many were told.

    Denied for somebody else, NotNow where none of one's roles demands a second factor.
    """
    if actor.user_id != user.pk:
        raise Denied(_("Everybody asks only for themselves."))
    if not actor.withheld:
        raise NotNow(_("None of your roles needs a second factor now."))
    held = list(Membership.objects.current().filter(user=user).select_related("agency").order_by("pk"))
    membership = next(one for one in held if one.role in actor.withheld)
    told = _who_answers_for(held, user)
    path = reverse("accounts:lost_factor", args=[membership.pk])
    notify(told, _ASKED_SUBJECT, _ASKED_BODY, path, values={"name": user.name})
    where = membership.agency_id
    record("user.enrolment_asked", user, actor=actor, agency_id=where, changes={"told": [None, len(told)]})
    return len(told)


def enrolment_url(code: str) -> str:
    """The page on which the code is used, with the code in place."""
    return absolute_url(f"{reverse('accounts:second_factor')}?kode={code}")


def _who_answers_for(held: Iterable[Membership], user: User) -> list[User]:
    """The national administrators; the keepers of the agency as well, where they may."""
    people = list(people_with_role(Role.ADMINISTRATOR).exclude(pk=user.pk))
    agencies = {one.agency_id for one in held}
    if len(agencies) == 1 and all(one.role in AGENCY_ROLES for one in held):
        people += people_with_role(Role.KEEPER, agency_id=agencies.pop()).exclude(pk=user.pk)
    return people


def _tell(user: User, actor: Actor) -> None:
    """The person at once by mail too, whatever they chose; other administrators of a national role."""
    values = {"who": actor.name, "name": user.name}
    notify([user], _SUBJECT, _BODY, values=values, mail=False)
    with translation.override(language_of(user)):
        send_letters_on_commit([Letter(user.email, str(_SUBJECT), str(_BODY) % values)])
    if Membership.objects.current().filter(user=user).exclude(role__in=AGENCY_ROLES).exists():
        others = people_with_role(Role.ADMINISTRATOR).exclude(pk__in=[user.pk, actor.user_id or 0])
        notify(others, _OTHERS_SUBJECT, _OTHERS_BODY, values=values)


def _hash(code: str) -> str:
    """Of what counts in a code: however it was typed."""
    plain = "".join(letter for letter in code.upper() if letter in ALPHABET)
    return hashlib.sha256(plain.encode()).hexdigest()
