"""Verdicts, messages and recommendations through the pages: reasons, conflicts, what was typed."""

from copy import deepcopy
from datetime import timedelta
from urllib.parse import unquote

import pytest
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.test import Client

from sipinter.assessment.record.completeness import unjudged_indicators
from sipinter.assessment.record.models import Assessment, Message, Verdict
from sipinter.assessment.record.recommendations.models import Recommendation
from sipinter.assessment.verification.services.verdicts import (
    finish_verification,
    return_for_clarification,
    sign_off,
)
from sipinter.foundation.accounts.decorators import SESSION_KEY
from sipinter.foundation.audit.models import Event
from tests.factories import PASSWORD, client_for

from ..desk_round import beside, browser, crowd, submitted, take_up, taken_up
from ..round import Round

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def shared(module_transaction: None) -> Round:
    return submitted()


@pytest.fixture
def sent(shared: Round) -> Round:
    """Not taken up yet."""
    return deepcopy(shared)


@pytest.fixture
def round_(sent: Round) -> Round:
    """Taken up by its verifier."""
    return take_up(sent)


def _address(round_: Round, code: str = "1.1") -> str:
    return f"/desk/{round_.assessment.pk}/{code}/"


def _judge(client: Client, round_: Round, verdict: str, code: str = "1.1", **more: object) -> HttpResponse:
    values = {"version": round_.answer(code).version, "verdict": verdict, "reason": ""} | more
    return client.post(_address(round_, code), values)


def test_accepting_goes_on_to_the_next_that_is_left(round_: Round) -> None:
    client = browser(round_, "verifier")
    response = _judge(client, round_, "accept")
    assert response["Location"] == f"{_address(round_, '1.2')}?after=1.1"
    assert round_.answer("1.1").verdict == Verdict.ACCEPT
    page = client.get(response["Location"]).content.decode()
    assert 'class="desk-slip" role="status">1.1' in page


def test_the_last_verdict_leads_to_the_overview(round_: Round) -> None:
    for code in unjudged_indicators(round_.fresh()):
        if code != "1.1":
            round_.judge(code)
    response = _judge(browser(round_, "verifier"), round_, "accept")
    assert response["Location"] == f"/desk/{round_.assessment.pk}/"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"verdict": "change", "level": "2", "reason": "  "}, "id_reason"),
        ({"verdict": "ask", "reason": ""}, "id_reason"),
        ({"verdict": "change", "reason": "Bukti baru rancangan."}, "id_level"),
        ({"verdict": "change", "level": "3", "reason": "Sama."}, "id_level"),
        ({"verdict": "change", "level": "9", "reason": "Terlalu tinggi."}, "id_level"),
    ],
)
def test_what_a_verdict_needs_is_asked_for_at_its_field(
    values: dict[str, str], field: str, round_: Round
) -> None:
    response = _judge(browser(round_, "verifier"), round_, values.pop("verdict"), **values)
    page = response.content.decode()
    assert response.status_code == 422
    assert f'href="#{field}"' in page
    assert f'id="{field}_error"' in page
    assert "<title>Error:" in page
    assert round_.answer("1.1").verdict == Verdict.NONE


def test_what_was_typed_survives_a_refusal(round_: Round) -> None:
    page = _judge(browser(round_, "verifier"), round_, "change", reason="Bukti baru berupa <rancangan>.")
    assert "Bukti baru berupa &lt;rancangan&gt;." in page.content.decode()


def test_an_unknown_verdict_changes_nothing(round_: Round) -> None:
    assert _judge(browser(round_, "verifier"), round_, "burn").status_code == 422
    assert round_.answer("1.1").verdict == Verdict.NONE


def test_a_conflict_shows_both_and_overwrites_nothing(round_: Round) -> None:
    old = round_.answer("1.1").version
    round_.judge("1.1", "change", level=2, reason="Dari jendela lain.")
    client = browser(round_, "verifier")
    response = _judge(client, round_, "ask", reason="Yang saya ketik.", version=old)
    page = response.content.decode()
    assert response.status_code == 409
    assert "Yang saya ketik." in page
    assert "Dari jendela lain." in page
    assert "By verifier pengawas: Level changed." in page
    assert round_.answer("1.1").verdict == Verdict.CHANGE
    assert f'name="version" value="{round_.answer("1.1").version}"' in page
    assert _judge(client, round_, "ask", reason="Yang saya ketik.").status_code == 302
    assert round_.answer("1.1").verdict == Verdict.ASK


def test_the_same_verdict_sent_twice_is_one(round_: Round) -> None:
    client = browser(round_, "verifier")
    version = round_.answer("1.1").version
    for _time in range(2):
        assert _judge(client, round_, "ask", reason="Mohon naskah.", version=version).status_code == 302
    assert Event.objects.filter(action="answer.judged").count() == 1


def test_when_the_moment_has_passed_the_text_is_shown_again(round_: Round) -> None:
    round_.judge("1.2", "ask", reason="Mohon naskah.")
    return_for_clarification(round_.assessment, actor=round_.who("verifier"))
    response = _judge(browser(round_, "verifier"), round_, "ask", reason="Masih kurang jelas.")
    page = response.content.decode()
    assert response.status_code == 403
    assert "What you typed" in page
    assert "Masih kurang jelas." in page
    assert "The assessment is not in verification." in page


def test_who_may_judge(round_: Round) -> None:
    people = {**round_.users, **crowd(round_)}
    statuses = {
        role: _judge(client_for(user), round_, "ask", reason="?").status_code
        for role, user in people.items()
        if role != "verifier"
    }
    at_the_desk = ("coordinator", "plenary", "administrator", "colleague", "second_coordinator")
    assert statuses == dict.fromkeys(statuses, 404) | dict.fromkeys(at_the_desk, 403)
    assert round_.answer("1.1").verdict == Verdict.NONE
    assert _judge(browser(round_, "verifier"), round_, "ask", reason="?").status_code == 302


def test_at_final_verification_the_coordinator_changes_and_stays_there(round_: Round) -> None:
    round_.accept_rest()
    finish_verification(round_.assessment, actor=round_.who("verifier"))
    assert _judge(browser(round_, "verifier"), round_, "ask", reason="?").status_code == 403
    response = _judge(browser(round_, "coordinator"), round_, "change", level=2, reason="Belum dipakai.")
    assert response["Location"] == f"{_address(round_)}?after=1.1"
    assert round_.answer("1.1").verified_level == 2


def test_a_sign_in_that_ran_out_keeps_the_reason(round_: Round) -> None:
    client = browser(round_, "verifier")
    client.get(_address(round_))
    Session.objects.all().delete()
    response = client.post(
        _address(round_),
        {"verdict": "ask", "reason": "Ditulis lama.", "level": "2", "version": "1"},
        headers={"referer": f"http://testserver{_address(round_)}"},
    )
    assert unquote(response["Location"]) == f"/akun/login/?next={_address(round_)}"
    assert SESSION_KEY in client.session
    client.post("/akun/login/", {"login": round_.users["verifier"].email, "password": PASSWORD})
    page = client.get(_address(round_)).content.decode()
    assert "Ditulis lama." in page
    assert "has not been sent yet" in page
    assert round_.answer("1.1").verdict == Verdict.NONE


def test_a_message_in_the_thread(round_: Round) -> None:
    client = browser(round_, "coordinator")
    address = f"{_address(round_)}percakapan/"
    assert client.post(address, {"body": "Lihat halaman 4."})["Location"] == f"{_address(round_)}#thread"
    assert "Lihat halaman 4." in client.get(_address(round_)).content.decode()
    assert client.post(address, {"body": "  "}).status_code == 422
    assert client.get(address)["Location"] == _address(round_)
    assert browser(round_, "plenary").post(address, {"body": "Saya juga."}).status_code == 403
    assert browser(round_, "keeper").post(address, {"body": "Saya juga."}).status_code == 404
    assert Message.objects.count() == 1


# --- steps


def _step(round_: Round, role: str, action: str, **values: object) -> HttpResponse:
    user = {**round_.users, **getattr(round_, "crowd", {})}.get(role)
    return client_for(user).post(f"/desk/{round_.assessment.pk}/langkah/{action}/", values)


def _asked(round_: Round) -> Round:
    round_.judge("1.1", "ask", reason="Mohon naskah.")
    return round_


def _in_clarification(round_: Round) -> Round:
    _asked(round_)
    return_for_clarification(round_.assessment, actor=round_.who("verifier"))
    past = round_.cycle.filling_opens - timedelta(days=1)
    Assessment.objects.filter(pk=round_.assessment.pk).update(repair_due=past)
    return round_


def _final(round_: Round) -> Round:
    round_.accept_rest()
    finish_verification(round_.assessment, actor=round_.who("verifier"))
    return round_


STEPS = [
    (None, "claim", {}, {"verifier", "colleague"}, "verification"),
    (_asked, "return_for_clarification", "due", {"verifier"}, "clarification"),
    (_in_clarification, "resume_verification", {}, {"verifier"}, "verification"),
    (Round.accept_rest, "finish_verification", {}, {"verifier"}, "final_verification"),
    (
        _final,
        "return_to_verifier",
        {"reason": "Periksa 1.2."},
        {"coordinator", "second_coordinator"},
        "verification",
    ),
    (_final, "sign_off", {}, {"coordinator", "second_coordinator"}, "plenary"),
]
AT_THE_DESK = {"verifier", "coordinator", "plenary", "administrator", "colleague", "second_coordinator"}


@pytest.mark.parametrize(("make", "action", "values", "allowed", "after"), STEPS, ids=[s[1] for s in STEPS])
def test_who_may_take_each_step(make, action, values, allowed, after, sent) -> None:  # type: ignore[no-untyped-def]
    round_ = make(take_up(sent)) if make else sent
    round_.crowd = crowd(round_)
    values = {"due": round_.cycle.repair_closes.isoformat()} if values == "due" else values
    before = round_.fresh().state
    for role in sorted(set(round_.users) | set(round_.crowd) - allowed | {"nobody"}):
        if role in allowed:
            continue
        # What somebody unknown typed is not kept, and the page says so.
        nobody = 401 if values else 302
        expected = nobody if role == "nobody" else 403 if role in AT_THE_DESK else 404
        assert (role, _step(round_, role, action, **values).status_code) == (role, expected)
        assert round_.fresh().state == before
    done = _step(round_, sorted(allowed)[-1], action, **values)
    assert (done.status_code, round_.fresh().state) == (302, after)
    again = _step(round_, sorted(allowed)[-1], action, **values)
    assert again.status_code in (403, 409)
    assert round_.fresh().state == after


def test_a_step_nobody_knows_is_not_found_and_reading_its_address_leads_back(round_: Round) -> None:
    assert _step(round_, "verifier", "burn").status_code == 404
    assert _step(round_, "verifier", "submit").status_code == 404
    back = browser(round_, "verifier").get(f"/desk/{round_.assessment.pk}/langkah/sign_off/")
    assert back["Location"] == f"/desk/{round_.assessment.pk}/"


@pytest.mark.parametrize("due", ["", "kemarin", "2001-01-01"])
def test_the_repair_date_must_lie_in_the_round(due: str, round_: Round) -> None:
    _asked(round_)
    response = _step(round_, "verifier", "return_for_clarification", due=due)
    assert response.status_code == 422
    assert 'href="#return_for_clarification_due"' in response.content.decode()
    assert round_.fresh().state == "verification"


def test_returning_to_the_verifier_needs_a_reason_which_is_then_read_first(round_: Round) -> None:
    _final(round_)
    assert _step(round_, "coordinator", "return_to_verifier", reason=" ").status_code == 422
    assert _step(round_, "coordinator", "return_to_verifier", reason="Periksa 1.2.").status_code == 302
    assert (
        "Periksa 1.2." in browser(round_, "verifier").get(f"/desk/{round_.assessment.pk}/").content.decode()
    )


def test_a_reason_is_not_lost_when_somebody_else_was_quicker(round_: Round) -> None:
    _final(round_)
    sign_off(round_.assessment, actor=round_.who("coordinator"))
    response = _step(round_, "coordinator", "return_to_verifier", reason="Panjang sekali alasannya.")
    assert response.status_code == 409
    assert "Panjang sekali alasannya." in response.content.decode()


# --- recommendations


def _recommendation(round_: Round, code: str = "1.1") -> Recommendation:
    return Recommendation.objects.get(assessment=round_.assessment, code=code)


def _edit(round_: Round, role: str, **values: object) -> HttpResponse:
    row = _recommendation(round_)
    values = {"version": row.version, "of": row.pk} | values
    user = {**round_.users, **getattr(round_, "crowd", {})}.get(role)
    return client_for(user).post(f"/desk/{round_.assessment.pk}/rekomendasi/{row.pk}/", values)


def test_a_recommendation_is_edited_dropped_and_taken_up_again(round_: Round) -> None:
    _final(round_)
    assert _edit(round_, "verifier", body="Tetapkan peta jabatan.").status_code == 302
    assert (_recommendation(round_).body, _recommendation(round_).is_edited) == (
        "Tetapkan peta jabatan.",
        True,
    )
    assert _edit(round_, "coordinator", body="Tetapkan peta jabatan.", drop="1").status_code == 302
    assert _recommendation(round_).is_dropped
    assert "dropped: will not be issued" in _page_of(round_)
    assert _edit(round_, "coordinator", body="Tetapkan peta jabatan.").status_code == 302
    assert not _recommendation(round_).is_dropped


def _page_of(round_: Round) -> str:
    page = browser(round_, "coordinator").get(f"/desk/{round_.assessment.pk}/rekomendasi/")
    return page.content.decode()


def test_an_empty_recommendation_is_refused_and_a_stale_one_conflicts(round_: Round) -> None:
    _final(round_)
    assert _edit(round_, "verifier", body=" ").status_code == 422
    old = _recommendation(round_).version
    _edit(round_, "coordinator", body="Dari koordinator.")
    stale = _edit(round_, "verifier", body="Dari verifikator.", version=old)
    assert stale.status_code == 409
    assert "Dari koordinator." in stale.content.decode()
    assert "Dari verifikator." in stale.content.decode()
    assert _recommendation(round_).body == "Dari koordinator."


def test_who_may_edit_recommendations(round_: Round) -> None:
    _final(round_)
    round_.crowd = crowd(round_)  # type: ignore[attr-defined]
    allowed = {"verifier", "coordinator", "second_coordinator"}
    for role in sorted(set(round_.users) | set(round_.crowd)):  # type: ignore[attr-defined]
        expected = 302 if role in allowed else 403 if role in AT_THE_DESK else 404
        assert (role, _edit(round_, role, body=f"Dari {role}.").status_code) == (role, expected)


def test_a_recommendation_of_another_assessment_is_not_found_here(round_: Round) -> None:
    _final(round_)
    other = taken_up(beside(round_, "Pemerintah Kota Kenanga"))
    row = _recommendation(round_)
    address = f"/desk/{other.assessment.pk}/rekomendasi/{row.pk}/"
    assert browser(round_, "verifier").post(address, {"body": "x", "version": 1}).status_code == 404


def test_without_recommendations_the_page_says_when_they_come(round_: Round) -> None:
    assert "No recommendations yet" in _page_of(round_)
