"""What one side works on stays its own until it hands it over: questions, verdicts, repairs."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone, translation

from sipinter.assessment.record.models import Message, Snapshot
from sipinter.assessment.record.queries.history import assessment_events, history_entries
from sipinter.assessment.record.queries.page_frame import load_frame
from sipinter.assessment.record.services.conversation import write_message
from sipinter.assessment.selfassessment.services.answers import upload_evidence
from sipinter.assessment.selfassessment.services.submission import answer_clarification
from sipinter.assessment.verification.queries.desk import get_desk
from sipinter.assessment.verification.services.verdicts import resume_verification, return_for_clarification
from sipinter.foundation.accounts.models import Notification
from tests.factories import client_for

from ..round import Round, pdf

pytestmark = pytest.mark.django_db
QUESTION = "Mohon penetapan PPK."


@pytest.fixture
def asked() -> Round:
    """In verification with a question that has not been handed over."""
    round_ = Round(first="3.4").verification()
    round_.judge("3.4", "change", level=1, reason="Rahasia meja.")
    round_.judge("3.4", "ask", reason=QUESTION)
    return round_


@pytest.fixture
def repairing(asked: Round) -> Round:
    """Asked back, and the team has begun to repair without sending it."""
    return_for_clarification(asked.assessment, actor=asked.who("verifier"))
    upload_evidence(asked.assessment, "3.4", pdf("BUKTI BARU"), actor=asked.who("team"))
    asked.claim("3.4", 4, role="team", note="CATATAN BARU")
    return asked


def page(round_: Round, role: str, start: str = "penilaian") -> str:
    text: str = client_for(round_.users[role]).get(f"/{start}/{round_.assessment.pk}/3.4/").content.decode()
    return text


def test_a_question_reaches_the_agency_with_the_return(asked: Round) -> None:
    assert QUESTION not in page(asked, "keeper")
    assert QUESTION in page(asked, "verifier", "desk")
    return_for_clarification(asked.assessment, actor=asked.who("verifier"))
    assert QUESTION in page(asked, "keeper")
    assert [(m.body, m.side, m.author_name) for m in Message.objects.all()] == [
        (QUESTION, "supervisor", "verifier pengawas")
    ]


def test_an_earlier_verdict_is_not_told_with_the_question(asked: Round) -> None:
    return_for_clarification(asked.assessment, actor=asked.who("verifier"))
    frame = load_frame(asked.fresh(), asked.who("keeper"))
    told = [
        entry
        for entry in history_entries(frame, assessment_events(frame, "3.4"))
        if entry.title == "Verdict of the verifier"
    ]
    assert [[(c.label, c.before, c.after) for c in entry.changes] for entry in told] == [
        [("Verdict", "", "Asked back"), ("Reason", "", QUESTION)]
    ]


@pytest.mark.parametrize(
    ("role", "start"), [("verifier", "desk"), ("verifier", "penilaian"), ("plenary", "penilaian")]
)
def test_the_desk_reads_repairs_once_they_are_sent(repairing: Round, role: str, start: str) -> None:
    before = page(repairing, role, start)
    assert ("CATATAN BARU" in before, "BUKTI BARU" in before) == (False, False)
    assert "CATATAN BARU" in page(repairing, "keeper")
    answer_clarification(repairing.assessment, actor=repairing.who("keeper"))
    after = page(repairing, role, start)
    assert ("CATATAN BARU" in after, "BUKTI BARU" in after) == (True, True)


def test_the_desk_counts_the_levels_that_were_sent(repairing: Round) -> None:
    view = get_desk(repairing.fresh(), repairing.who("verifier"))
    line = view.line("3.4")
    assert line is not None
    assert (line.answer.claimed_level, line.answer.ticks, line.answer.note) == (3, [1, 2, 3], "")
    assert view.claimed.score == Decimal("307.5")
    assert repairing.answer("3.4").claimed_level == 4


def test_the_history_of_repairs_is_held_back_from_the_supervisor(repairing: Round) -> None:
    def shown(role: str) -> list[str]:
        frame = load_frame(repairing.fresh(), repairing.who(role))
        return [
            e.title
            for e in history_entries(frame, assessment_events(frame, "3.4"))
            if e.title != "Verdict of the verifier"
        ]

    assert len(shown("keeper")) == len(shown("verifier")) + 2
    assert shown("verifier") == ["Evidence attached", "Answer changed"]


def test_what_was_saved_by_the_repair_date_counts_when_the_desk_goes_on(repairing: Round) -> None:
    type(repairing.assessment).objects.update(repair_due=timezone.localdate() - timedelta(days=2))
    resume_verification(repairing.assessment, actor=repairing.who("verifier"))
    text = page(repairing, "verifier", "desk")
    assert ("CATATAN BARU" in text, "BUKTI BARU" in text) == (True, True)
    stages = list(Snapshot.objects.filter(assessment=repairing.assessment).values_list("stage", "score"))
    assert stages == [("submitted", Decimal("307.5")), ("repaired", Decimal("310"))]


def test_the_agency_is_told_in_the_language_of_the_site(asked: Round) -> None:
    with translation.override("en"):
        return_for_clarification(asked.assessment, actor=asked.who("verifier"))
    assert asked.fresh().returned_reason == "Verifikator menanyakan: 3.4."
    assert Notification.objects.filter(user=asked.users["keeper"]).latest("pk").body == (
        "Verifikator menanyakan: 3.4."
    )


def test_the_desk_speaks_as_the_desk_also_to_its_own_agency() -> None:
    own = Round()
    own.desk = own.agency
    own.users["verifier"].memberships.update(agency=own.agency)
    own.verification()
    message = write_message(own.answer("1.1"), "Lihat halaman 2.", actor=own.who("verifier"))
    assert message.side == "supervisor"
