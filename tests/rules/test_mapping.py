"""Mapping tables between instruments: the one that ships, and every fault of a file with its line."""

from pathlib import Path

import pytest

from sipinter.rules.indicator_map import (
    IndicatorMap,
    IndicatorMapError,
    find_indicator_map,
    load_indicator_maps,
    read_indicator_map,
)
from sipinter.rules.instrument import default_catalog, load_instrument_file
from sipinter.rules.instrument_diff import carry_over_proposals, dropped_indicators
from sipinter.rules.model import Instrument

from . import samples

TABLE = """\
id: small-sum--small-mean
from: small-sum
to: small-mean
status: reconstructed
note: {id: Disusun untuk pengujian., en: Drawn up for a test.}
sources:
  - title: Peraturan Contoh Nomor 1
rows:
  - {from: "1.1", to: ["1.1", "2.1"], why: {id: sama, en: alike}}
  - {from: "1.2", to: [], why: {id: tidak ada, en: gone}}
  - {from: "2.1", to: ["1.1"], why: {id: sama, en: alike}}
  - {from: "2.10", to: ["1.3"], why: {id: sama, en: alike}}
"""


@pytest.fixture
def instruments(tmp_path: Path) -> dict[str, Instrument]:
    loaded = [load_instrument_file(samples.write(tmp_path, text)) for text in (samples.SUM, samples.MEAN)]
    return {instrument.id: instrument for instrument in loaded}


def write(folder: Path, text: str) -> Path:
    path = folder / "mapping" / "small-sum--small-mean.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_sound_table_is_read_whole(tmp_path: Path, instruments: dict[str, Instrument]) -> None:
    table = read_indicator_map(write(tmp_path, TABLE), instruments)
    assert (table.before, table.after, table.status) == ("small-sum", "small-mean", "reconstructed")
    assert [(row.source, row.targets) for row in table.rows] == [
        ("1.1", ("1.1", "2.1")),
        ("1.2", ()),
        ("2.1", ("1.1",)),
        ("2.10", ("1.3",)),
    ]
    assert table.rows[1].why.en == "gone"


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("to: small-mean", "to: unknown", 3, "there is no instrument “unknown”"),
        ("to: small-mean", "to: small-sum", 3, "leads back to the same instrument"),
        ("status: reconstructed", "status: sure", 4, "must be one of"),
        ('from: "2.10"', 'from: "9.9"', 12, "“small-sum” has no indicator “9.9”"),
        ('from: "2.10"', 'from: "2.1"', 12, "indicator “2.1” has a row already"),
        ('to: ["1.3"]', 'to: ["7.7"]', 12, "“small-mean” has no indicator “7.7”"),
        ('to: ["1.3"]', 'to: ["1.3", "1.3"]', 12, "“1.3” is given twice"),
        (", why: {id: tidak ada, en: gone}", "", 10, "key “why” is missing"),
        ("id: small-sum--", "id: other--", 1, "differs from the file's name"),
        ('  - {from: "2.10", to: ["1.3"], why: {id: sama, en: alike}}\n', "", 9, "no row for: 2.10"),
    ],
)
def test_a_fault_is_reported_with_its_line(
    tmp_path: Path, instruments: dict[str, Instrument], old: str, new: str, line: int, message: str
) -> None:
    assert old in TABLE
    with pytest.raises(IndicatorMapError) as caught:
        read_indicator_map(write(tmp_path, TABLE.replace(old, new, 1)), instruments)
    assert any(fault.line == line and message in fault.message for fault in caught.value.faults), str(
        caught.value
    )


def test_two_tables_of_one_pair_are_refused(tmp_path: Path) -> None:
    built_in = find_indicator_map("permenpanrb-40-2018", "permenpanrb-19-2025")
    assert built_in is not None
    text = (
        (Path(samples.__file__).parents[2] / "src/sipinter/rules/catalog/mapping" / f"{built_in.id}.yaml")
        .read_text(encoding="utf-8")
        .replace(f"id: {built_in.id}", "id: again")
    )
    (tmp_path / "mapping").mkdir()
    (tmp_path / "mapping" / "again.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(IndicatorMapError, match="leads from and to the same as"):
        load_indicator_maps(default_catalog(), [tmp_path])


@pytest.fixture
def shipped() -> IndicatorMap:
    found = find_indicator_map("permenpanrb-40-2018", "permenpanrb-19-2025")
    assert found is not None
    return found


def test_the_shipped_table_names_every_sub_aspect_and_says_what_it_rests_on(
    shipped: IndicatorMap, of_2018: Instrument, of_2025: Instrument
) -> None:
    assert [row.source for row in shipped.rows] == list(of_2018.indicators)
    assert shipped.status == "reconstructed"
    assert len(shipped.sources) == 2
    assert all(row.why.id and row.why.en for row in shipped.rows)
    assert dropped_indicators(of_2018, of_2025, shipped) == ("7.1",)


def test_questions_that_are_new_in_2025_start_from_nothing(
    shipped: IndicatorMap, of_2018: Instrument, of_2025: Instrument
) -> None:
    found = carry_over_proposals(of_2018, of_2025, shipped)
    assert [one.code for one in found] == list(of_2025.indicators)
    assert not any(one.same_scale for one in found)
    empty = [one.code for one in found if not one.sources]
    assert empty == [
        "1.2",
        "2.5",
        "2.6",
        "5.1",
        "5.2",
        "5.3",
        "6.1",
        "6.2",
        "6.4a",
        "6.4b",
        "6.4c",
        "6.4d",
    ]


def test_no_table_leads_back() -> None:
    assert find_indicator_map("permenpanrb-19-2025", "permenpanrb-40-2018") is None


def test_a_table_of_two_others_is_refused(shipped: IndicatorMap, of_2025: Instrument) -> None:
    with pytest.raises(ValueError, match="is not the table"):
        carry_over_proposals(of_2025, of_2025, shipped)
