"""What the one form of an indicator sends: saved, refused with everything kept, or onwards."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from sipinter.assessment.record.models import Answer, Message
from sipinter.assessment.selfassessment.queries.typed_answer import TypedAnswer
from sipinter.assessment.selfassessment.services.answers import upload_evidence
from sipinter.foundation.audit.models import Event
from tests.factories import client_for, make_user

from ..round import NEW, Round, pdf

pytestmark = pytest.mark.django_db
HTMX = {"hx-request": "true"}


@pytest.fixture
def filling() -> Round:
    return Round().start()


def page(round_: Round, code: str = "3.4") -> str:
    return f"/penilaian/{round_.assessment.pk}/{code}/"


def send(client: Client, round_: Round, code: str = "3.4", *, headers: Any = None, **data: Any) -> Any:
    data.setdefault("version", round_.answer(code).version)
    data.setdefault("note", "")
    return client.post(f"{page(round_, code)}simpan/", data, headers=headers)


def keeper(round_: Round) -> Client:
    return client_for(round_.users["keeper"])


def said(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_save_and_continue_leads_to_the_next_indicator(filling: Round) -> None:
    response = send(keeper(filling), filling, tick=[1, 2], note="SK terlampir", do="next")
    assert response.status_code == 302
    assert response["Location"] == page(filling, "3.5")
    answer = filling.answer("3.4")
    assert (answer.claimed_level, answer.note) == (2, "SK terlampir")


def test_after_the_last_indicator_comes_the_check(filling: Round) -> None:
    response = send(keeper(filling), filling, "8.4", tick=[1], do="next")
    assert response["Location"] == f"/penilaian/{filling.assessment.pk}/kelengkapan/"


@pytest.mark.parametrize(
    ("do", "target"), [("stay", "3.4/"), ("previous", "3.3/"), ("library", "3.4/pustaka/")]
)
def test_every_button_saves_first(filling: Round, do: str, target: str) -> None:
    response = send(keeper(filling), filling, tick=[1], do=do)
    assert response["Location"] == f"/penilaian/{filling.assessment.pk}/{target}"
    assert filling.answer("3.4").claimed_level == 1


def test_a_scoped_member_goes_on_within_the_scope(filling: Round) -> None:
    member = make_user("Tuti", ("team", filling.agency, ["3.4", "8"]))
    response = send(client_for(member), filling, tick=[1], do="next")
    assert response["Location"] == page(filling, "8.1")


def test_a_gap_in_the_ticks_is_saved_and_explained(filling: Round) -> None:
    client = keeper(filling)
    send(client, filling, tick=[1, 3])
    assert filling.answer("3.4").claimed_level == 1
    assert "Criterion 2 is not ticked" in client.get(page(filling)).content.decode()


def test_nothing_yet_gives_way_to_ticked_criteria() -> None:
    newer = Round(instrument_id=NEW).start()
    send(keeper(newer), newer, "1.1", tick=[0, 1, 2])
    assert newer.answer("1.1").ticks == [1, 2]
    send(keeper(newer), newer, "1.1", tick=[0])
    assert newer.answer("1.1").claimed_level == 0


def test_htmx_gets_the_new_version_score_and_side(filling: Round) -> None:
    response = send(keeper(filling), filling, "3.1", headers=HTMX, tick=[1, 2, 3], note="x")
    assert response.status_code == 200
    text = response.content.decode()
    assert 'name="version" id="version" value="2" hx-swap-oob="true"' in text
    for place in (
        'id="score"',
        'id="level"',
        'id="saved"',
        'id="side-3-1"',
        'id="side-a-3"',
        'id="side-total"',
    ):
        assert text.count(place) == 1, place
    assert '<span class="figure">15</span>' in text
    assert "saved" in text


def test_the_hour_of_saving_is_the_agencys(filling: Round) -> None:
    filling.agency.time_zone = "Asia/Jayapura"
    filling.agency.save()
    text = send(keeper(filling), filling, headers=HTMX, tick=[1]).content.decode()
    assert " WIT<" in text


def test_a_conflict_shows_both_and_keeps_what_was_typed(filling: Round) -> None:
    seen = filling.answer("3.4").version
    filling.claim("3.4", 2, role="team", note="dari rekan")
    response = send(keeper(filling), filling, tick=[1], note="tulisan saya", version=seen)
    assert response.status_code == 409
    text = response.content.decode()
    assert "dari rekan" in text
    assert ">\ntulisan saya</textarea>" in text
    assert 'name="override" value="2"' in text
    assert filling.answer("3.4").note == "dari rekan"


def test_my_words_win_when_i_say_so_but_not_over_a_third(filling: Round) -> None:
    filling.claim("3.4", 2, role="team", note="dari rekan")
    mine = {"tick": [1], "note": "tulisan saya", "version": 1, "override": 2}
    assert send(keeper(filling), filling, **mine).status_code == 302
    assert filling.answer("3.4").note == "tulisan saya"
    assert send(keeper(filling), filling, **(mine | {"note": "lagi"})).status_code == 409
    assert filling.answer("3.4").note == "tulisan saya"


def test_a_conflict_in_the_background_is_a_fragment(filling: Round) -> None:
    filling.claim("3.4", 2, role="team", note="dari rekan")
    response = send(keeper(filling), filling, headers=HTMX, tick=[1], note="saya", version=1)
    assert response.status_code == 409
    assert "<html" not in response.content.decode()
    assert 'form="answer"' in response.content.decode()


def test_the_same_form_sent_twice_is_saved_once(filling: Round) -> None:
    client = keeper(filling)
    for _time in range(2):
        assert send(client, filling, tick=[1], note="sama", version=1).status_code == 302
    assert Event.objects.filter(action="answer.saved").count() == 1


def test_a_deadline_that_passes_while_typing_keeps_the_text(filling: Round) -> None:
    cycle = filling.cycle
    cycle.filling_closes = timezone.localdate() - timedelta(days=1)
    cycle.save()
    response = send(keeper(filling), filling, tick=[1], note="terlambat sedikit")
    assert response.status_code == 409
    text = response.content.decode()
    assert "The date for this stage has passed" in text
    assert "terlambat sedikit" in text
    assert filling.answer("3.4").note == ""


def test_after_submission_nothing_is_saved() -> None:
    sent = Round().submit()
    before = sent.answer("3.4")
    response = send(keeper(sent), sent, tick=[1], note="diam-diam")
    assert response.status_code == 403
    assert "diam-diam" in response.content.decode()
    assert (sent.answer("3.4").version, sent.answer("3.4").note) == (before.version, before.note)


def test_outside_the_scope_nothing_is_saved(filling: Round) -> None:
    member = make_user("Tuti", ("team", filling.agency, ["3"]))
    response = send(client_for(member), filling, "1.1", tick=[1], note="bukan tugas saya")
    assert response.status_code == 403
    assert filling.answer("1.1").claimed_level is None


def test_an_expired_sign_in_brings_the_text_back(filling: Round) -> None:
    client = keeper(filling)
    client.get(page(filling))
    del client.cookies[settings.SESSION_COOKIE_NAME]
    response = client.post(
        f"{page(filling)}simpan/",
        {"version": 1, "tick": [1, 2], "note": "panjang sekali", "body": ""},
        headers={"referer": f"http://testserver{page(filling)}"},
    )
    assert response["Location"].startswith("/akun/login/")
    assert filling.answer("3.4").note == ""
    user = filling.users["keeper"]
    client.post("/akun/login/", {"login": user.email, "password": "gerbong-teh-melati-47"})
    text = client.get(page(filling)).content.decode()
    assert "Not saved yet" in text
    assert ">\npanjang sekali</textarea>" in text
    assert filling.answer("3.4").note == ""
    assert "Not saved yet" not in client.get(page(filling)).content.decode()


def test_in_the_background_an_expired_sign_in_is_401(filling: Round) -> None:
    response = send(client_for(None), filling, headers=HTMX, tick=[1])
    assert response.status_code == 401


def test_files_are_taken_one_by_one(filling: Round) -> None:
    program = SimpleUploadedFile("laporan.pdf", b"MZ\x90\x00" + b"\x00" * 100)
    response = send(
        keeper(filling), filling, tick=[1, 2], note="lihat lampiran", files=[pdf("satu"), program, pdf("dua")]
    )
    assert response.status_code == 302
    titles = [row.evidence.title for row in filling.answer("3.4").attachments.select_related("evidence")]
    assert titles == ["satu.pdf", "dua.pdf"]
    assert [text.split(":")[0] for text in said(response)] == [
        "“satu.pdf” was uploaded.",
        "laporan.pdf",
        "“dua.pdf” was uploaded.",
    ]
    assert filling.answer("3.4").note == "lihat lampiran"


def test_a_refused_file_says_why_and_a_known_one_is_recognised(filling: Round) -> None:
    client = keeper(filling)
    send(client, filling, "1.1", files=[pdf("peta")])
    program = SimpleUploadedFile("laporan.pdf", b"MZ\x90\x00" + b"\x00" * 100)
    client.get(page(filling))
    messages = said(send(client, filling, files=[pdf("peta"), program]))
    assert messages[0] == "“peta.pdf” is the same file as “peta.pdf” in the library: that one was attached."
    assert messages[1].startswith("laporan.pdf: ")
    assert "program" in messages[1]


def test_a_link_is_attached_and_a_bad_one_stays_in_its_field(filling: Round) -> None:
    client = keeper(filling)
    send(client, filling, link="https://bkpsdm.contoh.go.id/sk")
    assert filling.answer("3.4").evidence.get().url == "https://bkpsdm.contoh.go.id/sk"
    response = send(client, filling, tick=[1], link="ftp://10.0.0.1/")
    assert response.status_code == 422
    assert 'value="ftp://10.0.0.1/"' in response.content.decode()
    assert filling.answer("3.4").claimed_level == 1


def test_taking_off_leaves_the_library_alone(filling: Round) -> None:
    received = upload_evidence(filling.assessment, "3.4", pdf(), actor=filling.who("keeper"))
    send(keeper(filling), filling, detach=received.evidence.pk)
    assert filling.answer("3.4").evidence.count() == 0
    received.evidence.refresh_from_db()


def test_a_message_goes_with_the_form_even_where_answers_are_closed() -> None:
    sent = Round().verification()
    response = keeper(sent).post(f"{page(sent)}simpan/", {"body": "Kapan dibaca?"})
    assert response["Location"] == page(sent)
    message = Message.objects.get()
    assert (message.answer.code, message.side, message.body) == ("3.4", "agency", "Kapan dibaca?")


def test_a_message_that_cannot_be_sent_stays_in_its_field(filling: Round) -> None:
    response = send(keeper(filling), filling, body="Terlalu dini", tick=[1])
    assert response.status_code == 403
    assert filling.answer("3.4").claimed_level == 1


def test_the_library_attaches_what_is_ticked(filling: Round) -> None:
    own = upload_evidence(filling.assessment, "1.1", pdf("peta"), actor=filling.who("keeper")).evidence
    foreign = Round(NEW, "Pemerintah Kabupaten Anggrek").start()
    theirs = upload_evidence(foreign.assessment, "1.1", pdf("asing"), actor=foreign.who("keeper")).evidence
    client = keeper(filling)
    text = client.get(f"{page(filling)}pustaka/").content.decode()
    assert "peta.pdf" in text
    assert "used in 1.1" in text
    assert "asing.pdf" not in text
    client.post(f"{page(filling)}pustaka/", {"evidence": [own.pk, theirs.pk, "x"]})
    assert list(filling.answer("3.4").evidence.all()) == [own]


def test_the_library_says_when_nothing_was_ticked(filling: Round) -> None:
    response = keeper(filling).post(f"{page(filling)}pustaka/?page=2", {})
    assert response["Location"] == f"{page(filling)}pustaka/?page=2"
    told = [str(message) for message in get_messages(response.wsgi_request)]
    assert told == ["Nothing was attached: tick the documents you want first."]


def test_the_address_of_the_form_leads_back_to_its_page(filling: Round) -> None:
    assert keeper(filling).get(f"{page(filling)}simpan/")["Location"] == page(filling)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("note=a", None),
        ("version=3&tick=1&tick=2&note=a", TypedAnswer(frozenset({1, 2}), "a", 3)),
        ("version=3&tick=0&tick=2", TypedAnswer(frozenset({2}), "", 3)),
        ("version=3&override=5", TypedAnswer(frozenset(), "", 5)),
        ("version=x&tick=²", TypedAnswer(frozenset({-1}), "", -1)),
    ],
)
def test_typed(data: str, expected: TypedAnswer | None) -> None:
    assert TypedAnswer.of(QueryDict(data)) == expected


def test_a_criterion_that_does_not_exist_is_refused(filling: Round) -> None:
    assert send(keeper(filling), filling, tick=[9]).status_code == 422
    assert Answer.objects.get(pk=filling.answer("3.4").pk).version == 1
