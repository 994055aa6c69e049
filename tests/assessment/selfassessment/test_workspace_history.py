"""The history in plain words."""

import pytest

from sipinter.assessment.record.queries.history import HistoryChange, assessment_events, history_entries
from sipinter.assessment.record.queries.page_frame import load_frame
from sipinter.assessment.selfassessment.services.answers import detach_evidence, upload_evidence
from sipinter.assessment.selfassessment.services.submission import request_review, return_to_team
from sipinter.assessment.verification.services.verdicts import return_for_clarification
from tests.factories import client_for

from ..round import NEW, Round, pdf

pytestmark = pytest.mark.django_db


def told(
    round_: Round, role: str = "keeper", code: str = ""
) -> list[tuple[str, str, str, tuple[HistoryChange, ...]]]:
    frame = load_frame(round_.fresh(), round_.who(role))
    return [
        (e.who, e.code, e.title, e.changes) for e in history_entries(frame, assessment_events(frame, code))
    ]


def test_a_change_is_told_with_level_criteria_and_note() -> None:
    own = Round().start()
    own.claim("3.4", 2, note="SK terlampir")
    assert told(own, code="3.4") == [
        (
            "keeper agensi",
            "3.4",
            "Answer changed",
            (
                HistoryChange("Criteria ticked", "none", "1, 2"),
                HistoryChange("Level", "not filled in", "2"),
                HistoryChange("Note", "", "SK terlampir", True),
            ),
        )
    ]


def test_evidence_is_told_by_its_title() -> None:
    own = Round().start()
    received = upload_evidence(own.assessment, "3.4", pdf("SK: 2025"), actor=own.who("keeper"))
    detach_evidence(own.assessment, "3.4", received.evidence.pk, actor=own.who("keeper"))
    assert [(title, changes) for _w, _c, title, changes in told(own, code="3.4")] == [
        ("Evidence taken off", (HistoryChange("Document", "SK: 2025.pdf", ""),)),
        ("Evidence attached", (HistoryChange("Document", "", "SK: 2025.pdf"),)),
    ]


def test_gates_are_told_by_question_and_answer() -> None:
    newer = Round(instrument_id=NEW).start()
    changes = {change for _w, _c, title, cs in told(newer) if title.startswith("Question") for change in cs}
    assert HistoryChange("What kind of agency is this?", "", "Regency or city government") in changes


def test_steps_are_told_by_name_and_state() -> None:
    own = Round().start()
    request_review(own.assessment, actor=own.who("keeper"))
    return_to_team(own.assessment, reason="Lengkapi.", actor=own.who("pyb"))
    assert next((who, title, changes) for who, _c, title, changes in told(own)) == (
        "pyb agensi",
        "Return to the team",
        (
            HistoryChange("State", "Under review by the secretary", "Filling in"),
            HistoryChange("Reason", "", "Lengkapi.", True),
        ),
    )


def test_verdicts_reach_the_agency_only_when_handed_over() -> None:
    own = Round().verification()
    own.judge("3.3", "change", level=1, reason="Belum.")
    own.judge("3.4", "ask", reason="Mohon SK.")
    assert "Verdict of the verifier" not in [title for _w, _c, title, _x in told(own)]
    assert len([1 for _w, _c, title, _x in told(own, "verifier") if title == "Verdict of the verifier"]) == 2
    return_for_clarification(own.assessment, actor=own.who("verifier"))
    seen = [(code, title) for _w, code, title, _x in told(own) if title == "Verdict of the verifier"]
    assert seen == [("3.4", "Verdict of the verifier")]


def test_the_page_filters_by_indicator_and_counts_pages() -> None:
    own = Round(quick=False).fill(2)
    client = client_for(own.users["keeper"])
    address = f"/penilaian/{own.assessment.pk}/riwayat/"
    whole = client.get(address).content.decode()
    assert "?page=2" in whole
    one = client.get(f"{address}?indicator=3.4").content.decode()
    assert one.count("ws-history-head") == 2
    assert client.get(f"{address}?indicator=9.9").status_code == 404


@pytest.mark.parametrize("state", ["decided", "published"])
def test_a_decided_history_has_no_raw_field_names(state: str) -> None:
    own = Round()
    own.decide(3) if state == "decided" else own.publish(3)
    labels = {change.label for _w, _c, _t, changes in told(own) for change in changes}
    assert {label for label in labels if label == label.lower() or "_" in label} == set()
    assert all("." not in title for _w, _c, title, _x in told(own))
