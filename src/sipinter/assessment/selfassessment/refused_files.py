"""Who is told of a file that was refused after it was sent in: those who replace it, and who reads it."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.functional import lazy as lazily
from django.utils.translation import gettext_lazy as _

from sipinter.assessment.record.models import AT_THE_SUPERVISOR, CLOSED, Assessment
from sipinter.foundation.access.roles import Role
from sipinter.foundation.accounts.models import Notification, User
from sipinter.foundation.accounts.notify import notify
from sipinter.foundation.accounts.queries import people_with_role
from sipinter.foundation.evidence.judging.queries import replaceable_until
from sipinter.foundation.evidence.models import Evidence
from sipinter.foundation.evidence.permissions import refusal_sentence
from sipinter.foundation.web.formatters import format_moment

_SUBJECT = _("A document that was sent in was not taken: “%(title)s”")
_BODY = _("%(why)s It counts as missing. It can be replaced until %(until)s.")
_TO_VERIFIERS = _("%(why)s It counts as missing; the agency may replace it until %(until)s.")


def tell_about_refused_file(evidence_id: int) -> None:
    """Tell keeper, uploader and verifiers, each once."""
    evidence = Evidence.objects.select_related("agency", "blob", "uploaded_by").get(pk=evidence_id)
    until = replaceable_until(evidence)
    if until is None or evidence.blob is None or evidence.blob.judged_at is None:
        return
    values = {
        "title": evidence.title,
        "why": refusal_sentence(evidence.blob),
        "until": lazily(format_moment, str)(until, evidence.agency.time_zone),
    }
    own = [*people_with_role(Role.KEEPER, agency_id=evidence.agency_id)]
    if evidence.uploaded_by is not None:
        own.append(evidence.uploaded_by)
    page = reverse("selfassessment:library_document", args=[evidence.pk])
    with transaction.atomic():
        notify(_untold(own, page, evidence.blob.judged_at), _SUBJECT, _BODY, page, values=values)
        for assessment in _at_the_supervisor(evidence):
            if assessment.verifier is not None:
                desk = reverse("verification:overview", args=[assessment.pk])
                people = _untold([assessment.verifier], desk, evidence.blob.judged_at)
                notify(people, _SUBJECT, _TO_VERIFIERS, desk, values=values, about=str(assessment))


def _at_the_supervisor(evidence: Evidence) -> list[Assessment]:
    states = [state for state in AT_THE_SUPERVISOR if state not in CLOSED]
    rows = Assessment.objects.filter(state__in=states, answers__attachments__evidence=evidence)
    return list(rows.select_related("agency", "cycle", "verifier").order_by("pk").distinct())


def _untold(people: list[User], page: str, since: datetime) -> list[User]:
    """Those of `people` to whom nothing was written about `page` since then: the task may run twice."""
    told = Notification.objects.filter(user__in=people, path=page, created_at__gte=since)
    known = set(told.values_list("user_id", flat=True))
    return [person for person in people if person.pk not in known]
