"""The papers of the desk: a day's agenda, a quick assessment's report."""

from django.utils.translation import gettext as _

from sipinter.assessment.record.instruments import instrument_of
from sipinter.assessment.record.issuer import demo_notice, paper_issuer
from sipinter.assessment.record.models import DeskDay, QuickAssessment
from sipinter.foundation.documents.listing import ListingColumn, ListingPaper, listing_pdf
from sipinter.foundation.web.formatters import format_day


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
            notice=demo_notice(),
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
            notice=demo_notice(),
        )
    )
