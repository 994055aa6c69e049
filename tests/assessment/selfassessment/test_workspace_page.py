"""The page of one indicator: what it shows, to whom, with how many queries."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sipinter.assessment.record.models import Assessment, State
from sipinter.assessment.record.queries.page_frame import IndicatorMark, load_frame
from sipinter.assessment.record.services.conversation import write_message
from sipinter.assessment.selfassessment.queries.workspace import (
    first_open_indicator,
    get_answer_page,
    missing_levels,
)
from sipinter.assessment.selfassessment.services.answers import save_gate, upload_evidence
from sipinter.assessment.verification.services.verdicts import return_for_clarification
from sipinter.foundation.audit.models import Refusal
from tests.factories import actor, client_for, grant, make_agency, make_user
from tests.judging import judge_files

from ..round import GATES, NEW, OLD, Round, make_cycle, pdf

pytestmark = pytest.mark.django_db
CEILING = 15


def address(round_: Round, code: str = "3.4") -> str:
    return f"/penilaian/{round_.assessment.pk}/{code}/"


def html(round_: Round, code: str = "3.4", role: str = "keeper") -> str:
    response = client_for(round_.users[role]).get(address(round_, code))
    assert response.status_code == 200
    return response.content.decode()


def page_of(round_: Round, code: str, role: str = "keeper"):
    return get_answer_page(load_frame(round_.fresh(), round_.who(role)), code, round_.who(role))


def queries_of(round_: Round, code: str) -> int:
    client = client_for(round_.users["keeper"])
    client.get(address(round_, code))
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address(round_, code)).status_code == 200
    return len(queries)


def test_a_full_page_stays_under_the_ceiling_whatever_is_attached() -> None:
    full = Round().fill(3)
    keeper = full.who("keeper")
    with_one = queries_of(full, "3.4")
    for name in ("kedua", "ketiga"):
        upload_evidence(full.assessment, "3.4", pdf(name), actor=keeper)
    assert queries_of(full, "3.4") == with_one + 2  # how many files wait, and how many workers there are
    judge_files()
    assert queries_of(full, "3.4") == with_one
    assert with_one <= CEILING


def test_queries_do_not_grow_with_messages_and_people() -> None:
    asked = Round().verification()
    asked.judge("3.4", "ask", reason="Mohon SK.")
    return_for_clarification(asked.assessment, actor=asked.who("verifier"))
    before = queries_of(asked, "3.4")
    write_message(asked.answer("3.4"), "Sedang disiapkan.", actor=asked.who("keeper"))
    for number in range(3):
        grant(make_user(f"Anggota {number}"), "team", asked.agency, scope=["3"], unit=f"Bidang {number}")
    assert queries_of(asked, "3.4") == before
    assert before <= CEILING


def test_another_agency_gets_nothing_and_leaves_a_trace() -> None:
    own = Round().start()
    outsider = make_user("Orang Luar", ("keeper", make_agency("Pemerintah Kota Kenanga", "kota")))
    response = client_for(outsider).get(address(own))
    assert response.status_code == 404
    event = Refusal.objects.get(action="access.refused")
    assert (event.actor, event.agency_id) == (outsider, own.agency.pk)


def test_nobody_is_sent_to_sign_in() -> None:
    own = Round().start()
    response = client_for(None).get(address(own))
    assert response.status_code == 302
    assert response["Location"].startswith("/akun/login/")


def test_an_indicator_that_does_not_exist_is_not_found() -> None:
    own = Round().start()
    client = client_for(own.users["keeper"])
    assert client.get(address(own, "9.9")).status_code == 404
    assert client.post(address(own, "9.9") + "simpan/", {"version": 1, "note": ""}).status_code == 404


def test_the_page_shows_level_points_and_way_to_the_next_category() -> None:
    own = Round().start()
    own.claim("3.1", 3)
    text = html(own, "3.1")
    assert "Level 3" in text
    assert "15 of 20 points" in text
    assert "160 points to Kurang" in text or "160 points to Insufficient" in text
    assert "This level needs at least one document" in text


def test_the_assigned_are_those_whose_scope_covers_the_indicator() -> None:
    own = Round().start()
    grant(make_user("Tuti Mutasi"), "team", own.agency, scope=["3.4"], unit="Bidang Mutasi")
    grant(make_user("Dedi Diklat"), "team", own.agency, scope=["3.8"], unit="Bidang Diklat")
    assert [(p.name, p.unit) for p in page_of(own, "3.4").assigned] == [("Tuti Mutasi", "Bidang Mutasi")]
    assert [p.name for p in page_of(own, "1.1").assigned] == ["team agensi"]


def test_a_document_names_the_other_indicators_that_use_it() -> None:
    own = Round().fill(2, "1.1", "3.4", "4.2")
    assert [row.also for row in page_of(own, "3.4").evidence] == [("1.1", "4.2")]


def test_the_reason_comes_before_everything_else_on_a_returned_indicator() -> None:
    own = Round().verification()
    own.judge("3.4", "ask", reason="Mohon lampirkan keputusan penetapannya.")
    return_for_clarification(own.assessment, actor=own.who("verifier"))
    text = html(own)
    body = text[text.index('<article class="ws-body">') :]
    assert 0 < body.index("Mohon lampirkan") < body.index("<h1>")


def test_a_verdict_stays_unseen_until_it_is_handed_over() -> None:
    own = Round().verification()
    own.judge("3.4", "change", level=1, reason="Belum ditetapkan.")
    assert "Belum ditetapkan." not in html(own)


def test_only_what_was_asked_back_can_be_written() -> None:
    own = Round().verification()
    own.judge("3.4", "ask", reason="Mohon SK.")
    return_for_clarification(own.assessment, actor=own.who("verifier"))
    assert bool(page_of(own, "3.4").may_write) is True
    assert bool(page_of(own, "3.3").may_write) is False
    assert load_frame(own.fresh(), own.who("keeper")).workable == ["3.4"]


def test_last_rounds_decision_stands_beside_the_indicator() -> None:
    own = Round().publish(2)
    own.cycle = make_cycle(own.who("administrator"), own.agency, year=timezone.localdate().year + 1)
    own.assessment = own.fresh()
    own.start()
    earlier = page_of(own, "3.4").earlier
    assert earlier is not None
    assert (earlier.year, earlier.level) == (timezone.localdate().year, 2)
    assert f"Decided in {earlier.year}:" in html(own)


def test_after_the_date_the_page_says_so_and_offers_no_form() -> None:
    own = Round().start()
    cycle = own.cycle
    cycle.filling_closes = timezone.localdate() - timedelta(days=1)
    cycle.filling_opens = cycle.filling_closes - timedelta(days=5)
    cycle.save()
    text = html(own)
    assert "The date for this stage has passed" in text
    assert 'name="version"' not in text


def test_a_scale_from_zero_offers_nothing_yet_apart() -> None:
    newer = Round(instrument_id=NEW).start()
    page = page_of(newer, "1.1")
    assert (page.zero.level if page.zero else None, [c.level for c in page.steps]) == (0, [1, 2, 3, 4])
    older = Round(OLD, "Pemerintah Kabupaten Anggrek").start()
    assert page_of(older, "1.1").zero is None


def test_gates_decide_what_the_side_says() -> None:
    newer = Round(instrument_id=NEW).start()
    marks = load_frame(newer.fresh(), newer.who("keeper")).marks
    assert (marks["4.1a"], marks["4.1b"]) == (IndicatorMark.AWAY, IndicatorMark.EMPTY)
    assert "does not apply" in html(newer, "1.1")
    save_gate(newer.assessment, "G.jenis", choice="", version=2, actor=newer.who("keeper"))
    assert load_frame(newer.fresh(), newer.who("keeper")).marks["4.1b"] is IndicatorMark.PENDING


def test_the_mark_of_an_indicator_follows_level_and_evidence() -> None:
    own = Round().start()
    assert load_frame(own.fresh(), own.who("keeper")).marks["1.1"] is IndicatorMark.EMPTY
    own.claim("1.1", 2)
    assert load_frame(own.fresh(), own.who("keeper")).marks["1.1"] is IndicatorMark.EVIDENCE
    upload_evidence(own.assessment, "1.1", pdf(), actor=own.who("keeper"))
    assert load_frame(own.fresh(), own.who("keeper")).marks["1.1"] is IndicatorMark.DONE


@pytest.mark.parametrize(
    ("ticks", "missing"), [((), []), ((1, 2), []), ((3,), [1, 2]), ((1, 4), [2, 3]), ((0,), [])]
)
def test_missing_below(ticks: tuple[int, ...], missing: list[int]) -> None:
    assert missing_levels(ticks) == missing


def test_work_goes_on_at_ones_own_first_open_indicator() -> None:
    own = Round().fill(2, "1.1", "3.1")
    team = actor(make_user("Tuti", ("team", own.agency, ["3"])))
    assert first_open_indicator(load_frame(own.fresh(), own.who("keeper"))) == "1.2"
    assert first_open_indicator(load_frame(own.fresh(), team)) == "3.2"
    assert first_open_indicator(load_frame(own.fresh(), own.who("pyb"))) is None


@pytest.mark.parametrize("state", [State.FILLING, State.CLARIFICATION])
def test_the_supervisor_reads_but_cannot_write(state: State) -> None:
    own = Round().submit()
    Assessment.objects.filter(pk=own.assessment.pk).update(state=state)
    response = client_for(own.users["verifier"]).get(address(own))
    if state == State.FILLING:
        assert response.status_code == 404
    else:
        assert 'name="version"' not in response.content.decode()


def test_gate_codes_are_those_of_the_instrument() -> None:
    newer = Round(instrument_id=NEW).start()
    assert set(load_frame(newer.fresh(), newer.who("keeper")).gates) == set(GATES)
