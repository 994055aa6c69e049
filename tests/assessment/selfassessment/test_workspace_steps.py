"""The agency's way through the round in its pages, from the start to the objection."""

from typing import Any

import pytest
from django.test import Client

from sipinter.assessment.record.models import Assessment, GateAnswer
from sipinter.assessment.record.services.conversation import write_message
from sipinter.assessment.selfassessment.services.submission import (
    approve_review,
    request_review,
    return_to_team,
    start_assessment,
)
from sipinter.assessment.verification.services.verdicts import return_for_clarification
from tests.factories import client_for, make_agency, make_user

from ..round import GATES, NEW, Round

pytestmark = pytest.mark.django_db
STEPS = ("mulai", "kirim", "kembalikan", "setujui", "ajukan", "perbaikan", "sanggah")


def base(round_: Round) -> str:
    return f"/penilaian/{round_.assessment.pk}"


def client(round_: Round, role: str) -> Client:
    return client_for(round_.users[role])


def post(round_: Round, role: str, step: str, **data: Any) -> Any:
    return client(round_, role).post(f"{base(round_)}/{step}/", data)


def text(round_: Round, role: str, view: str) -> str:
    response = client(round_, role).get(f"{base(round_)}/{view}/")
    assert response.status_code == 200, response
    return response.content.decode()


def test_the_way_through_the_pages() -> None:
    own = Round()
    assert post(own, "keeper", "mulai")["Location"] == f"{base(own)}/"
    own_state = lambda: own.fresh().state  # noqa: E731
    assert own_state() == "filling"
    assert post(own, "keeper", "kirim")["Location"] == f"{base(own)}/ringkasan/"
    assert own_state() == "in_review"
    post(own, "pyb", "kembalikan", reason="Lengkapi aspek 3.")
    assert own_state() == "filling"
    post(own, "keeper", "kirim")
    assert post(own, "pyb", "setujui")["Location"] == f"{base(own)}/reviu/"
    assert own_state() == "reviewed"
    post(own, "pyb", "ajukan", accept_unanswered="1")
    assert own_state() == "submitted"


def test_unanswered_must_be_confirmed_before_submission() -> None:
    own = Round().start()
    request_review(own.assessment, actor=own.who("keeper"))
    approve_review(own.assessment, actor=own.who("pyb"))
    assert "37 indicators are not filled in and count 0" in text(own, "pyb", "reviu")
    response = post(own, "pyb", "ajukan")
    assert response.status_code == 409
    assert own.fresh().state == "reviewed"


def test_a_return_without_reason_is_refused_and_with_one_is_read_first() -> None:
    own = Round().start()
    request_review(own.assessment, actor=own.who("keeper"))
    response = post(own, "pyb", "kembalikan", reason="  ")
    assert response.status_code == 422
    assert "A reason is needed." in response.content.decode()
    post(own, "pyb", "kembalikan", reason="Bukti 3.4 belum ada.")
    check = text(own, "keeper", "kelengkapan")
    assert check.index("Bukti 3.4 belum ada.") < check.index("<h1>")


def test_the_reason_typed_survives_a_refusal() -> None:
    own = Round().submit()
    response = post(own, "pyb", "kembalikan", reason="Terlambat, tetapi penting.")
    assert response.status_code == 409
    assert "Terlambat, tetapi penting." in response.content.decode()
    assert own.fresh().state == "submitted"


def test_the_secretary_sees_what_changed_since_the_return() -> None:
    own = Round().fill(2, "1.1", "3.4")
    request_review(own.assessment, actor=own.who("keeper"))
    return_to_team(own.assessment, reason="Naikkan 3.4.", actor=own.who("pyb"))
    own.claim("3.4", 3)
    request_review(own.assessment, actor=own.who("keeper"))
    review = text(own, "pyb", "reviu")
    part = review[review.index('id="since-title"') : review.index('id="aspects-title"')]
    assert "Naikkan 3.4." in part
    assert "level 2 → 3" in part
    assert "/1.1/" not in part


@pytest.mark.parametrize("role", ["team", "ppk"])
def test_others_see_no_buttons_of_the_secretary(role: str) -> None:
    own = Round().start()
    request_review(own.assessment, actor=own.who("keeper"))
    assert "/setujui/" not in text(own, role, "reviu")
    assert "Only these roles may do this" in text(own, role, "reviu")


def test_the_check_lists_what_is_missing_with_links() -> None:
    own = Round().start()
    own.claim("3.4", 3)
    check = text(own, "keeper", "kelengkapan")
    assert "1 indicator lacks evidence" in check
    assert "36 indicators are not filled in" in check
    assert f'href="{base(own)}/3.4/"' in check
    assert f'action="{base(own)}/kirim/"' not in check
    response = post(own, "keeper", "kirim")
    assert response.status_code == 409
    assert "evidence missing: 3.4" in response.content.decode()


def test_a_complete_assessment_can_be_sent() -> None:
    own = Round().fill(3)
    check = text(own, "keeper", "kelengkapan")
    assert "Nothing is missing" in check
    assert f'action="{base(own)}/kirim/"' in check


def test_gates_are_the_keepers_and_change_what_applies() -> None:
    newer = Round(instrument_id=NEW)
    start_assessment(newer.assessment, actor=newer.who("keeper"))
    assert client(newer, "keeper").get(f"{base(newer)}/")["Location"] == f"{base(newer)}/ketentuan/"
    assert post(newer, "keeper", "ketentuan", **{"G.jenis": "kabkota"}).status_code == 409
    versions = {f"version-{code}": "1" for code in GATES}
    some = post(newer, "keeper", "ketentuan", **versions, **{"G.jenis": "kabkota"})
    assert some["Location"] == f"{base(newer)}/ketentuan/"
    rest = post(newer, "keeper", "ketentuan", **versions, **GATES)
    assert rest["Location"] == f"{base(newer)}/"
    assert dict(GateAnswer.objects.values_list("code", "choice")) == GATES
    assert client(newer, "keeper").get(f"{base(newer)}/")["Location"] == f"{base(newer)}/1.1/"


def test_gates_refuse_others_and_unknown_answers() -> None:
    newer = Round(instrument_id=NEW).start()
    assert post(newer, "team", "ketentuan", **{"G.jenis": "pusat"}).status_code == 403
    assert post(newer, "keeper", "ketentuan", **{"G.jenis": "bulan"}).status_code == 422
    assert GateAnswer.objects.get(code="G.jenis").choice == "kabkota"
    assert "disabled" in text(newer, "team", "ketentuan")


def test_a_gate_that_somebody_else_answered_meanwhile_is_not_overwritten() -> None:
    newer = Round(instrument_id=NEW).start()
    seen = {f"seen-{code}": choice for code, choice in GATES.items()} | {
        f"version-{code}": "2" for code in GATES
    }
    theirs = {"G.jenis": "pusat", "G.tpp": "tidak-membayar"}
    assert post(newer, "keeper", "ketentuan", **{**seen, **GATES, **theirs}).status_code == 302
    response = post(newer, "keeper", "ketentuan", **{**seen, **GATES, "G.jenis": ""})
    page = response.content.decode()
    assert response.status_code == 409
    assert "Somebody else answered this question meanwhile" in page
    assert "Answered meanwhile by somebody else" in page
    assert 'name="version-G.jenis" value="3"' in page
    answers = dict(GateAnswer.objects.values_list("code", "choice"))
    assert answers == {**GATES, **theirs}  # what was left alone does not undo the other's answer either
    knowing = {"seen-G.jenis": "pusat", "version-G.jenis": "3", "G.jenis": "kabkota"}
    assert post(newer, "keeper", "ketentuan", **knowing).status_code == 302
    assert GateAnswer.objects.get(code="G.jenis").choice == "kabkota"


def test_work_leads_to_the_first_open_indicator_or_the_overview() -> None:
    own = Round().fill(2, "1.1")
    assert client(own, "keeper").get(f"{base(own)}/")["Location"] == f"{base(own)}/1.2/"
    assert client(own, "pyb").get(f"{base(own)}/")["Location"] == f"{base(own)}/ringkasan/"


def test_repairs_are_sent_once_everything_asked_is_answered() -> None:
    own = Round().verification()
    for code in ("3.4", "4.1"):
        own.judge(code, "ask", reason=f"Mohon lengkapi {code}.")
    return_for_clarification(own.assessment, actor=own.who("verifier"))
    overview = text(own, "keeper", "ringkasan")
    assert overview.index("Mohon lengkapi 3.4.") < overview.index("Mohon lengkapi 4.1.")
    assert f'action="{base(own)}/perbaikan/"' not in overview
    assert post(own, "keeper", "perbaikan").status_code == 409
    write_message(own.answer("3.4"), "Terlampir.", actor=own.who("keeper"))
    own.claim("4.1", 2)
    assert f'action="{base(own)}/perbaikan/"' in text(own, "keeper", "ringkasan")
    post(own, "keeper", "perbaikan")
    assert own.fresh().state == "verification"


def test_the_head_of_agency_objects_within_the_window() -> None:
    own = Round().publish()
    assert f'action="{base(own)}/sanggah/"' in text(own, "ppk", "ringkasan")
    assert f'action="{base(own)}/sanggah/"' not in text(own, "keeper", "ringkasan")
    refused = post(own, "ppk", "sanggah", reason="")
    assert refused.status_code == 422
    post(own, "ppk", "sanggah", reason="Bukti 3.4 belum dibaca.")
    assert own.fresh().state == "objection"


def test_the_overview_tells_the_decision_and_the_score_of_every_stage() -> None:
    own = Round().publish(3)
    overview = text(own, "keeper", "ringkasan")
    assert own.decision.number in overview
    for stage in ("As submitted", "As verified", "After final verification", "As decided"):
        assert stage in overview, stage


@pytest.mark.parametrize("step", STEPS)
def test_nobody_and_strangers_take_no_step(step: str) -> None:
    own = Round().start()
    stranger = make_user("Orang Luar", ("keeper", make_agency("Pemerintah Kota Kenanga", "kota")))
    assert client_for(stranger).post(f"{base(own)}/{step}/", {"reason": "x"}).status_code == 404
    assert client_for(None).post(f"{base(own)}/{step}/", {"reason": "x"}).status_code == 401
    assert Assessment.objects.get(pk=own.assessment.pk).state == "filling"


@pytest.mark.parametrize("step", STEPS)
def test_the_address_of_a_step_leads_back_to_a_page(step: str) -> None:
    own = Round().start()
    response = client(own, "keeper").get(f"{base(own)}/{step}/")
    assert response.status_code == 302
    assert response["Location"] in (
        f"{base(own)}/ringkasan/",
        f"{base(own)}/kelengkapan/",
        f"{base(own)}/reviu/",
    )


def test_the_route_lifts_to_the_next_category() -> None:
    own = Round().fill(2)
    route = text(own, "keeper", "jalur")
    assert "Raise" in route
    assert "level 2 → 4" in route or "level 2 → 3" in route


def test_a_route_out_of_reach_names_the_best_score() -> None:
    own = Round().start()
    fixed = "&".join(f"fix={code}" for code in own.assessment.answers.values_list("code", flat=True)[1:])
    found = client(own, "keeper").get(f"{base(own)}/jalur/?target=Baik&{fixed}")
    assert found.status_code == 200
    assert "the best reachable score is 10." in found.content.decode()


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("score=abc", "Enter a score as a number"),
        ("score=0", "reach this already"),
        ("score=999", "best reachable"),
    ],
)
def test_a_route_to_a_score(query: str, said: str) -> None:
    own = Round().start()
    response = client(own, "keeper").get(f"{base(own)}/jalur/?{query}")
    assert response.status_code == 200
    assert said in response.content.decode()


def test_before_the_start_there_is_nothing_to_fill_in() -> None:
    own = Round()
    assert f'action="{base(own)}/mulai/"' in text(own, "keeper", "ringkasan")
    assert f'action="{base(own)}/mulai/"' not in text(own, "pyb", "ringkasan")
    assert "Nothing to work out yet" in text(own, "keeper", "jalur")
    assert client(own, "keeper").get(f"{base(own)}/1.1/").status_code == 404
