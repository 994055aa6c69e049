"""What people of an agency say to one another about an indicator, and who is called by name."""

import re
from collections import Counter, defaultdict

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sipinter.assessment.record.models import Answer, Assignment, Comment
from sipinter.assessment.record.services.validation import clean_short_text
from sipinter.assessment.record.workflow import lock_assessment
from sipinter.foundation.access.actor import ASKED_ONLY, Actor
from sipinter.foundation.access.errors import Invalid
from sipinter.foundation.access.permissions import require
from sipinter.foundation.access.roles import ASSESSMENT_ROLES
from sipinter.foundation.accounts.models import Membership, User
from sipinter.foundation.accounts.notify import fill_lazily, notify
from sipinter.foundation.audit.persons import seal_user
from sipinter.foundation.audit.services import record

from .assignments import assigned_tasks_path


@transaction.atomic
def add_comment(answer: Answer, body: str, *, actor: Actor) -> Comment:
    """Say something inside the agency. `@Name` tells that person of it; nobody edits what was written.

    Denied for anybody else, the supervisor too; Invalid (field `comment`) when there is nothing in it.
    """
    assessment = lock_assessment(answer.assessment)
    answer.assessment = assessment
    require(actor, "assessment.comment", answer)
    body = clean_short_text(body, "comment")
    if not body:
        raise Invalid(_("Write something first."), fields={"comment": _("Empty.")})
    written = Comment.objects.create(
        answer=answer, author_id=actor.user_id, author_name=actor.name, body=body
    )
    pages = comment_readers(answer)
    called = [user for user in mentioned_people(body, list(pages)) if user.pk != actor.user_id]
    written.mentioned.set(called)
    # Its text is no business of whoever may search the trail.
    record(
        "comment.written",
        written,
        actor=actor,
        agency_id=assessment.agency_id,
        changes={
            "code": [None, answer.code],
            "mentioned": [None, [seal_user(user.pk, user.name) for user in called]],
        },
    )
    subject = fill_lazily(
        gettext_lazy("%(name)s mentions you at indicator %(code)s"), {"name": actor.name, "code": answer.code}
    )
    for user in called:
        notify([user], subject, body, pages[user], about=str(assessment))
    return written


def comment_readers(answer: Answer) -> dict[User, str]:
    """Who reads the comments on `answer`, by name, and the page on which they do (two queries)."""
    assessment = answer.assessment
    rows = (
        Membership.objects.current()
        .filter(agency_id=assessment.agency_id, role__in=ASSESSMENT_ROLES, user__is_active=True)
        .select_related("user")
        .order_by("user__name", "user_id")
    )
    held: dict[User, list[Membership]] = defaultdict(list)
    for row in rows:
        held[row.user].append(row)
    asked = Assignment.objects.current().filter(assessment=assessment, code=answer.code)
    addressees = set(asked.values_list("person_id", "unit"))
    whole = reverse("selfassessment:answer", args=[assessment.pk, answer.code])
    found = {}
    for user, memberships in held.items():
        if any(m.scope != [ASKED_ONLY] for m in memberships):
            found[user] = whole
        elif any({(user.pk, ""), (None, m.unit)} & addressees for m in memberships):
            found[user] = assigned_tasks_path(assessment)
    return found


def mentioned_people(body: str, people: list[User]) -> list[User]:
    """Those whose name stands in `body` after an @: whole, or its first word where only one has it."""
    first = Counter(user.name.split()[0].casefold() for user in people)
    return [user for user in people if _is_called(body, user.name, first)]


def _is_called(body: str, name: str, first: Counter[str]) -> bool:
    short = name.split()[0]
    calls = [name, *([short] if first[short.casefold()] == 1 else [])]
    return any(re.search(rf"(?<!\w)@{re.escape(call)}(?!\w)", body, re.IGNORECASE) for call in calls)
