"""What differs, what is taken over, and what somebody changed meanwhile."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from sipinter.assessment.record.models import Cycle, GateAnswer, WorkbookUpload
from sipinter.assessment.record.queries.page_frame import load_frame
from sipinter.assessment.selfassessment.queries.workbook import WorkbookComparison, workbook_comparison
from sipinter.assessment.selfassessment.services.answers import save_answer
from sipinter.assessment.selfassessment.services.workbook import (
    AppliedWorkbook,
    WorkbookChoice,
    apply_workbook,
    close_workbook,
    export_workbook,
)
from sipinter.assessment.selfassessment.tasks import delete_expired_rows
from sipinter.foundation.access.errors import Denied, NotNow
from sipinter.foundation.audit.models import Event
from tests.assessment.round import NEW, Round

from .book import GATES, download, edited, rows, send_back, with_level

pytestmark = pytest.mark.django_db


@pytest.fixture
def filling() -> Round:
    return Round().start()


def compared(round_: Round, upload: WorkbookUpload, role: str = "keeper") -> WorkbookComparison:
    return workbook_comparison(load_frame(round_.fresh(), round_.who(role)), upload)


def kinds(round_: Round, upload: WorkbookUpload) -> dict[str, dict[str, str]]:
    """Code -> value -> who changed it."""
    found = compared(round_, upload).rows
    return {row.code: {one.field: one.kind.value for one in row.differences} for row in found}


def take(round_: Round, upload: WorkbookUpload, role: str = "keeper", **picks: Any) -> AppliedWorkbook:
    """Apply; each pick is a dict of values, with the version as it stands now unless given."""
    made = {}
    for name, fields in picks.items():
        code = name.replace("_", ".").removeprefix("i")
        version = fields.pop("version", None) or round_.answer(code).version
        made[code] = WorkbookChoice(
            version, {k: v for k, v in fields.items() if k != "own"}, fields.get("own", "")
        )
    return apply_workbook(upload, made, actor=round_.who(role))


def test_every_kind_of_difference(filling: Round) -> None:
    for code in ("1.1", "1.2", "1.3", "2.1", "2.2"):
        filling.claim(code, 1, note="awal")
    body = download(filling)
    for code, level, note in [("1.1", 3, "buku"), ("1.3", 3, "buku"), ("2.1", 2, "sama"), ("2.2", 2, "awal")]:
        body = with_level(body, code, level, note)
    filling.claim("1.2", 4, role="team", note="sistem")
    filling.claim("1.3", 4, role="team", note="sistem")
    filling.claim("2.1", 2, role="team", note="sama")
    filling.claim("2.2", 1, role="team", note="sistem")
    assert kinds(filling, send_back(filling, body)) == {
        "1.1": {"level": "workbook", "note": "workbook"},
        "1.2": {"level": "system", "note": "system"},
        "1.3": {"level": "conflict", "note": "conflict"},
        "2.1": {"level": "alike", "note": "alike"},
        "2.2": {"level": "workbook", "note": "system"},
    }


def test_what_is_chosen_is_saved_value_by_value(filling: Round) -> None:
    filling.claim("1.1", 1, note="awal")
    body = with_level(download(filling), "1.1", 3, "dari buku")
    filling.claim("1.1", 2, role="team", note="dari sistem")
    upload = send_back(filling, body)
    applied = take(filling, upload, i1_1={"level": "workbook", "note": "both"})
    assert applied.saved == ["1.1"]
    answer = filling.answer("1.1")
    assert (answer.ticks, answer.note) == ([1, 2, 3], "dari sistem\n\ndari buku")
    assert compared(filling, WorkbookUpload.objects.get()).rows == ()


def test_own_words_and_leaving_the_system_as_it_is(filling: Round) -> None:
    body = with_level(with_level(download(filling), "1.1", 3, "a"), "1.2", 3, "b")
    filling.claim("1.1", 2, role="team", note="x")
    filling.claim("1.2", 2, role="team", note="y")
    upload = send_back(filling, body)
    before = filling.answer("1.2").version
    applied = take(
        filling,
        upload,
        i1_1={"level": "system", "note": "own", "own": " sendiri\r\n "},
        i1_2={"level": "system", "note": "system"},
    )
    assert (applied.saved, applied.kept) == (["1.1"], ["1.2"])
    assert (filling.answer("1.1").note, filling.answer("1.1").claimed_level) == ("sendiri", 2)
    assert filling.answer("1.2").version == before
    assert not compared(filling, WorkbookUpload.objects.get()).asks


def test_a_change_meanwhile_is_a_conflict_again_and_the_others_are_saved(filling: Round) -> None:
    body = with_level(with_level(download(filling), "1.1", 3), "1.2", 3)
    upload = send_back(filling, body)
    seen = filling.answer("1.1").version
    filling.claim("1.1", 1, role="team", note="baru saja")
    applied = take(filling, upload, i1_1={"level": "workbook", "version": seen}, i1_2={"level": "workbook"})
    assert (applied.saved, applied.conflicts) == (["1.2"], ["1.1"])
    assert (filling.answer("1.1").claimed_level, filling.answer("1.1").note) == (1, "baru saja")
    assert kinds(filling, WorkbookUpload.objects.get()) == {"1.1": {"level": "conflict", "note": "system"}}


def test_each_save_and_the_workbook_are_on_record(filling: Round) -> None:
    upload = send_back(filling, with_level(with_level(download(filling), "1.1", 3), "1.2", 3))
    take(filling, upload, i1_1={"level": "workbook"}, i1_2={"level": "workbook"})
    assert Event.objects.filter(action="answer.saved").count() == 2
    event = Event.objects.get(action="workbook.applied")
    assert event.changes["file_sha256"] == [None, upload.sha256]
    assert event.changes["saved"] == [None, 2]
    assert event.who == "keeper agensi"
    assert Event.objects.filter(action__in=("workbook.downloaded", "workbook.compared")).count() == 2


def test_a_level_left_alone_keeps_its_own_ticks(filling: Round) -> None:
    save_answer(filling.assessment, "1.1", ticks=[1, 3], note="", version=1, actor=filling.who("keeper"))
    upload = send_back(filling, with_level(download(filling), "1.1", 1, "catatan"))
    take(filling, upload, i1_1={"note": "workbook"})
    assert (filling.answer("1.1").ticks, filling.answer("1.1").note) == ([1, 3], "catatan")


def test_an_emptied_level_takes_the_claim_back(filling: Round) -> None:
    filling.claim("1.1", 2)
    upload = send_back(filling, with_level(download(filling), "1.1", None))
    take(filling, upload, i1_1={"level": "workbook"})
    assert (filling.answer("1.1").ticks, filling.answer("1.1").claimed_level) == ([], None)


def test_gates_come_first_and_conflict_by_version() -> None:
    newer = Round(instrument_id=NEW).start()
    body = download(newer)
    row = rows(body, GATES)["G.kecelakaan"]
    upload = send_back(newer, edited(body, lambda book: book[GATES].__setitem__(f"C{row}", "Ya")))
    assert kinds(newer, upload) == {"G.kecelakaan": {"choice": "workbook"}}
    gate = GateAnswer.objects.get(code="G.kecelakaan")
    keeper = newer.who("keeper")
    pick = {"choice": "workbook"}
    stale = apply_workbook(upload, {"G.kecelakaan": WorkbookChoice(gate.version - 1, pick)}, actor=keeper)
    assert stale.conflicts == ["G.kecelakaan"]
    done = apply_workbook(upload, {"G.kecelakaan": WorkbookChoice(gate.version, pick)}, actor=keeper)
    assert done.saved == ["G.kecelakaan"]
    assert GateAnswer.objects.get(code="G.kecelakaan").choice == "ya"


def test_outside_the_scope_is_refused_and_the_rest_saved(filling: Round) -> None:
    upload = send_back(filling, with_level(with_level(download(filling), "1.1", 3), "3.4", 3), "team")
    membership = filling.users["team"].memberships.get()
    membership.scope = ["3.4"]
    membership.save()
    row = next(row for row in compared(filling, upload, "team").rows if row.code == "1.1")
    assert row.why_not
    applied = take(filling, upload, "team", i1_1={"level": "workbook"}, i3_4={"level": "workbook"})
    assert (applied.saved, list(applied.refused)) == (["3.4"], ["1.1"])
    assert filling.answer("1.1").claimed_level is None


def test_somebody_elses_comparison_is_not_for_others(filling: Round) -> None:
    upload = send_back(filling, with_level(download(filling), "1.1", 3))
    with pytest.raises(Denied, match="no longer open"):
        take(filling, upload, "team", i1_1={"level": "workbook"})
    close_workbook(upload, actor=filling.who("team"))
    assert WorkbookUpload.objects.count() == 1


def test_a_new_one_replaces_and_an_old_one_is_forgotten(filling: Round) -> None:
    body = download(filling)
    first, second = send_back(filling, body), send_back(filling, body)
    assert list(WorkbookUpload.objects.values_list("pk", flat=True)) == [second.pk] != [first.pk]
    WorkbookUpload.objects.update(expires_at=timezone.now())
    assert not WorkbookUpload.objects.visible_to(filling.who("keeper")).exists()
    delete_expired_rows.func()
    assert not WorkbookUpload.objects.exists()


def test_closed_answers_and_dates_are_refused(filling: Round) -> None:
    body = download(filling)
    upload = send_back(filling, body)
    with pytest.raises(Denied, match="self-assessment team"):
        export_workbook(filling.assessment, actor=filling.who("pyb"))
    Cycle.objects.update(filling_closes=timezone.localdate() - timedelta(days=2))
    for refused in (
        lambda: export_workbook(filling.assessment, actor=filling.who("keeper")),
        lambda: send_back(filling, body),
        lambda: take(filling, upload, i1_1={"level": "workbook"}),
    ):
        with pytest.raises(NotNow):
            refused()
