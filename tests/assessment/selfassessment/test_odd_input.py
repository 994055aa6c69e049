"""What no form offers and somebody sends all the same: refused with a sentence, or ignored; never a fault."""

from typing import Any

import pytest
from django.urls import reverse

from sipinter.assessment.record.services.conversation import write_message
from sipinter.assessment.selfassessment.services.submission import request_review, return_to_team
from sipinter.foundation.access.errors import Invalid
from tests.factories import client_for

from ..round import Round

pytestmark = pytest.mark.django_db
NUMBERS = ("²", "9" * 30, "9" * 5000, "-1", "1e9", "")


@pytest.fixture
def filling() -> Round:
    return Round().fill(2, "1.1")


@pytest.mark.parametrize("number", NUMBERS)
def test_numbers_that_name_nothing(filling: Round, number: str) -> None:
    client = client_for(filling.users["keeper"])
    page = reverse("selfassessment:answer", args=[filling.assessment.pk, "1.1"])
    assert client.post(f"{page}simpan/", {"detach": number})["Location"] == page
    assert client.post(f"{page}pustaka/", {"evidence": number})["Location"] == f"{page}pustaka/"
    assert filling.answer("1.1").evidence.count() == 1


@pytest.mark.parametrize("number", ["9" * 30, "9" * 5000])
def test_addresses_with_numbers_beyond_any_row(filling: Round, number: str) -> None:
    keeper, verifier = client_for(filling.users["keeper"]), client_for(filling.users["verifier"])
    assert keeper.get(f"/penilaian/{number}/1.1/").status_code == 404
    assert keeper.get(f"/bukti/{number}/").status_code == 404
    assert verifier.get(f"/desk/{number}/").status_code == 404
    assert verifier.get("/desk/", {"page": number, "cycle": number}).status_code == 200


@pytest.mark.parametrize("target", ["NaN", "-Infinity", "1e999999999", "9" * 5000])
def test_routes_to_nowhere(filling: Round, target: str) -> None:
    address = f"/penilaian/{filling.assessment.pk}/jalur/"
    assert client_for(filling.users["keeper"]).get(address, {"score": target}).status_code == 200


@pytest.mark.parametrize(
    "parts", [("jalur/?score=%00", None), ("1.1/simpan/", {"note": "a\0b"}), ("%00/", None)]
)
def test_what_is_no_text_is_refused_wherever_it_is_sent(filling: Round, parts: tuple[str, Any]) -> None:
    client, address = client_for(filling.users["keeper"]), f"/penilaian/{filling.assessment.pk}/{parts[0]}"
    response = client.post(address, parts[1]) if parts[1] else client.get(address)
    assert response.status_code == 422
    assert "no text (NUL)" in response.content.decode()


def test_no_text_holds_what_a_database_cannot(filling: Round) -> None:
    saved = filling.claim("1.1", 2, note="SK\x00 Nomor 1\r\nTahun 2025 ")
    assert saved.answer.note == "SK Nomor 1\nTahun 2025"
    request_review(filling.assessment, actor=filling.who("keeper"))
    back = return_to_team(filling.assessment, reason=" Lengkapi\x00. ", actor=filling.who("pyb"))
    assert back.returned_reason == "Lengkapi."


def test_reasons_and_messages_have_an_end(filling: Round) -> None:
    request_review(filling.assessment, actor=filling.who("keeper"))
    with pytest.raises(Invalid, match=r"5,000|5000"):
        return_to_team(filling.assessment, reason="x" * 5001, actor=filling.who("pyb"))
    with pytest.raises(Invalid, match="Give the reason"):
        return_to_team(filling.assessment, reason="\x00", actor=filling.who("pyb"))


def test_messages_have_an_end_too() -> None:
    round_ = Round().verification()
    with pytest.raises(Invalid, match=r"5,000|5000"):
        write_message(round_.answer("1.1"), "x" * 5001, actor=round_.who("team"))
    message = write_message(round_.answer("1.1"), "Lihat\x00 ini.", actor=round_.who("team"))
    assert message.body == "Lihat ini."


def test_a_form_larger_than_any_page_sends_is_told_so(filling: Round) -> None:
    client = client_for(filling.users["keeper"])
    page = reverse("selfassessment:answer", args=[filling.assessment.pk, "1.1"])
    response = client.post(f"{page}simpan/", {"version": 1, "note": "x" * 1_100_000})
    assert response.status_code == 400
    assert "Nothing of it was saved" in response.content.decode()
