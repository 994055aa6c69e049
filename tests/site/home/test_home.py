"""What is on one's plate, by role and state, under a fixed number of queries."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sipinter.assessment.selfassessment.queries.own_assessments import OwnAssessment, own_assessments
from sipinter.assessment.selfassessment.services.submission import (
    approve_review,
    request_review,
    return_to_team,
    start_assessment,
)
from sipinter.assessment.verification.queries.waiting import returned_assessments, waiting_by_state
from sipinter.assessment.verification.services.verdicts import return_for_clarification, return_to_verifier
from tests.factories import actor, client_for, make_user

from ...assessment.round import NEW, Round, make_cycle

pytestmark = pytest.mark.django_db


def own_assessment(round_: Round, role: str = "keeper") -> OwnAssessment:
    return own_assessments(round_.who(role))[0]


def action(round_: Round, role: str) -> str:
    found = own_assessment(round_, role).action
    return f"{found.name}:{found.label}" if found else ""


def home(round_: Round, role: str) -> str:
    response = client_for(round_.users[role]).get("/beranda/")
    assert response.status_code == 200
    shown = response.content.decode()
    assert "&lt;" not in shown  # the parts of the page are HTML, not text about it
    return shown


def test_each_state_gives_each_role_its_one_action() -> None:
    own = Round()
    table = {"preparing": [action(own, role) for role in ("keeper", "team", "pyb", "ppk")]}
    own.fill(3, "3.4")
    table["filling"] = [action(own, role) for role in ("keeper", "team", "pyb", "ppk")]
    request_review(own.assessment, actor=own.who("keeper"))
    table["in_review"] = [action(own, role) for role in ("keeper", "team", "pyb", "ppk")]
    approve_review(own.assessment, actor=own.who("pyb"))
    table["reviewed"] = [action(own, role) for role in ("keeper", "team", "pyb", "ppk")]
    assert table == {
        "preparing": ["start:Start filling in", "", "", ""],
        "filling": ["workspace:Continue filling in", "workspace:Continue filling in", "", ""],
        "in_review": ["", "", "review:Review", ""],
        "reviewed": ["", "", "review:Submit", ""],
    }


def test_a_complete_assessment_is_to_be_checked_and_sent() -> None:
    own = Round().fill(3)
    assert action(own, "keeper") == "check:Check and send"


def test_counts_of_what_is_missing_and_what_is_ones_own() -> None:
    own = Round().start()
    own.claim("3.4", 3)
    own.users["tuti"] = make_user("Tuti", ("team", own.agency, ["3"]))
    found = own_assessment(own, "tuti")
    assert (found.unanswered, found.unanswered_mine, found.without_evidence) == (36, 9, 1)
    assert "36 indicators not filled in (9 of them yours)" in home(own, "tuti")


def test_asked_back_concerns_those_in_scope() -> None:
    own = Round().verification()
    own.judge("3.4", "ask", reason="Mohon SK.")
    return_for_clarification(own.assessment, actor=own.who("verifier"))
    own.users["tuti"] = make_user("Tuti", ("team", own.agency, ["3"]))
    own.users["doni"] = make_user("Doni", ("team", own.agency, ["1"]))
    assert (action(own, "tuti"), action(own, "doni")) == ("overview:Answer the verifier", "")
    assert "1 indicator asked back" in home(own, "doni")


def test_a_returned_one_shows_its_reason_first() -> None:
    own = Round().start()
    request_review(own.assessment, actor=own.who("keeper"))
    return_to_team(own.assessment, reason="Bukti 3.4 kurang.", actor=own.who("pyb"))
    text = home(own, "keeper")
    assert text.index("Bukti 3.4 kurang.") < text.index(own.cycle.name)


def test_what_waits_for_the_person_stands_first() -> None:
    own = Round().submit()
    newer = make_cycle(
        own.who("administrator"), own.agency, instrument_id=NEW, year=timezone.localdate().year - 1
    )
    assert [p.assessment.cycle_id for p in own_assessments(own.who("keeper"))] == [newer.pk, own.cycle.pk]


def test_of_what_waits_the_returned_stands_first() -> None:
    own = Round().start()
    newer = make_cycle(
        own.who("administrator"), own.agency, instrument_id=NEW, year=timezone.localdate().year + 1
    )
    start_assessment(newer.assessments.get(), actor=own.who("keeper"))
    assert [p.assessment.cycle_id for p in own_assessments(own.who("keeper"))] == [newer.pk, own.cycle.pk]
    request_review(own.assessment, actor=own.who("keeper"))
    return_to_team(own.assessment, reason="Bukti 3.4 kurang.", actor=own.who("pyb"))
    assert [p.assessment.cycle_id for p in own_assessments(own.who("keeper"))] == [own.cycle.pk, newer.pk]


def test_a_decided_one_shows_what_was_decided() -> None:
    own = Round().publish(3)
    found = own_assessment(own)
    assert (found.score, found.max, found.category.code if found.category else "") == (
        own.decision.score,
        own.decision.max,
        own.decision.category,
    )


def test_queries_are_the_same_for_one_and_three_rounds() -> None:
    own = Round().start()
    counts = []
    for extra in (0, 2):
        for offset in range(extra):
            cycle = make_cycle(
                own.who("administrator"),
                own.agency,
                instrument_id=NEW,
                year=timezone.localdate().year - offset,
            )
            start_assessment(cycle.assessments.get(), actor=own.who("keeper"))
        client = client_for(own.users["keeper"])
        client.get("/beranda/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/beranda/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_another_agencys_people_see_none_of_it() -> None:
    own = Round().start()
    outsider = make_user("Orang Luar", ("keeper", own.desk))
    assert own_assessments(actor(outsider)) == []
    assert own.agency.name not in client_for(outsider).get("/penilaian/").content.decode()


def test_the_supervisor_sees_counts_and_whose_turn_it_is() -> None:
    own = Round().verification()
    assert [(c.state.value, c.total, c.mine) for c in waiting_by_state(own.who("verifier"))] == [
        ("verification", 1, 1)
    ]
    assert [(c.state.value, c.total, c.mine) for c in waiting_by_state(own.who("plenary"))] == [
        ("verification", 1, 0)
    ]
    assert waiting_by_state(own.who("keeper")) == []
    assert "In verification" in home(own, "verifier")


def test_what_is_not_submitted_is_not_counted() -> None:
    own = Round().start()
    assert waiting_by_state(own.who("verifier")) == []
    assert "Nothing has been submitted yet" in home(own, "coordinator")


def test_a_reading_sent_back_shows_its_reason_to_the_verifier() -> None:
    own = Round().final()
    return_to_verifier(own.assessment, reason="Periksa lagi 5.1.", actor=own.who("coordinator"))
    assert [row.returned_reason for row in returned_assessments(own.who("verifier"))] == ["Periksa lagi 5.1."]
    assert returned_assessments(own.who("plenary")) == []
    assert "Periksa lagi 5.1." in home(own, "verifier")


@pytest.mark.parametrize("role", ["employee", "reader"])
def test_readers_are_welcomed(role: str) -> None:
    own = Round()
    own.users["reader"] = make_user("Laras Kusuma", (role, own.desk))
    text = home(own, "reader")
    assert "Welcome, Laras Kusuma" in text
    assert 'href="/daftar/"' in text


def test_the_list_has_every_round() -> None:
    own = Round().publish(3)
    make_cycle(own.who("administrator"), own.agency, instrument_id=NEW)
    text = client_for(own.users["keeper"]).get("/penilaian/").content.decode()
    assert text.count('class="card plate"') == 2
