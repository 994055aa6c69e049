"""The agency's list of recommendations."""

from copy import deepcopy

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sipinter.assessment.decisions.services.decisions import publish_decision
from sipinter.assessment.record.recommendations.models import Recommendation
from sipinter.assessment.record.recommendations.queries import group_by_assessment, issued_recommendations
from sipinter.foundation.work.worker import drain_queue
from tests.assessment.round import Round
from tests.factories import client_for, make_agency, make_user

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
