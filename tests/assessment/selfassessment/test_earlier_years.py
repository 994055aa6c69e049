"""Starting from an earlier year: what goes along, what stays, and who may."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from sipinter.assessment.decisions.services.decisions import LevelChange, decide
from sipinter.assessment.record.models import Assessment, Cycle, State
from sipinter.assessment.selfassessment.earlier_years import earlier_assessments, read_earlier_assessment
from sipinter.assessment.selfassessment.services.answers import save_answer, upload_evidence
from sipinter.assessment.selfassessment.services.earlier_years import CarryOverChoice, carry_over_answers
from sipinter.assessment.selfassessment.services.versions import replace_evidence
from sipinter.foundation.access.errors import Denied, Invalid, NotNow
from sipinter.foundation.audit.models import Event
from sipinter.foundation.evidence.library.services import describe_evidence
from sipinter.foundation.evidence.models import Blob, Evidence
from tests.assessment.round import NEW, Round, pdf
from tests.assessment.years import answer_of, end, following
from tests.factories import actor, make_agency, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def last_year() -> Round:
    """Two indicators answered, one with a document, in a round that has ended."""
    round_ = Round().start()
    round_.claim("1.1", 3, note="Peta jabatan ditetapkan.")
    upload_evidence(
        round_.assessment, "1.1", pdf("peta"), title="SK Peta Jabatan", actor=round_.who("keeper")
    )
    round_.claim("3.4", 2)
    end(round_)
    return round_


@pytest.fixture
def now(last_year: Round) -> Assessment:
    return following(last_year)


def state_of(assessment: Assessment, code: str) -> tuple[list[int], int | None, str, list[str]]:
    answer = answer_of(assessment, code)
    titles = list(answer.evidence.order_by("pk").values_list("title", flat=True))
    return answer.ticks, answer.claimed_level, answer.note, titles


def test_criteria_note_and_document_are_taken_over(last_year: Round, now: Assessment) -> None:
    done = carry_over_answers(
        now, last_year.assessment, {"1.1": CarryOverChoice()}, actor=last_year.who("keeper")
    )
    assert done.taken == ["1.1"]
    assert state_of(now, "1.1") == ([1, 2, 3], 3, "Peta jabatan ditetapkan.", ["SK Peta Jabatan"])
    assert state_of(now, "3.4") == ([], None, "", [])
    now.refresh_from_db()
    assert now.answered == 1
    event = Event.objects.get(action="assessment.carried_over")
    assert event.changes["indicators"] == [None, 1]


def test_sent_twice_it_changes_nothing_the_second_time(last_year: Round, now: Assessment) -> None:
    takes = {"1.1": CarryOverChoice(version=1, replace=True), "3.4": CarryOverChoice()}
    carry_over_answers(now, last_year.assessment, takes, actor=last_year.who("keeper"))
    events, before = Event.objects.count(), state_of(now, "1.1")
    again = carry_over_answers(now, last_year.assessment, takes, actor=last_year.who("keeper"))
    assert (again.taken, again.kept, again.conflicts) == ([], ["1.1", "3.4"], [])
    assert (Event.objects.count(), state_of(now, "1.1")) == (events, before)


def test_what_is_answered_stays_unless_it_is_chosen(last_year: Round, now: Assessment) -> None:
    keeper = last_year.who("keeper")
    saved = save_answer(now, "1.1", ticks=[1], note="Baru.", version=1, actor=keeper)
    carry_over_answers(now, last_year.assessment, {"1.1": CarryOverChoice()}, actor=keeper)
    assert state_of(now, "1.1") == ([1], 1, "Baru.", ["SK Peta Jabatan"])
    stale = carry_over_answers(
        now, last_year.assessment, {"1.1": CarryOverChoice(1, replace=True)}, actor=keeper
    )
    assert stale.conflicts == ["1.1"]
    assert state_of(now, "1.1")[2] == "Baru."
    take = CarryOverChoice(saved.answer.version, replace=True)
    done = carry_over_answers(now, last_year.assessment, {"1.1": take}, actor=keeper)
    assert done.taken == ["1.1"]
    assert state_of(now, "1.1")[:3] == ([1, 2, 3], 3, "Peta jabatan ditetapkan.")


def expired(row: Evidence, round_: Round) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    describe_evidence(
        row,
        title=row.title,
        valid_from=None,
        valid_until=yesterday,
        version=row.version,
        actor=round_.who("keeper"),
    )


def infected(row: Evidence, round_: Round) -> None:
    Blob.objects.filter(pk=row.blob_id).update(scan=Blob.Scan.INFECTED)


@pytest.mark.parametrize("spoil", [expired, infected])
def test_a_document_that_no_longer_holds_stays_behind(
    last_year: Round, now: Assessment, spoil: Callable[[Evidence, Round], None]
) -> None:
    spoil(Evidence.objects.get(), last_year)
    carry_over_answers(now, last_year.assessment, {"1.1": CarryOverChoice()}, actor=last_year.who("keeper"))
    assert state_of(now, "1.1")[3] == []


def test_of_a_document_the_newest_version_goes_along(last_year: Round, now: Assessment) -> None:
    old = Evidence.objects.get()
    replace_evidence(old, pdf("baru"), title="SK Peta Jabatan 2", version=1, actor=last_year.who("keeper"))
    carry_over_answers(now, last_year.assessment, {"1.1": CarryOverChoice()}, actor=last_year.who("keeper"))
    assert state_of(now, "1.1")[3] == ["SK Peta Jabatan 2"]
    assert [
        kept.is_newer
        for kept in read_earlier_assessment(last_year.assessment, horizon=timezone.localdate()).documents[
            "1.1"
        ]
    ]


def test_between_instruments_notes_and_documents_go_along_and_no_level(last_year: Round) -> None:
    later = following(last_year, NEW)
    done = carry_over_answers(
        later,
        last_year.assessment,
        {"1.1": CarryOverChoice(), "2.2": CarryOverChoice(), "5.2": CarryOverChoice()},
        actor=last_year.who("keeper"),
    )
    assert (done.taken, done.kept) == (["1.1"], ["2.2", "5.2"])
    ticks, level, note, titles = state_of(later, "1.1")
    assert (ticks, level, titles) == ([], None, ["SK Peta Jabatan"])
    year = last_year.cycle.year
    assert note == (
        f"[{year}: 1.1 Peta jabatan dan rencana kebutuhan pegawai lima tahun]\nPeta jabatan ditetapkan."
    )


def test_team_members_take_over_within_their_scope_only(last_year: Round, now: Assessment) -> None:
    member = actor(make_user("Anggota", ("team", last_year.agency, ["3"])))
    done = carry_over_answers(
        now, last_year.assessment, {"1.1": CarryOverChoice(), "3.4": CarryOverChoice()}, actor=member
    )
    assert done.taken == ["3.4"]
    assert list(done.refused) == ["1.1"]


@pytest.mark.parametrize("role", ["pyb", "ppk", "verifier", "coordinator", "administrator"])
def test_others_may_not(last_year: Round, now: Assessment, role: str) -> None:
    with pytest.raises(Denied):
        carry_over_answers(now, last_year.assessment, {"1.1": CarryOverChoice()}, actor=last_year.who(role))


def test_only_while_filling_in_and_in_time(last_year: Round, now: Assessment) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    Cycle.objects.filter(pk=now.cycle_id).update(filling_closes=yesterday)
    with pytest.raises(NotNow):
        carry_over_answers(
            now, last_year.assessment, {"1.1": CarryOverChoice()}, actor=last_year.who("keeper")
        )
    Assessment.objects.filter(pk=now.pk).update(state=State.IN_REVIEW)
    with pytest.raises(Denied):
        carry_over_answers(
            now, last_year.assessment, {"1.1": CarryOverChoice()}, actor=last_year.who("keeper")
        )


def test_never_from_another_agency_or_from_a_round_under_way(last_year: Round, now: Assessment) -> None:
    other = make_agency("Pemerintah Kota Kenanga", "kota")
    foreign = Assessment.objects.create(cycle=last_year.cycle, agency=other, state=State.PUBLISHED)
    for wrong in (foreign, now):
        with pytest.raises(Invalid):
            carry_over_answers(now, wrong, {"1.1": CarryOverChoice()}, actor=last_year.who("keeper"))


def test_the_latest_round_of_the_same_instrument_comes_first(last_year: Round, now: Assessment) -> None:
    assert earlier_assessments(last_year.assessment) == []
    assert earlier_assessments(now) == [last_year.assessment]
    newer = following(last_year, NEW)
    assert earlier_assessments(newer) == [last_year.assessment]  # this year's other round is no earlier one


def test_after_a_decision_the_level_decided_is_the_one_that_goes_along() -> None:
    round_ = Round().plenary(3)
    decide(
        round_.assessment,
        decided_on=timezone.localdate(),
        changes={"1.1": LevelChange(2, "Belum berlaku di semua unit.")},
        actor=round_.who("plenary"),
    )
    later = following(round_)
    carry_over_answers(
        later,
        round_.fresh(),
        {"1.1": CarryOverChoice(), "1.2": CarryOverChoice()},
        actor=round_.who("keeper"),
    )
    assert state_of(later, "1.1")[:2] == ([1, 2], 2)
    assert state_of(later, "1.2")[:2] == ([1, 2, 3], 3)
