"""The library of good practice: examples of evidence, proposed, consented to, published, withdrawn."""

from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from sipinter.assessment.record.models import Example
from sipinter.assessment.record.models.examples import CONSENTING
from sipinter.assessment.record.services.validation import clean_text
from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.errors import Invalid, NotNow
from sipinter.foundation.access.permissions import require
from sipinter.foundation.accounts.notify import notify
from sipinter.foundation.accounts.queries import people_with_role
from sipinter.foundation.agencies.models import Agency
from sipinter.foundation.audit.services import record
from sipinter.rules.model import Instrument

BODY_MAX = 1_000
_SUBJECT = lazy("May an example from your agency be published?")
_BODY = lazy(
    "The supervising body would like to show other agencies an example of evidence from your agency "
    "(indicator %(code)s). It is published only if you consent."
)


@transaction.atomic
def propose_example(
    instrument: Instrument,
    code: str,
    *,
    level: int,
    kind: str,
    body: str,
    agency: Agency | None = None,
    actor: Actor,
) -> Example:
    """Propose an example for one criterion; the agency it comes from, if any, is asked for its consent.

    Invalid when the instrument has no such criterion, or the text is missing or longer than 1,000 characters.
    """
    example = Example(
        instrument_id=instrument.id,
        code=code,
        level=level,
        kind=kind,
        body=clean_text(body),
        agency=agency,
        proposed_by_id=actor.user_id,
    )
    require(actor, "example.propose", example)
    _check(instrument, code, level, kind, example.body)
    example.save(force_insert=True)
    record(
        "example.proposed",
        example,
        actor=actor,
        agency_id=example.agency_id,
        changes=_about(example, body=[None, example.body]),
    )
    if agency is not None:
        notify(
            people_with_role(*CONSENTING, agency_id=agency.pk),
            _SUBJECT,
            _BODY,
            reverse("practices:own_examples"),
            values={"code": code},
        )
    return example


def _check(instrument: Instrument, code: str, level: int, kind: str, body: str) -> None:
    faults: dict[str, str] = {}
    indicator = instrument.indicators.get(code)
    if indicator is None:
        faults["code"] = _("The instrument has no such indicator.")
    elif level not in {item.level for item in indicator.levels}:
        faults["level"] = _("The indicator has no such level.")
    if kind not in Example.Kind.values:
        faults["kind"] = _("Choose: accepted or refused.")
    if not body:
        faults["body"] = _("Describe the example.")
    elif len(body) > BODY_MAX:
        faults["body"] = _("This is longer than %(max)s characters.") % {"max": BODY_MAX}
    if faults:
        raise Invalid(next(iter(faults.values())), fields=faults)


@transaction.atomic
def consent_to_example(example: Example, *, actor: Actor) -> Example:
    """The agency consents to its example being published. NotNow once the example was withdrawn."""
    example = _locked(example)
    require(actor, "example.consent", example)
    _in_use(example)
    if example.consented_at is None:
        example.consented_by_id, example.consented_at = actor.user_id, timezone.now()
        example.save(update_fields=["consented_by", "consented_at"])
        record(
            "example.consented", example, actor=actor, agency_id=example.agency_id, changes=_about(example)
        )
    return example


@transaction.atomic
def take_back_consent(example: Example, *, actor: Actor) -> Example:
    """The agency no longer consents; a published example disappears at once."""
    example = _locked(example)
    require(actor, "example.consent", example)
    if example.consented_at is not None:
        example.consented_by_id, example.consented_at = None, None
        example.save(update_fields=["consented_by", "consented_at"])
        record(
            "example.consent_taken_back",
            example,
            actor=actor,
            agency_id=example.agency_id,
            changes=_about(example),
        )
    return example


@transaction.atomic
def publish_example(example: Example, *, actor: Actor) -> Example:
    """Show the example to everybody. NotNow without the agency's consent, or once it was withdrawn."""
    example = _locked(example)
    require(actor, "example.publish", example)
    _in_use(example)
    if not example.has_consent:
        raise NotNow(_("The agency has not consented to this example."))
    if example.published_at is None:
        example.published_by_id, example.published_at = actor.user_id, timezone.now()
        example.save(update_fields=["published_by", "published_at"])
        record(
            "example.published",
            example,
            actor=actor,
            agency_id=example.agency_id,
            changes=_about(example, body=[None, example.body]),
        )
    return example


@transaction.atomic
def withdraw_example(example: Example, *, actor: Actor) -> Example:
    """Take the example away for good; a corrected one is proposed anew."""
    example = _locked(example)
    require(actor, "example.publish", example)
    if example.withdrawn_at is None:
        example.withdrawn_at = timezone.now()
        example.save(update_fields=["withdrawn_at"])
        record(
            "example.withdrawn",
            example,
            actor=actor,
            agency_id=example.agency_id,
            changes=_about(example, body=[example.body, None]),
        )
    return example


def _locked(example: Example) -> Example:
    return Example.objects.select_for_update(of=("self",)).select_related("agency").get(pk=example.pk)


def _in_use(example: Example) -> None:
    if example.withdrawn_at is not None:
        raise NotNow(_("This example was withdrawn."))


def _about(example: Example, **more: list[Any]) -> dict[str, list[Any]]:
    return {"code": [None, example.code], "level": [None, example.level], **more}
