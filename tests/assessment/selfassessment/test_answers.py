"""The agency's writing: levels from ticks, versions, scope, dates, evidence."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from sipinter.assessment.record.completeness import Gap, GapKind, assessment_gaps
from sipinter.assessment.record.models import Answer
from sipinter.assessment.record.services.cycles import change_dates
from sipinter.assessment.selfassessment.services.answers import (
    attach_evidence,
    detach_evidence,
    save_answer,
    save_gate,
    upload_evidence,
)
from sipinter.assessment.selfassessment.services.submission import start_assessment
from sipinter.foundation.access.errors import Conflict, Denied, Invalid, NotNow
from sipinter.foundation.audit.models import Event
from sipinter.foundation.audit.queries import events_about
from sipinter.foundation.audit.services import target_of
from tests.factories import actor, make_user

from ..round import NEW, Round, pdf

pytestmark = pytest.mark.django_db


@pytest.fixture
def filling() -> Round:
    return Round().start()


def test_start_lays_out_every_indicator(filling: Round) -> None:
    assessment = filling.fresh()
    assert assessment.state == "filling"
    assert assessment.answers.count() == 37
    assert (assessment.answered, assessment.applicable) == (0, 37)


@pytest.mark.parametrize(
    ("ticks", "level"), [([], None), ([1], 1), ([1, 2, 3], 3), ([1, 2, 4], 2), ([2, 3], None)]
)
def test_level_follows_from_cumulative_ticks(filling: Round, ticks: list[int], level: int | None) -> None:
    version = filling.answer("1.1").version
    saved = save_answer(
        filling.assessment, "1.1", ticks=ticks, note="", version=version, actor=filling.who("keeper")
    )
    assert saved.answer.claimed_level == level


def test_zero_is_an_answer_where_the_scale_begins_at_zero() -> None:
    newer = Round(instrument_id=NEW).start()
    assert newer.claim("1.1", 0).answer.claimed_level == 0
    assert "1.1" not in newer.claim("1.2", 1).scorecard.unanswered


def test_score_is_kept_on_the_row(filling: Round) -> None:
    saved = filling.claim("3.1", 4)
    assert saved.scorecard.score == Decimal("20.0")
    assert filling.fresh().claimed_score == Decimal("20")


def test_history_tells_who_and_from_what_to_what(filling: Round) -> None:
    filling.claim("1.1", 2, note="rencana")
    filling.claim("1.1", 3, role="team", note="rencana")
    events = list(events_about([target_of(filling.answer("1.1"))]))
    assert [(e.who, e.changes.get("claimed_level")) for e in events] == [
        ("team agensi", [2, 3]),
        ("keeper agensi", [None, 2]),
    ]


def test_an_older_version_is_refused_and_shows_what_stands_now(filling: Round) -> None:
    seen = filling.answer("1.1").version
    filling.claim("1.1", 2, note="dari rekan")
    with pytest.raises(Conflict) as caught:
        save_answer(
            filling.assessment, "1.1", ticks=[1], note="tulisan saya", version=seen, actor=filling.who("team")
        )
    assert isinstance(caught.value.current, Answer)
    assert caught.value.current.note == "dari rekan"
    assert filling.answer("1.1").note == "dari rekan"


def test_the_same_form_sent_twice_changes_nothing(filling: Round) -> None:
    seen = filling.answer("1.1").version
    for _time in range(2):
        save_answer(
            filling.assessment, "1.1", ticks=[1, 2], note="sama", version=seen, actor=filling.who("keeper")
        )
    assert filling.answer("1.1").version == seen + 1
    assert Event.objects.filter(action="answer.saved").count() == 1


def test_scope_limits_a_team_member(filling: Round) -> None:
    mutasi = actor(make_user("Tim Mutasi", ("team", filling.agency, ["3", "4.1"])))
    for code in ("3.4", "3.10", "4.1"):
        save_answer(filling.assessment, code, ticks=[1], note="", version=1, actor=mutasi)
    with pytest.raises(Denied):
        save_answer(filling.assessment, "4.2", ticks=[1], note="", version=1, actor=mutasi)


@pytest.mark.parametrize("role", ["pyb", "ppk", "verifier", "plenary", "administrator"])
def test_only_the_team_answers(filling: Round, role: str) -> None:
    with pytest.raises(Denied):
        filling.claim("1.1", 2, role=role)


def test_unknown_codes_and_levels_are_refused(filling: Round) -> None:
    with pytest.raises(Invalid):
        save_answer(filling.assessment, "9.9", ticks=[1], note="", version=1, actor=filling.who("keeper"))
    with pytest.raises(Invalid):
        save_answer(filling.assessment, "1.1", ticks=[5], note="", version=1, actor=filling.who("keeper"))


def test_after_the_closing_date_nothing_is_saved(filling: Round) -> None:
    filling.claim("1.1", 2)
    yesterday = timezone.localdate() - timedelta(days=1)
    change_dates(
        filling.cycle,
        filling_opens=yesterday - timedelta(days=5),
        filling_closes=yesterday,
        version=1,
        actor=filling.who("administrator"),
    )
    with pytest.raises(NotNow, match="passed"):
        filling.claim("1.1", 3)
    assert filling.answer("1.1").claimed_level == 2


def test_the_closing_day_ends_by_the_agencys_own_clock(filling: Round) -> None:
    filling.agency.time_zone = "Asia/Jayapura"
    assessment = filling.fresh()
    west = assessment.end_of(timezone.localdate())
    assessment.agency.time_zone = "Asia/Jayapura"
    assert west - assessment.end_of(timezone.localdate()) == timedelta(hours=2)


def test_after_submission_an_answer_cannot_be_changed() -> None:
    sent = Round().submit()
    with pytest.raises(Denied, match="closed"):
        sent.claim("1.1", 4)
    with pytest.raises(Denied):
        upload_evidence(sent.assessment, "1.1", pdf("baru"), actor=sent.who("keeper"))
    assert sent.answer("1.1").claimed_level == 3


def test_the_same_file_is_recognised_and_shared(filling: Round) -> None:
    first = upload_evidence(filling.assessment, "1.1", pdf("peta"), actor=filling.who("keeper"))
    again = upload_evidence(filling.assessment, "1.2", pdf("peta"), actor=filling.who("keeper"))
    assert (first.was_known, again.was_known) == (False, True)
    assert first.evidence == again.evidence
    assert [a.code for a in first.evidence.answers.all()] == ["1.1", "1.2"]


def test_detached_evidence_stays_in_the_library(filling: Round) -> None:
    kept = upload_evidence(filling.assessment, "1.1", pdf(), actor=filling.who("keeper")).evidence
    detach_evidence(filling.assessment, "1.1", kept.pk, actor=filling.who("keeper"))
    detach_evidence(filling.assessment, "1.1", kept.pk, actor=filling.who("keeper"))
    assert list(filling.answer("1.1").evidence.all()) == []
    assert list(filling.agency.evidence.all()) == [kept]


def test_evidence_of_another_agency_is_refused(filling: Round) -> None:
    other = Round(agency_name="Pemerintah Kota Kenanga", instrument_id=NEW).start()
    foreign = upload_evidence(other.assessment, "1.1", pdf("asing"), actor=other.who("keeper")).evidence
    with pytest.raises(Invalid):
        attach_evidence(filling.assessment, "1.1", foreign, actor=filling.who("keeper"))


def test_completeness_names_every_gap() -> None:
    newer = Round(instrument_id=NEW)
    start_assessment(newer.assessment, actor=newer.who("keeper"))
    newer.claim("1.1", 0)
    newer.claim("1.2", 2)
    gaps = assessment_gaps(newer.fresh())
    assert gaps[:4] == [
        Gap(code, GapKind.GATE) for code in ("G.jenis", "G.tpp", "G.kecelakaan", "G.kematian")
    ]
    assert gaps[4:6] == [Gap("1.2", GapKind.EVIDENCE), Gap("1.3", GapKind.UNANSWERED)]


def test_gates_are_the_keepers() -> None:
    newer = Round(instrument_id=NEW).start()
    with pytest.raises(Denied):
        save_gate(newer.assessment, "G.tpp", choice="membayar", version=2, actor=newer.who("team"))
    with pytest.raises(Invalid):
        save_gate(newer.assessment, "G.tpp", choice="entah", version=2, actor=newer.who("keeper"))
    card = save_gate(newer.assessment, "G.tpp", choice="tidak-membayar", version=2, actor=newer.who("keeper"))
    assert "6.3" in card.not_applicable
