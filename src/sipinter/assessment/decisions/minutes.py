"""A meeting's signed minutes (berita acara)."""

import hashlib
from collections.abc import Iterator

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from sipinter.assessment.record.instruments import instrument_of
from sipinter.assessment.record.issuer import demo_notice, paper_issuer
from sipinter.assessment.record.models import Meeting, MeetingCase
from sipinter.foundation.documents.listing import ListingColumn, ListingPaper, listing_pdf
from sipinter.foundation.documents.signing.signer import sign_pdf
from sipinter.foundation.documents.signing.subjects import SigningKind, SigningSubject, UnsignedPaper
from sipinter.foundation.evidence.storage import store
from sipinter.foundation.evidence.storage.verification import STORED_FOLDERS, ExpectedFile, StoredFolders
from sipinter.foundation.web.formatters import format_day, format_number


def minutes_paper(meeting: Meeting) -> ListingPaper:
    """What the minutes (berita acara) say, in the site's language."""
    cases = meeting.cases.select_related("assessment__agency", "assessment__cycle", "decision")
    with override(settings.LANGUAGE_CODE):
        return ListingPaper(
            title=_("Minutes of the plenary meeting"),
            number=meeting.number,
            subtitle=_("Result of the merit system assessment"),
            facts=[
                (_("Date"), format_day(meeting.held_on)),
                (_("Place"), meeting.place),
                (_("Chair"), meeting.chair),
                (_("Recorded by"), meeting.held_by_name),
            ],
            names_head=_("Attended by"),
            names=meeting.attendees,
            columns=[
                ListingColumn(_("Agency"), 5),
                ListingColumn(_("Claimed"), 2, number=True),
                ListingColumn(_("Verified"), 2, number=True),
                ListingColumn(_("Decided"), 2, number=True),
                ListingColumn(_("Category"), 3),
                ListingColumn(_("Decision or reason"), 5),
            ],
            rows=[_case(case) for case in cases],
            text=meeting.notes,
            issuer=paper_issuer(),
            signed_on=meeting.held_on,
            signer=meeting.chair,
            signer_title=_("Chair of the meeting"),
            notice=demo_notice(),
        )


def _case(case: MeetingCase) -> list[str]:
    decision, category = case.decision, ""
    if decision is not None:
        category = str(instrument_of(case.assessment.cycle).category(decision.category).title)
    return [
        f"{case.assessment.agency.name} ({case.assessment.cycle.name})",
        format_number(case.claimed_score),
        format_number(case.verified_score),
        format_number(decision.score) if decision else "–",
        category or "–",
        decision.number if decision else _("Not decided: %(reason)s") % {"reason": case.refused},
    ]


def store_minutes(meeting: Meeting) -> Meeting:
    """Make, sign and store the minutes once; the file is written before the row names it."""
    if meeting.path:
        return meeting
    paper = unsigned_minutes(meeting)
    body = sign_pdf(
        paper.pdf,
        reason=paper.reason,
        name=paper.name,
        location=paper.location,
        subject=SigningSubject(SigningKind.MINUTES, str(meeting.pk)),
    )
    digest = hashlib.sha256(body).hexdigest()
    path = f"minutes/all/{digest}.pdf"
    store.put_bytes(path, body)
    # Of two workers at once the first one's minutes hold; the other file is an orphan.
    Meeting.objects.filter(pk=meeting.pk, path="").update(sha256=digest, size=len(body), path=path)
    meeting.refresh_from_db()
    return meeting


def unsigned_minutes(meeting: Meeting) -> UnsignedPaper:
    """The minutes as they are to be signed; the same bytes each time the rows say the same."""
    paper = minutes_paper(meeting)
    return UnsignedPaper(
        listing_pdf(paper), f"{paper.title} {paper.number}", meeting.chair, paper.issuer.city
    )


@STORED_FOLDERS.provide
def minutes_files() -> StoredFolders:
    """The minutes as the storage must have them."""
    return StoredFolders(("minutes",), _minutes())


def _minutes() -> Iterator[ExpectedFile]:
    for row in Meeting.objects.exclude(path="").order_by("pk").iterator(chunk_size=500):
        yield ExpectedFile(row.path, row.sha256, row.size, None)
