"""The agency's people at the same moment: answers, gates, files, and the steps that close them."""

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest

from sipinter.assessment.record.completeness import assessment_gaps
from sipinter.assessment.record.models import Answer, AnswerEvidence, Assessment, GateAnswer, Snapshot, State
from sipinter.assessment.record.scores import Layer, assessment_scorecard
from sipinter.assessment.selfassessment.services.answers import save_answer, save_gate, upload_evidence
from sipinter.assessment.selfassessment.services.submission import (
    request_review,
    return_to_team,
    start_assessment,
    submit_assessment,
)
from sipinter.foundation.access.errors import Conflict
from sipinter.foundation.accounts.services.invitations import send_invitation
from sipinter.foundation.audit.models import Chain, Event
from sipinter.foundation.evidence.library.services import describe_evidence
from sipinter.foundation.evidence.models import Blob, Evidence
from sipinter.foundation.evidence.services import add_link
from tests.assessment.desk_round import beside
from tests.assessment.round import NEW, Round, pdf

from .racing import chains_hold, changes_of, events_of, nothing_lost, race, seeds, winners

pytestmark = pytest.mark.django_db(transaction=True)
GATE = "G.tpp"


def saves(round_: Round, code: str, *, ticks: range, note: str, version: int) -> Callable[[], Any]:
    keeper = round_.who("keeper")
    return lambda: save_answer(round_.assessment, code, ticks=ticks, note=note, version=version, actor=keeper)


def stand(round_: Round, state: State) -> None:
    """Put the assessment to where the next race starts."""
    Assessment.objects.filter(pk=round_.assessment.pk).update(state=state)


def figures_hold(round_: Round) -> None:
    """The score on the assessment's row is that of its answers."""
    fresh = round_.fresh()
    assert fresh.claimed_score == assessment_scorecard(fresh, Layer.CLAIMED).score


def test_two_browsers_one_field() -> None:
    """Both saw the same version: one is saved, the other reads what stands and is not saved."""
    round_ = Round().start()
    for number, chance in enumerate(seeds(50)):
        before = round_.answer("1.1")
        texts = [f"{number} {person}" for person in ("Rina", "Budi")]
        outcomes = race(
            chance,
            *(saves(round_, "1.1", ticks=range(1, 3), note=t, version=before.version) for t in texts),
        )
        (winner,) = winners(outcomes)
        after = round_.answer("1.1")
        assert (after.note, after.version) == (texts[winner], before.version + 1)
        refusal = outcomes[1 - winner].refusal
        assert isinstance(refusal, Conflict)
        assert isinstance(refusal.current, Answer)
        assert refusal.current.note == after.note
    _answer_agrees_with_trail(round_, "1.1")


def test_two_browsers_different_fields_and_a_second_try() -> None:
    """Criteria here, the note there: who is refused looks again, keeps the other's part and adds theirs."""
    round_ = Round().start()
    for number, chance in enumerate(seeds(40)):
        seen = round_.answer("1.1")
        level, text = 1 + number % 3, f"catatan {number}"

        def ticking(level: int = level, seen: Answer = seen) -> None:
            _until_saved(round_, seen, lambda row: (range(1, level + 1), row.note))

        def writing(text: str = text, seen: Answer = seen) -> None:
            _until_saved(round_, seen, lambda row: (row.ticks, text))

        assert winners(race(chance, ticking, writing)) == [0, 1]
        after = round_.answer("1.1")
        assert (after.claimed_level, after.note) == (level, text)
    _answer_agrees_with_trail(round_, "1.1")
    figures_hold(round_)


def _until_saved(round_: Round, row: Answer, wanted: Callable[[Answer], tuple[Any, str]]) -> None:
    for _attempt in range(5):
        ticks, note = wanted(row)
        try:
            saves(round_, "1.1", ticks=ticks, note=note, version=row.version)()
            return
        except Conflict:
            row = round_.answer(row.code)
    raise AssertionError("refused five times")


def _answer_agrees_with_trail(round_: Round, code: str) -> None:
    answer = round_.answer(code)
    told = changes_of(answer, "answer.saved")
    assert answer.version == 1 + len(told)
    nothing_lost([changes["note"] for changes in told if "note" in changes], answer.note)
    chains_hold()


def test_two_browsers_two_indicators() -> None:
    """Both are saved, and the score counts both."""
    round_ = Round().start()
    for number, chance in enumerate(seeds(20)):
        level = 1 + number % 4
        outcomes = race(
            chance,
            *(
                saves(round_, code, ticks=range(1, level + 1), note="", version=round_.answer(code).version)
                for code in ("1.1", "3.4")
            ),
        )
        assert winners(outcomes) == [0, 1]
        assert [round_.answer(code).claimed_level for code in ("1.1", "3.4")] == [level, level]
        figures_hold(round_)
    chains_hold()


def test_two_acts_one_trail() -> None:
    """Nothing but the agency's trail is common to both, the first time also its beginning."""
    first = Round()
    for number, chance in enumerate(seeds(10)):
        round_ = beside(first, f"Pemerintah Kota {number}")
        assert not Chain.objects.filter(agency=round_.agency).exists()
        keeper = round_.who("keeper")
        outcomes = race(
            chance,
            lambda: start_assessment(round_.assessment, actor=keeper),
            lambda: add_link(round_.agency, "https://contoh.go.id/sk", actor=keeper),
            lambda: send_invitation(
                round_.agency, email="a@contoh.go.id", name="Ani", role="team", actor=keeper
            ),
        )
        assert winners(outcomes) == [0, 1, 2]
        positions = Event.objects.filter(agency=round_.agency).order_by("position")
        # The start records the rows of its answers besides.
        assert list(positions.values_list("position", flat=True)) == [1, 2, 3, 4]
    chains_hold()


def test_two_keepers_one_gate() -> None:
    round_ = Round(instrument_id=NEW).start()
    keeper = round_.who("keeper")
    for chance in seeds(30):
        before = GateAnswer.objects.get(assessment=round_.assessment, code=GATE)
        others = [choice for choice in ("membayar", "tidak-membayar", "") if choice != before.choice]
        outcomes = race(
            chance,
            *(
                lambda choice=choice: save_gate(
                    round_.assessment, GATE, choice=choice, version=before.version, actor=keeper
                )
                for choice in others
            ),
        )
        (winner,) = winners(outcomes)
        after = GateAnswer.objects.get(pk=before.pk)
        assert (after.choice, after.version) == (others[winner], before.version + 1)
        assert isinstance(outcomes[1 - winner].refusal, Conflict)
    told = [changes[GATE] for changes in changes_of(round_.assessment, "gate.answered") if GATE in changes]
    nothing_lost(told, after.choice)
    chains_hold()


def test_saving_while_the_answers_are_closed() -> None:
    """A save is either in what the secretary reviews, or refused."""
    round_ = Round().fill(2, "1.1")
    for number, chance in enumerate(seeds(40)):
        stand(round_, State.FILLING)
        before = round_.answer("1.1")
        outcomes = race(
            chance,
            saves(round_, "1.1", ticks=range(1, 3), note=f"{number}", version=before.version),
            lambda: request_review(round_.assessment, actor=round_.who("keeper")),
        )
        assert outcomes[1].is_done
        after = round_.answer("1.1")
        assert after.note == (f"{number}" if outcomes[0].is_done else before.note)
        if outcomes[0].is_done:
            saved, closed = (
                _last(after, "answer.saved"),
                _last(round_.assessment, "assessment.request_review"),
            )
            assert saved < closed
    chains_hold()


def _last(obj: Any, action: str) -> int:
    return events_of(obj, action)[-1].position


def test_submitting_while_the_secretary_returns_it_and_the_keeper_saves() -> None:
    """Submitted or returned, never both; what the keeper saves afterwards is not in what was submitted."""
    round_ = Round().fill(2, "1.1")
    pyb = round_.who("pyb")
    for number, chance in enumerate(seeds(40)):
        stand(round_, State.REVIEWED)
        before, stages = round_.answer("1.1"), Snapshot.objects.count()
        level = 1 + number % 2
        outcomes = race(
            chance,
            lambda: submit_assessment(round_.assessment, accept_unanswered=True, actor=pyb),
            lambda: return_to_team(round_.assessment, reason="Lengkapi.", actor=pyb),
            saves(round_, "1.1", ticks=range(1, level + 1), note=f"{number}", version=before.version),
        )
        submitted, returned, saved = (outcome.is_done for outcome in outcomes)
        assert submitted is not returned
        assert round_.fresh().state == (State.SUBMITTED if submitted else State.FILLING)
        assert Snapshot.objects.count() == stages + submitted
        assert not (submitted and saved)
        assert round_.answer("1.1").note == (f"{number}" if saved else before.note)
    chains_hold()


def test_the_same_file_twice() -> None:
    round_ = Round().start()
    keeper = round_.who("keeper")
    for number, chance in enumerate(seeds(10)):
        name = f"surat {number}"
        outcomes = race(
            chance,
            *(
                lambda code=code: upload_evidence(round_.assessment, code, pdf(name), actor=keeper)
                for code in ("1.1", "1.1", "3.4")
            ),
        )
        assert winners(outcomes) == [0, 1, 2]
        assert len({outcome.value.evidence.pk for outcome in outcomes}) == 1
        assert sum(not outcome.value.was_known for outcome in outcomes) == 1
        evidence = outcomes[0].value.evidence
        codes = AnswerEvidence.objects.filter(evidence=evidence).values_list("answer__code", flat=True)
        assert sorted(codes) == ["1.1", "3.4"]
        assert len(events_of(evidence, "evidence.added")) == 1
    assert Blob.objects.count() == Evidence.objects.count() == number + 1
    chains_hold()


def test_renaming_evidence_while_it_is_sent_in() -> None:
    """The verifier reads the title that stood there when it was sent in."""
    round_ = Round().fill(2, "1.1")
    numbers = count()
    assert assessment_gaps(round_.fresh())
    for chance in seeds(20):
        stand(round_, State.REVIEWED)
        Evidence.objects.update(is_submitted=False)
        before, title = Evidence.objects.get(), f"SK {next(numbers)}"
        outcomes = race(
            chance,
            lambda: submit_assessment(round_.assessment, accept_unanswered=True, actor=round_.who("pyb")),
            lambda: describe_evidence(
                before,
                title=title,
                valid_from=None,
                valid_until=None,
                version=before.version,
                actor=round_.who("keeper"),
            ),
        )
        assert outcomes[0].is_done
        after = Evidence.objects.get()
        assert (after.is_submitted, after.title) == (True, title if outcomes[1].is_done else before.title)
    chains_hold()
