"""The desk: taking up, verdicts, clarification with repair of only what was returned, final verification."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from sipinter.assessment.record.completeness import unjudged_indicators
from sipinter.assessment.record.models import Message, Snapshot
from sipinter.assessment.record.recommendations.models import Recommendation
from sipinter.assessment.record.recommendations.services import edit_recommendation
from sipinter.assessment.record.services.conversation import write_message
from sipinter.assessment.selfassessment.services.answers import upload_evidence
from sipinter.assessment.selfassessment.services.submission import answer_clarification
from sipinter.assessment.verification.services.verdicts import (
    claim_assessment,
    finish_verification,
    judge_answer,
    resume_verification,
    return_for_clarification,
    return_to_verifier,
    sign_off,
)
from sipinter.foundation.access.errors import Conflict, Denied, Invalid, NotNow
from sipinter.foundation.accounts.models import Notification
from tests.factories import actor, grant, make_user

from ..round import NEW, Round, pdf

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Round:
    return Round().verification()


def test_submission_keeps_its_score_and_opens_the_evidence_to_the_desk() -> None:
    sent = Round().submit()
    snapshot = Snapshot.objects.get(assessment=sent.assessment)
    assert (snapshot.stage, snapshot.score, snapshot.category) == ("submitted", Decimal("307.5"), "Baik")
    assert [(a.code, a.score) for a in snapshot.aspects.all()][:2] == [("1", Decimal(30)), ("2", Decimal(30))]
    assert sent.answer("1.1").evidence.get().is_submitted


def test_one_verifier_takes_it_up(desk: Round) -> None:
    second = actor(make_user("Verifikator Kedua", ("verifier", desk.desk)))
    with pytest.raises((Denied, NotNow)):
        claim_assessment(desk.assessment, actor=second)
    answer = desk.answer("1.1")
    with pytest.raises(Denied):
        judge_answer(answer, "accept", version=answer.version, actor=second)


def test_accept_change_and_ask(desk: Round) -> None:
    assert desk.judge("1.1").verified_level == 3
    changed = desk.judge("1.2", "change", level=2, reason="Belum seluruh unit.")
    assert (changed.verified_level, changed.reason) == (2, "Belum seluruh unit.")
    asked = desk.judge("1.3", "ask", reason="Mana penetapannya?")
    assert (asked.verified_level, asked.verdict) == (None, "ask")
    assert not Message.objects.exists()
    assessment = desk.fresh()
    assert (assessment.judged, assessment.verified_score) == (2, Decimal("305"))


@pytest.mark.parametrize(
    ("verdict", "more", "field"),
    [
        ("change", {"level": 2}, "reason"),
        ("change", {"level": 2, "reason": "  "}, "reason"),
        ("change", {"reason": "x"}, "level"),
        ("change", {"level": 5, "reason": "x"}, "level"),
        ("change", {"level": 3, "reason": "x"}, "level"),
        ("ask", {}, "reason"),
        ("maybe", {"reason": "x"}, "verdict"),
    ],
)
def test_a_verdict_needs_what_it_needs(
    desk: Round, verdict: str, more: dict[str, object], field: str
) -> None:
    with pytest.raises(Invalid) as caught:
        desk.judge("1.1", verdict, **more)
    assert list(caught.value.fields) == [field]
    assert desk.answer("1.1").verdict == ""


def test_a_verdict_on_an_older_version_is_refused(desk: Round) -> None:
    seen = desk.answer("1.1").version
    desk.judge("1.1", "change", level=2, reason="a")
    with pytest.raises(Conflict):
        desk.judge("1.1", "accept", version=seen)
    desk.judge("1.1", "change", level=2, reason="a", version=seen)  # the same form sent twice


def test_nothing_asked_nothing_returned(desk: Round) -> None:
    with pytest.raises(NotNow):
        return_for_clarification(desk.assessment, actor=desk.who("verifier"))


def test_clarification_opens_only_what_was_asked(desk: Round) -> None:
    desk.judge("1.1")
    desk.judge("3.4", "ask", reason="Mohon penetapan PPK.")
    return_for_clarification(desk.assessment, actor=desk.who("verifier"))
    assert desk.fresh().returned_reason == "Verifikator menanyakan: 3.4."
    assert Message.objects.get().body == "Mohon penetapan PPK."
    with pytest.raises(Denied):
        desk.claim("1.1", 4)
    with pytest.raises(NotNow, match=r"3\.4"):
        answer_clarification(desk.assessment, actor=desk.who("keeper"))
    fresh = upload_evidence(desk.assessment, "3.4", pdf("SK suksesi"), actor=desk.who("team")).evidence
    assert not fresh.is_submitted
    desk.claim("3.4", 4, role="team")
    answer_clarification(desk.assessment, actor=desk.who("keeper"))
    fresh.refresh_from_db()
    repaired = desk.answer("3.4")
    assert (desk.fresh().state, repaired.verdict, fresh.is_submitted) == ("verification", "repaired", True)
    stages = list(Snapshot.objects.filter(assessment=desk.assessment).values_list("stage", "score"))
    assert stages == [("submitted", Decimal("307.5")), ("repaired", Decimal("310"))]


def test_a_reply_answers_a_question_too(desk: Round) -> None:
    desk.judge("3.4", "ask", reason="Mengapa?")
    return_for_clarification(desk.assessment, actor=desk.who("verifier"))
    write_message(desk.answer("3.4"), "Sudah ditetapkan, lihat halaman 2.", actor=desk.who("team"))
    answer_clarification(desk.assessment, actor=desk.who("keeper"))
    assert desk.fresh().state == "verification"


def test_the_desk_goes_on_only_after_the_repair_date(desk: Round) -> None:
    desk.judge("3.4", "ask", reason="Mengapa?")
    return_for_clarification(desk.assessment, due=timezone.localdate(), actor=desk.who("verifier"))
    with pytest.raises(NotNow):
        resume_verification(desk.assessment, actor=desk.who("verifier"))
    type(desk.assessment).objects.update(repair_due=timezone.localdate() - timedelta(days=2))
    with pytest.raises(NotNow):
        answer_clarification(desk.assessment, actor=desk.who("keeper"))
    resume_verification(desk.assessment, actor=desk.who("verifier"))
    assert desk.fresh().state == "verification"


def test_the_repair_date_lies_within_the_round(desk: Round) -> None:
    desk.judge("3.4", "ask", reason="Mengapa?")
    for days in (-1, 31):
        with pytest.raises(Invalid):
            return_for_clarification(
                desk.assessment, due=timezone.localdate() + timedelta(days=days), actor=desk.who("verifier")
            )


def test_verification_ends_when_all_is_judged(desk: Round) -> None:
    with pytest.raises(NotNow, match=r"1\.1, 1\.2"):
        finish_verification(desk.assessment, actor=desk.who("verifier"))
    desk.judge("1.1", "change", level=1, reason="Belum ada.")
    desk.accept_rest()
    finish_verification(desk.assessment, actor=desk.who("verifier"))
    assert desk.fresh().state == "final_verification"
    drafted = Recommendation.objects.get(assessment=desk.assessment, code="1.1")
    assert (drafted.level_now, drafted.level_next) == (1, 2)
    assert "level 2" in drafted.body


def test_the_second_reading_is_somebody_elses() -> None:
    final = Round().final()
    both = final.users["verifier"]
    grant(both, "coordinator", final.desk)
    with pytest.raises(Denied, match="second reading"):
        sign_off(final.assessment, actor=actor(both))
    return_to_verifier(final.assessment, reason="Periksa 3.4", actor=final.who("coordinator"))
    assert final.fresh().state == "verification"


def test_an_edited_recommendation_survives_a_second_draft() -> None:
    final = Round().final()
    row = Recommendation.objects.select_related("assessment").get(assessment=final.assessment, code="1.1")
    edit_recommendation(row, body="Tetapkan peta jabatan.", version=row.version, actor=final.who("verifier"))
    with pytest.raises(Conflict):
        edit_recommendation(row, body="Lain.", version=row.version, actor=final.who("coordinator"))
    sign_off(final.assessment, actor=final.who("coordinator"))
    assert Recommendation.objects.get(pk=row.pk).body == "Tetapkan peta jabatan."


def test_everybody_concerned_is_told(desk: Round) -> None:
    desk.judge("3.4", "ask", reason="Mengapa?")
    before = Notification.objects.count()
    return_for_clarification(desk.assessment, actor=desk.who("verifier"))
    told = Notification.objects.order_by("-id")[: Notification.objects.count() - before]
    assert {n.user.name for n in told} == {"keeper agensi", "team agensi", "pyb agensi"}


def test_what_does_not_apply_is_not_judged() -> None:
    round_ = Round(instrument_id=NEW).verification()
    applicable = set(unjudged_indicators(round_.fresh()))
    away = next(a.code for a in round_.assessment.answers.all() if a.code not in applicable)
    with pytest.raises(Invalid, match="does not apply"):
        round_.judge(away, "ask", reason="Mengapa?")
