"""Reasons that are kept, questions with a day of their own, desk days, and quick assessments."""

from copy import deepcopy
from datetime import date, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sipinter.assessment.record.models import Assessment, DeskDay, KeptReason, QuickAssessment, Result
from sipinter.assessment.verification.services.desk_days import plan_desk_day, put_desk_slot
from sipinter.assessment.verification.services.quick_assessments import (
    save_quick_level,
    start_quick_assessment,
)
from sipinter.assessment.verification.services.reason_library import keep_reason
from sipinter.assessment.verification.services.verdicts import return_for_clarification
from sipinter.foundation.access.errors import Conflict, Denied, Invalid, NotNow
from sipinter.foundation.accounts.models import Notification
from sipinter.foundation.audit.models import Event
from tests.factories import actor, client_for, make_agency, make_user

from ..desk_round import beside, submitted, taken_up
from ..round import Round

pytestmark = pytest.mark.django_db
WORDS = "Dokumen belum ditetapkan pejabat yang berwenang."


@pytest.fixture(scope="module", autouse=True)
def shared(module_transaction: None) -> Round:
    return taken_up()


@pytest.fixture
def round_(shared: Round) -> Round:
    return deepcopy(shared)


def days(number: int) -> date:
    return timezone.localdate() + timedelta(days=number)


# --- reasons


def test_a_reason_is_kept_offered_counted_and_dropped(round_: Round) -> None:
    round_.judge("1.1", "change", level=2, reason=WORDS)
    coordinator = client_for(round_.users["coordinator"])
    pk = round_.assessment.pk
    assert "Keep for the list" in coordinator.get(f"/desk/{pk}/1.1/").content.decode()
    assert coordinator.post(f"/desk/{pk}/1.1/alasan/").status_code == 302
    other = taken_up(beside(round_, "Pemerintah Kota Anggrek"))
    verifier = client_for(round_.users["verifier"])
    page = verifier.get(f"/desk/{other.assessment.pk}/1.1/").content.decode()
    assert f'<option value="{WORDS}">' in page
    assert WORDS not in verifier.get(f"/desk/{other.assessment.pk}/1.2/").content.decode()
    values = {"version": other.answer("1.1").version, "verdict": "change", "level": "2", "kept": WORDS}
    assert verifier.post(f"/desk/{other.assessment.pk}/1.1/", values).status_code == 302
    assert other.answer("1.1").reason == WORDS
    kept = KeptReason.objects.get()
    assert kept.used == 2
    assert WORDS in verifier.get("/desk/alasan/").content.decode()
    assert verifier.post(f"/desk/alasan/{kept.pk}/hapus/").status_code == 403
    assert coordinator.post(f"/desk/alasan/{kept.pk}/hapus/").status_code == 302
    assert WORDS not in verifier.get("/desk/alasan/").content.decode()
    assert other.answer("1.1").reason == WORDS


def test_what_is_typed_goes_before_what_is_chosen(round_: Round) -> None:
    values = {"version": 1, "verdict": "ask", "reason": "Kata saya.", "kept": WORDS}
    values["version"] = round_.answer("1.1").version
    client_for(round_.users["verifier"]).post(f"/desk/{round_.assessment.pk}/1.1/", values)
    assert round_.answer("1.1").reason == "Kata saya."


def test_the_list_is_kept_by_coordinators_once_and_from_reasons_only(round_: Round) -> None:
    with pytest.raises(NotNow, match="no reason"):
        keep_reason(round_.answer("1.1"), actor=round_.who("coordinator"))
    round_.judge("1.1", "ask", reason=WORDS)
    with pytest.raises(Denied):
        keep_reason(round_.answer("1.1"), actor=round_.who("verifier"))
    first = keep_reason(round_.answer("1.1"), actor=round_.who("coordinator"))
    assert keep_reason(round_.answer("1.1"), actor=round_.who("coordinator")) == first
    assert Event.objects.filter(action="reason.kept").count() == 1


# --- a day of its own for a question


def test_a_question_may_have_a_day_of_its_own(round_: Round) -> None:
    round_.judge("1.1", "ask", reason="Mohon naskah.", due=days(3))
    round_.judge("1.2", "ask", reason="Mohon lampiran.")
    return_for_clarification(round_.assessment, due=days(1), actor=round_.who("verifier"))
    assert round_.fresh().repair_due == days(3)
    assert (round_.answer("1.1").repair_due, round_.answer("1.2").repair_due) == (days(3), days(1))
    page = client_for(round_.users["keeper"]).get(f"/penilaian/{round_.assessment.pk}/1.1/")
    assert "To be answered by" in page.content.decode()
    round_.assessment.answers.filter(code="1.2").update(repair_due=days(-1))
    with pytest.raises(NotNow, match=r"indicator 1\.2"):
        round_.claim("1.2", 2)
    round_.claim("1.1", 2)


@pytest.mark.parametrize("due", [-1, 31])
def test_that_day_lies_between_today_and_the_rounds(round_: Round, due: int) -> None:
    with pytest.raises(Invalid) as caught:
        round_.judge("1.1", "ask", reason="Mohon naskah.", due=days(due))
    assert list(caught.value.fields) == ["due"]


def test_a_day_gone_by_is_set_anew_before_returning(round_: Round) -> None:
    round_.judge("1.1", "ask", reason="Mohon naskah.", due=days(3))
    round_.assessment.answers.filter(code="1.1").update(repair_due=days(-1))
    with pytest.raises(NotNow, match=r"1\.1"):
        return_for_clarification(round_.assessment, actor=round_.who("verifier"))


def test_accepting_takes_the_day_back(round_: Round) -> None:
    round_.judge("1.1", "ask", reason="Mohon naskah.", due=days(3))
    round_.judge("1.1")
    assert round_.answer("1.1").repair_due is None


# --- desk day


def planned(round_: Round) -> DeskDay:
    return plan_desk_day(
        round_.cycle,
        held_on=days(5),
        place="Aula Kanreg",
        title="Verifikasi meja",
        actor=round_.who("coordinator"),
    )


def slot(
    round_: Round, day: DeskDay, start: int, end: int, table: str = "", role: str = "coordinator"
) -> Any:
    return put_desk_slot(
        day, round_.assessment, starts=time(start), ends=time(end), table=table, actor=round_.who(role)
    )


def test_many_agencies_on_one_day_without_overlap(round_: Round) -> None:
    day = planned(round_)
    slot(round_, day, 9, 10, "A")
    other = taken_up(beside(round_, "Pemerintah Kota Anggrek"))
    with pytest.raises(Invalid, match=r"Pemerintah Kabupaten Melati from 09\.00 to 10\.00"):
        slot(other, day, 9, 11, "B")  # the same verifier
    free = submitted(beside(round_, "Pemerintah Kota Seroja"))
    with pytest.raises(Invalid, match="Table or verifier"):
        slot(free, day, 9, 10, "A")  # the same table
    slot(free, day, 9, 10, "B")
    slot(other, day, 10, 11, "A")
    slot(round_, day, 8, 9, "A")  # moved
    assert [s.assessment.agency.name for s in day.slots.all()] == [
        "Pemerintah Kabupaten Melati",
        "Pemerintah Kota Seroja",
        "Pemerintah Kota Anggrek",
    ]
    assert Notification.objects.filter(user=round_.users["keeper"], body__contains="Aula Kanreg").count() == 2


def test_only_the_coordinator_plans_and_within_the_round(round_: Round) -> None:
    day = planned(round_)
    for role in ("verifier", "plenary", "keeper"):
        with pytest.raises(Denied):
            slot(round_, day, 9, 10, role=role)
    with pytest.raises(Invalid, match="before it starts"):
        slot(round_, day, 10, 9)
    for held_on in (days(-1), days(41)):
        with pytest.raises(Invalid):
            plan_desk_day(
                round_.cycle, held_on=held_on, place="Aula", title="", actor=round_.who("coordinator")
            )


def test_the_agenda_is_printed(round_: Round) -> None:
    client = client_for(round_.users["coordinator"])
    values = {"cycle": round_.cycle.pk, "held_on": days(5).isoformat(), "place": "Aula Kanreg"}
    path = client.post("/desk/hari/", values)["Location"]
    assert client.post(path, {"assessment": round_.assessment.pk, "starts": "9"}).status_code == 422
    good = {"assessment": round_.assessment.pk, "starts": "09:00", "ends": "10:00", "table": "A"}
    assert client.post(path, good).status_code == 302
    assert "09.00–10.00" in client.get(path).content.decode()
    assert client.get(f"{path}agenda.pdf").content.startswith(b"%PDF")
    assert client_for(round_.users["keeper"]).get(f"{path}agenda.pdf").status_code == 404
    found = DeskDay.objects.get().slots.get()
    assert client.post(f"{path}jadwal/{found.pk}/hapus/").status_code == 302
    assert not DeskDay.objects.get().slots.exists()


def test_the_days_take_the_same_queries_for_one_row_and_for_three(round_: Round) -> None:
    client, counts = client_for(round_.users["coordinator"]), []
    client.get("/desk/hari/")
    for n in range(3):
        day = planned(round_)
        slot(taken_up(beside(round_, f"Pemerintah Kota {n}")), day, 9, 10)
        with CaptureQueriesContext(connection) as queries:
            client.get("/desk/hari/")
        counts.append(len(queries))
    assert counts[0] == counts[2]


# --- quick assessment


@pytest.fixture
def office(round_: Round) -> Any:
    here = make_agency("Kantor Regional Contoh", "lpnk", regional_office="Kanreg Contoh")
    round_.agency.regional_office = "Kanreg Contoh"
    round_.agency.save()
    return make_user("Petugas Kanreg", ("regional_office", here))


def test_an_office_looks_at_some_indicators_and_reports(round_: Round, office: Any) -> None:
    before = (round_.fresh().claimed_score, round_.fresh().verified_score, Result.objects.count())
    client = client_for(office)
    address = f"/kilat/baru/?agency={round_.agency.pk}&cycle={round_.cycle.pk}"
    assert client.post(address, {}).status_code == 422
    path = client.post(address, {"codes": ["1.2", "1.1"]})["Location"]
    assert client.post(f"{path}selesai/", {"summary": ""}).status_code == 409
    for code in ("1.1", "1.2"):
        values = {"level": "2", "reason": "Dilihat di tempat.", "version": "1"}
        assert client.post(f"{path}{code}/", values).status_code == 302
    assert client.post(f"{path}1.1/", {**values, "level": "4"}).status_code == 409
    assert client.post(f"{path}selesai/", {"summary": "Cukup."}).status_code == 302
    assert client.post(f"{path}1.1/", {**values, "version": "2"}).status_code == 403
    assert client.get(f"{path}laporan.pdf").content.startswith(b"%PDF")
    quick = QuickAssessment.objects.get()
    assert [(row.code, row.level) for row in quick.levels.all()] == [("1.1", 2), ("1.2", 2)]
    assert before == (round_.fresh().claimed_score, round_.fresh().verified_score, Result.objects.count())
    for role in ("keeper", "pyb", "verifier"):
        assert client_for(round_.users[role]).get(path).status_code == 404
    assert client_for(round_.users["coordinator"]).get(path).status_code == 200


def test_another_region_is_not_the_offices(round_: Round, office: Any) -> None:
    other = make_agency("Pemerintah Kota Jauh", "kota", regional_office="Kanreg Lain")
    with pytest.raises(Denied, match="regional office of this agency's region"):
        start_quick_assessment(other, round_.cycle, ["1.1"], actor=actor(office))
    with pytest.raises(Denied):
        start_quick_assessment(round_.agency, round_.cycle, ["1.1"], actor=round_.who("coordinator"))


def test_colleagues_do_not_overwrite_each_other(round_: Round, office: Any) -> None:
    quick = start_quick_assessment(round_.agency, round_.cycle, ["1.1"], actor=actor(office))
    save_quick_level(quick, "1.1", level=2, note="", version=1, actor=actor(office))
    with pytest.raises(Conflict):
        save_quick_level(quick, "1.1", level=3, note="", version=1, actor=actor(office))
    with pytest.raises(Invalid, match=r"1\.2"):
        save_quick_level(quick, "1.2", level=3, note="", version=1, actor=actor(office))
    with pytest.raises(Invalid):
        start_quick_assessment(round_.agency, round_.cycle, ["9.9"], actor=actor(office))
    assert Assessment.objects.count() == 1


# --- the queue's ways


def test_mine_free_late_and_the_regional_office(round_: Round, office: Any) -> None:
    free = submitted(beside(round_, "Pemerintah Kota Anggrek"))
    client = client_for(round_.users["verifier"])

    def names(query: str) -> list[str]:
        page = client.get(f"/desk/?{query}").content.decode()
        return [r.agency.name for r in (round_, free) if f'/">{r.agency.name}</a>' in page]

    assert names("turn=mine") == [round_.agency.name]
    assert names("turn=free") == [free.agency.name]
    assert names("turn=late") == []
    assert names("office=Kanreg+Contoh") == [round_.agency.name]
    type(round_.cycle).objects.update(
        filling_closes=days(-2), verification_closes=days(-1), plenary_on=days(40)
    )
    assert names("turn=late") == [round_.agency.name, free.agency.name]
    for order in ("due", "region", "load"):
        assert len(names(f"sort={order}")) == 2
    page = client_for(round_.users["coordinator"]).get("/desk/").content.decode()
    assert "What each verifier has in hand" in page
