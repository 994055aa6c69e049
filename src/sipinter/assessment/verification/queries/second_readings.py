"""Two readings side by side, second readings to do, and how far readers agree."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import F, Q, QuerySet

from sipinter.assessment.record.instruments import instrument_of
from sipinter.assessment.record.models import (
    PUBLIC,
    Answer,
    Assessment,
    Cycle,
    KeptReason,
    SecondReading,
    Snapshot,
)
from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.roles import Role
from sipinter.rules.agreement import krippendorff_agreement
from sipinter.rules.model import Indicator, Instrument

from .desk import Desk, DeskEvidence, DeskLine, submitted_evidence

OFFERED = 20  # reasons at one indicator
ENOUGH = 10  # units read twice; below it a figure says more about chance than about the readers
TENABLE = Decimal("0.800")  # Krippendorff's customary bounds: to rely on, and to draw cautious conclusions
TENTATIVE = Decimal("0.667")


@dataclass(frozen=True)
class ReadingDifference:
    """One indicator on which the coordinator's reading differs from the verifier's."""

    line: DeskLine
    verifier: int | None
    coordinator: int | None


def reading_differences(desk: Desk, snapshots: Iterable[Snapshot]) -> list[ReadingDifference] | None:
    """Where the second reading (coordinator) stands apart from the verifier's last one; None before it.

    `snapshots` are those of the assessment, oldest first (no query).
    """
    finished = [s for s in snapshots if s.stage == Snapshot.Stage.VERIFIED]
    if not finished:
        return None
    levels = finished[-1].levels
    return [
        ReadingDifference(line, levels.get(line.code), line.verified)
        for line in desk.lines
        if line.verified is not None and line.verified != levels.get(line.code)
    ]


def has_blind_reading(actor: Actor, pk: int) -> bool:
    """Whether the actor has still to read something of the assessment `pk` blind."""
    if not actor.has(Role.VERIFIER):
        return False
    mine = {"second_readings__reader_id": actor.user_id, "second_readings__at__isnull": True}
    return Assessment.objects.filter(pk=pk, **mine).exclude(state__in=PUBLIC).exists()


def reasons_for_indicator(assessment: Assessment, code: str) -> list[str]:
    """The reasons on the list for one indicator, the most used first, each once (one query)."""
    rows = KeptReason.objects.filter(instrument_id=assessment.cycle.instrument_id, code=code, dropped_at=None)
    return list(dict.fromkeys(rows.values_list("body", flat=True)))[:OFFERED]


def own_second_readings(actor: Actor) -> QuerySet[SecondReading]:
    """The actor's second readings, those to do first, with agency and round."""
    rows = SecondReading.objects.filter(reader_id=actor.user_id).filter(
        Q(at__isnull=False) | ~Q(assessment__state__in=PUBLIC)
    )
    rows = rows.select_related("assessment__agency", "assessment__cycle")
    return rows.order_by(F("at").asc(nulls_first=True), "assessment__agency__name", "id")


def waiting_readings_count(actor: Actor) -> int:
    """How many second readings wait for the actor."""
    if not actor.has(Role.VERIFIER):
        return 0
    return own_second_readings(actor).filter(at__isnull=True).count()


@dataclass(frozen=True)
class BlindReading:
    """What stands before the second reader: the claim with its evidence, and nothing of the first reading."""

    reading: SecondReading
    instrument: Instrument
    indicator: Indicator
    ticks: list[int]
    claimed: int | None
    note: str
    evidence: list[DeskEvidence]


def get_blind_reading(reading: SecondReading) -> BlindReading:
    """The page of one second reading. The verdict's columns are not even read (four queries)."""
    instrument = instrument_of(reading.assessment.cycle)
    answer = Answer.objects.defer(
        "verdict", "verified_level", "reason", "verified_by", "verified_at", "decided_level", "decided_reason"
    ).get(assessment=reading.assessment, code=reading.code)
    answer.assessment = reading.assessment
    return BlindReading(
        reading,
        instrument,
        instrument.indicators[reading.code],
        answer.ticks,
        answer.claimed_level,
        answer.note,
        submitted_evidence(answer),
    )


def has_read_all(assessment: Assessment, actor: Actor) -> bool:
    """Whether the actor has no second reading left in the assessment."""
    mine = assessment.second_readings.filter(reader_id=actor.user_id, at__isnull=True)
    return not mine.exists()


@dataclass(frozen=True)
class ReaderAgreement:
    """How far readers agree on one indicator, or with one verifier; `alpha` None: nothing can be said."""

    name: str
    alpha: Decimal | None
    units: int
    identical: int

    @property
    def is_enough(self) -> bool:
        """Whether so many were read twice that the figure means something."""
        return self.units >= ENOUGH and self.alpha is not None


@dataclass(frozen=True)
class AgreementTable:
    """Agreement over a round: as a whole, by indicator, by verifier; `waiting` are drawn and not yet read."""

    whole: ReaderAgreement
    by_indicator: list[ReaderAgreement]
    by_verifier: list[ReaderAgreement]
    waiting: int


def agreement_table(cycle: Cycle) -> AgreementTable:
    """Krippendorff's alpha (ordinal) between first and second reading, in the round `cycle` (two queries)."""
    rows = list(
        SecondReading.objects.filter(assessment__cycle=cycle, at__isnull=False)
        .select_related("first_reader")
        .order_by("pk")
    )
    order = list(instrument_of(cycle).indicators)
    titles = instrument_of(cycle).indicators
    codes = sorted({row.code for row in rows}, key=order.index)
    people = {row.first_reader_id: row.first_reader.name if row.first_reader else "–" for row in rows}
    return AgreementTable(
        _reader_agreement("", rows),
        [_reader_agreement(f"{c} {titles[c].title}", [row for row in rows if row.code == c]) for c in codes],
        [
            _reader_agreement(name, [row for row in rows if row.first_reader_id == pk])
            for pk, name in sorted(people.items(), key=lambda item: item[1])
        ],
        SecondReading.objects.filter(assessment__cycle=cycle, at__isnull=True).count(),
    )


def _reader_agreement(name: str, rows: list[SecondReading]) -> ReaderAgreement:
    found = krippendorff_agreement([[row.first_level, row.level] for row in rows])
    alpha = None
    if found.alpha is not None:
        exact = Decimal(found.alpha.numerator) / Decimal(found.alpha.denominator)
        alpha = exact.quantize(Decimal("0.001"), ROUND_HALF_UP)
    return ReaderAgreement(name, alpha, found.units, found.identical)
