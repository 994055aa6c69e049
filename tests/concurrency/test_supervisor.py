"""The supervisor's people at the same moment: taking up, verdicts, sign-off, decisions, recommendations."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from sipinter.assessment.decisions.services.decisions import decide, publish_decision
from sipinter.assessment.record.models import Assessment, Decision, Result, Snapshot, State
from sipinter.assessment.record.recommendations.models import Recommendation
from sipinter.assessment.record.recommendations.services import edit_recommendation
from sipinter.assessment.verification.services.verdicts import claim_assessment, finish_verification, sign_off
from sipinter.foundation.access.errors import Conflict, Refused
from tests.assessment.desk_round import beside, submitted, taken_up
from tests.assessment.round import Round
from tests.factories import actor, make_user

from .racing import chains_hold, changes_of, events_of, nothing_lost, race, seeds, winners

pytestmark = pytest.mark.django_db(transaction=True)


def stand(round_: Round, state: State, **columns: object) -> None:
    Assessment.objects.filter(pk=round_.assessment.pk).update(state=state, **columns)


def test_two_verifiers_one_agency() -> None:
    round_ = submitted()
    people = [round_.who("verifier"), actor(make_user("Verifikator Lain", ("verifier", round_.desk)))]
    for chance in seeds(50):
        stand(round_, State.SUBMITTED, verifier=None)
        taken = len(events_of(round_.assessment, "assessment.claim"))
        outcomes = race(
            chance, *(lambda who=who: claim_assessment(round_.assessment, actor=who) for who in people)
        )
        (winner,) = winners(outcomes)
        fresh = round_.fresh()
        assert (fresh.state, fresh.verifier_id) == (State.VERIFICATION, people[winner].user_id)
        assert len(events_of(round_.assessment, "assessment.claim")) == taken + 1
    chains_hold()


def test_two_verdicts_on_one_indicator() -> None:
    """The verifier with the page open twice."""
    round_ = taken_up()
    for number, chance in enumerate(seeds(30)):
        before = round_.answer("1.1")
        reasons = [f"Bukti {number} {window}" for window in ("kiri", "kanan")]
        outcomes = race(
            chance,
            *(
                lambda reason=reason: round_.judge(
                    "1.1", "change", level=2, reason=reason, version=before.version
                )
                for reason in reasons
            ),
        )
        (winner,) = winners(outcomes)
        after = round_.answer("1.1")
        assert (after.reason, after.version) == (reasons[winner], before.version + 1)
        assert isinstance(outcomes[1 - winner].refusal, Conflict)
    nothing_lost([changes["reason"] for changes in changes_of(after, "answer.judged")], after.reason)
    chains_hold()


@pytest.mark.parametrize(
    ("state", "step", "judge", "closer", "stage"),
    [
        (State.VERIFICATION, finish_verification, "verifier", "verifier", Snapshot.Stage.VERIFIED),
        (State.FINAL_VERIFICATION, sign_off, "coordinator", "second", Snapshot.Stage.FINAL),
    ],
)
def test_a_verdict_while_the_reading_is_closed(
    state: State, step: Callable[..., Any], judge: str, closer: str, stage: Snapshot.Stage
) -> None:
    """A verdict is either in the score that goes on, or refused."""
    round_ = taken_up().accept_rest()
    round_.users["second"] = make_user("Koordinator Lain", ("coordinator", round_.desk))
    for number, chance in enumerate(seeds(20)):
        stand(round_, state)
        before = round_.answer("1.1")
        level = 1 + number % 2
        outcomes = race(
            chance,
            lambda: round_.judge(
                "1.1", "change", level=level, reason="Bukti.", role=judge, version=before.version
            ),
            lambda: step(round_.assessment, actor=round_.who(closer)),
        )
        assert outcomes[1].is_done
        kept = Snapshot.objects.filter(assessment=round_.assessment, stage=stage).latest("id")
        after = round_.answer("1.1")
        assert after.verified_level == (level if outcomes[0].is_done else before.verified_level)
        assert kept.levels["1.1"] == after.verified_level
    chains_hold()


def test_two_plenary_members_one_decision() -> None:
    round_ = taken_up().accept_rest()
    finish_verification(round_.assessment, actor=round_.who("verifier"))
    sign_off(round_.assessment, actor=round_.who("coordinator"))
    people = [round_.who("plenary"), actor(make_user("Anggota Lain", ("plenary", round_.desk)))]
    today = timezone.localdate()
    for chance in seeds(20):
        stand(round_, State.PLENARY)
        made = Decision.objects.count()
        outcomes = race(
            chance,
            *(
                lambda who=who: decide(round_.assessment, decided_on=today, remark=who.name, actor=who)
                for who in people
            ),
        )
        (winner,) = winners(outcomes)
        latest = Decision.objects.latest("id")
        assert Decision.objects.count() == made + 1
        assert (latest.decided_by_id, latest.remark) == (people[winner].user_id, people[winner].name)
        assert latest.number == f"{made + 1:03d}/SK-SM/{today.year}"
    assert len(events_of(round_.assessment, "assessment.decide")) == Decision.objects.count()
    chains_hold()


def test_decisions_on_several_agencies_bear_different_numbers() -> None:
    first = taken_up().accept_rest()
    second = taken_up(beside(first, "Pemerintah Kota Kenanga")).accept_rest()
    for round_ in (first, second):
        finish_verification(round_.assessment, actor=round_.who("verifier"))
        sign_off(round_.assessment, actor=round_.who("coordinator"))
    today, made = timezone.localdate(), 0
    for chance in seeds(10):
        for round_ in (first, second):
            stand(round_, State.PLENARY)
        outcomes = race(
            chance,
            *(
                lambda round_=round_: decide(round_.assessment, decided_on=today, actor=round_.who("plenary"))
                for round_ in (first, second)
            ),
        )
        assert winners(outcomes) == [0, 1]
        numbers = sorted(outcome.value.number for outcome in outcomes)
        assert numbers == [f"{made + running:03d}/SK-SM/{today.year}" for running in (1, 2)]
        made += 2
    chains_hold()


def test_two_editors_of_one_recommendation() -> None:
    round_ = taken_up().accept_rest()
    finish_verification(round_.assessment, actor=round_.who("verifier"))
    pk = Recommendation.objects.earliest("id").pk
    for number, chance in enumerate(seeds(20)):
        before = Recommendation.objects.get(pk=pk)
        texts = [f"Susun {number} {role}" for role in ("verifier", "coordinator")]
        outcomes = race(
            chance,
            *(
                lambda text=text: edit_recommendation(
                    before, body=text, version=before.version, actor=round_.who(text.split()[-1])
                )
                for text in texts
            ),
        )
        (winner,) = winners(outcomes)
        after = Recommendation.objects.get(pk=pk)
        assert (after.body, after.version) == (texts[winner], before.version + 1)
        assert isinstance(outcomes[1 - winner].refusal, Conflict)
    nothing_lost([changes["body"] for changes in changes_of(after, "recommendation.edited")], after.body)
    chains_hold()


def test_editing_a_recommendation_while_it_is_issued() -> None:
    """The agency is handed the text that stood there; an edit that comes later is refused."""
    round_ = taken_up().accept_rest()
    finish_verification(round_.assessment, actor=round_.who("verifier"))
    sign_off(round_.assessment, actor=round_.who("coordinator"))
    decide(round_.assessment, decided_on=timezone.localdate(), actor=round_.who("plenary"))
    pk = Recommendation.objects.earliest("id").pk
    for number, chance in enumerate(seeds(10)):
        stand(round_, State.DECIDED)
        Recommendation.objects.update(issued_at=None)
        Result.objects.all().delete()  # a decision is published once
        before = Recommendation.objects.get(pk=pk)
        outcomes = race(
            chance,
            lambda: edit_recommendation(
                before, body=f"Teks {number}", version=before.version, actor=round_.who("coordinator")
            ),
            lambda: publish_decision(round_.assessment, actor=round_.who("plenary")),
        )
        assert outcomes[1].is_done
        after = Recommendation.objects.get(pk=pk)
        assert after.issued_at is not None
        assert after.body == (f"Teks {number}" if outcomes[0].is_done else before.body)
        assert outcomes[0].is_done or isinstance(outcomes[0].refusal, Refused)
    chains_hold()
