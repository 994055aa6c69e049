"""Rounds: the administrator makes, opens and moves them; nobody else does."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sipinter.assessment.record.models import Assessment, Cycle
from tests.factories import client_for, make_agency

from ..desk_round import crowd
from ..round import OLD, Round, make_cycle

pytestmark = pytest.mark.django_db
OFFSETS = {
    "filling_opens": 1,
    "filling_closes": 20,
    "verification_closes": 40,
    "repair_closes": 60,
    "plenary_on": 80,
    "objection_closes": 100,
}


def _dates(**changes: int) -> dict[str, str]:
    today = timezone.localdate()
    return {name: (today + timedelta(days=days)).isoformat() for name, days in (OFFSETS | changes).items()}


def _values(**changes: object) -> dict[str, object]:
    values = {"instrument_id": OLD, "year": 2031, "round": 2, "name": "Putaran kedua 2031"}
    return {**values, **_dates(), **changes}


@pytest.fixture
def round_() -> Round:
    return Round()


def test_only_the_administrator(round_: Round) -> None:
    pk = round_.cycle.pk
    people = {**round_.users, **crowd(round_)}
    for role, user in people.items():
        client = client_for(user)
        expected = 200 if role == "administrator" else 403
        for address in ("/penilaian-putaran/", "/penilaian-putaran/baru/", f"/penilaian-putaran/{pk}/"):
            assert (role, client.get(address).status_code) == (role, expected)
        if role != "administrator":
            before = (Cycle.objects.count(), Assessment.objects.count())
            assert client.post("/penilaian-putaran/baru/", _values()).status_code == 403
            assert client.post(f"/penilaian-putaran/{pk}/tanggal/", _dates()).status_code == 403
            assert client.post(f"/penilaian-putaran/{pk}/buka/", {"types": ["lpnk"]}).status_code == 403
            assert (Cycle.objects.count(), Assessment.objects.count()) == before
    assert client_for(None).get("/penilaian-putaran/").status_code == 302


def test_a_round_is_made_then_opened_for_kinds_and_single_agencies(round_: Round) -> None:
    client = client_for(round_.users["administrator"])
    city, ministry = (
        make_agency("Pemerintah Kota Kenanga", "kota"),
        make_agency("Kementerian Contoh", "kementerian"),
    )
    make_agency("Kementerian Bubar", "kementerian", is_active=False)
    response = client.post("/penilaian-putaran/baru/", _values())
    cycle = Cycle.objects.get(year=2031)
    assert response["Location"] == f"/penilaian-putaran/{cycle.pk}/"
    assert (cycle.opened_at, cycle.assessments.count()) == (None, 0)
    address = f"/penilaian-putaran/{cycle.pk}/buka/"
    assert client.post(address, {"types": ["kementerian"], "codes": city.name}).status_code == 302
    assert {row.agency for row in cycle.assessments.all()} == {city, ministry}
    assert client.post(address, {"codes": f"{city.code}\n{round_.agency.code}"}).status_code == 302
    assert {row.agency for row in cycle.assessments.all()} == {city, ministry, round_.agency}


@pytest.mark.parametrize(
    ("values", "field"),
    [({}, "id_types"), ({"types": ["kerajaan"]}, "id_types"), ({"codes": "Pemerintah Entah"}, "id_codes")],
)
def test_opening_for_nobody_known_is_refused(round_: Round, values: dict[str, object], field: str) -> None:
    client = client_for(round_.users["administrator"])
    response = client.post(f"/penilaian-putaran/{round_.cycle.pk}/buka/", values)
    assert response.status_code == 422
    assert f'href="#{field}' in response.content.decode()
    assert round_.cycle.assessments.count() == 1


@pytest.mark.parametrize(
    "values",
    [
        _values(filling_closes="2001-01-01"),
        _values(instrument_id="nothing"),
        _values(year="soon"),
        _values(name=""),
        _values(plenary_on=""),
    ],
)
def test_a_round_that_does_not_hold_is_refused_and_what_was_typed_stays(
    round_: Round, values: dict[str, object]
) -> None:
    client = client_for(round_.users["administrator"])
    response = client.post("/penilaian-putaran/baru/", values)
    assert response.status_code == 422
    assert "There is a problem" in response.content.decode()
    assert 'value="2"' in response.content.decode()
    assert Cycle.objects.count() == 1


def test_the_same_round_twice_is_refused(round_: Round) -> None:
    client = client_for(round_.users["administrator"])
    assert client.post("/penilaian-putaran/baru/", _values()).status_code == 302
    assert client.post("/penilaian-putaran/baru/", _values()).status_code == 422
    assert Cycle.objects.filter(year=2031).count() == 1


def test_dates_move_and_must_follow_one_another(round_: Round) -> None:
    client = client_for(round_.users["administrator"])
    address = f"/penilaian-putaran/{round_.cycle.pk}/tanggal/"
    assert client.post(address, _dates() | {"version": 1}).status_code == 302
    moved = Cycle.objects.get(pk=round_.cycle.pk)
    assert moved.plenary_on == timezone.localdate() + timedelta(days=80)
    assert client.post(address, _dates(plenary_on=2) | {"version": 2}).status_code == 422
    assert Cycle.objects.get(pk=round_.cycle.pk).plenary_on == moved.plenary_on
    assert client.get(address)["Location"] == f"/penilaian-putaran/{round_.cycle.pk}/"


def test_dates_that_somebody_else_moved_meanwhile_are_not_overwritten(round_: Round) -> None:
    client = client_for(round_.users["administrator"])
    address = f"/penilaian-putaran/{round_.cycle.pk}/"
    assert 'name="version" value="1"' in client.get(address).content.decode()
    client.post(f"{address}tanggal/", _dates() | {"version": 1})
    mine = _dates(objection_closes=120)
    response = client.post(f"{address}tanggal/", mine | {"version": 1})
    page = response.content.decode()
    assert response.status_code == 409
    assert "Somebody else moved the dates meanwhile" in page
    assert f'value="{mine["objection_closes"]}"' in page
    assert page.count("Send again to replace it.") == 2  # at its field and in the summary of faults
    assert 'name="version" value="2"' in page
    assert client.post(f"{address}tanggal/", mine | {"version": 2}).status_code == 302


def test_the_list_takes_the_same_queries_for_one_round_and_for_three(round_: Round) -> None:
    client = client_for(round_.users["administrator"])
    client.get("/penilaian-putaran/")
    found = []
    for year in (2032, 2033, 0):
        with CaptureQueriesContext(connection) as queries:
            page = client.get("/penilaian-putaran/").content.decode()
        found.append((page.count('scope="row"'), len(queries)))
        if year:
            make_cycle(round_.who("administrator"), round_.agency, year=year)
    assert [rows for rows, _queries in found] == [1, 2, 3]
    assert {queries for _rows, queries in found} == {found[0][1]}


def test_an_unknown_round_is_not_found(round_: Round) -> None:
    assert client_for(round_.users["administrator"]).get("/penilaian-putaran/999/").status_code == 404
