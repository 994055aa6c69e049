"""The employee survey, without whose result the plenary decides nothing."""

from copy import deepcopy
from decimal import Decimal

import pytest

from sipinter.assessment.record.models import Decision
from tests.factories import client_for

from ..desk_round import browser
from ..round import NEW, Round
from .test_plenary_pages import at_plenary, send, send_decision

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def shared(module_transaction: None) -> Round:
    return at_plenary(Round(NEW))


@pytest.fixture
def round_(shared: Round) -> Round:
    """At the plenary, under the instrument that asks for a survey."""
    return deepcopy(shared)


def test_without_the_survey_nothing_can_be_decided_and_the_page_says_so(round_: Round) -> None:
    assert "The survey's result is missing." in send(round_).content.decode()
    assert send_decision(round_).status_code == 409
    assert Decision.objects.count() == 0
    assert "survey result missing" in browser(round_, "plenary").get("/pleno/").content.decode()


def test_the_survey_is_recorded_with_an_indonesian_comma(round_: Round) -> None:
    address = f"/desk/{round_.assessment.pk}/survei/"
    values = {"value": "0,82", "source": "Laporan survei 12/2026"}
    response = browser(round_, "coordinator").post(address, values)
    assert response["Location"] == f"/desk/{round_.assessment.pk}/"
    assert round_.fresh().survey == Decimal("0.82")
    assert send_decision(round_).status_code == 302


@pytest.mark.parametrize("value", ["", "1,2", "-0.1", "banyak", "0.12345"])
def test_a_survey_result_out_of_range_is_refused(value: str, round_: Round) -> None:
    address = f"/desk/{round_.assessment.pk}/survei/"
    response = browser(round_, "coordinator").post(address, {"value": value, "source": "x"})
    assert response.status_code == 422
    assert round_.fresh().survey is None


def test_who_records_the_survey(round_: Round) -> None:
    address = f"/desk/{round_.assessment.pk}/survei/"
    values = {"value": "0.5", "source": "Laporan"}
    statuses = {
        role: client_for(user).post(address, values).status_code for role, user in round_.users.items()
    }
    expected = dict.fromkeys(("keeper", "team", "pyb", "ppk"), 404)
    assert statuses == expected | {"verifier": 403, "plenary": 403, "coordinator": 302, "administrator": 302}
