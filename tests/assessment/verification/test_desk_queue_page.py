"""The page of the queue: to whom it opens, its button, and a number of queries that does not grow."""

from copy import deepcopy

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext

from ..desk_round import beside, browser, submitted, take_up
from ..round import Round

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def shared(module_transaction: None) -> Round:
    return submitted()


@pytest.fixture
def sent(shared: Round) -> Round:
    """Not taken up yet."""
    return deepcopy(shared)


@pytest.fixture
def round_(sent: Round) -> Round:
    """Taken up by its verifier."""
    return take_up(sent)


def _shown(response: HttpResponse) -> int:
    return response.content.decode().count('scope="row"')


def test_the_page_takes_the_same_queries_for_one_row_and_for_three(round_: Round) -> None:
    client = browser(round_, "verifier")
    client.get("/desk/")
    counts = []
    for name in ("Pemerintah Kabupaten Anggrek", "Pemerintah Kabupaten Seroja", ""):
        with CaptureQueriesContext(connection) as queries:
            response = client.get("/desk/")
        counts.append((_shown(response), len(queries)))
        if name:
            submitted(beside(round_, name))
    assert [rows for rows, _queries in counts] == [1, 2, 3]
    assert {queries for _rows, queries in counts} == {counts[0][1]}
    assert counts[0][1] <= 12


def test_a_filter_that_nobody_offered_narrows_nothing(round_: Round) -> None:
    response = browser(round_, "verifier").get("/desk/?state=elsewhere&verifier=abc&cycle=-1&page=99")
    assert response.status_code == 200
    assert _shown(response) == 1


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("verifier", 200),
        ("coordinator", 200),
        ("plenary", 200),
        ("administrator", 200),
        ("keeper", 403),
        ("ppk", 403),
        ("nobody", 302),
    ],
)
def test_the_queue_is_for_the_supervisor(role: str, status: int, sent: Round) -> None:
    assert browser(sent, role).get("/desk/").status_code == status


def test_the_button_takes_an_assessment_up_and_opens_its_first_indicator(sent: Round) -> None:
    client = browser(sent, "verifier")
    assert b"langkah/claim/" in client.get("/desk/").content
    response = client.post(f"/desk/{sent.assessment.pk}/langkah/claim/")
    assert response["Location"] == f"/desk/{sent.assessment.pk}/1.1/"
    assert sent.fresh().verifier == sent.users["verifier"]
