"""An earlier assessment beside the present one: what held, what changed, what can be taken over."""

from dataclasses import dataclass

from sipinter.assessment.record.models import Answer, Assessment
from sipinter.assessment.record.queries.page_frame import AssessmentFrame
from sipinter.rules.indicator_map import IndicatorMap
from sipinter.rules.instrument_diff import CarryOverProposal, dropped_indicators
from sipinter.rules.model import Aspect, Indicator

from ..earlier_years import (
    EarlierAssessment,
    EarlierDocument,
    earlier_indicator_map,
    proposals_by_code,
    proposed_documents,
    proposed_note,
    proposed_ticks,
    read_earlier_assessment,
)


@dataclass(frozen=True)
class EarlierIndicator:
    """One indicator of the earlier assessment: its levels then, and the supervisor's remark.

    `verified` and `decided` are None until a decision was made.
    """

    code: str
    indicator: Indicator | None
    claimed: int | None
    verified: int | None
    decided: int | None
    remark: str


@dataclass(frozen=True)
class CarryOverLine:
    """One indicator of the present instrument, with what it may start from."""

    indicator: Indicator
    answer: Answer
    proposal: CarryOverProposal
    sources: tuple[EarlierIndicator, ...]
    ticks: tuple[int, ...]
    note: str
    documents: tuple[EarlierDocument, ...]
    is_mine: bool
    attached: frozenset[int]

    @property
    def new_documents(self) -> tuple[EarlierDocument, ...]:
        """Documents that go along and are not attached yet."""
        return tuple(kept for kept in self.documents if kept.is_fit and kept.evidence.pk not in self.attached)

    @property
    def fills(self) -> bool:
        """Whether taking over changes anything without replacing what is there."""
        ticks = bool(self.ticks) and not self.answer.ticks
        note = bool(self.note) and not self.answer.note
        return self.is_mine and (ticks or note or bool(self.new_documents))

    @property
    def replaces(self) -> bool:
        """Whether there is something to replace by something else."""
        ticks = bool(self.ticks and self.answer.ticks) and list(self.ticks) != self.answer.ticks
        note = bool(self.note and self.answer.note) and self.note != self.answer.note
        return self.is_mine and (ticks or note)


@dataclass(frozen=True)
class CarryOverSection:
    """One aspect with its lines."""

    aspect: Aspect
    lines: tuple[CarryOverLine, ...]


@dataclass(frozen=True)
class EarlierYearPage:
    """All of it. `table`: the mapping table between two instruments; `dropped`: what is asked no longer.

    `is_same_text`: both are measured by the same text of the same instrument.
    """

    past: EarlierAssessment
    is_same_text: bool
    table: IndicatorMap | None
    sections: tuple[CarryOverSection, ...]
    dropped: tuple[EarlierIndicator, ...]

    @property
    def changed(self) -> int:
        """How many indicators have other sentences than then."""
        return sum(bool(line.proposal.differences) for one in self.sections for line in one.lines)

    @property
    def open_codes(self) -> list[str]:
        """Indicators with something to take over that replaces nothing."""
        return [line.indicator.code for one in self.sections for line in one.lines if line.fills]

    @property
    def open(self) -> int:
        """How many these are."""
        return len(self.open_codes)


def get_earlier_year_page(frame: AssessmentFrame, earlier: Assessment) -> EarlierYearPage:
    """The page for one earlier assessment (eight queries, however many indicators there are)."""
    past = read_earlier_assessment(earlier, horizon=frame.assessment.cycle.plenary_on)
    wanted = proposals_by_code(past, frame.assessment)
    sections = tuple(
        CarryOverSection(
            aspect,
            tuple(
                _line(frame, past, wanted[indicator.code])
                for indicator in aspect.indicators
                if indicator.code in frame.answers and indicator.code in frame.applicable
            ),
        )
        for aspect in frame.instrument.aspects
    )
    table = earlier_indicator_map(past, frame.assessment)
    gone = dropped_indicators(past.instrument, frame.instrument, table)
    same = past.instrument.sha256 == frame.instrument.sha256
    return EarlierYearPage(past, same, table, sections, tuple(_source(past, code) for code in gone))


def _line(frame: AssessmentFrame, past: EarlierAssessment, proposal: CarryOverProposal) -> CarryOverLine:
    answer = frame.answers[proposal.code]
    return CarryOverLine(
        indicator=frame.instrument.indicators[proposal.code],
        answer=answer,
        proposal=proposal,
        sources=tuple(_source(past, code) for code in proposal.sources),
        ticks=proposed_ticks(past, frame.assessment, proposal),
        note=proposed_note(past, proposal),
        documents=proposed_documents(past, proposal),
        is_mine=proposal.code in frame.workable,
        attached=frozenset(frame.attached.get(proposal.code, ())),
    )


def _source(past: EarlierAssessment, code: str) -> EarlierIndicator:
    answer = past.answers.get(code)
    decided = past.is_decided and answer is not None
    return EarlierIndicator(
        code=code,
        indicator=past.instrument.indicators.get(code),
        claimed=answer.claimed_level if answer else None,
        verified=answer.verified_level if answer and decided else None,
        decided=past.levels.get(code) if decided else None,
        remark=(answer.decided_reason or answer.reason) if answer and decided else "",
    )
