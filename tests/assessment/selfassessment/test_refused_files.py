"""Sent in with files that still wait; one of them refused later, and replaced in the days that follow."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from sipinter.assessment.record.completeness import Gap, GapKind, assessment_gaps
from sipinter.assessment.record.models import AnswerEvidence, Assessment, State
from sipinter.assessment.selfassessment.services.answers import upload_evidence
from sipinter.assessment.selfassessment.services.submission import (
    approve_review,
    request_review,
    submit_assessment,
)
from sipinter.assessment.selfassessment.services.versions import replace_evidence, replace_refused_file
from sipinter.assessment.verification.services.verdicts import claim_assessment
from sipinter.foundation.access.errors import Conflict, Denied, Invalid, NotNow
from sipinter.foundation.accounts.models import Notification
from sipinter.foundation.audit.models import Event
from sipinter.foundation.evidence.judging.queries import replaceable_until
from sipinter.foundation.evidence.models import Blob, Evidence
from sipinter.foundation.work.worker import drain_queue
from tests.factories import client_for, make_user
from tests.judging import judge_files

from ..round import Round, pdf

pytestmark = pytest.mark.django_db
DAYS = timedelta(days=3)


def cut(name: str = "putus") -> SimpleUploadedFile:
    """A PDF whose end is missing."""
    return SimpleUploadedFile(f"{name}.pdf", pdf(name).read()[:400])


def sent_in(*, claimed: bool = True) -> tuple[Round, Evidence]:
    """A self-assessment sent in while the file beside 1.1 and 1.2 still waits."""
    round_ = Round().start()
    for code in ("1.1", "1.2"):
        round_.claim(code, 3)
        upload_evidence(round_.assessment, code, cut(), actor=round_.who("team"))
    request_review(round_.assessment, actor=round_.who("keeper"))
    approve_review(round_.assessment, actor=round_.who("pyb"))
    submit_assessment(round_.assessment, accept_unanswered=True, actor=round_.who("pyb"))
    if claimed:
        claim_assessment(round_.assessment, actor=round_.who("verifier"))
    return round_, Evidence.objects.get()


def refused() -> tuple[Round, Evidence]:
    """The same once a worker has refused the file, and everybody was told."""
    round_, evidence = sent_in()
    drain_queue()
    return round_, Evidence.objects.select_related("blob", "agency").get(pk=evidence.pk)


def text(round_: Round, role: str, path: str) -> str:
    """One page's text."""
    return client_for(round_.users[role]).get(path).content.decode()


def beside(code: str) -> list[int]:
    """The evidence beside an indicator."""
    return list(AnswerEvidence.objects.filter(answer__code=code).values_list("evidence_id", flat=True))


def test_files_that_wait_are_sent_in_time_and_counted_on_every_page() -> None:
    round_ = Round().start()
    for code, name in (("1.1", "satu"), ("1.2", "dua")):
        round_.claim(code, 3)
        upload_evidence(round_.assessment, code, pdf(name), actor=round_.who("keeper"))
    number = round_.assessment.pk
    said = "2 files wait to be checked"
    check = text(round_, "keeper", f"/penilaian/{number}/kelengkapan/")
    assert said in check
    assert f'hx-get="/penilaian/{number}/kelengkapan/" hx-trigger="load delay:10s"' in check
    request_review(round_.assessment, actor=round_.who("keeper"))
    approve_review(round_.assessment, actor=round_.who("pyb"))
    review = text(round_, "pyb", f"/penilaian/{number}/reviu/")
    assert [words in review for words in (said, "2 files in the queue", "about 1 minute")] == [True] * 3
    submit_assessment(round_.assessment, accept_unanswered=True, actor=round_.who("pyb"))
    assert Assessment.objects.get().state == State.SUBMITTED
    assert said in text(round_, "keeper", f"/penilaian/{number}/ringkasan/")
    assert said in text(round_, "verifier", f"/desk/{number}/")
    judge_files()
    for role, path in (("keeper", f"/penilaian/{number}/ringkasan/"), ("verifier", f"/desk/{number}/")):
        assert "to be checked" not in text(round_, role, path)


def test_an_indicator_with_a_waiting_file_looks_again_by_itself() -> None:
    round_ = Round().start()
    round_.claim("1.1", 3)
    upload_evidence(round_.assessment, "1.1", pdf(), actor=round_.who("keeper"))
    path = f"/penilaian/{round_.assessment.pk}/1.1/"
    page = text(round_, "keeper", path)
    assert (f'hx-get="{path}" hx-trigger="load delay:5s"' in page, "waits to be checked" in page) == (
        True,
        True,
    )
    judge_files()
    page = text(round_, "keeper", path)
    assert ("load delay:5s" in page, "waits to be checked" in page) == (False, False)


def test_before_it_is_sent_a_refused_file_counts_as_missing_and_is_replaced_as_ever() -> None:
    round_ = Round().start()
    round_.claim("1.1", 3)
    evidence = upload_evidence(round_.assessment, "1.1", cut(), actor=round_.who("keeper")).evidence
    judge_files()
    assert Gap("1.1", GapKind.EVIDENCE) in assessment_gaps(round_.assessment)
    page = text(round_, "keeper", f"/penilaian/{round_.assessment.pk}/1.1/")
    assert "The file is cut off: its end is missing." in page
    assert f'href="/bukti/{evidence.pk}/"' not in page
    with pytest.raises(NotNow):
        replace_refused_file(evidence, pdf("baru"), actor=round_.who("keeper"))
    version = Evidence.objects.get(pk=evidence.pk).version
    newer = replace_evidence(evidence, pdf("baru"), version=version, actor=round_.who("keeper")).evidence
    judge_files()
    assert beside("1.1") == [newer.pk]
    assert Gap("1.1", GapKind.EVIDENCE) not in assessment_gaps(round_.assessment)


def test_who_can_do_something_about_a_refusal_is_told_once() -> None:
    round_, evidence = refused()
    told = Notification.objects.filter(created_at__gte=evidence.blob.judged_at)  # type: ignore[union-attr]
    people = {note.user_id: note for note in told}
    assert set(people) == {round_.users[role].pk for role in ("keeper", "team", "verifier")}
    assert len(told) == 3
    for role, path in (
        ("keeper", f"/pustaka/{evidence.pk}/"),
        ("team", f"/pustaka/{evidence.pk}/"),
        ("verifier", f"/desk/{round_.assessment.pk}/"),
    ):
        note = people[round_.users[role].pk]
        assert note.path == path
        assert ("Berkas terpotong" in note.body, "putus.pdf" in note.subject) == (True, True)
    from sipinter.assessment.selfassessment.tasks import tell_about_refusal

    tell_about_refusal.call(evidence.pk)
    assert Notification.objects.filter(created_at__gte=evidence.blob.judged_at).count() == 3  # type: ignore[union-attr]


def test_another_file_takes_the_refused_ones_place_wherever_it_stands() -> None:
    round_, evidence = refused()
    times = dict(AnswerEvidence.objects.values_list("answer__code", "attached_at"))
    verifier = round_.users["verifier"]
    before = Notification.objects.filter(user=verifier).count()
    replaced = replace_refused_file(evidence, pdf("utuh"), actor=round_.who("team"))
    newer = Evidence.objects.get(pk=replaced.evidence.pk)
    assert [code for _cycle, code in replaced.moved] == ["1.1", "1.2"]
    assert beside("1.1") == beside("1.2") == [newer.pk]
    assert dict(AnswerEvidence.objects.values_list("answer__code", "attached_at")) == times
    assert (newer.is_submitted, newer.title) == (True, evidence.title)
    evidence.refresh_from_db()
    assert evidence.superseded_by == newer
    assert Event.objects.filter(action="answer.evidence_replaced").count() == 2
    assert Event.objects.filter(action="evidence.superseded").count() == 1
    assert Notification.objects.filter(user=verifier).count() == before + 1
    assert round_.fresh().state == State.VERIFICATION
    drain_queue()
    assert client_for(verifier).get(f"/bukti/{newer.pk}/").status_code == 200
    with pytest.raises(Conflict):
        replace_refused_file(evidence, pdf("lagi"), actor=round_.who("team"))


def test_the_days_begin_with_the_first_refusal() -> None:
    round_, evidence = refused()
    until = replaceable_until(evidence)
    assert until is not None
    assert evidence.blob is not None
    assert until == evidence.blob.judged_at + DAYS  # type: ignore[operator]
    again = replace_refused_file(evidence, cut("lagi"), actor=round_.who("keeper")).evidence
    Blob.objects.filter(evidence=again).update(created_at=timezone.now())
    judge_files()
    second = Evidence.objects.select_related("blob").get(pk=again.pk)
    assert second.blob is not None
    assert second.blob.is_refused
    assert replaceable_until(second) == until
    assert replace_refused_file(second, pdf("utuh"), actor=round_.who("keeper")).moved


def test_after_the_days_nothing_is_replaced() -> None:
    round_, evidence = refused()
    Blob.objects.update(judged_at=timezone.now() - DAYS - timedelta(minutes=1))
    with pytest.raises(NotNow, match="are over"):
        replace_refused_file(evidence, pdf("utuh"), actor=round_.who("keeper"))
    assert Evidence.objects.count() == 1
    page = text(round_, "keeper", f"/pustaka/{evidence.pk}/")
    assert ("It could be replaced until" in page, 'name="other-file"' in page) == (True, False)


def test_after_the_decision_nothing_is_replaced() -> None:
    round_, evidence = refused()
    Assessment.objects.update(state=State.DECIDED)
    with pytest.raises(NotNow, match="no assessment"):
        replace_refused_file(evidence, pdf("utuh"), actor=round_.who("keeper"))
    assert beside("1.1") == [evidence.pk]


def test_a_sound_file_is_not_replaced_like_this() -> None:
    round_ = Round().submit()
    evidence = Evidence.objects.get()
    with pytest.raises(NotNow, match="refused after it was sent in"):
        replace_refused_file(evidence, pdf("lain"), actor=round_.who("keeper"))


@pytest.mark.parametrize("role", ["pyb", "ppk", "verifier", "coordinator", "administrator"])
def test_only_keeper_and_team_replace(role: str) -> None:
    round_, evidence = refused()
    with pytest.raises(Denied):
        replace_refused_file(evidence, pdf("utuh"), actor=round_.who(role))
    outsider = make_user("Orang Luar", ("keeper", round_.desk))
    assert client_for(outsider).post(f"/pustaka/{evidence.pk}/ganti-ditolak/").status_code == 404


def test_a_refused_file_under_its_right_name_needs_no_replacement() -> None:
    round_, evidence = refused()
    Blob.objects.update(refusal="misnamed", refusal_detail="docx", media_type="application/pdf")
    replaced = replace_refused_file(evidence, cut(), actor=round_.who("keeper"))
    assert (replaced.evidence.pk, len(replaced.moved)) == (evidence.pk, 2)
    assert Blob.objects.get().judgement == "taken"


def test_the_page_of_the_document_says_until_when_and_takes_the_file() -> None:
    round_, evidence = refused()
    path = f"/pustaka/{evidence.pk}/"
    page = text(round_, "keeper", path)
    assert "It was refused after it was sent in. Until" in page
    keeper = client_for(round_.users["keeper"])
    assert keeper.post(f"{path}ganti-ditolak/", {}).status_code == 422
    response = keeper.post(f"{path}ganti-ditolak/", {"other-file": cut()})
    assert response.status_code == 422
    assert "cut off" in response.content.decode()
    response = keeper.post(f"{path}ganti-ditolak/", {"other-file": pdf("utuh")})
    newer = Evidence.objects.latest("pk")
    assert (response.status_code, response["Location"]) == (302, f"/pustaka/{newer.pk}/")
    assert "This file waits to be checked" in text(round_, "keeper", f"/pustaka/{newer.pk}/")


def test_known_refused_bytes_are_no_replacement() -> None:
    round_, evidence = refused()
    with pytest.raises(Invalid, match="cut off"):
        replace_refused_file(evidence, cut(), actor=round_.who("keeper"))
