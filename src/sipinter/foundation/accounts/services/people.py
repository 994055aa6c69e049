"""A person's own account, and the first administrator of an installation."""

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from sipinter.foundation.access.actor import Actor, system_actor
from sipinter.foundation.access.errors import Denied, Invalid, NotNow
from sipinter.foundation.access.roles import Role
from sipinter.foundation.agencies.models import Agency
from sipinter.foundation.audit.persons import seal_user
from sipinter.foundation.audit.services import record

from ..models import MailFrequency, Membership, Notification, User
from ..validators import clean_email, clean_line, clean_password, clean_role
from .duties import why_excluded


@transaction.atomic
def create_administrator(agency: Agency, *, email: str, name: str, password: str) -> User:
    """The first national administrator, made on the server by whoever installs the system.

    NotNow when there is an administrator already: that one invites further ones. Invalid for the rest.
    """
    if Membership.objects.current().filter(role=Role.ADMINISTRATOR, user__is_active=True).exists():
        raise NotNow(_("There is a national administrator already, who can invite others."))
    clean_role(Role.ADMINISTRATOR, agency)
    email, name = clean_email(email), clean_line("name", name, required=True)
    clean_password(password, email=email, name=name)
    known = User.objects.filter(email=email).first()
    if known is not None and (why := why_excluded(known, Role.ADMINISTRATOR, agency)):
        raise Invalid.at("email", why)
    user = known or User.objects.create_user(email, name=name)
    user.set_password(password)
    user.is_active = True
    user.save(update_fields=["password", "is_active"])
    EmailAddress.objects.update_or_create(
        user=user, email=email, defaults={"verified": True, "primary": True}
    )
    membership = Membership.objects.create(user=user, agency=agency, role=Role.ADMINISTRATOR)
    changes = {"email": [None, seal_user(user.pk, email)], "role": [None, Role.ADMINISTRATOR.value]}
    record(
        "membership.started",
        membership,
        actor=system_actor(),
        agency_id=agency.pk,
        changes=changes,
        rows=[membership],
    )
    return user


@transaction.atomic
def change_name(user: User, *, name: str, actor: Actor) -> User:
    """Change one's own name, as others see it; records of the past keep the earlier one."""
    if actor.user_id != user.pk:
        raise Denied(_("Everybody changes only their own name."))
    user = User.objects.select_for_update().get(pk=user.pk)
    before, after = user.name, clean_line("name", name, required=True)
    if before != after:
        user.name = after
        user.save(update_fields=["name"])
        changes = {"name": [seal_user(user.pk, before), seal_user(user.pk, after)]}
        record("user.renamed", user, actor=actor, changes=changes)
    return user


@transaction.atomic
def change_preferences(user: User, *, mails: str, language: str, actor: Actor) -> User:
    """Choose when one's notifications come by e-mail, and the language in which they are written.

    What waits for a digest goes out with the next one, unless no e-mails are wanted any more.
    """
    if actor.user_id != user.pk:
        raise Denied(_("Everybody chooses only for themselves."))
    if mails not in MailFrequency.values:
        raise Invalid(_("There is no such choice."), fields={"mails": _("There is no such choice.")})
    if language not in dict(settings.LANGUAGES):
        raise Invalid(_("There is no such choice."), fields={"language": _("There is no such choice.")})
    user = User.objects.select_for_update().get(pk=user.pk)
    new = {"mails": mails, "language": language}
    changes = {name: [getattr(user, name), value] for name, value in new.items()}
    changes = {name: pair for name, pair in changes.items() if pair[0] != pair[1]}
    if changes:
        user.mails, user.language = mails, language
        user.save(update_fields=["mails", "language"])
        if mails == MailFrequency.NONE:
            Notification.objects.filter(user=user, in_digest=True).update(in_digest=False)
        record("user.preferences_changed", user, actor=actor, changes=changes)
    return user
