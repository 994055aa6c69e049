"""The board by unit, the home page, and the secretary's page."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sipinter.assessment.record.models import Visit
from sipinter.assessment.record.queries.page_frame import load_frame
from sipinter.assessment.selfassessment.queries.own_assessments import assignment_summaries
from sipinter.assessment.selfassessment.queries.summary import secretary_summary
from sipinter.assessment.selfassessment.queries.teamwork import assignment_board
from sipinter.assessment.selfassessment.services.answers import upload_evidence
from sipinter.assessment.selfassessment.services.assignments import assign_indicators
from sipinter.assessment.selfassessment.services.submission import request_review, start_assessment
from sipinter.assessment.selfassessment.services.visits import note_visit
from sipinter.foundation.access.errors import Denied
from tests.factories import actor, client_for

from ..round import make_cycle, pdf
from ..teamwork import Shared, past_due

pytestmark = pytest.mark.django_db


@pytest.fixture
def shared() -> Shared:
    return Shared()


def address(shared: Shared, page: str) -> str:
    return f"/penilaian/{shared.assessment.pk}/{page}/"


def board_of(shared: Shared):
    return assignment_board(load_frame(shared.fresh(), shared.who("keeper")))


def queries(client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as found:
        assert client.get(path).status_code == 200
    return len(found)


def test_by_unit_with_what_is_done_and_what_is_late(shared: Shared) -> None:
    past_due(shared.ask("3.4", "4.1"), 2)  # of Wulan, who is of BKPSDM
    shared.ask("5.1", unit="BKPSDM")
    shared.ask("6.1", person=shared.users["keeper"])
    shared.claim("3.4", 1)
    upload_evidence(shared.assessment, "3.4", pdf(), actor=shared.who("keeper"))
    units = board_of(shared).units
    assert [(u.name, len(u.rows), u.done, u.late) for u in units] == [("BKPSDM", 3, 1, 1), ("", 1, 0, 0)]
    assert units[0].next_due == timezone.localdate() - timedelta(days=2)
    assert [row.indicator.code for row in board_of(shared).late[0].rows] == ["4.1"]
    assert "3.4" not in board_of(shared).unassigned
    assert "1.1" in board_of(shared).unassigned
    shared.member("Ratri Handayani", "Organisasi", "1")
    assert "1.1" not in board_of(shared).unassigned


def test_filters(shared: Shared) -> None:
    past_due(shared.ask("3.4"), 1)
    shared.ask("4.1", unit="Inspektorat")
    client, here = client_for(shared.users["team"]), address(shared, "pembagian")

    def rows(query: str) -> list[bool]:
        page = client.get(here + query).content.decode()
        table = page.split('class="filters"')[1].split("<details")[0]
        return [f"/{code}/" in table for code in ("3.4", "4.1")]

    assert rows("") == [True, True]
    assert rows("?state=late") == [True, False]
    assert rows("?state=open") == [False, True]
    assert rows("?state=done") == [False, False]
    assert rows("?unit=u1") == [False, True]
    assert rows("?unit=x&state=y") == [True, True]


def test_as_many_queries_for_three_as_for_one(shared: Shared) -> None:
    secretary = client_for(shared.users["pyb"])
    past_due(shared.ask("3.4"), 1)
    before = {page: queries(secretary, address(shared, page)) for page in ("pembagian", "pimpinan")}
    past_due(shared.ask("4.1", "5.1", unit="Inspektorat"), 3)
    after = {page: queries(secretary, address(shared, page)) for page in ("pembagian", "pimpinan")}
    assert after == before
    assert max(after.values()) <= 22


def test_home_lists_what_is_asked_with_its_day_and_as_many_queries_for_three(shared: Shared) -> None:
    client = client_for(shared.wulan)
    shared.ask("3.4")
    one = queries(client, "/beranda/")
    for year in (2023, 2024):
        cycle = make_cycle(shared.who("administrator"), shared.agency, year=year)
        other = cycle.assessments.get()
        start_assessment(other, actor=shared.who("keeper"))
        assign_indicators(other, ["4.1"], person=shared.wulan, due=shared.day(3), actor=shared.who("keeper"))
    assert queries(client, "/beranda/") == one
    assert [duty.days_left for duty in assignment_summaries(actor(shared.wulan))] == [3, 3, 5]


def test_home_counts_what_is_open_and_late(shared: Shared) -> None:
    past_due(shared.ask("3.4"), 2)
    shared.ask("4.1", "5.1", unit="BKPSDM")
    shared.claim("5.1", 1)
    upload_evidence(shared.assessment, "5.1", pdf(), actor=shared.who("keeper"))
    (duty,) = assignment_summaries(actor(shared.wulan))
    assert (sorted(duty.codes), duty.open, duty.late, duty.days_left) == (["3.4", "4.1", "5.1"], 2, 1, -2)
    request_review(shared.assessment, actor=shared.who("keeper"))
    assert assignment_summaries(actor(shared.wulan)) == []


def test_what_is_assigned_counts_as_ones_own(shared: Shared) -> None:
    narrow = shared.member("Dewi Kartika", "Dinas", "1")
    assign_indicators(
        shared.assessment, ["3.4"], person=narrow, due=shared.day(3), actor=shared.who("keeper")
    )
    frame = load_frame(shared.fresh(), actor(narrow))
    assert "3.4" in frame.workable
    assert {code.partition(".")[0] for code in frame.workable} == {"1", "3"}


def test_the_secretarys_page_says_what_moves_it_and_who_has_it(shared: Shared) -> None:
    found = secretary_summary(load_frame(shared.fresh(), shared.who("pyb")), None)
    top = found.steps[0].indicator.code
    assert 0 < len(found.steps) <= 3
    assert found.steps[0].gain == max(step.gain for step in found.steps)
    past_due(shared.ask(top), 4)
    found = secretary_summary(load_frame(shared.fresh(), shared.who("pyb")), None)
    assert found.who(top) == ("Wulan Anggraini",)
    assert [(unit.name, len(unit.rows)) for unit in found.late] == [("BKPSDM", 1)]
    page = client_for(shared.users["pyb"]).get(address(shared, "pimpinan")).content.decode()
    assert "Wulan Anggraini" in page
    assert "BKPSDM" in page


def test_what_changed_since_the_last_visit(shared: Shared) -> None:
    secretary = shared.who("pyb")
    assert note_visit(shared.assessment, actor=secretary) is None
    assert note_visit(shared.assessment, actor=secretary) is None  # the same visit
    yesterday = timezone.now() - timedelta(days=1)
    Visit.objects.update(at=yesterday)
    shared.claim("3.4", 2)
    assert note_visit(shared.assessment, actor=secretary) == yesterday
    assert note_visit(shared.assessment, actor=secretary) == yesterday
    (moved,) = secretary_summary(load_frame(shared.fresh(), secretary), yesterday).moved
    assert (moved.code, moved.before, moved.after) == ("3.4", None, 2)


@pytest.mark.parametrize(("role", "status"), [("keeper", 200), ("pyb", 200), ("ppk", 200), ("team", 403)])
def test_the_secretarys_page_is_for_those_who_answer_for_it(shared: Shared, role: str, status: int) -> None:
    assert client_for(shared.users[role]).get(address(shared, "pimpinan")).status_code == status


def test_no_visit_is_noted_for_others(shared: Shared) -> None:
    with pytest.raises(Denied):
        note_visit(shared.assessment, actor=shared.who("team"))
    assert not Visit.objects.exists()
