"""A person who has lost their second factor: removed by whoever answers for them, once identity is proved."""

from allauth.mfa.models import Authenticator
from django.db import models, transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.errors import Invalid, NotNow
from sipinter.foundation.access.permissions import require
from sipinter.foundation.audit.services import record

from ..mail import Letter, send_letters_on_commit
from ..models import Membership, User
from ..notify import language_of, notify
from ..sessions import end_all_sessions
from ..validators import clean_line

_SUBJECT = lazy("Your second factor was removed")
_BODY = lazy(
    "%(who)s has removed the second factor of your account because it was reported as lost, and signed you "
    "out everywhere. If you reported no loss, tell the national administrator now."
)


class IdentityProof(models.TextChoices):
    """What proves who somebody is, as surely as the invitation did (OWASP ASVS 5.0, 6.4.4)."""

    CARD = "card", lazy("In person, with a card that carries their photograph")
    VIDEO = "video", lazy("By video call with somebody who knows them, the card shown")


@transaction.atomic
def remove_second_factor(membership: Membership, *, proof: str, note: str, actor: Actor) -> User:
    """Remove every second factor and recovery code of a member, so that they can set up new ones.

    `proof`: an IdentityProof; `note`: who checked it, and when. Their browsers are signed out and they are
    told. What their role withholds without a second factor stays withheld until a new one stands, for which
    they need a code (`enrolment.py`).
    Denied without the right over every role that the person has, Invalid without proof or note, NotNow where
    there is no second factor. (OWASP ASVS 5.0, 6.4.4)
    """
    require(actor, "accounts.remove_second_factor", membership)
    note = check_proof(proof, note, actor)
    if membership.ended_at:
        raise NotNow(_("This membership has ended already."))
    user = User.objects.select_for_update().get(pk=membership.user_id)
    kinds = sorted(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    if not kinds:
        raise NotNow(_("This person has set up no second factor."))
    Authenticator.objects.filter(user=user).delete()
    changes = {"kinds": [kinds, []], "proof": [None, proof], "note": [None, note]}
    record("user.second_factor_removed", user, actor=actor, agency_id=membership.agency_id, changes=changes)
    end_all_sessions(user, actor=actor)
    _tell(user, actor.name)
    return user


def check_proof(proof: str, note: str, actor: Actor) -> str:
    """The note as one line; Invalid without it or without a proof. On the server itself none is asked."""
    if proof not in IdentityProof.values and not actor.is_system:
        raise Invalid.at("proof", _("Choose how the person proved who they are."))
    return clean_line("note", note, required=True)


def _tell(user: User, who: str) -> None:
    """At once by mail too, whatever they chose: somebody else may be signing in."""
    notify([user], _SUBJECT, _BODY, values={"who": who}, mail=False)
    with translation.override(language_of(user)):
        send_letters_on_commit([Letter(user.email, str(_SUBJECT), str(_BODY) % {"who": who})])
