"""The papers that are lists: a meeting's signed minutes, a desk day's agenda, a quick assessment's report."""

import hashlib
from collections.abc import Iterator

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from sipinter.assessment.record.instruments import instrument_of
from sipinter.assessment.record.models import DeskDay, Meeting, MeetingCase, QuickAssessment
from sipinter.foundation.documents.listing import Column, ListingPaper, listing
from sipinter.foundation.documents.signing.signer import sign
from sipinter.foundation.evidence.storage import store
from sipinter.foundation.evidence.storage.verification import Held, holder
from sipinter.foundation.web.formatting import day, number

from .papers import issuer

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
                (_("Date"), day(meeting.held_on)),
                (_("Place"), meeting.place),
                (_("Chair"), meeting.chair),
                (_("Recorded by"), meeting.held_by_name),
            ],
            names_head=_("Attended by"),
            names=meeting.attendees,
            columns=[
                Column(_("Agency"), 5),
                Column(_("Claimed"), 2, number=True),
                Column(_("Verified"), 2, number=True),
                Column(_("Decided"), 2, number=True),
                Column(_("Category"), 3),
                Column(_("Decision or reason"), 5),
            ],
            rows=[_case(case) for case in cases],
            text=meeting.notes,
            issuer=issuer(),
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
        number(case.claimed_score),
        number(case.verified_score),
        number(decision.score) if decision else "–",
        category or "–",
        decision.number if decision else _("Not decided: %(reason)s") % {"reason": case.refused},
    ]


def keep_minutes(meeting: Meeting) -> Meeting:
    """Make, sign and store the minutes once; the file is written before the row names it."""
    if meeting.path:
        return meeting
    paper = minutes_paper(meeting)
    body = sign(
        listing(paper),
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


@holder("minutes")
def held() -> Iterator[Held]:
    """The minutes as the storage must have them."""
    for row in Meeting.objects.exclude(path="").order_by("pk").iterator(chunk_size=500):
        yield Held(row.path, row.sha256, row.size, None)


def agenda(planned: DeskDay) -> bytes:
    """The day's printed agenda: who comes when, to which table and verifier."""
    slots = planned.slots.select_related("assessment__agency", "assessment__verifier")
    return listing(
        ListingPaper(
            title=_("Agenda of the desk verification"),
            subtitle=planned.title,
            facts=[
                (_("Date"), day(planned.held_on)),
                (_("Place"), planned.place),
                (_("Round"), planned.cycle.name),
            ],
            columns=[
                Column(_("Time"), 3),
                Column(_("Agency"), 7),
                Column(_("Desk table"), 2),
                Column(_("Verifier"), 4),
                Column(_("Left"), 2, number=True),
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
            issuer=issuer(),
            notice=_notice(),
        )
    )


def quick_report(quick: QuickAssessment) -> bytes:
    """The regional office's report. It says itself that it is no assessment and decides nothing."""
    indicators = instrument_of(quick.cycle).indicators
    warning = _(
        "This report shows the regional office's own impression of the indicators chosen. It is no result "
        "of the merit assessment, enters no score and decides nothing."
    )
    return listing(
        ListingPaper(
            title=_("Report of a quick assessment"),
            subtitle=quick.agency.name,
            facts=[
                (_("Regional office"), quick.office),
                (_("Instrument"), str(instrument_of(quick.cycle).title)),
                (_("By"), quick.made_by_name),
                (_("Finished"), day(quick.finished_at) if quick.finished_at else _("not finished")),
            ],
            columns=[Column(_("Indicator"), 6), Column(_("Level"), 1, number=True), Column(_("Note"), 6)],
            rows=[
                [
                    f"{row.code} {indicators[row.code].title}",
                    "–" if row.level is None else str(row.level),
                    row.note or "–",
                ]
                for row in quick.levels.all()
            ],
            text="\n".join(text for text in (quick.summary, warning) if text),
            issuer=issuer(),
            notice=_notice(),
        )
    )
