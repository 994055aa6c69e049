"""Two people at one indicator: what the later one is shown, merging by value, who else is there."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from sipinter.assessment.record.models import Presence
from sipinter.assessment.selfassessment.queries.answer_merge import AnswerMerge, compare_notes, propose_merge
from sipinter.assessment.selfassessment.queries.typed_answer import TypedAnswer
from sipinter.foundation.audit.models import Event
from tests.factories import client_for, make_user

from ..round import Round

pytestmark = pytest.mark.django_db
CODE = "3.4"
HTMX = {"hx-request": "true"}


@pytest.fixture
def filling() -> Round:
    round_ = Round().start()
    round_.claim(CODE, 1, note="awal kalimat akhir")
    return round_


def page(round_: Round, rest: str = "") -> str:
    return f"/penilaian/{round_.assessment.pk}/{CODE}/{rest}"


def team(round_: Round) -> Client:
    return client_for(round_.users["team"])


def send(client: Client, round_: Round, version: int, **data: Any) -> Any:
    values = {"version": version, "tick": [1], "note": "awal kalimat akhir"} | data
    return client.post(page(round_, "simpan/"), values)


def merge(round_: Round, ticks: set[int], note: str, version: int) -> AnswerMerge:
    return propose_merge(round_.answer(CODE), TypedAnswer(frozenset(ticks), note, version))


def test_what_only_one_changed_is_proposed(filling: Round) -> None:
    seen = filling.answer(CODE).version
    filling.claim(CODE, 3, note="awal kalimat akhir")
    found = merge(filling, {1}, "awal kalimat baru", seen)
    assert (found.ticks, found.note) == ("theirs", "mine")


def test_where_both_changed_the_person_chooses(filling: Round) -> None:
    seen = filling.answer(CODE).version
    filling.claim(CODE, 3, note="dari rekan")
    found = merge(filling, {1, 2}, "dari saya", seen)
    assert (found.ticks, found.note) == ("", "")
    assert found.levels == [(3, False, True)]


def test_who_changed_what_is_told_in_order(filling: Round) -> None:
    seen = filling.answer(CODE).version
    filling.claim(CODE, 2, role="team", note="awal kalimat akhir")
    filling.claim(CODE, 2, note="catatan baru")
    found = merge(filling, {1}, "x", seen)
    assert [(s.who, s.ticks, s.note) for s in found.steps] == [
        ("team agensi", True, False),
        ("keeper agensi", False, True),
    ]


def test_the_differing_words_are_marked(filling: Round) -> None:
    mine, theirs = compare_notes("awal kalimat akhir", "awal teks panjang akhir")
    assert [(p.text, p.differs) for p in mine] == [("awal ", False), ("kalimat ", True), ("akhir", False)]
    assert [p.text for p in theirs if p.differs] == ["teks panjang "]


def test_merging_by_value_saves_both_peoples_work(filling: Round) -> None:
    seen = filling.answer(CODE).version
    filling.claim(CODE, 3, note="dari rekan")
    client = team(filling)
    refused = send(client, filling, seen, tick=[1, 2], note="dari saya")
    assert refused.status_code == 409
    now = filling.answer(CODE).version
    choices = {"merge": now, "merge-ticks": "theirs", "merge-note": "both"}
    assert send(client, filling, seen, tick=[1, 2], note="dari saya", **choices).status_code == 302
    answer = filling.answer(CODE)
    assert (answer.ticks, answer.note) == ([1, 2, 3], "dari rekan\n\ndari saya")


def test_a_third_save_meanwhile_is_a_conflict_again(filling: Round) -> None:
    seen = filling.answer(CODE).version
    filling.claim(CODE, 3, note="dari rekan")
    now = filling.answer(CODE).version
    filling.claim(CODE, 4, note="dari yang ketiga")
    choices = {"merge": now, "merge-ticks": "theirs", "merge-note": "both"}
    response = send(team(filling), filling, seen, note="dari saya", **choices)
    assert response.status_code == 409
    assert "<mark>yang ketiga</mark>" in response.content.decode()
    assert (filling.answer(CODE).claimed_level, filling.answer(CODE).note) == (4, "dari yang ketiga")


def test_a_merge_without_its_choices_says_what_is_missing(filling: Round) -> None:
    seen = filling.answer(CODE).version
    filling.claim(CODE, 3, note="dari rekan")
    now = filling.answer(CODE).version
    response = send(team(filling), filling, seen, tick=[1, 2], note="dari saya", merge=now)
    assert response.status_code == 422
    text = response.content.decode()
    assert "Choose whose criteria hold." in text
    assert "Choose whose note holds." in text
    assert ">\ndari saya</textarea>" in text
    assert filling.answer(CODE).note == "dari rekan"


def here(client: Client, round_: Round, version: int = 99) -> Any:
    return client.post(page(round_, "hadir/"), {"version": version}, headers=HTMX)


def test_the_others_are_named_and_oneself_is_not(filling: Round) -> None:
    keeper = client_for(filling.users["keeper"])
    assert "keeper" not in here(keeper, filling).content.decode()
    assert "keeper agensi also has this indicator open." in here(team(filling), filling).content.decode()
    assert "team agensi also has" in keeper.get(page(filling)).content.decode()
    assert Presence.objects.count() == 2
    here(keeper, filling)
    assert Presence.objects.count() == 2


def test_whoever_left_is_gone_after_a_minute(filling: Round) -> None:
    here(client_for(filling.users["keeper"]), filling)
    Presence.objects.update(seen_at=timezone.now() - timedelta(seconds=61))
    assert "also has" not in here(team(filling), filling).content.decode()


def test_a_newer_version_is_announced_but_not_ones_own(filling: Round) -> None:
    seen = filling.answer(CODE).version
    filling.claim(CODE, 2, note="baru")
    assert "keeper agensi saved a newer version" in here(team(filling), filling, seen).content.decode()
    assert "newer version" not in here(client_for(filling.users["keeper"]), filling, seen).content.decode()


def test_only_those_who_may_write_are_present(filling: Round) -> None:
    assert here(client_for(filling.users["pyb"]), filling).status_code == 286
    other = make_user("Tuti", ("team", filling.agency, ["1.1"]))
    assert here(client_for(other), filling).status_code == 286
    assert Presence.objects.count() == 0


def test_asking_leaves_no_trace_and_costs_little(filling: Round, django_assert_max_num_queries: Any) -> None:
    client = team(filling)
    here(client, filling)
    events = Event.objects.count()
    with django_assert_max_num_queries(9):
        here(client, filling)
    assert Event.objects.count() == events


def test_an_open_page_does_not_keep_the_sign_in_alive(filling: Round) -> None:
    client = team(filling)
    client.get(page(filling))
    session = client.session
    session["seen_at"] -= 600
    session.save()
    left = client.session["seen_at"]
    client.post(page(filling, "hadir/"), {"version": 1}, headers=HTMX | {"x-background": "1"})
    assert client.session["seen_at"] == left
    client.get(page(filling))
    assert client.session["seen_at"] > left
