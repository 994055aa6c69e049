"""Assigning indicators to people and units, and what that lets them see and do."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from sipinter.assessment.record.models import Assessment, Assignment, Cycle
from sipinter.assessment.selfassessment.services.answers import SavedAnswer, save_answer, upload_evidence
from sipinter.assessment.selfassessment.services.assignments import assign_indicators, withdraw_assignment
from sipinter.assessment.selfassessment.services.submission import (
    approve_review,
    request_review,
    submit_assessment,
)
from sipinter.assessment.verification.services.verdicts import claim_assessment, return_for_clarification
from sipinter.foundation.access.errors import Denied, Invalid
from sipinter.foundation.access.permissions import may
from sipinter.foundation.accounts.models import Notification
from sipinter.foundation.audit.models import Event
from sipinter.foundation.evidence.models import Evidence
from sipinter.foundation.work.worker import drain_queue
from tests.factories import actor, client_for, end, make_user

from ..round import pdf
from ..teamwork import Shared

pytestmark = pytest.mark.django_db


@pytest.fixture
def shared() -> Shared:
    return Shared()


def save(shared: Shared, code: str, user) -> SavedAnswer:
    return save_answer(
        shared.assessment, code, ticks=[1, 2], note="", version=shared.answer(code).version, actor=actor(user)
    )


def test_an_assignment_is_told_recorded_and_lets_the_person_answer(shared: Shared) -> None:
    with pytest.raises(Denied):
        save(shared, "3.4", shared.wulan)
    rows = shared.ask("4.1", "3.4", note="SK 2026, 100% lengkap")
    assert [row.code for row in rows] == ["3.4", "4.1"]
    assert save(shared, "3.4", shared.wulan).answer.claimed_level == 2
    with pytest.raises(Denied, match="not assigned"):
        save(shared, "1.1", shared.wulan)
    drain_queue()
    (letter,) = [m for m in mail.outbox if m.to == [shared.wulan.email]]
    assert "3.4, 4.1" in letter.subject
    assert "SK 2026, 100% lengkap" in letter.body
    assert f"/penilaian/{shared.assessment.pk}/tugas-saya/" in letter.body
    event = Event.objects.get(action="assignment.made")
    assert event.changes["codes"] == [None, ["3.4", "4.1"]]
    assert event.shown_changes["to"] == [None, "Wulan Anggraini"]


def test_a_unit_means_everybody_of_it_now_and_later(shared: Shared) -> None:
    shared.ask("3.4", unit="BKPSDM")
    newcomer = shared.member("Citra Lestari", "BKPSDM", "asked")
    for user in (shared.wulan, newcomer):
        assert may(actor(user), "assessment.answer", shared.answer("3.4"))
    other = shared.member("Dewi Kartika", "Dinas Lain", "asked")
    assert not may(actor(other), "assessment.answer", shared.answer("3.4"))


def test_asked_again_it_is_the_same_assignment_with_the_new_day(shared: Shared) -> None:
    (first,) = shared.ask("3.4", days=3)
    (second,) = shared.ask("3.4", days=6, note="Mohon segera.")
    assert first.pk == second.pk
    assert Assignment.objects.get().due == shared.day(6)


@pytest.mark.parametrize(
    ("codes", "more", "field"),
    [
        (["9.9"], {}, "codes"),
        ([], {}, "codes"),
        (["3.4"], {"days": -1}, "due"),
        (["3.4"], {"days": 11}, "due"),
        (["3.4"], {"unit": "Dinas Khayal"}, "to"),
        (["3.4"], {"unit": "BKPSDM", "person": "wulan"}, "to"),
        (["3.4"], {"person": "stranger"}, "to"),
        (["3.4"], {"note": "x" * 5_001}, "note"),
    ],
)
def test_what_does_not_hold_is_refused_at_its_field(shared: Shared, codes, more, field) -> None:
    people = {"wulan": shared.wulan, "stranger": make_user("Orang Lain")}
    more = {key: people.get(value, value) if key == "person" else value for key, value in more.items()}
    with pytest.raises(Invalid) as refused:
        shared.ask(*codes, **more)
    assert field in refused.value.fields
    assert not Assignment.objects.exists()


@pytest.mark.parametrize("role", ["team", "pyb", "ppk", "verifier", "administrator"])
def test_only_the_keeper_assigns_and_takes_back(shared: Shared, role: str) -> None:
    (row,) = shared.ask("3.4")
    with pytest.raises(Denied):
        assign_indicators(
            shared.assessment, ["4.1"], person=shared.wulan, due=shared.day(1), actor=shared.who(role)
        )
    with pytest.raises(Denied):
        withdraw_assignment(row, actor=shared.who(role))


def test_taken_back_it_opens_nothing_any_more(shared: Shared) -> None:
    (row,) = shared.ask("3.4")
    withdraw_assignment(row, actor=shared.who("keeper"))
    withdraw_assignment(row, actor=shared.who("keeper"))
    assert not may(actor(shared.wulan), "assessment.answer", shared.answer("3.4"))
    assert Event.objects.filter(action="assignment.withdrawn").count() == 1
    shared.ask("3.4")  # and can be asked again
    assert Assignment.objects.count() == 2


def test_an_ended_membership_ends_what_an_assignment_lets_one_do(shared: Shared) -> None:
    shared.ask("3.4")
    end(shared.wulan.memberships.get())
    assert not may(actor(shared.wulan), "assessment.answer", shared.answer("3.4"))
    assert not Assessment.objects.visible_to(actor(shared.wulan)).exists()


def test_who_sees_only_what_is_asked_sees_no_other_page(shared: Shared) -> None:
    assert not Assessment.objects.visible_to(actor(shared.wulan)).exists()
    shared.ask("3.4")
    client, here = client_for(shared.wulan), f"/penilaian/{shared.assessment.pk}/"
    for path in ("", "3.4/"):
        assert client.get(here + path).headers["Location"] == f"{here}tugas-saya/"
    for path in (
        "ringkasan/",
        "riwayat/",
        "jalur/",
        "pembagian/",
        "pimpinan/",
        "kelengkapan/",
        "1.1/pustaka/",
    ):
        assert client.get(here + path).status_code == 403, path
    assert client.get(f"{here}tugas-saya/").status_code == 200
    home = client.get("/beranda/").content.decode()
    assert f"{here}tugas-saya/" in home
    assert f"{here}ringkasan/" not in home


def test_who_sees_only_what_is_asked_sees_only_its_evidence(shared: Shared) -> None:
    keeper = shared.who("keeper")
    beside = upload_evidence(shared.assessment, "3.4", pdf("beside"), actor=keeper).evidence
    other = upload_evidence(shared.assessment, "1.1", pdf("other"), actor=keeper).evidence
    shared.ask("3.4", "4.1")
    own = upload_evidence(shared.assessment, "4.1", pdf("own"), actor=actor(shared.wulan)).evidence
    seen = set(Evidence.objects.visible_to(actor(shared.wulan)))
    assert (seen, other in seen) == ({beside, own}, False)
    assert other in Evidence.objects.visible_to(actor(shared.bayu))


def test_in_clarification_only_what_was_asked_back_opens(shared: Shared) -> None:
    shared.ask("3.4", "4.1")
    for code in ("3.4", "4.1"):
        shared.claim(code, 0)
    request_review(shared.assessment, actor=shared.who("keeper"))
    approve_review(shared.assessment, actor=shared.who("pyb"))
    submit_assessment(shared.assessment, accept_unanswered=True, actor=shared.who("pyb"))
    claim_assessment(shared.assessment, actor=shared.who("verifier"))
    shared.judge("3.4", "ask", reason="Mohon SK.")
    return_for_clarification(shared.assessment, actor=shared.who("verifier"))
    assert may(actor(shared.wulan), "assessment.answer", shared.answer("3.4"))
    assert not may(actor(shared.wulan), "assessment.answer", shared.answer("4.1"))


def test_the_day_is_counted_on_the_agencys_clock(shared: Shared) -> None:
    shared.agency.time_zone = "Asia/Jayapura"
    shared.agency.save()
    here = timezone.localdate(timezone=timezone.zoneinfo.ZoneInfo("Asia/Jayapura"))
    Cycle.objects.update(filling_closes=here)
    assign_indicators(shared.fresh(), ["3.4"], person=shared.wulan, due=here, actor=shared.who("keeper"))
    with pytest.raises(Invalid):
        assign_indicators(
            shared.fresh(),
            ["4.1"],
            person=shared.wulan,
            due=here + timedelta(days=1),
            actor=shared.who("keeper"),
        )


def test_the_page_of_assigning_takes_whole_aspects_and_single_indicators(shared: Shared) -> None:
    client, here = client_for(shared.users["keeper"]), f"/penilaian/{shared.assessment.pk}/pembagian/"
    page = client.get(f"{here}tugaskan/?code=3.4").content.decode()
    assert 'value="3.4" checked' in page
    sent = {
        "aspects": ["8"],
        "codes": ["3.4"],
        "to": "unit:BKPSDM",
        "due": shared.day(4).isoformat(),
    }
    assert client.post(f"{here}tugaskan/", sent | {"to": ""}).status_code == 422
    assert client.post(f"{here}tugaskan/", sent | {"due": shared.day(40).isoformat()}).status_code == 422
    assert client.post(f"{here}tugaskan/", sent).headers["Location"] == here
    codes = set(Assignment.objects.values_list("code", flat=True))
    assert "3.4" in codes
    assert {code.partition(".")[0] for code in codes} == {"3", "8"}
    assert Notification.objects.filter(user=shared.wulan).count() == 1
    row = Assignment.objects.get(code="3.4")
    client.post(f"{here}{row.pk}/tarik/")
    row.refresh_from_db()
    assert row.withdrawn_at is not None
