"""The one page from which a person answers what is asked of them, without scripts."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sipinter.assessment.record.models import Comment
from sipinter.assessment.selfassessment.services.answers import upload_evidence
from sipinter.assessment.selfassessment.services.comments import add_comment
from sipinter.assessment.selfassessment.services.submission import request_review
from sipinter.foundation.accounts.models import Notification
from tests.factories import actor, client_for

from ..round import pdf
from ..teamwork import Shared

pytestmark = pytest.mark.django_db


@pytest.fixture
def shared() -> Shared:
    return Shared()


def address(shared: Shared) -> str:
    return f"/penilaian/{shared.assessment.pk}/tugas-saya/"


def form(shared: Shared, *codes: str) -> dict:
    """What a browser sends when nothing was typed."""
    from sipinter.assessment.selfassessment.queries.assigned_tasks import answer_fingerprint

    found: dict = {}
    for code in codes:
        answer = shared.answer(code)
        found |= {
            f"version-{code}": answer.version,
            f"seen-{code}": answer_fingerprint(answer.ticks, answer.note),
            f"tick-{code}": answer.ticks,
            f"note-{code}": answer.note,
        }
    return found


def test_it_shows_what_is_asked_and_nothing_else(shared: Shared) -> None:
    shared.ask("3.4", note="SK penetapan 2026")
    shared.claim("1.1", 3, note="RAHASIA-TIM")
    page = client_for(shared.wulan).get(address(shared)).content.decode()
    assert 'id="tugas-3-4"' in page
    assert "SK penetapan 2026" in page
    assert 'id="tugas-1-1"' not in page
    assert "RAHASIA-TIM" not in page


def test_everything_typed_is_saved_whichever_button_is_pressed(shared: Shared) -> None:
    shared.ask("3.4", "4.1", "5.1")
    sent = form(shared, "3.4", "4.1", "5.1") | {
        "tick-3.4": ["1", "2"],
        "note-4.1": "Lihat halaman 3.",
        "files-3.4": pdf("SK"),
        "do": "3.4",
        "comment-5.1": "@Bayu mohon bantu.",
    }
    response = client_for(shared.wulan).post(address(shared), sent)
    assert response.headers["Location"] == f"{address(shared)}#tugas-3-4"
    assert shared.answer("3.4").claimed_level == 2
    assert shared.answer("3.4").evidence.count() == 1
    assert shared.answer("4.1").note == "Lihat halaman 3."
    assert Comment.objects.get().answer.code == "5.1"
    assert Notification.objects.filter(user=shared.bayu).exists()


def test_what_nobody_touched_replaces_nothing_and_conflicts_with_nothing(shared: Shared) -> None:
    shared.ask("3.4", "4.1")
    sent = form(shared, "3.4", "4.1")
    shared.claim("3.4", 3, note="Dari pengelola")  # meanwhile
    response = client_for(shared.wulan).post(address(shared), sent | {"note-4.1": "Baru", "do": "4.1"})
    assert response.status_code == 302
    assert (shared.answer("3.4").note, shared.answer("4.1").note) == ("Dari pengelola", "Baru")


def test_a_conflict_keeps_both_and_saves_the_rest(shared: Shared) -> None:
    shared.ask("3.4", "4.1")
    sent = form(shared, "3.4", "4.1") | {"note-3.4": "Dari Wulan", "note-4.1": "Baru"}
    shared.claim("3.4", 3, note="Dari pengelola")
    client = client_for(shared.wulan)
    response = client.post(address(shared), sent)
    page = response.content.decode()
    assert response.status_code == 409
    assert "Dari Wulan" in page
    assert "Dari pengelola" in page
    assert (shared.answer("3.4").note, shared.answer("4.1").note) == ("Dari pengelola", "Baru")
    client.post(address(shared), sent | {"override-3.4": shared.answer("3.4").version})
    assert shared.answer("3.4").note == "Dari Wulan"


def test_nothing_that_is_not_asked_of_them_can_be_sent(shared: Shared) -> None:
    shared.ask("3.4")
    sent = form(shared, "1.1") | {"note-1.1": "x", "comment-1.1": "x"}
    client_for(shared.wulan).post(address(shared), sent)
    assert shared.answer("1.1").note == ""
    assert not Comment.objects.exists()


def test_once_sent_to_the_secretary_it_is_closed(shared: Shared) -> None:
    shared.ask("3.4")
    sent = form(shared, "3.4") | {"note-3.4": "Terlambat"}
    request_review(shared.assessment, actor=shared.who("keeper"))
    client = client_for(shared.wulan)
    assert 'name="version-3.4"' not in client.get(address(shared)).content.decode()
    response = client.post(address(shared), sent)
    assert response.status_code == 403
    assert "Terlambat" in response.content.decode()
    assert shared.answer("3.4").note == ""


def test_as_many_queries_for_three_as_for_one(shared: Shared) -> None:
    client = client_for(shared.wulan)

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(address(shared)).status_code == 200
        return len(found)

    shared.ask("3.4")
    upload_evidence(shared.assessment, "3.4", pdf(), actor=actor(shared.wulan))
    add_comment(shared.answer("3.4"), "Sedang disiapkan.", actor=actor(shared.wulan))
    queries()
    one = queries()
    shared.ask("4.1", "5.1")
    for code in ("4.1", "5.1"):
        upload_evidence(shared.assessment, code, pdf(code), actor=actor(shared.wulan))
        add_comment(shared.answer(code), "Sedang disiapkan.", actor=actor(shared.wulan))
    assert queries() == one
    assert one <= 15
