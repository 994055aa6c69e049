"""The overview and the page of one indicator: what they show, to whom, with how many queries."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sipinter.assessment.decisions.services.decisions import decide
from sipinter.assessment.record.services.conversation import write_message
from sipinter.assessment.selfassessment.services.answers import upload_evidence
from sipinter.assessment.selfassessment.services.submission import (
    answer_clarification,
    approve_review,
    request_review,
    submit_assessment,
)
from sipinter.assessment.verification.queries.desk import DeskStanding, get_desk
from sipinter.assessment.verification.queries.queue import QueueFilter, queued_assessments
from sipinter.assessment.verification.services.verdicts import (
    claim_assessment,
    finish_verification,
    return_for_clarification,
    sign_off,
)
from sipinter.foundation.audit.models import Event, Refusal
from sipinter.foundation.work.worker import drain_queue
from tests.factories import client_for

from ..desk_round import beside, browser, crowd, submitted, taken_up
from ..round import NEW, Round, make_cycle, pdf

pytestmark = pytest.mark.django_db
PAGES = ("", "1.1/", "rekomendasi/")


@pytest.mark.parametrize("page", PAGES)
def test_before_submission_nobody_at_the_desk_opens_it(page: str) -> None:
    round_ = Round().fill(3, "1.1")
    for role in ("verifier", "coordinator", "plenary", "administrator"):
        assert browser(round_, role).get(f"/desk/{round_.assessment.pk}/{page}").status_code == 404


def test_nothing_stands_in_the_queue_before_submission() -> None:
    round_ = Round().fill(3, "1.1")
    assert not list(queued_assessments(round_.who("verifier"), QueueFilter()))
    assert not list(queued_assessments(round_.who("coordinator"), QueueFilter()))


@pytest.mark.parametrize("page", PAGES)
def test_who_reads_at_the_desk(page: str) -> None:
    round_ = taken_up()
    address = f"/desk/{round_.assessment.pk}/{page}"
    readers = {role: client_for(user).get(address).status_code for role, user in round_.users.items()}
    own = dict.fromkeys(("keeper", "team", "pyb", "ppk"), 404)
    readers_of_verdicts = 403 if page == "rekomendasi/" else 200  # nothing but verdicts stands there
    assert readers == own | {"verifier": 200, "coordinator": 200} | dict.fromkeys(
        ("plenary", "administrator"), readers_of_verdicts
    )
    others = {role: client_for(user).get(address).status_code for role, user in crowd(round_).items()}
    assert others == dict.fromkeys(others, 404) | {
        "colleague": readers_of_verdicts,
        "second_coordinator": 200,
    }
    assert client_for(None).get(address)["Location"].startswith("/akun/login/?next=")


def test_a_stranger_at_the_door_is_on_record() -> None:
    round_ = taken_up()
    stranger = crowd(round_)["outsider"]
    client_for(stranger).get(f"/desk/{round_.assessment.pk}/1.1/")
    event = Refusal.objects.get(action="access.refused")
    assert (event.actor, event.agency) == (stranger, round_.agency)
    assert (event.target, event.count) == (f"assessment:{round_.assessment.pk}", 1)


def test_an_unknown_indicator_is_not_found() -> None:
    round_ = taken_up()
    assert browser(round_, "verifier").get(f"/desk/{round_.assessment.pk}/9.9/").status_code == 404


def test_the_page_shows_claim_note_evidence_and_keys() -> None:
    round_ = Round()
    round_.fill(3, "1.1", "1.2")
    round_.claim("1.1", 2, note="Peta jabatan ditetapkan Maret.")
    request_review(round_.assessment, actor=round_.who("keeper"))
    approve_review(round_.assessment, actor=round_.who("pyb"))
    submit_assessment(round_.assessment, accept_unanswered=True, actor=round_.who("pyb"))
    claim_assessment(round_.assessment, actor=round_.who("verifier"))
    page = browser(round_, "verifier").get(f"/desk/{round_.assessment.pk}/1.1/").content.decode()
    for shown in (
        "Claimed: level 2",
        "Peta jabatan ditetapkan Maret.",
        "isi.pdf",
        "also at 1.2",
        'aria-keyshortcuts="A"',
    ):
        assert shown in page
    assert page.count("criterion-met") == 2
    assert "<style" not in page
    assert " style=" not in page
    assert " onclick=" not in page


def test_a_chosen_document_is_shown_without_a_script() -> None:
    round_ = taken_up()
    (row,) = round_.answer("1.1").attachments.all()
    drain_queue()
    page = browser(round_, "verifier").get(f"/desk/{round_.assessment.pk}/1.1/?evidence={row.evidence_id}")
    assert f"/bukti/{row.evidence_id}/halaman/1/" in page.content.decode()
    assert Event.objects.filter(action="evidence.read", actor=round_.users["verifier"]).count() == 1


def test_evidence_added_during_clarification_waits_until_it_is_sent() -> None:
    round_ = taken_up()
    round_.judge("1.1", "ask", reason="Mohon naskah yang ditandatangani.")
    return_for_clarification(round_.assessment, actor=round_.who("verifier"))
    upload_evidence(round_.assessment, "1.1", pdf("baru"), actor=round_.who("keeper"))
    client = browser(round_, "verifier")
    address = f"/desk/{round_.assessment.pk}/1.1/"
    assert "baru.pdf" not in client.get(address).content.decode()
    answer_clarification(round_.assessment, actor=round_.who("keeper"))
    page = client.get(address).content.decode()
    assert "baru.pdf" in page
    assert "The agency has answered your question" in page


def test_last_rounds_verdict_stands_beside_the_claim() -> None:
    round_ = Round()
    year = round_.cycle.year
    past = Round.__new__(Round)
    past.__dict__.update(round_.__dict__)
    past.cycle = make_cycle(round_.who("administrator"), round_.agency, year=year - 1)
    past.assessment = past.fresh()
    taken_up(past)
    past.judge("1.1", "change", level=1, reason="Belum ditetapkan PPK.")
    past.accept_rest()
    finish_verification(past.assessment, actor=past.who("verifier"))
    sign_off(past.assessment, actor=past.who("coordinator"))
    decide(past.assessment, decided_on=past.cycle.filling_opens, actor=past.who("plenary"))
    taken_up(round_)
    page = browser(round_, "verifier").get(f"/desk/{round_.assessment.pk}/1.1/").content.decode()
    assert f"Last round ({year - 1})" in page
    assert "Belum ditetapkan PPK." in page
    assert "now claimed +2" in page


def test_the_page_takes_the_same_queries_whatever_stands_on_it() -> None:
    round_ = taken_up()
    client = browser(round_, "verifier")
    round_.judge("1.2")
    client.get(f"/desk/{round_.assessment.pk}/1.2/")  # notes that verdicts were read, once a sitting
    with CaptureQueriesContext(connection) as few:
        client.get(f"/desk/{round_.assessment.pk}/1.2/")
    for word in ("satu", "dua", "tiga"):
        write_message(round_.answer("1.1"), word, actor=round_.who("verifier"))
    round_.judge("1.1", "ask", reason="Mohon naskah.")
    return_for_clarification(round_.assessment, actor=round_.who("verifier"))
    for word in ("satu", "dua", "tiga"):
        upload_evidence(round_.assessment, "1.1", pdf(word), actor=round_.who("keeper"))
    answer_clarification(round_.assessment, actor=round_.who("keeper"))
    with CaptureQueriesContext(connection) as many:
        assert client.get(f"/desk/{round_.assessment.pk}/1.1/").status_code == 200
    assert len(many) == len(few)
    assert len(few) <= 16


def test_the_overview_takes_the_same_queries_however_much_is_judged() -> None:
    round_ = taken_up()
    client = browser(round_, "verifier")
    round_.judge("1.1")
    client.get(f"/desk/{round_.assessment.pk}/")  # notes that verdicts were read, once a sitting
    with CaptureQueriesContext(connection) as few:
        client.get(f"/desk/{round_.assessment.pk}/")
    for code in ("1.2", "1.3"):
        round_.judge(code)
    with CaptureQueriesContext(connection) as many:
        client.get(f"/desk/{round_.assessment.pk}/")
    assert len(many) == len(few)
    assert len(few) <= 14


def test_both_scores_by_aspect() -> None:
    round_ = taken_up()
    round_.judge("1.1", "change", level=1, reason="Belum ditetapkan.")
    view = get_desk(round_.fresh(), round_.who("verifier"))
    first = view.aspects()[0]
    assert (first.claimed, first.verified, first.difference) == (15, 10, -5)
    assert (view.judged_count, view.applicable_count, len(view.left)) == (1, 37, 36)


def test_what_does_not_apply_is_not_judged() -> None:
    round_ = Round(NEW)
    round_.fill(2, "1.1")
    request_review(round_.assessment, actor=round_.who("keeper"))
    approve_review(round_.assessment, actor=round_.who("pyb"))
    submit_assessment(round_.assessment, accept_unanswered=True, actor=round_.who("pyb"))
    claim_assessment(round_.assessment, actor=round_.who("verifier"))
    view = get_desk(round_.fresh(), round_.who("verifier"))
    away = [line.code for line in view.having(DeskStanding.AWAY)]
    assert away
    assert view.next_left() is not None
    assert not set(away) & {line.code for line in view.left}
    page = browser(round_, "verifier").get(f"/desk/{round_.assessment.pk}/{away[0]}/").content.decode()
    assert "does not apply to the agency" in page
    assert 'name="verdict"' not in page


def test_next_goes_round_to_what_is_left() -> None:
    round_ = taken_up()
    round_.judge("1.1")
    view = get_desk(round_.fresh(), round_.who("verifier"))
    last = view.lines[-1].code
    following = view.next_left(after=last)
    assert following is not None
    assert following.code == "1.2"


def test_the_overview_says_why_a_step_must_wait() -> None:
    round_ = taken_up()
    page = browser(round_, "verifier").get(f"/desk/{round_.assessment.pk}/").content.decode()
    assert "37 indicators have no verdict yet." in page
    assert "Ask back at least one indicator first." in page
    free = submitted(beside(round_, "Pemerintah Kota Kenanga"))
    page = browser(free, "verifier").get(f"/desk/{free.assessment.pk}/").content.decode()
    assert "langkah/claim/" in page
