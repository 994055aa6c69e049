"""The preconditions of the steps: the service refuses with the sentence that stands at the button."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from sipinter.assessment.decisions.services.decisions import correct_decision, decide
from sipinter.assessment.decisions.services.objections import object_to_decision, reject_objection
from sipinter.assessment.record.indicator_scope import IndicatorScope
from sipinter.assessment.record.models import Answer, Assessment, Cycle
from sipinter.assessment.record.workflow import TRANSITIONS, step_obstacle
from sipinter.assessment.selfassessment.services.submission import (
    answer_clarification,
    request_review,
    start_assessment,
    submit_assessment,
)
from sipinter.assessment.verification.services.verdicts import (
    finish_verification,
    resume_verification,
    return_for_clarification,
    sign_off,
)
from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.errors import NotNow
from tests.factories import actor, grant, make_user

from ..desk_round import browser
from ..round import NEW, Round

pytestmark = pytest.mark.django_db


def not_open_yet() -> Round:
    round_ = Round()
    Cycle.objects.update(filling_opens=timezone.localdate() + timedelta(days=1))
    return round_


def without_evidence() -> Round:
    round_: Round = Round().start()
    round_.claim("1.1", 3)
    return round_


def reviewed_without_evidence() -> Round:
    round_ = without_evidence()
    type(round_.assessment).objects.update(state="reviewed")
    return round_


def asked_back() -> Round:
    round_: Round = Round().verification()
    round_.judge("3.4", "ask", reason="Mengapa?")
    return_for_clarification(round_.assessment, actor=round_.who("verifier"))
    return round_


def asked_too_long_ago() -> Round:
    round_: Round = Round().verification()
    round_.judge("3.4", "ask", reason="Mengapa?")
    Answer.objects.filter(code="3.4").update(repair_due=timezone.localdate() - timedelta(days=1))
    return round_


def one_open_at_the_end() -> Round:
    round_: Round = Round().final()
    Answer.objects.filter(code="2.1").update(verdict="")
    return round_


def objected() -> Round:
    round_: Round = Round().publish()
    object_to_decision(round_.assessment, reason="Keberatan.", actor=round_.who("ppk"))
    return round_


def _submit(assessment: Assessment, *, actor: Actor) -> None:
    submit_assessment(assessment, accept_unanswered=True, actor=actor)


def _decide(assessment: Assessment, *, actor: Actor) -> None:
    decide(assessment, decided_on=timezone.localdate(), actor=actor)


def _reject(assessment: Assessment, *, actor: Actor) -> None:
    reject_objection(assessment, reason="Cukup.", actor=actor)


def _correct(assessment: Assessment, *, actor: Actor) -> None:
    correct_decision(assessment, decided_on=timezone.localdate(), changes={}, reason="Keliru.", actor=actor)


def in_verification() -> Round:
    round_: Round = Round().verification()
    return round_


def without_survey() -> Round:
    round_: Round = Round(instrument_id=NEW).plenary()
    return round_


Case = tuple[str, Callable[[], Round], str, Callable[..., Any], str]
CASES: list[Case] = [
    ("start", not_open_yet, "keeper", start_assessment, "not opened yet"),
    ("request_review", without_evidence, "keeper", request_review, r"evidence missing: 1\.1\."),
    ("submit", reviewed_without_evidence, "pyb", _submit, r"evidence missing: 1\.1\."),
    ("return_for_clarification", in_verification, "verifier", return_for_clarification, "at least one"),
    ("return_for_clarification", asked_too_long_ago, "verifier", return_for_clarification, r"passed: 3\.4\."),
    ("answer_clarification", asked_back, "keeper", answer_clarification, r"these first: 3\.4\."),
    ("resume_verification", asked_back, "verifier", resume_verification, "may still answer until"),
    ("finish_verification", in_verification, "verifier", finish_verification, r"37 indicators .* 1\.1, 1\.2"),
    ("sign_off", one_open_at_the_end, "coordinator", sign_off, r"No verdict yet on: 2\.1\."),
    ("decide", without_survey, "plenary", _decide, "survey is missing"),
    ("reject_objection", objected, "plenary", _reject, "Name the panel"),
    ("correct", objected, "plenary", _correct, "Name the panel"),
]


def test_every_guard_has_a_case() -> None:
    assert {action for action, *_more in CASES} == {t.action for t in TRANSITIONS if t.guard}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]}-{case[1].__name__}")
def test_the_service_refuses_with_the_sentence_of_the_button(case: Case) -> None:
    action, play, role, act, words = case
    round_ = play()
    before = round_.fresh()
    sentence = step_obstacle(before, action)
    with pytest.raises(NotNow, match=words) as caught:
        act(round_.assessment, actor=round_.who(role))
    assert str(caught.value) == sentence
    after = round_.fresh()
    assert (after.state, after.version) == (before.state, before.version)


def test_the_plenary_reads_at_the_button_that_the_panel_is_missing() -> None:
    round_ = objected()
    page = browser(round_, "plenary").get(f"/pleno/{round_.assessment.pk}/").content.decode()
    assert 'disabled>Reject the objection</button> <span class="why-not">Name the panel' in page
    round_.panel()
    page = browser(round_, "plenary").get(f"/pleno/{round_.assessment.pk}/").content.decode()
    assert "disabled>Reject the objection" not in page


def test_the_secretary_reads_what_is_missing_before_submitting() -> None:
    round_ = reviewed_without_evidence()
    page = browser(round_, "pyb").get(f"/penilaian/{round_.assessment.pk}/reviu/").content.decode()
    assert "evidence missing: 1.1." in page
    assert "Submit to the supervisor" not in page


def test_a_scope_covers_roles_and_what_is_assigned(django_assert_num_queries: Any) -> None:
    round_: Round = Round().start()
    mate = make_user("rekan tim")
    grant(mate, "team", round_.agency, scope=["3"])
    assessment, person = round_.fresh(), actor(mate)
    keeper, verifier = round_.who("keeper"), round_.who("verifier")
    with django_assert_num_queries(0):
        assert IndicatorScope(keeper, assessment).covers("1.1")
    with django_assert_num_queries(1):
        scope = IndicatorScope(person, assessment)
        assert [scope.covers(code) for code in ("3.4", "1.1", "1.2")] == [True, False, False]
    with django_assert_num_queries(0):
        assert IndicatorScope(person, assessment, assigned=frozenset({"1.1"})).covers("1.1")
        assert not IndicatorScope(verifier, assessment).covers("1.1")
