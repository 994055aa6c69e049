"""The agency's list of recommendations."""

from copy import deepcopy

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sipinter.assessment.decisions.services.decisions import publish_decision
from sipinter.assessment.record.models import Assessment, Cycle
from sipinter.assessment.record.recommendations.models import Recommendation
from sipinter.assessment.record.recommendations.queries import group_by_assessment, issued_recommendations
from sipinter.assessment.record.recommendations.views import ROWS_A_PAGE
from sipinter.foundation.access.actor import NOBODY, system_actor
from sipinter.foundation.work.worker import drain_queue
from tests.assessment.round import Round
from tests.factories import actor, client_for, make_agency, make_user

pytestmark = pytest.mark.django_db
ADDRESS = "/rekomendasi/"


@pytest.fixture(scope="module", autouse=True)
def shared(module_transaction: None) -> Round:
    round_ = Round().decide(3)
    drain_queue()  # makes the papers
    return round_


@pytest.fixture
def decided(shared: Round) -> Round:
    return deepcopy(shared)


@pytest.fixture
def published(decided: Round) -> Round:
    publish_decision(decided.assessment, actor=decided.who("plenary"))
    return decided


def test_an_agency_reads_its_own_once_issued(decided: Round) -> None:
    client = client_for(decided.users["keeper"])
    assert "No recommendations yet" in client.get(ADDRESS).content.decode()
    publish_decision(decided.assessment, actor=decided.who("plenary"))
    text = client.get(ADDRESS).content.decode()
    assert "3.4 Succession plan" in text
    assert f'href="/penilaian/{decided.assessment.pk}/3.4/"' in text


def test_what_was_dropped_is_not_shown(published: Round) -> None:
    Recommendation.objects.filter(code="3.4").update(is_dropped=True)
    codes = [
        line.row.code
        for group in group_by_assessment(issued_recommendations(published.who("keeper")))
        for line in group.lines
    ]
    assert "3.4" not in codes
    assert "3.3" in codes


def test_another_agency_sees_none(published: Round) -> None:
    outsider = make_user("Orang Luar", ("keeper", make_agency("Pemerintah Kota Kenanga", "kota")))
    text = client_for(outsider).get(ADDRESS).content.decode()
    assert "No recommendations yet" in text
    assert published.agency.name not in text


def test_nobody_is_sent_to_sign_in() -> None:
    assert client_for(None).get(ADDRESS).status_code == 302


def test_queries_are_the_same_for_one_and_three_rows(published: Round) -> None:
    counts = []
    for keep in (1, 3):
        first = Recommendation.objects.order_by("id").values_list("pk", flat=True)[:keep]
        Recommendation.objects.update(issued_at=None)
        Recommendation.objects.filter(pk__in=list(first)).update(issued_at=published.decision.created_at)
        client = client_for(published.users["keeper"])
        client.get(ADDRESS)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(ADDRESS).content.decode().count("<tr>") == keep + 1
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("role", "office", "sees"),
    [
        ("coordinator", "", True),
        ("administrator", "", True),
        ("regional_office", "Kantor Regional I", True),
        ("regional_office", "Kantor Regional II", False),
        ("regional_office", "", False),
        ("consultant", "", False),
    ],
)
def test_the_supervisors_people_read_as_far_as_they_read_assessments(
    role: str, office: str, sees: bool, published: Round
) -> None:
    type(published.agency).objects.filter(pk=published.agency.pk).update(regional_office="Kantor Regional I")
    body = make_agency("Kantor Contoh", "lpnk", regional_office=office)
    reader = make_user("Pembaca Lain", (role, body))
    assert (published.agency.name in client_for(reader).get(ADDRESS).content.decode()) == sees


def test_employees_read_the_register_instead(published: Round) -> None:
    employee = make_user("Pegawai", ("employee", published.agency))
    assert "3.4 Succession plan" not in client_for(employee).get(ADDRESS).content.decode()


@pytest.mark.parametrize(
    ("role", "unissued", "issued"),
    [
        *((role, True, True) for role in ("verifier", "coordinator", "plenary", "administrator")),
        *((role, False, True) for role in ("keeper", "team", "pyb", "ppk")),
        *((role, False, False) for role in ("employee", "reader", "auditor", "consultant")),
    ],
)
def test_only_the_desks_see_what_is_not_issued_yet(
    role: str, unissued: bool, issued: bool, decided: Round
) -> None:
    own = role in ("keeper", "team", "pyb", "ppk", "employee")
    reader = actor(make_user("Pembaca Lain", (role, decided.agency if own else decided.desk)))
    visible = Recommendation.objects.visible_to
    assert visible(reader).exists() == unissued
    assert not issued_recommendations(reader).exists()
    publish_decision(decided.assessment, actor=decided.who("plenary"))
    assert visible(reader).exists() == issued_recommendations(reader).exists() == issued
    assert visible(system_actor()).exists()
    assert not visible(NOBODY).exists()


def test_who_helps_with_single_indicators_sees_none(published: Round) -> None:
    helper = make_user("Pembantu", ("team", published.agency, ["asked"]))
    assert not issued_recommendations(actor(helper)).exists()
    assert "No recommendations yet" in client_for(helper).get(ADDRESS).content.decode()


def test_newer_rounds_stand_first_and_agencies_in_order_of_their_names(published: Round) -> None:
    """Each assessment is one group, its indicators in the order in which they were drafted."""
    year = published.cycle.year
    places = [(year, "Pemerintah Kota Anggrek"), (year + 1, "Pemerintah Kota Seroja"), (year - 1, "Kantor Z")]
    for number, (when, name) in enumerate(places):
        cycle = deepcopy(published.cycle)
        cycle.pk, cycle.year, cycle.round, cycle.name = (
            None,
            when,
            2 if when == year else 1,
            f"Putaran {number}",
        )
        cycle.save()
        agency = make_agency(name)
        assessment = Assessment.objects.create(cycle=cycle, agency=agency)
        for code in ("2.1", "1.1"):
            Recommendation.objects.create(
                assessment=assessment,
                agency=agency,
                code=code,
                level_next=1,
                body="x",
                issued_at=published.decision.created_at,
            )
    groups = group_by_assessment(issued_recommendations(published.who("coordinator")))
    assert [group.agency for group in groups] == [
        "Pemerintah Kota Seroja",
        "Pemerintah Kota Anggrek",
        published.agency.name,
        "Kantor Z",
    ]
    assert [line.row.code for line in groups[0].lines] == ["2.1", "1.1"]


def test_a_title_follows_the_reader_and_is_left_out_where_nobody_keeps_it(published: Round) -> None:
    """Of an indicator that the instrument no longer has, or an instrument that is no longer there."""
    indonesian = client_for(published.users["keeper"], language="id").get(ADDRESS).content.decode()
    assert "3.4 Rencana suksesi" in indonesian
    Recommendation.objects.filter(code="3.4").update(code="9.9", level_now=None, level_next=1)
    text = client_for(published.users["keeper"]).get(ADDRESS).content.decode()
    assert ">9.9 </a>" in text
    assert "<span>– → 1</span>" in text
    Cycle.objects.update(instrument_id="permenpanrb-1-1945")
    titles = {
        line.title
        for group in group_by_assessment(issued_recommendations(published.who("keeper")))
        for line in group.lines
    }
    assert titles == {""}


def test_the_supervisor_reads_whose_they_are_and_has_no_workspace_to_open(published: Round) -> None:
    heading = f"{published.cycle} · {published.agency.name}</h2>"
    workspace = f'href="/penilaian/{published.assessment.pk}/'
    own = client_for(published.users["ppk"]).get(ADDRESS).content.decode()
    theirs = client_for(published.users["verifier"]).get(ADDRESS).content.decode()
    assert (heading in own, workspace in own) == (False, True)
    assert (heading in theirs, workspace in theirs) == (True, False)


def test_long_lists_have_pages_and_a_page_beyond_the_last_is_the_last(published: Round) -> None:
    issued = list(Recommendation.objects.order_by("id"))
    assert len(issued) <= ROWS_A_PAGE
    for number in range(ROWS_A_PAGE + 1 - len(issued)):
        issued[0].pk, issued[0].code, issued[0].body = None, f"99.{number}", "<b>Tebal</b>"
        issued[0].save(force_insert=True)
    client = client_for(published.users["keeper"])
    pages = [client.get(ADDRESS, {"page": page}).content.decode() for page in ("1", "2", "99", "x")]
    assert [page.count("<tr>") - 1 for page in pages] == [ROWS_A_PAGE, 1, 1, ROWS_A_PAGE]
    assert "<b>Tebal" not in pages[1]
    assert "&lt;b&gt;Tebal" in pages[1]
    assert 'href="?page=2"' in pages[0]


@pytest.mark.parametrize(
    ("role", "linked"), [("keeper", True), ("ppk", True), ("verifier", False), ("administrator", False)]
)
def test_the_head_of_every_page_leads_the_agencys_people_here(
    role: str, linked: bool, published: Round
) -> None:
    home = client_for(published.users[role]).get("/", follow=True).content.decode()
    assert (f'href="{ADDRESS}"' in home) == linked


def test_the_list_is_for_reading_only(published: Round) -> None:
    assert client_for(published.users["coordinator"]).post(ADDRESS, {"body": "x"}).status_code == 405
