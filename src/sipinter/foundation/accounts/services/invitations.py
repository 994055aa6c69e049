"""Invitations: a link by e-mail through which one person takes up one role."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.errors import Denied, Invalid, NotNow
from sipinter.foundation.access.permissions import may, require
from sipinter.foundation.access.roles import CONFIRMED_ROLES, Role
from sipinter.foundation.agencies.models import Agency
from sipinter.foundation.audit.persons import person_of_invitation, person_of_user, seal_value
from sipinter.foundation.audit.services import record
from sipinter.foundation.web.formatters import format_day

from ..actor import actor_of
from ..mail import Letter, absolute_url, send_letters_on_commit
from ..models import Invitation, Membership, User
from ..notify import notify
from ..queries import people_with_role
from ..scope import clean_scope
from ..validators import clean_email, clean_line, clean_password, clean_role
from .duties import why_excluded
from .leaders import tell_leaders

TOKEN_BYTES = 32


class SentInvitation(NamedTuple):
    """An invitation and its link. The link is known only now: the database keeps a hash of it."""

    invitation: Invitation
    url: str


class UnknownLink(Invalid):
    """No invitation has this token."""

    status = 404


class ClosedLink(NotNow):
    """The invitation was used, withdrawn or is too old."""

    status = 410


@transaction.atomic
def send_invitation(
    agency: Agency,
    *,
    email: str,
    name: str,
    role: str,
    scope: Iterable[str] = (),
    unit: str = "",
    actor: Actor,
) -> SentInvitation:
    """Invite a person to one role in `agency`; the link goes out by e-mail after commit.

    An account keeper's invitation of a secretary or head of the agency waits for whoever holds that role now,
    or else for the national administrator (`confirm_invitation`); until then there is no link ("").
    Denied without the right to invite for that role; Invalid (with fields) for anything that does not hold,
    and where the person holds a duty that excludes it.
    """
    require(actor, "accounts.invite", (agency.pk, role))
    role = clean_role(role, agency)
    invitation = Invitation(
        agency=agency,
        email=clean_email(email),
        name=clean_line("name", name, required=True),
        role=role,
        scope=clean_scope(scope, role),
        unit=clean_line("unit", unit),
        invited_by_id=actor.user_id,
    )
    # Two invitations of one person at the same moment: the second sees the first.
    Agency.objects.select_for_update(no_key=True).get(pk=agency.pk)
    _check_not_there_yet(invitation, actor)
    owner = invited_account(invitation)
    if owner is not None and (why := why_excluded(owner, role, agency)):
        raise Invalid.at("email", _("This person cannot take this role besides what they hold: %s") % why)
    token = _renew(invitation)
    if actor.is_system or actor.has(Role.ADMINISTRATOR):
        invitation.confirmed_by_id, invitation.confirmed_at = actor.user_id, timezone.now()
    invitation.save(force_insert=True)
    record(
        "invitation.sent",
        invitation,
        actor=actor,
        agency_id=agency.pk,
        changes=_terms(invitation, person_of_invitation(invitation.pk)),
    )
    if not invitation.waits_for_confirmation:
        return _post(invitation, token)
    _ask_to_confirm(invitation)
    return SentInvitation(invitation, "")


@transaction.atomic
def confirm_invitation(invitation: Invitation, *, actor: Actor) -> SentInvitation:
    """Agree to an invitation for secretary or head of the agency: its link goes out, with a new term.

    Denied for anybody but the present holder and the national administrator, and for who sent it; NotNow when
    it does not wait for that any more.
    """
    require(actor, "accounts.confirm_invitation", invitation)
    invitation = _locked(invitation.pk)
    _check_open(invitation, even_if_old=True, even_if_unconfirmed=True)
    _check_inviter(invitation)
    if not invitation.waits_for_confirmation:
        raise NotNow(_("This invitation does not wait for a confirmation."))
    token = _renew(invitation)
    invitation.confirmed_by_id, invitation.confirmed_at = actor.user_id, timezone.now()
    invitation.save(update_fields=["token_hash", "expires_at", "confirmed_by", "confirmed_at"])
    record("invitation.confirmed", invitation, actor=actor, agency_id=invitation.agency_id)
    return _post(invitation, token)


@transaction.atomic
def decline_invitation(invitation: Invitation, *, actor: Actor) -> Invitation:
    """Refuse what waits for one's confirmation; who sent it is told."""
    require(actor, "accounts.confirm_invitation", invitation)
    invitation = _locked(invitation.pk)
    _check_open(invitation, even_if_old=True, even_if_unconfirmed=True)
    if not invitation.waits_for_confirmation:
        raise NotNow(_("This invitation does not wait for a confirmation."))
    _close(invitation, actor)
    if invitation.invited_by is not None:
        notify(
            [invitation.invited_by],
            lazy("Not confirmed: invitation of %(name)s"),
            path=reverse("accounts:team"),
            values={"name": invitation.name},
            about=invitation.agency.name,
        )
    return invitation


def close_invitations_of(user: User, *, actor: Actor) -> list[Invitation]:
    """Close what a person sent and may no longer send, when a role of theirs has ended; the invited are told.

    Within the caller's transaction.
    """
    rights = actor_of(user, second_factor=True)
    closed = []
    for invitation in Invitation.objects.waiting().filter(invited_by=user).select_related("agency"):
        if may(rights, "accounts.invite", (invitation.agency_id, invitation.role)):
            continue
        _close(invitation, actor)
        closed.append(invitation)
    send_letters_on_commit(_closing_letter(row) for row in closed if not row.waits_for_confirmation)
    return closed


@transaction.atomic
def resend_invitation(invitation: Invitation, *, actor: Actor) -> SentInvitation:
    """A new link with a new term; the earlier one stops working."""
    require(actor, "accounts.invite", (invitation.agency_id, invitation.role))
    invitation = _locked(invitation.pk)
    _check_open(invitation, even_if_old=True)
    _check_inviter(invitation)
    before = invitation.expires_at
    token = _renew(invitation)
    invitation.save(update_fields=["token_hash", "expires_at"])
    changes = {"expires_at": [before, invitation.expires_at]}
    record("invitation.resent", invitation, actor=actor, agency_id=invitation.agency_id, changes=changes)
    return _post(invitation, token)


@transaction.atomic
def revoke_invitation(invitation: Invitation, *, actor: Actor) -> Invitation:
    """Withdraw an invitation that nobody has taken up."""
    require(actor, "accounts.invite", (invitation.agency_id, invitation.role))
    invitation = _locked(invitation.pk)
    _check_open(invitation, even_if_old=True, even_if_unconfirmed=True)
    _close(invitation, actor)
    return invitation


def get_open_invitation(token: str) -> Invitation:
    """The open invitation of a link; UnknownLink or ClosedLink otherwise."""
    found = Invitation.objects.select_related("agency", "invited_by").filter(token_hash=_hash(token)).first()
    if found is None:
        raise UnknownLink(
            _("This invitation link is not known. Open the link exactly as it stands in the e-mail.")
        )
    _check_open(found)
    _check_inviter(found)
    return found


def invited_account(invitation: Invitation) -> User | None:
    """The account that already has the invited address."""
    owner = EmailAddress.objects.filter(email=invitation.email, verified=True).select_related("user").first()
    return owner.user if owner else User.objects.filter(email=invitation.email).first()


@transaction.atomic
def accept_invitation(token: str, *, name: str, password: str) -> User:
    """Take up an invitation as somebody new: makes the account and the membership.

    The address counts as verified, for the link came by mail to it. Denied when the address has an account:
    its owner signs in and accepts with `accept_with_account`.
    """
    invitation = _locked(get_open_invitation(token).pk)
    _check_open(invitation)
    _check_inviter(invitation)
    if invited_account(invitation) is not None:
        raise Denied(_("This e-mail address has an account already. Sign in with it to accept."))
    name = clean_line("name", name, required=True)
    clean_password(password, email=invitation.email, name=name)
    user = _new_user(invitation.email, password, name)
    _join(invitation, user)
    return user


@transaction.atomic
def accept_with_account(token: str, *, actor: Actor) -> User:
    """Take up an invitation with the account one is signed in to; Denied for any other account."""
    invitation = _locked(get_open_invitation(token).pk)
    _check_open(invitation)
    _check_inviter(invitation)
    user = invited_account(invitation)
    if user is None or user.pk != actor.user_id:
        raise Denied(_("This invitation is for another e-mail address. Sign out, then open the link again."))
    _join(invitation, user)
    return user


def _new_user(email: str, password: str, name: str) -> User:
    try:
        with transaction.atomic():
            user = User.objects.create_user(email, password, name=name)
    except IntegrityError:  # another invitation to the same address was taken up at the same moment
        raise Denied(_("This e-mail address has an account already. Sign in with it to accept.")) from None
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def _join(invitation: Invitation, user: User) -> None:
    # Of two roles taken up at the same moment the second sees the first.
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if why := why_excluded(user, invitation.role, invitation.agency):
        raise NotNow(_("You cannot take this role besides what you hold: %s") % why)
    try:
        with transaction.atomic():
            membership = Membership.objects.create(
                user=user,
                agency=invitation.agency,
                role=invitation.role,
                scope=invitation.scope,
                unit=invitation.unit,
            )
    except IntegrityError:
        raise NotNow(_("You already have this role in this agency.")) from None
    invitation.accepted_at = timezone.now()
    invitation.save(update_fields=["accepted_at"])
    actor = actor_of(user)
    where = invitation.agency_id
    record("invitation.accepted", invitation, actor=actor, agency_id=where)
    terms = _terms(invitation, person_of_user(user.pk))
    record("membership.started", membership, actor=actor, agency_id=where, changes=terms, rows=[membership])
    if invitation.role in CONFIRMED_ROLES:
        tell_leaders(membership, lazy("%(name)s has taken up: %(role)s"))


def _check_not_there_yet(wanted: Invitation, actor: Actor) -> None:
    same = {"agency": wanted.agency, "role": wanted.role}
    if Membership.objects.current().filter(user__email=wanted.email, **same).exists():
        sentence = _("This person already has this role in this agency.")
        if wanted.role == Role.TEAM:
            sentence = _("This person is in the team already. Change their aspects in the list instead.")
        raise Invalid.at("email", sentence)
    waiting = Invitation.objects.waiting().filter(email=wanted.email, **same)
    if waiting.filter(expires_at__gt=timezone.now()).exists():
        raise Invalid.at(
            "email", _("An invitation to this address is still open. Send it again from the list.")
        )
    for too_old in waiting:
        _close(too_old, actor)


def _check_open(
    invitation: Invitation, *, even_if_old: bool = False, even_if_unconfirmed: bool = False
) -> None:
    if invitation.accepted_at:
        raise ClosedLink(_("This invitation has been used. Sign in with your e-mail address."))
    if invitation.revoked_at:
        raise ClosedLink(_("This invitation was withdrawn. Ask the account keeper of the agency."))
    if invitation.waits_for_confirmation and not even_if_unconfirmed:
        raise ClosedLink(
            _(
                "This invitation waits to be confirmed by whoever holds the role now, or by the national "
                "administrator. The link comes by e-mail then."
            )
        )
    if invitation.is_too_old and not even_if_old:
        raise ClosedLink(
            _("This invitation has expired. Ask the account keeper of the agency to send it again.")
        )


def _check_inviter(invitation: Invitation) -> None:
    """Whoever sent it must have the right still: a link is worth no more than that."""
    sender = invitation.invited_by
    if sender is None:  # the system's own
        return
    wanted = (invitation.agency_id, invitation.role)
    if not (sender.is_active and may(actor_of(sender, second_factor=True), "accounts.invite", wanted)):
        raise ClosedLink(
            _(
                "Whoever sent this invitation no longer has the right to. Ask the account keeper of the "
                "agency for a new one."
            )
        )


def _locked(pk: int) -> Invitation:
    return Invitation.objects.select_for_update().get(pk=pk)


def _renew(invitation: Invitation) -> str:
    token = secrets.token_urlsafe(TOKEN_BYTES)
    invitation.token_hash = _hash(token)
    invitation.expires_at = timezone.now() + timedelta(days=settings.INVITATION_DAYS)
    return token


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _close(invitation: Invitation, actor: Actor) -> None:
    invitation.revoked_at = timezone.now()
    invitation.save(update_fields=["revoked_at"])
    record("invitation.revoked", invitation, actor=actor, agency_id=invitation.agency_id)


def _terms(invitation: Invitation, person: str) -> dict[str, list[object]]:
    return {
        "email": [None, seal_value(person, invitation.email)],
        "role": [None, invitation.role],
        "scope": [[], invitation.scope],
        "unit": [None, invitation.unit],
    }


def _ask_to_confirm(invitation: Invitation) -> None:
    """The present holders, or else the national administrators. Every secretary and head is told."""
    holders = people_with_role(Role(invitation.role), agency_id=invitation.agency_id)
    asked = list(holders) or list(people_with_role(Role.ADMINISTRATOR))
    values = {"name": invitation.name, "role": Role(invitation.role).label}
    where = invitation.agency.name
    notify(
        asked,
        lazy("Please confirm: %(name)s as %(role)s"),
        lazy("The account keeper has invited %(name)s. The link goes out once you confirm it."),
        path=reverse("accounts:confirm", args=[invitation.pk]),
        values=values,
        about=where,
    )
    others = people_with_role(*CONFIRMED_ROLES, agency_id=invitation.agency_id)
    notify(
        others.exclude(pk__in=[user.pk for user in asked]),
        lazy("Invited: %(name)s as %(role)s"),
        values=values,
        about=where,
    )


def _closing_letter(invitation: Invitation) -> Letter:
    with translation.override(settings.LANGUAGE_CODE):
        values = {
            "name": invitation.name,
            "agency": invitation.agency.name,
            "role": Role(invitation.role).label,
        }
        subject = _("Invitation closed: %(role)s, %(agency)s") % values
        body = (
            _(
                "Dear %(name)s,\n\n"
                "The link in your invitation to %(agency)s (%(role)s) no longer works: whoever sent it no "
                "longer has the right to. The account keeper of the agency can send you a new one."
            )
            % values
        )
    return Letter(invitation.email, subject, f"{body}\n")


def _post(invitation: Invitation, token: str) -> SentInvitation:
    url = absolute_url(reverse("accounts:accept", args=[token]))
    with translation.override(settings.LANGUAGE_CODE):
        values = {
            "name": invitation.name,
            "agency": invitation.agency.name,
            "role": Role(invitation.role).label,
            "url": url,
            "until": format_day(invitation.expires_at),
        }
        subject = _("Invitation: %(role)s, %(agency)s") % values
        body = (
            _(
                "Dear %(name)s,\n\n"
                "You are invited to take part in the merit system assessment of %(agency)s as: %(role)s.\n\n"
                "Open this link to accept, until %(until)s:\n%(url)s\n\n"
                "The link is meant for you alone; do not pass it on. "
                "If you do not expect this invitation, ignore this e-mail: nothing happens without you."
            )
            % values
        )
    send_letters_on_commit([Letter(invitation.email, subject, f"{body}\n")])
    return SentInvitation(invitation, url)
