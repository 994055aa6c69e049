"""The page "start from an earlier year"."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sipinter.assessment.record.models import Assessment, State
from sipinter.assessment.selfassessment.services.answers import save_answer, save_gate, upload_evidence
from sipinter.assessment.selfassessment.services.earlier_years import CarryOverChoice, carry_over_answers
from sipinter.rules.indicator_map import find_indicator_map
from tests.assessment.round import NEW, OLD, Round, pdf
from tests.assessment.years import answer_of, end, following
from tests.factories import client_for, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def last_year() -> Round:
    round_ = Round().start()
    round_.claim("1.1", 3, note="Peta jabatan ditetapkan.")
    upload_evidence(
        round_.assessment, "1.1", pdf("peta"), title="SK Peta Jabatan", actor=round_.who("keeper")
    )
    end(round_)
    return round_


@pytest.fixture
def now(last_year: Round) -> Assessment:
    return following(last_year)


@pytest.fixture
def client(last_year: Round) -> Client:
    return client_for(last_year.users["keeper"])


def path(assessment: Assessment) -> str:
    return f"/penilaian/{assessment.pk}/tahun-lalu/"


def test_it_shows_what_held_then_and_offers_what_goes_along(now: Assessment, client: Client) -> None:
    body = client.get(path(now)).content.decode()
    assert "SK Peta Jabatan" in body
    assert "Peta jabatan ditetapkan." in body
    assert 'name="take" value="1.1"' in body
    assert 'name="take" value="1.2"' not in body
    assert 'name="replace"' not in body
    assert "The instrument has not changed since." in body


def test_what_is_ticked_is_taken_over(now: Assessment, client: Client) -> None:
    answer = client.post(path(now), {"take": "1.1", "version-1.1": "1"}, follow=True)
    assert "1 indicator was taken over." in answer.content.decode()
    assert answer_of(now, "1.1").claimed_level == 3
    assert 'value="1.1"' not in answer.content.decode()


def test_all_that_is_open_is_taken_over_by_one_button(
    last_year: Round, now: Assessment, client: Client
) -> None:
    save_answer(now, "1.1", ticks=[1], note="Baru.", version=1, actor=last_year.who("keeper"))
    client.post(path(now), {"all": "1"})
    answer = answer_of(now, "1.1")
    assert (answer.claimed_level, answer.note, answer.evidence.count()) == (1, "Baru.", 1)


def test_nothing_ticked_says_so(now: Assessment, client: Client) -> None:
    answer = client.post(path(now), {}, follow=True)
    assert "tick the indicators you want first" in answer.content.decode()


def test_a_choice_made_on_a_stale_page_comes_back(last_year: Round, now: Assessment, client: Client) -> None:
    save_answer(now, "1.1", ticks=[1], note="Baru.", version=1, actor=last_year.who("team"))
    answer = client.post(path(now), {"replace": "1.1", "version-1.1": "1"})
    assert answer.status_code == 409
    body = answer.content.decode()
    assert "look again below: 1.1" in body
    assert 'name="replace" value="1.1"' in body
    assert answer_of(now, "1.1").note == "Baru."


def test_odd_input_is_no_error(now: Assessment, client: Client) -> None:
    odd = {"take": ["9.9", "", "1.1"], "version-1.1": "x", "replace": ["\ufffd"]}
    assert client.post(f"{path(now)}?dari=zz", odd).status_code in (302, 409)


def test_between_instruments_the_table_is_named(last_year: Round, client: Client) -> None:
    later = following(last_year, NEW)
    save_gate(later, "G.jenis", choice="kabkota", version=1, actor=last_year.who("keeper"))
    body = client.get(path(later)).content.decode()
    table = find_indicator_map(OLD, NEW)
    assert table is not None
    assert table.note.en in body
    assert "Nothing of the kind was asked then." in body
    assert "criteria up to level" not in body
    assert "Protection" in body  # 7.1, no longer asked


def test_the_number_of_queries_does_not_grow(last_year: Round, now: Assessment, client: Client) -> None:
    client.get(path(now))
    with CaptureQueriesContext(connection) as one:
        client.get(path(now))
    for code in ("1.1", "1.2", "3.4"):
        upload_evidence(now, code, pdf(code), actor=last_year.who("keeper"))
    carry_over_answers(now, last_year.assessment, {"1.1": CarryOverChoice()}, actor=last_year.who("keeper"))
    with CaptureQueriesContext(connection) as more:
        client.get(path(now))
    assert len(more) == len(one) <= 25


def test_the_overview_leads_there(now: Assessment, client: Client) -> None:
    assert path(now) in client.get(f"/penilaian/{now.pk}/ringkasan/").content.decode()


def test_without_an_earlier_round_it_says_so(last_year: Round, client: Client) -> None:
    body = client.get(path(last_year.assessment)).content.decode()
    assert "No earlier assessment" in body
    assert client.post(path(last_year.assessment), {"take": "1.1"}).status_code == 200


def test_the_secretary_looks_and_takes_nothing(last_year: Round, now: Assessment) -> None:
    body = client_for(last_year.users["pyb"]).get(path(now)).content.decode()
    assert "SK Peta Jabatan" in body
    assert 'name="take"' not in body


def test_the_supervisor_never_sees_a_year_that_was_not_sent_in(last_year: Round, now: Assessment) -> None:
    Assessment.objects.filter(pk=now.pk).update(state=State.VERIFICATION)
    client = client_for(last_year.users["coordinator"], second_factor=True)
    assert client.get(path(now)).status_code == 403


def test_who_sees_only_what_is_asked_of_them_is_refused(last_year: Round, now: Assessment) -> None:
    asked = make_user("Diminta", ("team", last_year.agency, ["asked"]))
    assert client_for(asked).get(path(now)).status_code in (403, 404)
