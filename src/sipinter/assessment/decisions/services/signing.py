"""An official signs a decision's papers by a service that holds the key."""

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from sipinter.assessment.record.models import Assessment, Decision
from sipinter.assessment.record.queries.decisions import publication_request
from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.errors import NotNow
from sipinter.foundation.access.permissions import require
from sipinter.foundation.audit.services import record
from sipinter.foundation.documents.signing.remote import SignerCredentials, sign_remotely

from ..announcements import CONFIRMED
from ..papers import missing_document_kinds, store_signed_documents


def signing_obstacle(assessment: Assessment, decision: Decision | None) -> str:
    """Why the papers of `decision`, the one that holds, cannot be signed now; empty when they can."""
    if not settings.SIGNING_REMOTE_URL:
        return _("Papers are signed by the installation's own key here.")
    if decision is None or not missing_document_kinds(decision):
        return _("There is no paper that waits for its signature.")
    asked = publication_request(assessment)
    if settings.PUBLICATION_BY_TWO and (asked is None or asked.confirmed_at is None):
        return _("A second person has to confirm this publication first.")
    return ""


def sign_decision_papers(assessment: Assessment, credentials: SignerCredentials, *, actor: Actor) -> Decision:
    """Have the service sign what the decision lacks; then publish what two people have agreed on.

    Outside of a transaction while the service is asked: papers signed before it failed are kept. Invalid for
    a wrong passphrase, NotAnswering when the service is away, NotNow when there is nothing to sign.
    """
    require(actor, "papers.sign", assessment)
    decision = assessment.decisions.filter(superseded_by=None).first()
    if obstacle := signing_obstacle(assessment, decision):
        raise NotNow(obstacle)
    assert decision is not None
    store_signed_documents(decision, lambda paper: sign_remotely(paper, credentials))
    with transaction.atomic():
        record("decision.papers_signed", decision, actor=actor, agency_id=assessment.agency_id)
        asked = publication_request(assessment)
        if asked is not None and asked.confirmed_at is not None:
            CONFIRMED.announce(asked, actor=actor)
    return decision
