"""The register's page: which agencies, which result, filters, order, pages."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sipinter.foundation.agencies.models import Agency
from sipinter.nation.register.queries import register as query
from sipinter.nation.results.queries import category_counts

from ..factories import make_agency
from .make import NEW, OLD, Page, make_result, visitor

pytestmark = pytest.mark.django_db


def names(**filters: object) -> list[str]:
    return [row.name for row in query.register_rows(query.RegisterFilters(**filters))]


def table(address: str = "/daftar/", language: str = "en") -> list[list[str]]:
    return Page(visitor(language).get(address).content).tables[0]


@pytest.fixture
def some() -> dict[str, Agency]:
    """Five agencies: two with a history, one by the newer instrument too, one former, one without."""
    agencies = {
        "melati": make_agency("Pemerintah Kabupaten Melati", province="Jawa Barat", aliases="PALI"),
        "kenanga": make_agency("Pemerintah Kota Kenanga", "kota", province="Bali"),
        "mawar": make_agency("Kementerian Mawar", "kementerian", aliases="Kemenmawar\nDepartemen Mawar"),
        "lama": make_agency("Kementerian Lama", "kementerian", is_active=False),
        "usang": make_agency("Kementerian Usang", "kementerian", is_active=False),
    }
    make_result(agencies["melati"], 2021, "243")
    make_result(agencies["melati"], 2022, "265")
    make_result(agencies["kenanga"], 2022, "330")
    make_result(agencies["kenanga"], 2023, "320.5")
    make_result(agencies["kenanga"], 2026, "70", NEW, category="Menengah", index="0.700")
    make_result(agencies["lama"], 2020, "100.5")
    return agencies


def test_every_agency_once_with_its_latest_result(some: dict[str, Agency]) -> None:
    assert table() == [
        ["Agency", "Type", "Year", "Score", "Category", "Points gained"],
        ["Pemerintah Kota Kenanga Bali", "City", "2026", "70", "Intermediate", "–"],
        ["Pemerintah Kabupaten Melati Jawa Barat", "Regency", "2022", "265", "Good", "+22"],
        ["Kementerian Lama former", "Ministry", "2020", "100.5", "Poor", "–"],
        ["Kementerian Mawar", "Ministry", "–", "–", "no result yet", "–"],
    ]


def test_page_in_indonesian(some: dict[str, Agency]) -> None:
    rows = table("/daftar/?instrument=" + OLD, "id")
    assert rows[0] == ["Instansi", "Jenis", "Tahun", "Skor", "Kategori", "Kenaikan"]
    assert rows[1] == ["Pemerintah Kota Kenanga Bali", "Kota", "2023", "320,5", "Baik", "−9,5"]


def test_points_gained_only_against_the_same_instrument(some: dict[str, Agency]) -> None:
    by_name = {row.name: row.change for row in query.register_rows(query.RegisterFilters())}
    assert by_name["Pemerintah Kota Kenanga"] is None
    by_old = {row.name: row.change for row in query.register_rows(query.RegisterFilters(instrument=OLD))}
    assert by_old["Pemerintah Kota Kenanga"] == -9.5


def test_corrected_result_takes_the_place_of_the_old(some: dict[str, Agency]) -> None:
    make_result(some["mawar"], 2024, "200", is_current=False)
    make_result(some["mawar"], 2024, "260")
    row = next(iter(query.register_rows(query.RegisterFilters(q="mawar"))))
    assert (row.score, row.category, row.previous) == (260, "Baik", None)


def test_agency_with_only_replaced_results_is_listed_without_one() -> None:
    agency = make_agency("Pemerintah Kota Kenanga", "kota")
    make_result(agency, 2024, "200", is_current=False)
    rows = list(query.register_rows(query.RegisterFilters()))
    assert [(row.name, row.score) for row in rows] == [("Pemerintah Kota Kenanga", None)]


def test_second_round_of_a_year_is_later_than_the_first(some: dict[str, Agency]) -> None:
    make_result(some["melati"], 2022, "270", round=2)
    row = next(iter(query.register_rows(query.RegisterFilters(q="Melati"))))
    assert (row.year, row.round, row.score, row.change) == (2022, 2, 270, 5)


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"q": "melati"}, ["Pemerintah Kabupaten Melati"]),
        ({"q": "pemkab melati"}, ["Pemerintah Kabupaten Melati"]),
        ({"q": "Pemkot"}, ["Pemerintah Kota Kenanga"]),
        ({"q": "kemenmawar"}, ["Kementerian Mawar"]),
        ({"q": "departemen"}, ["Kementerian Mawar"]),
        ({"q": "kota melati"}, []),
        ({"q": "%"}, []),
        ({"q": "_"}, []),
        ({"q": "' OR 1=1 --"}, []),
        ({"type": "kota"}, ["Pemerintah Kota Kenanga"]),
        ({"province": "Jawa Barat"}, ["Pemerintah Kabupaten Melati"]),
        ({"category": "Baik"}, ["Pemerintah Kabupaten Melati"]),
        ({"year": 2022}, ["Pemerintah Kabupaten Melati", "Pemerintah Kota Kenanga"]),
        ({"year": 2022, "category": "Sangat Baik"}, ["Pemerintah Kota Kenanga"]),
        ({"instrument": NEW}, ["Pemerintah Kota Kenanga"]),
        ({"with_result": True, "type": "kementerian"}, ["Kementerian Lama"]),
    ],
)
def test_filters(some: dict[str, Agency], filters: dict[str, object], found: list[str]) -> None:
    assert names(**filters) == found


@pytest.mark.parametrize(
    ("sort", "found"),
    [
        ("name", ["Lama", "Mawar", "Melati", "Kenanga"]),
        ("-name", ["Kenanga", "Melati", "Mawar", "Lama"]),
        ("type", ["Lama", "Mawar", "Melati", "Kenanga"]),
        ("-type", ["Kenanga", "Melati", "Lama", "Mawar"]),
        ("year", ["Lama", "Melati", "Kenanga", "Mawar"]),
        ("-year", ["Kenanga", "Melati", "Lama", "Mawar"]),
        ("score", ["Kenanga", "Lama", "Melati", "Mawar"]),
        ("-score", ["Melati", "Lama", "Kenanga", "Mawar"]),
        ("category", ["Lama", "Melati", "Kenanga", "Mawar"]),
        ("-category", ["Kenanga", "Melati", "Lama", "Mawar"]),
        ("change", ["Melati", "Lama", "Mawar", "Kenanga"]),
        ("-change", ["Melati", "Lama", "Mawar", "Kenanga"]),
    ],
)
def test_orders_with_missing_figures_last(some: dict[str, Agency], sort: str, found: list[str]) -> None:
    assert [name.split()[-1] for name in names(sort=sort)] == found


def test_sorting_by_change_counts_losses_below_gains(some: dict[str, Agency]) -> None:
    found = names(sort="change", instrument=OLD)
    assert [name.split()[-1] for name in found] == ["Kenanga", "Melati", "Lama"]


def test_heads_link_to_the_order_and_keep_the_filters(some: dict[str, Agency]) -> None:
    page = Page(visitor().get("/daftar/?type=kota&sort=-score").content)
    assert {"?type=kota&sort=score", "?type=kota&sort=name"} <= set(page.links)
    assert "/daftar/unduh.csv?type=kota&sort=-score&" in page.links


@pytest.mark.parametrize(
    "address",
    ["type=desa", "year=1999", "year=x", "province=Atlantis", "category=<b>", "sort=id", "instrument=x"],
)
def test_filter_that_does_not_hold_is_left_out_and_said_so(some: dict[str, Agency], address: str) -> None:
    response = visitor().get("/daftar/?" + address)
    page = Page(response.content)
    value = address.partition("=")[2]
    assert response.status_code == 200
    assert f"“{value}” does not occur in the register: this filter was left out." in page.text
    assert len(page.tables[0]) == 5


def test_odd_addresses_do_no_harm(some: dict[str, Agency]) -> None:
    for address in ("page=0", "page=x", "page=99999", "q=" + "a" * 5000, "q=%F0%9F%A6%8A", "sort="):
        assert visitor().get("/daftar/?" + address).status_code == 200


def test_search_words_are_shown_escaped(some: dict[str, Agency]) -> None:
    content = visitor().get('/daftar/?q="><script>alert(1)</script>').content
    assert b"<script>alert" not in content
    assert b'value="&#34;&gt;&lt;script&gt;' in content


def test_fifty_a_page_or_all(some: dict[str, Agency]) -> None:
    Agency.objects.bulk_create(
        Agency(code=f"B{i}", slug=f"b-{i}", name=f"Pemerintah Kota B{i:03d}", type="kota") for i in range(100)
    )
    assert [len(table(f"/daftar/?page={page}")) - 1 for page in (1, 2, 3, "all")] == [50, 50, 4, 104]
    page = Page(visitor().get("/daftar/?type=kota&page=2").content)
    assert "101 agencies" in page.text
    assert {"?type=kota&page=1", "?type=kota&page=3", "?type=kota&page=all"} <= set(page.links)


def test_htmx_gets_the_list_alone(some: dict[str, Agency]) -> None:
    headers = {"hx-request": "true", "hx-target": "register-list"}
    part = visitor().get("/daftar/?type=kota", headers=headers)
    assert part.content.decode().strip().startswith('<div id="register-list">')
    assert Page(part.content).tables == Page(visitor().get("/daftar/?type=kota").content).tables
    assert "HX-Request" in part["Vary"]


def test_htmx_restoring_history_gets_the_whole_page(some: dict[str, Agency]) -> None:
    headers = {"hx-request": "true", "hx-target": "register-list", "hx-history-restore-request": "true"}
    assert b"<!doctype html>" in visitor().get("/daftar/", headers=headers).content


def test_queries_do_not_grow_with_the_register() -> None:
    made, found = 0, []
    for wanted in (1, 3, 600):
        agencies = [
            Agency(code=f"B{i}", slug=f"b-{i}", name=f"Kota B{i:03d}", type="kota", province=f"P{i % 38}")
            for i in range(made, wanted)
        ]
        for agency in Agency.objects.bulk_create(agencies)[:40]:
            make_result(agency, 2021, "243")
            make_result(agency, 2022, "330")
        made = wanted
        counts = []
        for address in ("/daftar/", "/daftar/?page=all", "/daftar/?category=Sangat+Baik&sort=-change"):
            with CaptureQueriesContext(connection) as queries:
                visitor().get(address)
            counts.append(len(queries))
        found.append(counts)
    assert found == [[6, 6, 6]] * 3


def test_category_counts_take_each_agency_once_and_no_invented_one(some: dict[str, Agency]) -> None:
    invented = make_agency("Pemerintah Kota Rekaan", "kota", is_invented=True)
    make_result(invented, 2024, "400")
    assert category_counts() == {(OLD, "Baik"): 1, (OLD, "Buruk"): 1, (NEW, "Menengah"): 1}


def test_tiles_lead_to_the_agencies_they_count(some: dict[str, Agency]) -> None:
    page = Page(visitor().get("/daftar/").content)
    assert "/daftar/?category=Baik" in page.links
    assert len(table("/daftar/?category=Baik")) - 1 == 1


def test_invented_agencies_are_marked(some: dict[str, Agency]) -> None:
    make_result(make_agency("Pemerintah Kota Rekaan", "kota", is_invented=True), 2027, "400")
    assert table()[1][0] == "Pemerintah Kota Rekaan demonstration"


def test_category_of_an_instrument_no_longer_in_the_catalogue() -> None:
    make_result(make_agency("Pemerintah Kota Kenanga", "kota"), 2017, "3", "lama-2017", category="Cukup")
    assert table()[1][3:5] == ["3", "Cukup"]


def test_register_without_agencies_says_what_to_do() -> None:
    page = Page(visitor().get("/daftar/").content)
    assert page.tables == []
    assert "The register is empty" in page.text


def test_no_match_says_what_to_do(some: dict[str, Agency]) -> None:
    page = Page(visitor().get("/daftar/?q=zzz").content)
    assert page.tables == []
    assert "No agency matches" in page.text
    assert "/daftar/" in page.links
