"""From one year to the next at the same moment: taking over, replacing, attaching, describing."""

from collections.abc import Callable
from datetime import date
from itertools import count
from typing import Any

import pytest

from sipinter.assessment.record.models import AnswerEvidence
from sipinter.assessment.selfassessment.services.answers import attach_evidence, save_answer, upload_evidence
from sipinter.assessment.selfassessment.services.earlier_years import CarryOverChoice, carry_over_answers
from sipinter.assessment.selfassessment.services.versions import replace_evidence
from sipinter.foundation.access.errors import Conflict
from sipinter.foundation.evidence.library.services import describe_evidence
from sipinter.foundation.evidence.models import Evidence
from tests.assessment.round import Round, pdf
from tests.assessment.years import answer_of, end, following

from .racing import chains_hold, race, seeds, winners

pytestmark = pytest.mark.django_db(transaction=True)


def replaces(round_: Round, row: Evidence, name: str, role: str = "keeper") -> Callable[[], Any]:
    return lambda: replace_evidence(row, pdf(name), version=row.version, actor=round_.who(role))


def test_two_newer_versions_of_one_document() -> None:
    """One takes its place everywhere; the other reads that somebody else was first."""
    round_ = Round().start()
    for number, chance in enumerate(seeds(20)):
        old = upload_evidence(
            round_.assessment, "1.1", pdf(f"lama {number}"), actor=round_.who("keeper")
        ).evidence
        attach_evidence(round_.assessment, "3.4", old, actor=round_.who("keeper"))
        names = [f"{person} {number}" for person in ("Rina", "Budi")]
        outcomes = race(chance, replaces(round_, old, names[0]), replaces(round_, old, names[1], "team"))
        (winner,) = winners(outcomes)
        assert isinstance(outcomes[1 - winner].refusal, Conflict)
        newer = outcomes[winner].value.evidence
        old.refresh_from_db()
        assert old.superseded_by_id == newer.pk
        assert not AnswerEvidence.objects.filter(evidence=old).exists()
        assert AnswerEvidence.objects.filter(evidence=newer).count() == 2
    chains_hold()


def test_taking_over_while_the_document_is_described_and_replaced() -> None:
    """Nobody waits for ever, and the answer is taken over whole."""
    last_year = Round().start()
    last_year.claim("1.1", 3, note="Tahun lalu.")
    row = upload_evidence(last_year.assessment, "1.1", pdf("lama"), actor=last_year.who("keeper")).evidence
    end(last_year)
    now = following(last_year)
    numbers = count()
    for chance in seeds(20):
        row.refresh_from_db()
        number = next(numbers)
        version = answer_of(now, "1.1").version

        def takes(version: int = version) -> Any:
            take = {"1.1": CarryOverChoice(version, replace=True)}
            return carry_over_answers(now, last_year.assessment, take, actor=last_year.who("keeper"))

        def describes(number: int = number, version: int = row.version) -> Any:
            return describe_evidence(
                row,
                title=row.title,
                valid_from=None,
                valid_until=date(2100 + number % 90, 1, 1),
                version=version,
                actor=last_year.who("team"),
            )

        outcomes = race(chance, takes, describes, replaces(last_year, row, f"baru {number}"))
        assert outcomes[0].is_done
        assert set(winners(outcomes)) & {1, 2}
        answer = answer_of(now, "1.1")
        assert (answer.claimed_level, answer.note) == (3, "Tahun lalu.")
        save_answer(now, "1.1", ticks=[1], note="Lain.", version=answer.version, actor=last_year.who("team"))
        row = last_row(row)
    chains_hold()


def last_row(row: Evidence) -> Evidence:
    """The newest version of `row`."""
    row.refresh_from_db()
    while row.superseded_by is not None:
        row = row.superseded_by
    return row
