"""A person is forgotten: account, copies of the name, and the key under which the audit trail knows them."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.permissions import require
from sipinter.foundation.audit.models import Event
from sipinter.foundation.audit.persons import (
    destroy_key,
    erased_label,
    person_of_invitation,
    person_of_user,
)
from sipinter.foundation.audit.services import record

from ..mail import Letter, send_letters_on_commit
from ..models import Invitation, Membership, Notification, User
from ..name_copies import NAME_COPIES
from ..sessions import end_all_sessions
from .memberships import end_membership

ERASED = "person.erased"


@transaction.atomic
def erase_person(user: User, *, actor: Actor) -> User:
    """Forget a person who asked for it (UU 27/2022); the account stays as a number, what it did stays done.

    Their roles end, the account is closed and holds no name, address or factor any more, copies of the name
    are blanked, and once that is committed the person's keys are destroyed: the audit trail cannot be read
    where it names them, and still verifies. The person is told by mail. A second time only makes sure of the
    keys. Denied for anybody but the system and the national administrator; NotNow for the last account
    keeper or administrator.
    """
    require(actor, "person.erase", user)
    user = User.objects.select_for_update().get(pk=user.pk)
    if not Event.objects.filter(action=ERASED, target=f"user:{user.pk}").exists():
        _forget(user, actor)
    keys = [person_of_user(user.pk), *_invitation_keys(user)]
    transaction.on_commit(lambda: _destroy(keys))
    return user


def _forget(user: User, actor: Actor) -> None:
    _tell(user)
    for held in Membership.objects.current().filter(user=user).order_by("pk"):
        end_membership(held, actor=actor)
    end_all_sessions(user, actor=actor)
    Authenticator.objects.filter(user=user).delete()
    SocialAccount.objects.filter(user=user).delete()
    Notification.objects.filter(user=user).delete()
    addresses = {user.email, *EmailAddress.objects.filter(user=user).values_list("email", flat=True)}
    EmailAddress.objects.filter(user=user).delete()
    with translation.override(settings.LANGUAGE_CODE):
        label = erased_label()
    nowhere = f"{person_of_user(user.pk)}@erased.invalid"
    Invitation.objects.filter(email__in=addresses).update(email=nowhere, name=label)
    for copy in NAME_COPIES:
        copy.blank(user.pk, label)
    user.name, user.email, user.is_active = label, nowhere, False
    user.set_unusable_password()
    user.save(update_fields=["name", "email", "is_active", "password"])
    record(ERASED, user, actor=actor)


def _tell(user: User) -> None:
    with translation.override(user.language or settings.LANGUAGE_CODE):
        body = _(
            "Your account in SIPINTER was closed and your personal data erased, as you asked.\n\n"
            "What you did in assessments stays on record under a number, without your name. "
            "What the law has public acts say of whoever made them stays as it is."
        )
        letter = Letter(user.email, _("Your personal data was erased"), f"{body}\n")
    send_letters_on_commit([letter])


def _invitation_keys(user: User) -> list[str]:
    wanted = Q(email=f"{person_of_user(user.pk)}@erased.invalid")
    return [person_of_invitation(pk) for pk in Invitation.objects.filter(wanted).values_list("pk", flat=True)]


def _destroy(keys: list[str]) -> None:
    for key in keys:
        destroy_key(key)


def destroy_keys_of_erased() -> int:
    """Once more for everybody who was ever erased: a key may have come back with an old copy."""
    targets = Event.objects.filter(action=ERASED).order_by().values_list("target", flat=True).distinct()
    users = User.objects.filter(pk__in=[int(target.partition(":")[2]) for target in targets])
    for user in users:
        _destroy([person_of_user(user.pk), *_invitation_keys(user)])
    return len(users)
