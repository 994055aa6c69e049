"""The papers that are lists: a meeting's signed minutes, a desk day's agenda, a quick assessment's report."""

import hashlib
from collections.abc import Iterator

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from sipinter.assessment.record.instruments import instrument_of
from sipinter.assessment.record.models import DeskDay, Meeting, MeetingCase, QuickAssessment
from sipinter.foundation.documents.listing import ListingColumn, ListingPaper, listing_pdf
from sipinter.foundation.documents.signing.signer import sign_pdf
from sipinter.foundation.evidence.storage import store
from sipinter.foundation.evidence.storage.verification import ExpectedFile, register_file_holder
from sipinter.foundation.web.formatters import format_day, format_number

from .papers import paper_issuer

INVENTED = "Data peragaan, bukan dokumen resmi"


def _notice() -> str:
    return INVENTED if settings.DEMO else ""


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
            notice=_notice(),
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
    paper = minutes_paper(meeting)
    body = sign_pdf(
        listing_pdf(paper),
        reason=f"{paper.title} {paper.number}",
        name=meeting.chair,
        location=paper.issuer.city,
    )
    digest = hashlib.sha256(body).hexdigest()
    path = f"minutes/all/{digest}.pdf"
    store.put_bytes(path, body)
    # Of two workers at once the first one's minutes hold; the other file is an orphan.
    Meeting.objects.filter(pk=meeting.pk, path="").update(sha256=digest, size=len(body), path=path)
    meeting.refresh_from_db()
    return meeting


@register_file_holder("minutes")
def minutes_files() -> Iterator[ExpectedFile]:
    """The minutes as the storage must have them."""
    for row in Meeting.objects.exclude(path="").order_by("pk").iterator(chunk_size=500):
        yield ExpectedFile(row.path, row.sha256, row.size, None)


def desk_agenda_pdf(planned: DeskDay) -> bytes:
    """The day's printed agenda: who comes when, to which table and verifier."""
    slots = planned.slots.select_related("assessment__agency", "assessment__verifier")
    return listing_pdf(
        ListingPaper(
            title=_("Agenda of the desk verification"),
            subtitle=planned.title,
            facts=[
                (_("Date"), format_day(planned.held_on)),
                (_("Place"), planned.place),
                (_("Round"), planned.cycle.name),
            ],
            columns=[
                ListingColumn(_("Time"), 3),
                ListingColumn(_("Agency"), 7),
                ListingColumn(_("Desk table"), 2),
                ListingColumn(_("Verifier"), 4),
                ListingColumn(_("Left"), 2, number=True),
            ],
            rows=[
                [
                    f"{slot.starts:%H.%M}–{slot.ends:%H.%M}",
                    slot.assessment.agency.name,
                    slot.table or "–",
                    slot.assessment.verifier.name if slot.assessment.verifier else "–",
                    str(max(0, slot.assessment.applicable - slot.assessment.judged)),
                ]
                for slot in slots
            ],
            text=planned.notes,
            issuer=paper_issuer(),
            notice=_notice(),
        )
    )


def quick_report_pdf(quick: QuickAssessment) -> bytes:
    """The regional office's report. It says itself that it is no assessment and decides nothing."""
    indicators = instrument_of(quick.cycle).indicators
    warning = _(
        "This report shows the regional office's own impression of the indicators chosen. It is no result "
        "of the merit assessment, enters no score and decides nothing."
    )
    return listing_pdf(
        ListingPaper(
            title=_("Report of a quick assessment"),
            subtitle=quick.agency.name,
            facts=[
                (_("Regional office"), quick.office),
                (_("Instrument"), str(instrument_of(quick.cycle).title)),
                (_("By"), quick.made_by_name),
                (_("Finished"), format_day(quick.finished_at) if quick.finished_at else _("not finished")),
            ],
            columns=[
                ListingColumn(_("Indicator"), 6),
                ListingColumn(_("Level"), 1, number=True),
                ListingColumn(_("Note"), 6),
            ],
            rows=[
                [
                    f"{row.code} {indicators[row.code].title}",
                    "–" if row.level is None else str(row.level),
                    row.note or "–",
                ]
                for row in quick.levels.all()
            ],
            text="\n".join(text for text in (quick.summary, warning) if text),
            issuer=paper_issuer(),
            notice=_notice(),
        )
    )
