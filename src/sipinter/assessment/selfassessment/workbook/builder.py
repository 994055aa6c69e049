"""The workbook of one assessment for one person: what they may answer, as it stands now."""

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sipinter.assessment.record.models import AnswerEvidence, GateAnswer, State
from sipinter.assessment.record.models.assessment import Assessment
from sipinter.assessment.record.queries.page_frame import AssessmentFrame, IndicatorMark, load_frame
from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.permissions import may
from sipinter.foundation.web.formatters import format_moment
from sipinter.rules.model import Aspect

from .layout import AnswerBase, GateBase, SealedWorkbook
from .reader import clean_cell_text
from .writer import WorkbookRow, write_workbook


def make_workbook(assessment: Assessment, actor: Actor) -> tuple[bytes, list[str]]:
    """The file, and the codes of the indicators in it."""
    frame = load_frame(assessment, actor)
    codes = [code for code, answer in frame.answers.items() if may(actor, "assessment.answer", answer)]
    sealed = _sealed(frame, codes)
    gates = [gate for gate in frame.instrument.gates if gate.code in sealed.gates]
    return write_workbook(sealed, _rows(frame, codes), gates, _instructions(frame, bool(gates))), codes


def _sealed(frame: AssessmentFrame, codes: list[str]) -> SealedWorkbook:
    assessment, answers = frame.assessment, [frame.answers[code] for code in codes]
    return SealedWorkbook(
        assessment=assessment.pk,
        instrument=frame.instrument.sha256,
        language=get_language() or "id",
        about=f"{assessment.agency.name}, {assessment.cycle.name}",
        answers={
            a.code: AnswerBase(tuple(a.ticks), a.claimed_level, clean_cell_text(a.note), a.version)
            for a in answers
        },
        gates=_gates(frame),
    )


def _gates(frame: AssessmentFrame) -> dict[str, GateBase]:
    """The questions on what applies, for whoever answers them now."""
    if not may(frame.actor, "assessment.gates", frame.assessment):
        return {}
    rows = {row.code: row for row in GateAnswer.objects.filter(assessment=frame.assessment)}
    empty = GateAnswer()
    found = {gate.code: rows.get(gate.code, empty) for gate in frame.instrument.gates}
    return {code: GateBase(row.choice, row.version) for code, row in found.items()}


def _rows(frame: AssessmentFrame, codes: list[str]) -> list[WorkbookRow]:
    titles: dict[str, list[str]] = {}
    attached = AnswerEvidence.objects.filter(answer__assessment=frame.assessment)
    for code, title in attached.values_list("answer__code", "evidence__title"):
        titles.setdefault(code, []).append(title)
    language = get_language() or "id"
    instrument = frame.instrument
    aspects: dict[str, Aspect] = {aspect.code: aspect for aspect in instrument.aspects}
    rows = []
    for code in codes:
        indicator = instrument.indicators[code]
        aspect = aspects[indicator.aspect]
        remarks = (*_remarks(frame, code), *(f"• {title}" for title in titles.get(code, ())))
        rows.append(WorkbookRow(indicator, f"{aspect.code} {aspect.title.in_(language)}", remarks))
    return rows


def _remarks(frame: AssessmentFrame, code: str) -> list[str]:
    answer, remarks = frame.answers[code], []
    if frame.assessment.state == State.CLARIFICATION and answer.reason:
        remarks.append(_("The verifier asks: %(reason)s") % {"reason": clean_cell_text(answer.reason)})
    if frame.marks[code] is IndicatorMark.AWAY:
        remarks.append(_("Does not apply, by the answers to the questions on what applies."))
    if frame.marks[code] is IndicatorMark.PENDING:
        remarks.append(_("Whether it applies depends on a question that is not answered yet."))
    if answer.ticks and max(answer.ticks) > (answer.claimed_level or 0):
        ticked = ", ".join(map(str, sorted(answer.ticks)))
        remarks.append(
            _("Ticked in the application: %(ticks)s. A level needs all below it.") % {"ticks": ticked}
        )
    return remarks


def _instructions(frame: AssessmentFrame, gates: bool) -> list[str]:
    assessment, zone = frame.assessment, frame.assessment.agency.time_zone
    lines = [
        _("Offline workbook of the self-assessment"),
        f"{assessment.agency.name} · {assessment.cycle.name}",
        frame.instrument.title.in_(get_language() or "id"),
        _("As saved on %(moment)s.") % {"moment": format_moment(timezone.now(), zone)},
        "",
        _("How to fill it in"),
        _(
            "1. Fill in the yellow cells only: level and note on the sheet “Indicators”. "
            "All other cells are closed."
        ),
        _("2. Choose the level from the list in the cell. Level n says that the criteria up to n all hold."),
        _(
            "3. Write in the note what the verifier should know. "
            "Alt+Enter (LibreOffice: Ctrl+Enter) begins a new line."
        ),
        _("4. Do not move, add or delete rows, columns or sheets; write no formulas; keep it as XLSX."),
        _("5. Evidence is attached in the application; here it is listed only to be read."),
        _(
            "6. Back online, open “Offline workbook” in the application and send this file. "
            "You will see what differs from what others saved meanwhile, and choose. "
            "Nothing is overwritten unasked."
        ),
    ]
    if gates:
        lines.append(
            _("The sheet “What applies” has the questions on which it depends which indicators count.")
        )
    return lines
