"""Who may do what to evidence."""

from django.utils.functional import lazy as lazily
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.conflicts import Concern, desk_predicate
from sipinter.foundation.access.permissions import YES, Permission, predicate, refuse
from sipinter.foundation.access.roles import (
    ANSWERING_ROLES,
    ASSESSMENT_ROLES,
    DESK_ROLES,
    EVIDENCE_ROLES,
    Role,
)

from .models import Blob, Evidence
from .models.evidence import tie_counts_from
from .receiving.refusals import judged_file_error


@predicate("evidence.upload")
def may_add_evidence(actor: Actor, agency_id: int) -> Permission:
    """Adding files and links to an agency's library."""
    if actor.has(*EVIDENCE_ROLES, agency_id=agency_id):
        return YES
    return refuse(_("Only the keeper, the team and the secretary of this agency add evidence."))


@predicate("evidence.change")
def may_change_evidence(actor: Actor, evidence: Evidence) -> Permission:
    """Giving evidence another title or date."""
    return may_add_evidence(actor, evidence.agency_id)


@predicate("evidence.library")
def may_see_library(actor: Actor, agency_id: int) -> Permission:
    """The agency's library as a whole: its own people who see all of its assessments."""
    if agency_id in actor.agency_ids(ASSESSMENT_ROLES):
        return YES
    return refuse(_("Only people of this agency who see the whole assessment open its library."))


@predicate("evidence.replace")
def may_replace_evidence(actor: Actor, evidence: Evidence) -> Permission:
    """Putting a newer version in the place of a document: the keeper or the team, never in confined roles.

    Each answer that would change asks for itself besides.
    """
    grants = actor.grants_in(evidence.agency_id, *ANSWERING_ROLES)
    if any(not grant.is_confined for grant in grants):
        return YES
    return refuse(_("Only the account keeper and the team put a newer version in a document's place."))


def _concern_of(evidence: Evidence) -> Concern:
    return Concern(evidence.agency_id, tie_counts_from(evidence.agency_id))


@desk_predicate("evidence.open", about=_concern_of)
def may_open_evidence(actor: Actor, evidence: Evidence) -> Permission:
    """Reading a file: its agency at any time, the supervisor once it stood in an assessment sent in.

    Until the reader and the scanner have judged it only those who could have sent it open it; nobody when it
    was refused or is harmful.
    """
    own = actor.has(*ASSESSMENT_ROLES, agency_id=evidence.agency_id)
    if not (own or (evidence.is_submitted and actor.roles & DESK_ROLES)):
        return refuse(_("This evidence belongs to another agency."))
    return may_read_blob(actor, evidence.blob) if evidence.blob else YES


def may_read_blob(actor: Actor, blob: Blob) -> Permission:
    """What the judgements of reader and scanner allow."""
    waits = blob.is_waiting or blob.scan == Blob.Scan.PENDING
    if blob.is_locked or (waits and not actor.has(*EVIDENCE_ROLES, agency_id=blob.agency_id)):
        return refuse(standing_sentence(blob))
    return YES


def _refusal_sentence(blob: Blob) -> str:
    return str(judged_file_error(blob))


# Why a file was refused, in the language of whoever reads it.
refusal_sentence = lazily(_refusal_sentence, str)


def standing_sentence(blob: Blob) -> str:
    """What a reader should know before relying on the file; empty when nothing stands in the way."""
    if blob.is_refused:
        return _("This file was not taken and counts as missing. %(why)s") % {"why": refusal_sentence(blob)}
    if blob.is_waiting:
        return _(
            "This file waits to be checked. It counts as sent; the supervisor can open it once it is checked."
        )
    if blob.scan == Blob.Scan.INFECTED:
        return _("A virus was found in this file (%(signature)s). It is locked and counts as missing.") % {
            "signature": blob.signature
        }
    if blob.scan == Blob.Scan.PENDING:
        return _("This file is being checked for viruses. The supervisor can open it once it is clean.")
    return ""


@predicate("evidence.judge")
def may_judge_file(actor: Actor, blob: Blob) -> Permission:
    """Taking or refusing a file that has come in: the system alone."""
    return refuse(_("Files are checked by the system itself."))


@predicate("evidence.scan")
def may_scan_file(actor: Actor, blob: Blob) -> Permission:
    """Judging a file: the system alone."""
    return refuse(_("Files are scanned by the system itself."))


@predicate("evidence.maintain")
def may_maintain_storage(actor: Actor, _nothing: object) -> Permission:
    """Removing what belongs to nothing from the storage: the system alone."""
    return refuse(_("The storage is kept in order by the system itself."))


# Giving an agency more or less room for its evidence.
predicate(
    "evidence.set_quota",
    only=(Role.ADMINISTRATOR,),
    otherwise=lazy("Only the national administrator sets how much room an agency has."),
    despite_ties="Room on the disks; it judges nothing.",
)
