"""A newer version of a document takes its place wherever answers are open, and nowhere else."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from sipinter.assessment.record.models import Assessment, Cycle, State
from sipinter.assessment.selfassessment.services.answers import attach_evidence, upload_evidence
from sipinter.assessment.selfassessment.services.versions import replace_evidence
from sipinter.foundation.access.errors import Conflict, Denied, Invalid
from sipinter.foundation.audit.models import Event
from sipinter.foundation.evidence.library.versions import versions_of
from sipinter.foundation.evidence.models import Evidence
from tests.assessment.round import Round, pdf
from tests.assessment.years import answer_of, following
from tests.factories import actor, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def round_() -> Round:
    return Round().start()


@pytest.fixture
def old(round_: Round) -> Evidence:
    """One document at two indicators."""
    row = upload_evidence(
        round_.assessment, "1.1", pdf("lama"), title="SK 2025", actor=round_.who("keeper")
    ).evidence
    attach_evidence(round_.assessment, "3.4", row, actor=round_.who("keeper"))
    return row


def titles(assessment: Assessment, code: str) -> list[str]:
    return list(answer_of(assessment, code).evidence.values_list("title", flat=True))


def test_it_stands_wherever_the_old_one_stood(round_: Round, old: Evidence) -> None:
    done = replace_evidence(
        old,
        pdf("baru"),
        title="SK 2026",
        dated=date(2026, 1, 5),
        valid_until=date(2027, 1, 5),
        version=1,
        actor=round_.who("keeper"),
    )
    assert [code for _round, code in done.moved] == ["1.1", "3.4"]
    assert done.left == 0
    assert titles(round_.assessment, "1.1") == titles(round_.assessment, "3.4") == ["SK 2026"]
    old.refresh_from_db()
    assert old.superseded_by == done.evidence
    assert (done.evidence.dated, done.evidence.valid_until) == (date(2026, 1, 5), date(2027, 1, 5))
    assert versions_of(old) == versions_of(done.evidence) == [done.evidence, old]
    actions = list(Event.objects.order_by("pk").values_list("action", flat=True))
    assert actions[-4:] == [
        "evidence.changed",
        "evidence.superseded",
        "answer.evidence_replaced",
        "answer.evidence_replaced",
    ]


def test_what_a_verifier_has_read_stays(round_: Round, old: Evidence) -> None:
    Assessment.objects.filter(pk=round_.assessment.pk).update(state=State.VERIFICATION)
    later = following(round_)
    attach_evidence(later, "1.1", old, actor=round_.who("keeper"))
    done = replace_evidence(old, pdf("baru"), title="SK 2026", version=1, actor=round_.who("keeper"))
    assert titles(round_.assessment, "1.1") == titles(round_.assessment, "3.4") == ["SK 2025"]
    assert titles(later, "1.1") == ["SK 2026"]
    assert (len(done.moved), done.left) == (1, 2)


def test_after_the_last_day_nothing_is_exchanged(round_: Round, old: Evidence) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    Cycle.objects.filter(pk=round_.cycle.pk).update(filling_closes=yesterday)
    done = replace_evidence(old, pdf("baru"), version=1, actor=round_.who("keeper"))
    assert (done.moved, done.left) == ((), 2)


def test_sent_twice_it_changes_nothing_the_second_time(round_: Round, old: Evidence) -> None:
    first = replace_evidence(old, pdf("baru"), version=1, actor=round_.who("keeper"))
    events = Event.objects.count()
    again = replace_evidence(old, pdf("baru"), version=1, actor=round_.who("keeper"))
    assert (again.evidence, again.moved, Event.objects.count()) == (first.evidence, (), events)


def test_a_document_that_somebody_else_replaced_meanwhile_is_a_conflict(round_: Round, old: Evidence) -> None:
    replace_evidence(old, pdf("baru"), version=1, actor=round_.who("keeper"))
    with pytest.raises(Conflict):
        replace_evidence(old, pdf("lain"), version=1, actor=round_.who("keeper"))


def test_a_stale_page_stores_nothing(round_: Round, old: Evidence) -> None:
    Evidence.objects.filter(pk=old.pk).update(version=2)
    with pytest.raises(Conflict):
        replace_evidence(old, pdf("baru"), version=1, actor=round_.who("keeper"))
    assert Evidence.objects.count() == 1


def test_the_same_file_and_an_older_version_are_refused(round_: Round, old: Evidence) -> None:
    with pytest.raises(Invalid, match="same file"):
        replace_evidence(old, pdf("lama"), version=1, actor=round_.who("keeper"))
    newer = replace_evidence(old, pdf("baru"), version=1, actor=round_.who("keeper")).evidence
    with pytest.raises(Invalid, match="older version"):
        replace_evidence(newer, pdf("lama"), version=newer.version, actor=round_.who("keeper"))


def test_a_file_that_is_not_taken_changes_nothing(round_: Round, old: Evidence) -> None:
    with pytest.raises(Invalid):
        replace_evidence(old, SimpleUploadedFile("kosong.pdf", b""), version=1, actor=round_.who("keeper"))
    with pytest.raises(Invalid):
        replace_evidence(
            old,
            pdf("baru"),
            valid_from=date(2026, 2, 1),
            valid_until=date(2026, 1, 1),
            version=1,
            actor=round_.who("keeper"),
        )
    assert Evidence.objects.count() == 1
    assert titles(round_.assessment, "1.1") == ["SK 2025"]


def test_two_documents_may_become_one(round_: Round, old: Evidence) -> None:
    keeper = round_.who("keeper")
    other = upload_evidence(
        round_.assessment, "1.1", pdf("lampiran"), title="Lampiran", actor=keeper
    ).evidence
    replace_evidence(old, pdf("baru"), title="SK 2026", version=1, actor=keeper)
    replace_evidence(other, pdf("baru"), version=1, actor=keeper)
    assert titles(round_.assessment, "1.1") == ["SK 2026"]
    assert len(versions_of(old)) == 3


def test_a_team_member_needs_every_indicator_in_which_it_stands(round_: Round, old: Evidence) -> None:
    member = actor(make_user("Anggota", ("team", round_.agency, ["3"])))
    with pytest.raises(Denied):
        replace_evidence(old, pdf("baru"), version=1, actor=member)
    assert Evidence.objects.count() == 1


@pytest.mark.parametrize("role", ["pyb", "ppk", "verifier", "administrator"])
def test_others_may_not(round_: Round, old: Evidence, role: str) -> None:
    with pytest.raises(Denied):
        replace_evidence(old, pdf("baru"), version=1, actor=round_.who(role))
