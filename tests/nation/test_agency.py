"""One agency's page."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sipinter.assessment.record.models import (
    Assessment,
    Cycle,
    Decision,
    DecisionDocument,
    Result,
    Snapshot,
    State,
)
from sipinter.assessment.record.recommendations.models import Recommendation
from sipinter.foundation.agencies.models import Agency
from sipinter.nation.results.models import NationalFigure
from sipinter.nation.statistics.queries import aspect_medians

from ..factories import make_agency
from .make import NEW, OLD, Page, make_aspects, make_result, visitor

pytestmark = pytest.mark.django_db
ALL_HALF = ("50",) * 8


@pytest.fixture
def agency() -> Agency:
    return make_agency(
        "Pemerintah Kota Kenanga",
        "kota",
        slug="kota-kenanga",
        province="Bali",
        aliases="Pemkot K",
        regional_office="Kantor Regional X BKN Denpasar",
    )


def page_of(slug: str = "kota-kenanga", language: str = "en") -> Page:
    return Page(visitor(language).get(f"/daftar/{slug}/").content)


def decided(agency: Agency, year: int, *, number: str, supersedes: Decision | None = None) -> Decision:
    """A published decision with its letter, and its result in the register."""
    cycle, _ = Cycle.objects.get_or_create(
        year=year,
        instrument_id=OLD,
        defaults={"name": f"Penilaian {year}"}
        | {
            name: date(year, 6, 30)
            for name in (
                "filling_opens",
                "filling_closes",
                "verification_closes",
                "repair_closes",
                "plenary_on",
                "objection_closes",
            )
        },
    )
    assessment, _ = Assessment.objects.get_or_create(
        cycle=cycle, agency=agency, defaults={"state": State.PUBLISHED}
    )
    snapshot = Snapshot.objects.create(
        assessment=assessment, stage="decided", score=300, max=410, category="Baik", levels={}
    )
    decision = Decision.objects.create(
        assessment=assessment,
        snapshot=snapshot,
        number=number,
        decided_on=date(year, 6, 8),
        score=300,
        max=410,
        category="Baik",
        valid_until=date(year + 1, 6, 8),
        code=number[:3] + str(year),
        supersedes=supersedes,
        decided_by_name="Rapat Pleno",
    )
    DecisionDocument.objects.create(decision=decision, kind="letter", sha256="0" * 64, size=1024, path="x")
    if supersedes:
        Result.objects.filter(decision=supersedes).update(is_current=False)
    make_result(agency, year, "300", decision=decision, source=f"SIPINTER {number}")
    return decision


def test_results_newest_first_with_their_sources(agency: Agency) -> None:
    make_result(agency, 2021, "243", source="kota-kenanga.go.id")
    make_result(agency, 2022, "265", source="seputarbali.example")
    page = page_of()
    assert page.tables[-1] == [
        ["Year", "Instrument", "Score", "Index", "Category", "Source"],
        ["2022", "PermenPANRB Number 40 of 2018", "265", "0.65", "Good", "seputarbali.example"],
        ["2021", "PermenPANRB Number 40 of 2018", "243", "0.58", "Insufficient", "kota-kenanga.go.id"],
    ]
    assert "+22 points since 2021" in page.text
    make_result(agency, 2023, "264")
    assert "-1 point since 2022" in page_of().text.replace("−", "-")
    assert "City · Province of Bali · WIB · Kantor Regional X BKN Denpasar" in page.text
    assert "Also known or published as: Pemkot K" in page.text


def test_history_marks_the_instrument_of_each_year(agency: Agency) -> None:
    make_result(agency, 2022, "265")
    make_result(agency, 2024, "270", round=1)
    make_result(agency, 2024, "280", round=2)
    make_result(agency, 2026, "70", NEW, category="Menengah", index="0.700")
    rows = page_of().tables[0]
    old, new = "PermenPANRB Number 40 of 2018", "PermenPANRB Number 19 of 2025"
    assert [(row[0], row[1], row[3]) for row in rows[1:]] == [
        ("2022", "265", old),
        ("2024", "280", old),
        ("2026", "0.7", new),
    ]


def test_aspects_against_the_median_of_five_agencies(agency: Agency) -> None:
    make_aspects(make_result(agency, 2022, "265"), *ALL_HALF)
    for number, percent in enumerate(("10", "20", "80", "90")):
        other = make_agency(f"Pemerintah Kota {number}", "kota")
        make_aspects(make_result(other, 2022, "265"), percent, percent)
    page = page_of()
    rows = page.tables[1]
    assert rows[0] == ["Aspect", "Points", "Maximum", "Share", "National median"]
    assert rows[1][1:] == ["20", "40", "50%", "50%"]
    assert rows[3][1:] == ["65", "130", "50%", "50%"]
    assert "The tick is the median of 5 agencies with published aspects." in page.text


def test_median_of_an_even_number_lies_between_the_middle_two() -> None:
    for number, percent in enumerate(("10", "20", "40", "60", "80", "100")):
        other = make_agency(f"Pemerintah Kota {number}", "kota")
        make_aspects(make_result(other, 2022, "265"), percent)
    found = aspect_medians(OLD)
    assert (found.agencies, found.values) == (6, {"1": Decimal("0.5")})


def test_median_takes_each_agency_once_and_no_invented_one() -> None:
    for number, percent in enumerate(("10", "20", "30", "40", "50")):
        other = make_agency(f"Pemerintah Kota {number}", "kota")
        make_aspects(make_result(other, 2021, "265"), "100")
        make_aspects(make_result(other, 2022, "265"), percent)
    invented = make_agency("Pemerintah Kota Rekaan", "kota", is_invented=True)
    make_aspects(make_result(invented, 2022, "265"), "100")
    found = aspect_medians(OLD)
    assert (found.agencies, found.values) == (5, {"1": Decimal("0.3")})


def test_too_few_aspects_fall_back_to_the_published_attainment_and_say_so(agency: Agency) -> None:
    make_aspects(make_result(agency, 2022, "265"), *ALL_HALF)
    for item, value, year in (("1", "0.6", "2020"), ("1", "0.732", "2021"), ("2", "0.739", "2021")):
        NationalFigure.objects.create(
            as_of=year, measure="attainment", item=item, instrument_id=OLD, value=value, source="pers"
        )
    page = page_of()
    rows = page.tables[1]
    assert rows[0][-1] == "National attainment"
    assert [row[-1] for row in rows[1:]] == ["73%", "74%", "–", "–", "–", "–", "–", "–"]
    assert "the tick is the national attainment published for 2021" in page.text


def test_no_median_and_no_attainment_is_said(agency: Agency) -> None:
    make_aspects(make_result(agency, 2022, "265"), *ALL_HALF)
    assert "Too few agencies have published aspects for a national median." in page_of().text


def test_aspects_of_an_earlier_year_are_named_so(agency: Agency) -> None:
    make_aspects(make_result(agency, 2022, "265"), *ALL_HALF)
    make_result(agency, 2023, "270")
    assert "Aspects of the result of 2022." in page_of().text


def test_decisions_with_their_papers_and_what_replaced_them(agency: Agency) -> None:
    first = decided(agency, 2024, number="001/SK-SM/2024")
    decided(agency, 2024, number="002/SK-SM/2024", supersedes=first)
    page = page_of()
    assert [row[0] for row in page.tables[-1][1:]] == ["2024"]
    assert "002/SK-SM/2024 correction" in page.text
    assert "Decided on 8 June 2024, valid until 8 June 2025. Replaced by a later correction." in page.text
    assert page.text.count("Decision letter") == 2


@pytest.mark.parametrize(("public", "shown"), [(True, 1), (False, 0)])
def test_recommendations_only_where_made_public(
    agency: Agency, settings: Any, public: bool, shown: int
) -> None:
    settings.PUBLIC_RECOMMENDATIONS = public
    assessment = decided(agency, 2024, number="001/SK-SM/2024").assessment
    issued = {"agency": agency, "assessment": assessment, "level_next": 3, "issued_at": "2024-06-10T00:00Z"}
    Recommendation.objects.create(code="3.3", body="Susun talent pool.", **issued)
    Recommendation.objects.create(code="3.4", body="Dibuang.", **issued | {"is_dropped": True})
    Recommendation.objects.create(code="3.5", body="Masih konsep.", **issued | {"issued_at": None})
    text = page_of().text
    assert [text.count(body) for body in ("Susun talent pool.", "Dibuang.", "Masih konsep.")] == [shown, 0, 0]


def test_recommendations_of_an_unpublished_assessment_stay_private(agency: Agency, settings: Any) -> None:
    settings.PUBLIC_RECOMMENDATIONS = True
    assessment = decided(agency, 2024, number="001/SK-SM/2024").assessment
    Assessment.objects.update(state=State.OBJECTION)
    Recommendation.objects.create(
        agency=agency,
        assessment=assessment,
        code="3.3",
        body="Rahasia.",
        level_next=3,
        issued_at="2024-06-10T00:00Z",
    )
    assert "Rahasia." not in page_of().text


def test_agency_without_a_result_says_so(agency: Agency) -> None:
    page = page_of()
    assert "No result yet" in page.text
    assert page.tables == []


def test_former_and_invented_agencies_are_marked() -> None:
    make_agency("Kementerian Lama", "kementerian", slug="lama", is_active=False)
    make_agency("Pemerintah Kota Rekaan", "kota", slug="rekaan", is_invented=True)
    assert "former agency" in page_of("lama").text
    assert "invented for the demonstration" in page_of("rekaan").text


def test_result_of_an_unknown_instrument_is_still_shown(agency: Agency) -> None:
    make_result(agency, 2017, "3", "lama-2017", category="Cukup")
    assert page_of().tables[-1][1] == ["2017", "lama-2017", "3", "–", "Cukup", "contoh.go.id"]


def test_unknown_agency_is_not_found() -> None:
    assert visitor().get("/daftar/tidak-ada/").status_code == 404
    assert visitor().get("/daftar/tidak-ada/unduh.csv").status_code == 404


def test_queries_do_not_grow_with_the_history(agency: Agency) -> None:
    found = []
    for years in (range(2030, 2031), range(2031, 2034)):
        for year in years:
            make_aspects(decided(agency, year, number=f"{year}/SK-SM/{year}").result, *ALL_HALF)
        with CaptureQueriesContext(connection) as queries:
            assert visitor().get("/daftar/kota-kenanga/").status_code == 200
        found.append(len(queries))
    assert found[0] == found[1]
