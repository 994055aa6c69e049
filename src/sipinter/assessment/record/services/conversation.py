"""The conversation about an indicator between the agency and the desk."""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.errors import Invalid
from sipinter.foundation.access.permissions import require
from sipinter.foundation.access.roles import AGENCY_ROLES, Role
from sipinter.foundation.accounts.queries import people_with_role
from sipinter.foundation.audit.services import record

from ..models import Answer, Message
from ..workflow import lock_assessment
from .notices import notify_about_assessment
from .validation import clean_short_text


@transaction.atomic
def write_message(answer: Answer, body: str, *, actor: Actor) -> Message:
    """Write in an indicator's thread. Nobody edits or removes what was written."""
    assessment = lock_assessment(answer.assessment)
    answer.assessment = assessment
    require(actor, "assessment.discuss", answer)
    body = clean_short_text(body, "body")
    if not body:
        raise Invalid(_("Write something first."), fields={"body": _("Empty.")})
    desk = actor.is_supervisor and not actor.grants_in(assessment.agency_id, *AGENCY_ROLES)
    message = Message.objects.create(
        answer=answer,
        author_id=actor.user_id,
        author_name=actor.name,
        side=Message.Side.SUPERVISOR if desk else Message.Side.AGENCY,
        body=body,
    )
    record(
        "answer.message", answer, actor=actor, agency_id=assessment.agency_id, changes={"body": [None, body]}
    )
    about = lazy("A message on indicator %(code)s")
    if desk:
        notify_about_assessment(
            people_with_role(Role.KEEPER, agency_id=assessment.agency_id),
            assessment,
            about,
            body,
            values={"code": answer.code},
        )
    elif assessment.verifier is not None:
        notify_about_assessment(
            [assessment.verifier], assessment, about, body, desk=True, values={"code": answer.code}
        )
    return message
