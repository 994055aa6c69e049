"""Plenary, publication, objection, correction: what was decided stays."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone
from pyhanko.pdf_utils.reader import PdfFileReader

from sipinter.assessment.decisions.papers import missing_document_kinds, store_decision_documents
from sipinter.assessment.decisions.services.decisions import (
    LevelChange,
    correct_decision,
    decide,
    next_decision_number,
)
from sipinter.assessment.decisions.services.objections import object_to_decision, reject_objection
from sipinter.assessment.decisions.tasks import make_papers
from sipinter.assessment.record.models import Cycle, Decision, Result, Snapshot
from sipinter.assessment.record.queries.page_frame import load_frame
from sipinter.assessment.record.recommendations.models import Recommendation
from sipinter.assessment.record.services.survey import record_survey
from sipinter.assessment.selfassessment.queries.workspace import get_answer_page
from sipinter.assessment.selfassessment.services.answers import detach_evidence, save_gate
from sipinter.assessment.selfassessment.services.submission import submit_assessment
from sipinter.assessment.verification.queries.desk import last_verdict
from sipinter.assessment.verification.services.verdicts import finish_verification, judge_answer
from sipinter.foundation.access.errors import Denied, Invalid, NotNow, Refused
from sipinter.foundation.documents.signing.verifier import verify_pdf
from sipinter.foundation.work.queue import enqueue_task
from sipinter.foundation.work.worker import drain_queue

from ..desk_round import beside
from ..round import NEW, Round, make_cycle

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


def test_the_decision_bears_score_number_and_signed_papers() -> None:
    round_ = Round().decide(4)
    decision = round_.decision
    assert (decision.score, decision.max, decision.index) == (Decimal(410), Decimal(410), Decimal(1))
    assert decision.category == "Sangat Baik"
    assert decision.valid_until.year == TODAY().year + 2
    assert decision.number == f"001/SK-SM/{TODAY().year}"
    assert not decision.documents.exists()
    assert drain_queue()
    for document in decision.documents.all():
        with default_storage.open(document.path) as stored:
            assert verify_pdf(stored.read()).valid
    assert sorted(decision.documents.values_list("kind", flat=True)) == ["certificate", "letter"]


def test_no_certificate_below_the_categories_that_are_given_one() -> None:
    decision = Round().decide(2).decision
    assert (decision.score, decision.category) == (Decimal(205), "Kurang")
    drain_queue()
    assert list(decision.documents.values_list("kind", flat=True)) == ["letter"]


def test_the_plenary_may_change_a_level_with_its_reason() -> None:
    round_ = Round().decide(changes={"1.1": LevelChange(4, "Bukti baru diterima rapat.")})
    assert round_.decision.score == Decimal("310")
    row = round_.answer("1.1")
    assert (row.claimed_level, row.verified_level, row.decided_level) == (3, 3, 4)
    assert row.decided_reason == "Bukti baru diterima rapat."


@pytest.mark.parametrize("change", [LevelChange(9, "x"), LevelChange(2, " ")])
def test_a_change_without_reason_or_level_is_refused(change: LevelChange) -> None:
    round_ = Round().plenary()
    with pytest.raises(Invalid):
        decide(round_.assessment, decided_on=TODAY(), changes={"1.1": change}, actor=round_.who("plenary"))
    assert (round_.fresh().state, Decision.objects.count()) == ("plenary", 0)


def test_a_decision_is_not_made_twice() -> None:
    round_ = Round().decide()
    with pytest.raises(NotNow):
        decide(round_.assessment, decided_on=TODAY(), actor=round_.who("plenary"))
    assert Decision.objects.count() == 1


def test_a_number_is_given_once_and_the_date_lies_in_the_round() -> None:
    Round().decide(number="7/SK")
    other = Round(agency_name="Pemerintah Kota Kenanga", instrument_id=NEW)
    with pytest.raises(NotNow, match="survey"):
        other.decide()
    record_survey(other.assessment, Decimal("0.8"), source="Survei", actor=other.who("coordinator"))
    with pytest.raises(Invalid):
        decide(other.assessment, decided_on=TODAY(), number="7/SK", actor=other.who("plenary"))
    with pytest.raises(Invalid):
        decide(other.assessment, decided_on=TODAY() + timedelta(days=1), actor=other.who("plenary"))
    decision = decide(other.assessment, decided_on=TODAY(), actor=other.who("plenary"))
    # All levels 3 of 4: maturity 75; 0.75 x 0.75 + 0.25 x 0.8 = 0.7625.
    assert (decision.score, decision.index, decision.category) == (Decimal(75), Decimal("0.76"), "Menengah")


def test_nobody_changes_what_was_decided() -> None:
    round_ = Round().publish()
    answer = round_.answer("1.1")
    before = Snapshot.objects.filter(assessment=round_.assessment).count()
    attempts = [
        lambda who: round_.claim("1.1", 4, role=who),
        lambda who: judge_answer(
            answer, "change", level=1, reason="x", version=answer.version, actor=round_.who(who)
        ),
        lambda who: save_gate(round_.assessment, "G.x", choice="", version=1, actor=round_.who(who)),
        lambda who: detach_evidence(
            round_.assessment, "1.1", answer.evidence.get().pk, actor=round_.who(who)
        ),
        lambda who: finish_verification(round_.assessment, actor=round_.who(who)),
        lambda who: submit_assessment(round_.assessment, accept_unanswered=True, actor=round_.who(who)),
        lambda who: decide(round_.assessment, decided_on=TODAY(), actor=round_.who(who)),
        lambda who: record_survey(round_.assessment, Decimal(1), source="x", actor=round_.who(who)),
    ]
    for who in round_.users:
        for attempt in attempts:
            with pytest.raises(Refused):
                attempt(who)
    assert round_.answer("1.1").version == answer.version
    assert Snapshot.objects.filter(assessment=round_.assessment).count() == before


def test_publication_fills_the_register_and_hands_over_recommendations() -> None:
    round_ = Round().publish()
    result = Result.objects.get(agency=round_.agency)
    assert (result.score, result.category, result.decision) == (Decimal("307.5"), "Baik", round_.decision)
    assert result.aspects.count() == 8
    assert Recommendation.objects.filter(agency=round_.agency, issued_at=None).count() == 0
    assert Recommendation.objects.filter(agency=round_.agency).count() == 37


def test_a_correction_is_a_new_decision_that_names_the_old_one() -> None:
    round_ = Round().publish()
    old = round_.decision
    new = correct_decision(
        round_.assessment,
        decided_on=TODAY(),
        changes={"3.1": LevelChange(4, "Salah catat.")},
        reason="Salah catat level 3.1.",
        actor=round_.who("plenary"),
    )
    assert (new.supersedes, new.score) == (old, Decimal("312.5"))
    old.refresh_from_db()
    assert old.score == Decimal("307.5")
    assert round_.answer("3.1").decided_level == 3
    shown = Result.objects.filter(agency=round_.agency, is_current=True)
    assert [r.score for r in shown] == [Decimal("312.5")]
    again = correct_decision(
        round_.assessment,
        decided_on=TODAY(),
        changes={"1.1": LevelChange(4, "Tambahan.")},
        reason="Kedua.",
        actor=round_.who("plenary"),
    )
    assert (again.supersedes, again.score) == (new, Decimal("315"))


def test_objection_within_the_window_only() -> None:
    round_ = Round().publish()
    with pytest.raises(Denied):
        object_to_decision(round_.assessment, reason="Keberatan", actor=round_.who("keeper"))
    object_to_decision(round_.assessment, reason="Keberatan atas 3.4", actor=round_.who("ppk"))
    assert round_.fresh().state == "objection"
    with pytest.raises(NotNow, match="panel"):
        reject_objection(round_.assessment, reason="Bukti tidak cukup.", actor=round_.who("plenary"))
    round_.panel()
    reject_objection(round_.assessment, reason="Bukti tidak cukup.", actor=round_.who("plenary"))
    assert (round_.fresh().state, round_.fresh().returned_reason) == ("published", "Bukti tidak cukup.")


def test_the_round_keeps_the_instrument_it_was_opened_with() -> None:
    round_ = Round().start()
    assert round_.cycle.pinned is not None
    assert "id: permenpanrb-40-2018" in round_.cycle.pinned.body


def test_a_later_correction_of_the_file_does_not_reach_an_open_round(monkeypatch: pytest.MonkeyPatch) -> None:
    from sipinter.assessment.record import instruments

    round_ = Round().start()
    assert round_.cycle.pinned is not None
    instruments._pinned.cache_clear()
    monkeypatch.setattr(instruments, "default_catalog", dict)
    kept = instruments.instrument_of(round_.cycle)
    assert (kept.sha256, len(kept.indicators)) == (round_.cycle.pinned.sha256, 37)
    instruments._pinned.cache_clear()


def test_a_number_chosen_by_hand_does_not_stand_in_the_way_of_the_next() -> None:
    year = TODAY().year
    first = Round().decide(number=f"002/SK-SM/{year}")
    assert next_decision_number(year) == f"003/SK-SM/{year}"
    second = beside(first, "Pemerintah Kabupaten Anggrek").decide().decision
    assert second.number == f"003/SK-SM/{year}"


def test_recommendations_follow_the_levels_that_the_plenary_decided() -> None:
    Round().decide(changes={"3.1": LevelChange(4, "Bukti rapat."), "3.2": LevelChange(2, "Belum.")})
    found = {r.code: (r.level_now, r.level_next) for r in Recommendation.objects.all()}
    assert ("3.1" in found, found["3.2"], found["3.3"]) == (False, (2, 3), (3, 4))


def test_a_correction_is_not_dated_before_what_it_corrects() -> None:
    round_ = Round().publish()
    with pytest.raises(Invalid, match="before"):
        correct_decision(
            round_.assessment,
            decided_on=round_.cycle.filling_opens,
            changes={},
            reason="Salah catat.",
            actor=round_.who("plenary"),
        )


def test_after_a_correction_the_agency_sees_the_levels_that_hold() -> None:
    round_ = Round().publish()
    correct_decision(
        round_.assessment,
        decided_on=TODAY(),
        changes={"3.1": LevelChange(4, "Salah catat.")},
        reason="Salah catat level 3.1.",
        actor=round_.who("plenary"),
    )
    frame = load_frame(round_.fresh(), round_.who("keeper"))
    assert (frame.level_of("3.1"), frame.card.score) == (4, Decimal("312.5"))


def test_papers_are_signed_in_the_language_of_the_site() -> None:
    decision = Round().decide().decision
    drain_queue()
    paper = decision.documents.get(kind="letter")
    with default_storage.open(paper.path) as stored:
        (signature,) = PdfFileReader(stored).embedded_signatures
        assert str(signature.sig_object["/Reason"]).startswith("Surat keputusan ")


def test_papers_are_made_once_however_often_somebody_begins() -> None:
    decision = Round().decide(4).decision
    stale = Decision.objects.prefetch_related("documents").get(pk=decision.pk)
    drain_queue()
    made = {d.kind: d.pk for d in decision.documents.all()}
    assert {
        d.kind: d.pk for d in store_decision_documents(stale)
    } == made  # two at once: the first one's papers hold
    decision.documents.filter(kind="certificate").delete()
    assert missing_document_kinds(Decision.objects.get(pk=decision.pk)) == ["certificate"]
    enqueue_task(make_papers, decision.pk)  # the worker died between the two
    drain_queue()
    assert decision.documents.get(kind="letter").pk == made["letter"]
    assert decision.documents.count() == 2


def test_publishing_does_not_wait_for_a_worker() -> None:
    round_ = Round().publish()
    assert sorted(round_.decision.documents.values_list("kind", flat=True)) == ["certificate", "letter"]
    assert drain_queue()
    assert round_.decision.documents.count() == 2


def test_the_next_round_compares_with_the_level_that_holds() -> None:
    round_ = Round()
    Cycle.objects.update(year=TODAY().year - 1)
    round_.publish()
    correct_decision(
        round_.assessment,
        decided_on=TODAY(),
        changes={"3.1": LevelChange(4, "Salah catat.")},
        reason="Salah catat level 3.1.",
        actor=round_.who("plenary"),
    )
    round_.cycle = make_cycle(round_.who("administrator"), round_.agency)
    round_.assessment = round_.fresh()
    round_.start()
    view = get_answer_page(load_frame(round_.fresh(), round_.who("keeper")), "3.1", round_.who("keeper"))
    assert view.earlier is not None
    assert (view.earlier.year, view.earlier.level) == (TODAY().year - 1, 4)
    beside_desk = last_verdict(round_.fresh(), "3.1")
    assert beside_desk is not None
    assert beside_desk.decided_level == 4
