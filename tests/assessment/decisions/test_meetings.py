"""A meeting that decides many, its signed minutes, conditions, and objections with evidence and panel."""

from copy import deepcopy
from datetime import timedelta
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sipinter.assessment.decisions.minutes import minutes_files, minutes_paper
from sipinter.assessment.decisions.papers import decision_paper
from sipinter.assessment.decisions.services import decisions
from sipinter.assessment.decisions.services.decisions import (
    ConditionDraft,
    LevelChange,
    correct_decision,
    publish_decision,
)
from sipinter.assessment.decisions.services.meetings import MeetingDetails, hold_meeting, mark_condition_met
from sipinter.assessment.decisions.services.objections import (
    attach_to_objection,
    name_panel,
    object_to_decision,
    panel_candidates,
    reject_objection,
)
from sipinter.assessment.record.models import Assessment, Condition, Cycle, Decision, Meeting, Objection
from sipinter.assessment.verification.services.reassignment import hand_over_verification
from sipinter.assessment.verification.services.verdicts import finish_verification, sign_off
from sipinter.foundation.access.errors import Denied, Invalid, NotNow
from sipinter.foundation.accounts.models import Notification
from sipinter.foundation.audit.models import Event
from sipinter.foundation.documents.signing.verifier import verify_pdf
from sipinter.foundation.evidence.storage import store
from sipinter.foundation.work.worker import drain_queue
from tests.factories import actor, client_for, grant, make_user

from ..desk_round import beside, taken_up
from ..round import Round, pdf

pytestmark = pytest.mark.django_db


def today() -> Any:
    return timezone.localdate()


def before_plenary(round_: Round) -> Round:
    round_.accept_rest()
    finish_verification(round_.assessment, actor=round_.who("verifier"))
    sign_off(round_.assessment, actor=round_.who("coordinator"))
    return round_


@pytest.fixture(scope="module", autouse=True)
def shared(module_transaction: None) -> list[Round]:
    """Two before the plenary, one still in verification."""
    first = before_plenary(taken_up())
    second = before_plenary(taken_up(beside(first, "Pemerintah Kabupaten Anggrek")))
    return [first, second, taken_up(beside(first, "Pemerintah Kabupaten Seroja"))]


@pytest.fixture
def three(shared: list[Round]) -> list[Round]:
    return deepcopy(shared)


def sitting(**more: Any) -> MeetingDetails:
    values = {
        "held_on": today(),
        "place": "Ruang rapat utama",
        "chair": "Dr. Wulan Sari",
        "attendees": ["Dr. Wulan Sari", "Bagus Prakoso"],
        "notes": "Rapat dibuka pukul 09.00.",
    }
    return MeetingDetails(**{**values, **more})


def decide(three: list[Round], key: str = "k", **more: Any) -> Meeting:
    rows = [round_.fresh() for round_ in three]
    return hold_meeting(rows, sitting(**more), key=key, actor=three[0].who("plenary"))


# --- meeting and minutes


def test_what_can_be_decided_is_and_the_rest_says_why(three: list[Round]) -> None:
    meeting = decide(three)
    assert [round_.fresh().state for round_ in three] == ["decided", "decided", "verification"]
    cases = list(meeting.cases.all())
    assert [bool(case.decision) for case in cases] == [True, True, False]
    assert "This is not possible now" in cases[2].refused
    assert len({case.decision.number for case in cases[:2]}) == 2
    assert meeting.number == f"001/BA-SM/{today().year}"
    assert Event.objects.filter(action="decision.made").count() == 2
    assert Event.objects.get(action="meeting.closed").changes == {"decided": [None, 2], "refused": [None, 1]}


def test_the_same_form_twice_is_one_meeting(three: list[Round]) -> None:
    assert decide(three) == decide(three)
    assert (Meeting.objects.count(), Decision.objects.count()) == (1, 2)


def test_an_interrupted_meeting_goes_on_where_it_stopped(three: list[Round]) -> None:
    meeting = decide(three[:1])
    Meeting.objects.update(closed_at=None)
    meeting.cases.create(assessment=three[1].assessment, claimed_score=1)
    decide(three[:1])
    assert three[1].fresh().state == "decided"
    assert Decision.objects.count() == 2


def test_the_minutes_are_signed_and_say_who_was_there_and_what_was_decided(three: list[Round]) -> None:
    meeting = decide(three)
    drain_queue()
    meeting.refresh_from_db()
    body = store.get_bytes(meeting.path)
    assert body
    assert verify_pdf(body).valid
    with pikepdf.open(BytesIO(body)) as document:
        assert len(document.pages) == 1
    said = minutes_paper(meeting)
    assert said.names == ["Dr. Wulan Sari", "Bagus Prakoso"]
    assert [row[0].split(" (")[0] for row in said.rows] == [round_.agency.name for round_ in three]
    assert said.rows[0][5] == three[0].assessment.decisions.get().number
    assert said.rows[2][3] == "–"
    assert [(h.name, h.sha256) for h in minutes_files().files] == [(meeting.path, meeting.sha256)]


@pytest.mark.parametrize(
    ("more", "field"),
    [({"held_on": timezone.localdate() + timedelta(days=2)}, "held_on"), ({"attendees": [" "]}, "attendees")],
)
def test_what_a_meeting_needs(three: list[Round], more: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        decide(three, **more)
    assert list(caught.value.fields) == [field]
    assert (Meeting.objects.count(), Decision.objects.count()) == (0, 0)


@pytest.mark.parametrize("role", ["coordinator", "verifier", "administrator", "keeper"])
def test_only_the_plenary_holds_a_meeting(three: list[Round], role: str) -> None:
    with pytest.raises(Denied):
        hold_meeting([three[0].fresh()], sitting(), key="k", actor=three[0].who(role))


def test_a_conflict_of_interest_is_refused_for_that_agency_alone(three: list[Round]) -> None:
    grant(three[0].users["plenary"], "team", three[0].agency)
    meeting = decide(three[:2])
    refused, decided = meeting.cases.all()
    assert "conflict of interest" in refused.refused
    assert decided.decision


def test_through_the_pages(three: list[Round]) -> None:
    client = client_for(three[0].users["plenary"])
    assert three[0].agency.name in client.get("/pleno/rapat/baru/").content.decode()
    values = {
        "assessments": [three[0].assessment.pk, three[1].assessment.pk],
        "held_on": today().isoformat(),
        "place": "Aula",
        "chair": "Dr. Wulan Sari",
        "attendees": "Dr. Wulan Sari\nBagus",
        "key": "k",
    }
    assert client.post("/pleno/rapat/baru/", {**values, "attendees": ""}).status_code == 422
    response = client.post("/pleno/rapat/baru/", values)
    assert response.status_code == 302
    assert client.post("/pleno/rapat/baru/", values)["Location"] == response["Location"]
    assert "the minutes are being made" in client.get(response["Location"]).content.decode()
    assert client.get(f"{response['Location']}berita-acara.pdf").status_code == 404
    drain_queue()
    assert client.get(f"{response['Location']}berita-acara.pdf").content.startswith(b"%PDF")
    for role in ("verifier", "keeper"):
        assert client_for(three[0].users[role]).get(response["Location"]).status_code == 404


def test_the_lists_take_the_same_queries_for_one_row_and_for_three(three: list[Round]) -> None:
    client, counts = client_for(three[0].users["plenary"]), []
    client.get("/pleno/rapat/")
    for n, rounds in enumerate((three[:1], three[1:2], three[2:])):
        decide(rounds, key=str(n))
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/pleno/rapat/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[2]


# --- conditions


def test_conditions_stand_in_the_letter_and_are_followed(three: list[Round]) -> None:
    round_ = three[0]
    due = today() + timedelta(days=90)
    decision = decisions.decide(
        round_.assessment,
        decided_on=today(),
        remark="Dengan catatan.",
        conditions=[ConditionDraft("Tetapkan pola karier.", due)],
        actor=round_.who("plenary"),
    )
    assert "Tetapkan pola karier." in decision_paper(decision).remark
    row = Condition.objects.get(decision=decision)
    with pytest.raises(Denied):
        mark_condition_met(row, note="", actor=round_.who("verifier"))
    mark_condition_met(row, note="Perbup 12/2026.", actor=round_.who("coordinator"))
    with pytest.raises(NotNow, match="already"):
        mark_condition_met(row, note="", actor=round_.who("coordinator"))
    assert Notification.objects.filter(user=round_.users["ppk"], body="Tetapkan pola karier.").exists()
    page = client_for(round_.users["plenary"]).get(f"/pleno/{round_.assessment.pk}/").content.decode()
    assert "Perbup 12/2026." in page


@pytest.mark.parametrize(
    "asked",
    [
        ConditionDraft(" ", timezone.localdate() + timedelta(days=9)),
        ConditionDraft("Segera.", timezone.localdate()),
    ],
)
def test_a_condition_needs_its_text_and_a_later_day(three: list[Round], asked: ConditionDraft) -> None:
    round_ = three[0]
    with pytest.raises(Invalid):
        decisions.decide(
            round_.assessment, decided_on=today(), conditions=[asked], actor=round_.who("plenary")
        )
    assert round_.fresh().state == "plenary"


def test_a_condition_through_the_decision_form(three: list[Round]) -> None:
    client, path = client_for(three[0].users["plenary"]), f"/pleno/{three[0].assessment.pk}/"
    values = {"act": "decide", "decided_on": today().isoformat(), "condition-1": "Tetapkan pola karier."}
    assert "by which day" in client.post(path, values).content.decode()
    values["condition_due-1"] = (today() + timedelta(days=60)).isoformat()
    assert "Tetapkan pola karier." in client.post(path, values).content.decode()
    assert client.post(path, {**values, "confirm": "1"}).status_code == 302
    row = Condition.objects.get()
    address = f"{path}syarat/{row.pk}/"
    assert client_for(three[0].users["coordinator"]).post(address, {"note": "Sudah."}).status_code == 302
    row.refresh_from_db()
    assert row.met_note == "Sudah."


def test_a_decision_of_a_meeting_holds_as_long_as_its_category_says(three: list[Round]) -> None:
    meeting = decide(three[:1])
    decision = meeting.cases.get().decision
    assert decision.category == "Buruk"
    assert decision.valid_until.year - today().year == 1


# --- objection


@pytest.fixture
def objected(three: list[Round]) -> tuple[Round, Objection]:
    round_ = three[0]
    decide(three[:1])
    publish_decision(round_.assessment, actor=round_.who("plenary"))
    object_to_decision(round_.assessment, reason="Bukti 1.2 tidak dibaca.", actor=round_.who("pyb"))
    return round_, Objection.objects.select_related("assessment__agency", "assessment__cycle").get()


def test_documents_go_with_the_objection(objected: tuple[Round, Objection]) -> None:
    round_, objection = objected
    added = attach_to_objection(objection, pdf("Bukti sanggahan"), actor=round_.who("keeper"))
    assert list(objection.evidence.all()) == [added]
    assert not added.answers.exists()
    added.refresh_from_db()
    assert added.is_submitted
    assert (
        added.title
        in client_for(round_.users["plenary"]).get(f"/pleno/{round_.assessment.pk}/").content.decode()
    )
    assert Event.objects.filter(action="objection.evidence_attached").count() == 1


def test_after_the_window_nothing_is_added(objected: tuple[Round, Objection]) -> None:
    round_, objection = objected
    names = ("filling_closes", "verification_closes", "repair_closes", "plenary_on", "objection_closes")
    Cycle.objects.update(**dict.fromkeys(names, today() - timedelta(days=1)))
    with pytest.raises(NotNow, match="time for objections"):
        attach_to_objection(objection, pdf("Terlambat"), actor=round_.who("keeper"))
    assert not objection.evidence.exists()


def test_the_desk_adds_nothing_to_an_objection(objected: tuple[Round, Objection]) -> None:
    round_, objection = objected
    with pytest.raises(Denied):
        attach_to_objection(objection, pdf("Bukan milik kami"), actor=round_.who("plenary"))


def test_no_verifier_and_nobody_with_a_conflict_is_on_the_panel(objected: tuple[Round, Objection]) -> None:
    round_, objection = objected
    torn = make_user("Dua Topi", ("coordinator", round_.desk), ("team", round_.agency))
    for unfit in (round_.users["verifier"], torn, round_.users["keeper"]):
        with pytest.raises(Invalid, match="Not on this panel"):
            name_panel(objection, [round_.users["coordinator"], unfit], actor=round_.who("plenary"))
    with pytest.raises(Invalid, match="at least one"):
        name_panel(objection, [], actor=round_.who("plenary"))
    assert not objection.members.exists()


def test_whoever_handed_it_over_is_not_on_the_panel_either(three: list[Round]) -> None:
    round_ = three[2]
    other = make_user("Verifikator Lain", ("verifier", round_.desk))
    round_.judge("1.1")
    hand_over_verification(round_.assessment, other, reason="Cuti.", actor=round_.who("verifier"))
    objection = Objection(assessment=round_.fresh())
    assert {"verifier pengawas", "Verifikator Lain"}.isdisjoint(u.name for u in panel_candidates(objection))


def test_rejection_and_correction_wait_for_the_panel(objected: tuple[Round, Objection]) -> None:
    round_, objection = objected
    plenary = round_.who("plenary")
    with pytest.raises(NotNow, match="panel"):
        reject_objection(round_.assessment, reason="Tidak cukup.", actor=plenary)
    change = {"1.2": LevelChange(2, "Bukti baru dibaca panel.")}
    with pytest.raises(NotNow, match="panel"):
        correct_decision(
            round_.assessment, decided_on=today(), changes=change, reason="Koreksi.", actor=plenary
        )
    name_panel(objection, [round_.users["coordinator"]], actor=plenary)
    assert Notification.objects.filter(
        user=round_.users["coordinator"], subject__startswith="Anda duduk dalam panel"
    ).exists()
    old = round_.assessment.decisions.get()
    new = correct_decision(
        round_.assessment, decided_on=today(), changes=change, reason="Koreksi.", actor=plenary
    )
    objection.refresh_from_db()
    assert new.supersedes == old
    assert objection.outcome == Objection.Outcome.CORRECTED
    assert objection.decision == old
    with pytest.raises(Denied, match="has been decided"):
        name_panel(objection, [round_.users["plenary"]], actor=plenary)


def test_the_verifier_does_not_reject_though_a_plenary_member(objected: tuple[Round, Objection]) -> None:
    round_, objection = objected
    grant(round_.users["verifier"], "plenary", round_.desk)
    name_panel(objection, [round_.users["coordinator"]], actor=round_.who("plenary"))
    with pytest.raises(Denied, match="does not decide"):
        reject_objection(round_.assessment, reason="Tidak.", actor=actor(round_.users["verifier"]))


def test_objection_pages(objected: tuple[Round, Objection]) -> None:
    round_, _objection = objected
    path, keeper = f"/keberatan/{round_.assessment.pk}/", client_for(round_.users["keeper"])
    assert "Bukti 1.2 tidak dibaca." in keeper.get(path).content.decode()
    assert keeper.post(path, {}).status_code == 422
    assert keeper.post(path, {"file": pdf("Bukti sanggahan")}).status_code == 302
    assert "Bukti sanggahan" in keeper.get(path).content.decode()
    panel = f"/pleno/{round_.assessment.pk}/panel/"
    plenary = client_for(round_.users["plenary"])
    assert plenary.post(panel, {"members": [str(round_.users["coordinator"].pk)]}).status_code == 302
    assert "coordinator pengawas" in keeper.get(path).content.decode()
    assert client_for(round_.users["coordinator"]).post(panel, {}).status_code == 403
    assert Assessment.objects.visible_to(round_.who("keeper")).count() == 1
