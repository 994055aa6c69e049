"""The published history: every row finds its agency and agrees with the rules; loading is idempotent."""

import csv
from collections import Counter
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest

from sipinter.assessment.record.models import Result
from sipinter.foundation.access.actor import NOBODY, system_actor
from sipinter.foundation.access.errors import Denied, Invalid
from sipinter.foundation.agencies.models import Agency
from sipinter.foundation.agencies.register import InvalidRegister
from sipinter.foundation.agencies.services import import_register
from sipinter.foundation.audit.models import Event
from sipinter.foundation.work.worker import drain_queue
from sipinter.nation.results import tasks
from sipinter.nation.results.models import NationalFigure
from sipinter.nation.results.published_files import RESULTS, PublishedResult
from sipinter.nation.results.services.history import LoadedHistory, load_history
from sipinter.nation.results.services.results import LoadCounts, load_results
from sipinter.rules.instrument import default_catalog
from sipinter.rules.scoring import category_of, index_of

from .. import factories

pytestmark = pytest.mark.django_db
OLD = "permenpanrb-40-2018"


@pytest.fixture
def register() -> None:
    import_register(actor=system_actor())


def published(agency: Agency, **fields: object) -> PublishedResult:
    values = {"year": 2022, "instrument_id": OLD, "score": Decimal("265"), "source": "contoh.go.id"}
    return PublishedResult(agency=agency, **(values | fields))


def published_rows() -> list[dict[str, str]]:
    with RESULTS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("row", published_rows(), ids=lambda row: f"{row['agency']} {row['year']}")
def test_category_and_index_as_the_rules_give_them(row: dict[str, str]) -> None:
    instrument = default_catalog()[row["instrument"]]
    assert category_of(instrument, Decimal(row["score"])).code == row["category"]
    if row["index"]:
        assert index_of(instrument, Decimal(row["score"])) == Decimal(row["index"])


def test_load_history(register: None) -> None:
    assert load_history(actor=system_actor()) == LoadedHistory(LoadCounts(created=32), figures=16)
    assert Counter(Result.objects.values_list("category", flat=True)) == {
        "Sangat Baik": 13,
        "Baik": 15,
        "Kurang": 3,
        "Buruk": 1,
    }
    assert Result.objects.exclude(source="").count() == 32
    assert NationalFigure.objects.get(as_of="2024-03", measure="assessed").value == 587


def test_former_and_renamed_agencies_keep_their_history(register: None) -> None:
    load_history(actor=system_actor())
    by_slug = dict(Result.objects.filter(year=2020).values_list("agency__slug", "score"))
    assert (by_slug["kemenristek"], by_slug["kemendukbangga"], by_slug["perpusnas"]) == (
        Decimal("335.5"),
        Decimal("364.5"),
        Decimal("211.5"),
    )


def test_aspects_of_the_constitutional_court(register: None) -> None:
    load_history(actor=system_actor())
    result = Result.objects.get(agency__slug="mahkamah-konstitusi")
    aspects = list(result.aspects.values_list("code", "score", "max", "percent"))
    assert aspects == [
        ("1", Decimal("37.5"), 40, Decimal("93.75")),
        ("2", Decimal("38"), 40, Decimal("95")),
        ("3", Decimal("75"), 130, Decimal("57.69")),
        ("4", Decimal("25"), 40, Decimal("62.5")),
        ("5", Decimal("77.5"), 80, Decimal("96.88")),
        ("6", Decimal("35"), 40, Decimal("87.5")),
        ("7", Decimal("16"), 16, Decimal("100")),
        ("8", Decimal("23"), 24, Decimal("95.83")),
    ]
    assert sum(score for _code, score, _max, _percent in aspects) == result.score == Decimal("327")


def test_loading_again_changes_and_records_nothing(register: None) -> None:
    load_history(actor=system_actor())
    events = Event.objects.count()
    assert load_history(actor=system_actor()) == LoadedHistory(LoadCounts(unchanged=32), figures=0)
    assert Event.objects.count() == events


def test_published_index_is_kept_and_a_missing_one_computed(cast: object) -> None:
    one, two = factories.make_agency("Satu"), factories.make_agency("Dua")
    load_results([published(one, index=Decimal("0.70")), published(two)], actor=system_actor())
    indices = dict(Result.objects.values_list("agency__name", "index"))
    assert indices == {"Satu": Decimal("0.700"), "Dua": Decimal("0.650")}


def test_correction_of_the_history_is_recorded() -> None:
    agency = factories.make_agency()
    load_results([published(agency, score=Decimal("243"))], actor=system_actor())
    assert load_results([published(agency)], actor=system_actor()) == LoadCounts(updated=1)
    result = Result.objects.get()
    assert (result.score, result.category) == (Decimal("265"), "Baik")
    event = Event.objects.order_by("pk").last()
    assert event.changes[f"result:{result.pk}"] == [
        {"score": "243.000", "index": "0.580", "category": "Kurang"},
        {"score": "265", "index": "0.65", "category": "Baik"},
    ]


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"instrument_id": "none"}, "there is no instrument “none”"),
        ({"category": "Hebat"}, "the instrument has no category “Hebat”"),
        ({"score": Decimal("411")}, "score 411 is not between 0 and 410"),
        ({"source": " "}, "the source is missing"),
        ({"aspects": {"1": Decimal("41")}}, "aspect 1: 41 is not between 0 and its maximum"),
        ({"aspects": {"1": Decimal("40")}}, "the aspects do not add up to the score 265"),
        (
            {"instrument_id": "permenpanrb-19-2025", "score": Decimal("70")},
            "the category is missing and does not follow from the score",
        ),
    ],
)
def test_result_that_does_not_hold_is_refused(fields: dict[str, object], fault: str) -> None:
    agency = factories.make_agency("Pemerintah Kota Kenanga", "kota")
    with pytest.raises(Invalid) as caught:
        load_results([published(agency), published(agency, year=2023, **fields)], actor=system_actor())
    assert fault in str(caught.value).splitlines()[0]
    assert not Result.objects.exists()


def test_a_refusal_of_the_rules_is_in_the_readers_language(
    cast: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.make_agency("Pemerintah Kota Kenanga", "kota")
    results = tmp_path / "results.csv"
    results.write_text(
        "agency,year,round,instrument,score,category,index,source\n"
        f"Pemerintah Kota Kenanga,2022,1,{OLD},411,,,contoh.go.id\n"
    )
    aspects = tmp_path / "aspects.csv"
    aspects.write_text("agency,year,round,instrument,aspect,score\n")
    monkeypatch.setattr(tasks, "load_history", partial(load_history, results=results, aspects=aspects))
    client = factories.client_for(factories.make_user("Wati", ("administrator", cast.supervisor)))
    address = client.post("/pekerjaan/mulai/riwayat/")["Location"]
    drain_queue()
    shown = client.get(address, headers={"accept-language": "id"}).content.decode()
    assert "Pemerintah Kota Kenanga 2022: nilai 411 tidak berada antara 0 dan 410" in shown


def test_result_twice_is_refused() -> None:
    agency = factories.make_agency("Pemerintah Kota Kenanga", "kota")
    with pytest.raises(Invalid, match="Pemerintah Kota Kenanga 2022: this result stands there twice"):
        load_results([published(agency), published(agency)], actor=system_actor())


def test_only_the_administrator_loads(cast: object) -> None:
    keeper = factories.actor(cast.owner)
    for actor in (NOBODY, keeper):
        with pytest.raises(Denied):
            load_results([published(cast.agency)], actor=actor)
    admin = factories.make_user("Wati", ("administrator", cast.supervisor))
    assert load_results([published(cast.agency)], actor=factories.actor(admin)) == LoadCounts(created=1)


def test_faults_of_the_files_name_row_and_column(tmp_path: Path) -> None:
    factories.make_agency("Pemerintah Kota Kenanga", "kota")
    results, aspects = tmp_path / "results.csv", tmp_path / "aspects.csv"
    aspects.write_text(
        f"agency,year,round,instrument,aspect,score\nPemerintah Kota Kenanga,2019,1,{OLD},1,40\n"
    )
    results.write_text(
        "agency,year,round,instrument,score,category,index,source\n"
        f"Pemerintah Kota Kenanga,20x2,1,{OLD},265,,,contoh.go.id\n"
        f"Pemerintah Kota Lain,2022,1,{OLD},NaN,,a,\n",
        encoding="utf-8",
    )
    with pytest.raises(InvalidRegister) as caught:
        load_history(results=results, aspects=aspects, actor=system_actor())
    assert str(caught.value).splitlines() == [
        "results.csv:2: year: “20x2” is not a whole number",
        "results.csv:3: agency: the register has no agency “Pemerintah Kota Lain”",
        "results.csv:3: score: “NaN” is not a number",
        "results.csv:3: source: is empty",
        "results.csv:3: index: “a” is not a number",
        "aspects.csv:1: agency: some aspects belong to no result of the other file",
    ]
    assert not Result.objects.exists()
