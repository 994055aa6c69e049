"""The nation's figures: shares that follow from what was published, the one national sentence, statistics."""

from decimal import Decimal

import pytest

from sipinter.foundation.access.actor import system_actor
from sipinter.nation.results.models import NationalFigure
from sipinter.nation.results.published_files import read_national_figures
from sipinter.nation.results.queries import category_counts
from sipinter.nation.results.services.history import load_figures
from sipinter.nation.statistics import queries
from sipinter.rules.instrument import default_catalog

from ..factories import make_agency
from .make import NEW, OLD, Page, make_result, visitor

pytestmark = pytest.mark.django_db


def figure(as_of: str, measure: str, value: str, item: str = "") -> NationalFigure:
    return NationalFigure.objects.create(
        as_of=as_of, measure=measure, value=Decimal(value), item=item, instrument_id=OLD, source="kasn.go.id"
    )


def share() -> queries.GoodShare | None:
    return queries.national_share(queries.published_figures(), category_counts())


def test_shares_of_the_published_figures() -> None:
    load_figures(read_national_figures(), actor=system_actor())
    found = [
        (s.as_of, s.assessed, s.good, s.is_computed) for s in queries.good_shares(queries.published_figures())
    ]
    assert found == [
        ("2020", None, 81, False),
        ("2021", 347, 152, True),
        ("2022", 417, 174, True),
        ("2023", 585, 316, True),
        ("2024-03", 587, 314, False),
    ]


def test_distributions_of_the_published_figures() -> None:
    load_figures(read_national_figures(), actor=system_actor())
    found = queries.category_distributions(queries.published_figures())
    assert [(d.as_of, d.counts, d.unknown) for d in found] == [
        ("2021", {"Baik": 106, "Sangat Baik": 46}, 195),
        ("2022", {"Buruk": 172, "Kurang": 71, "Baik": 144, "Sangat Baik": 30}, 0),
    ]


def test_categories_that_count_as_good_or_better() -> None:
    catalog = default_catalog()
    assert queries.good_categories(catalog[OLD]) == {"Baik", "Sangat Baik"}
    assert queries.good_categories(catalog[NEW]) == {"Menengah", "Tinggi", "Maju"}


def test_share_without_the_number_assessed_is_not_made_up() -> None:
    figure("2020", "good_or_better", "81")
    assert share() is None


def test_latest_published_share_is_the_national_figure() -> None:
    figure("2022", "assessed", "400")
    figure("2022", "good_or_better", "100")
    figure("2024-03", "assessed", "587")
    figure("2024-03", "good_or_better", "314")
    make_result(make_agency(), 2024, "300")
    found = share()
    assert (found.as_of, found.good, found.assessed, found.is_own) == ("2024-03", 314, 587, False)


def test_register_that_covers_more_agencies_speaks_for_the_nation() -> None:
    figure("2022", "assessed", "2")
    figure("2022", "good_or_better", "2")
    for number, score in enumerate(("100", "260", "330")):
        make_result(make_agency(f"Pemerintah Kota {number}", "kota"), 2024, score)
    found = share()
    assert (found.good, found.assessed, found.is_own) == (2, 3, True)
    assert "2 of the 3 agencies with a result in this register (67%)" in Page(visitor().get("/").content).text


def test_a_register_of_one_agency_is_told_in_the_singular() -> None:
    make_result(make_agency(), 2024, "330")
    text = Page(visitor().get("/").content).text
    assert "1 of the 1 agency with a result in this register (100%) is rated Good or better" in text
    assert "Latest result of 1 agency in this register" in text


def test_no_figure_and_no_result() -> None:
    assert share() is None
    assert "No results yet" in Page(visitor().get("/").content).text


def test_figures_are_corrected_and_recorded_once() -> None:
    rows = [
        NationalFigure(as_of="2022", measure="assessed", instrument_id=OLD, value=Decimal(400), source="a")
    ]
    assert load_figures(rows, actor=system_actor()) == 1
    rows[0].value = Decimal(417)
    assert load_figures(rows, actor=system_actor()) == 1
    assert load_figures(rows, actor=system_actor()) == 0
    assert NationalFigure.objects.get().value == 417


def test_front_page_in_both_languages() -> None:
    load_figures(read_national_figures(), actor=system_actor())
    english, indonesian = (Page(visitor(lang).get("/").content).text for lang in ("en", "id"))
    assert "As of March 2024, 314 of the 587 agencies assessed (53%) are rated Good or better." in english
    assert "Per Maret 2024, 314 dari 587 instansi yang dinilai (53%) berkategori Baik ke atas." in indonesian
    assert "Sumber: kasn.go.id." in indonesian


def test_statistics_tell_every_figure_with_its_source() -> None:
    load_figures(read_national_figures(), actor=system_actor())
    make_result(make_agency("Pemerintah Kota Kenanga", "kota"), 2022, "265")
    page = Page(visitor("en").get("/statistik/").content)
    shares, of_2022, attainment, own, told = page.tables
    assert shares[1:] == [
        ["2021", "195", "152", "347"],
        ["2022", "243", "174", "417"],
        ["2023", "269", "316", "585"],
        ["March 2024", "273", "314", "587"],
    ]
    assert of_2022[1] == ["2022", "172", "71", "144", "30", "417"]
    assert [row[3] for row in attainment[1:]] == ["73%", "74%", "31%", "42%"]
    assert own[1] == ["2022", "0", "0", "1", "0", "1"]
    assert len(told) == 17
    assert ["Agencies of one category: Very Good", "2022", "30", "antaranews.com"] in told
    assert ["Agencies of one category: Good", "2021", "106", "kalsel.antaranews.com"] in told


def test_statistics_without_any_figure_say_what_comes() -> None:
    page = Page(visitor().get("/statistik/").content)
    assert "No figures yet" in page.text
    assert page.tables == []


def test_statistics_as_csv() -> None:
    figure("2022", "category", "30", "Sangat Baik")
    content = b"".join(visitor().get("/statistik/unduh.csv").streaming_content).decode()
    assert content == (
        "as_of,measure,item,instrument,value,source\r\n"
        "2022,category,Sangat Baik,permenpanrb-40-2018,30,kasn.go.id\r\n"
    )
