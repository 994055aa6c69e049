"""The catalogue: the built-in instruments and those of further folders."""

from datetime import date
from pathlib import Path

import pytest

from sipinter.rules.document import InstrumentError
from sipinter.rules.instrument import (
    BUILT_IN,
    find_instrument_file,
    list_instrument_ids,
    load_catalog,
    load_instrument_file,
)
from sipinter.rules.model import Instrument

from .samples import MEAN, SUM, write


def test_newest_validity_comes_first(tmp_path: Path) -> None:
    write(tmp_path, SUM)
    assert list(load_catalog(tmp_path)) == ["permenpanrb-19-2025", "small-sum", "permenpanrb-40-2018"]


def test_a_folder_named_in_the_environment_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    first.mkdir()
    second.mkdir()
    write(first, SUM)
    write(second, MEAN)
    monkeypatch.setenv("SIPINTER_INSTRUMENTS", f"{first}:{second}:{first}")
    assert set(load_catalog()) == {"permenpanrb-19-2025", "permenpanrb-40-2018", "small-sum", "small-mean"}
    assert list_instrument_ids() == ["permenpanrb-19-2025", "permenpanrb-40-2018", "small-mean", "small-sum"]
    assert find_instrument_file("small-mean") == second / "small-mean.yaml"
    assert find_instrument_file("none") is None


def test_the_same_id_twice_is_refused(tmp_path: Path) -> None:
    taken = BUILT_IN / "permenpanrb-19-2025.yaml"
    copy = tmp_path / taken.name
    copy.write_bytes(taken.read_bytes())
    for attempt in (
        lambda: load_catalog(tmp_path),
        lambda: find_instrument_file("permenpanrb-19-2025", tmp_path),
    ):
        with pytest.raises(InstrumentError) as caught:
            attempt()
        assert str(caught.value) == f"{copy}:1: id “permenpanrb-19-2025” is already used by {taken}"


def test_the_faults_of_all_files_are_reported_together(tmp_path: Path) -> None:
    write(tmp_path, SUM.replace('max: "15"', 'max: "14"'))
    write(tmp_path, MEAN.replace('bonus: "0"', 'bonus: "-1"'))
    with pytest.raises(InstrumentError) as caught:
        load_catalog(tmp_path)
    assert [Path(fault.file).stem for fault in caught.value.faults] == ["small-mean", "small-sum"]


def test_a_folder_that_is_none_is_named(tmp_path: Path) -> None:
    with pytest.raises(InstrumentError, match="missing:1: is not a folder"):
        load_catalog(tmp_path / "missing")


def test_a_file_is_parsed_once_until_it_changes(tmp_path: Path) -> None:
    path = write(tmp_path, SUM)
    first = load_instrument_file(path)
    assert load_instrument_file(path) is first
    write(tmp_path, SUM.replace("en: Small", "en: Smaller"))
    assert load_instrument_file(path).title.en == "Smaller"


def test_the_two_instruments_have_the_published_shape(of_2018, of_2025) -> None:
    assert (of_2018.valid_from, of_2025.valid_from) == (date(2019, 1, 1), date(2026, 1, 1))
    assert [str(aspect.max) for aspect in of_2018.aspects] == [
        "40.0",
        "40.0",
        "130.0",
        "40.0",
        "80.0",
        "40.0",
        "16.0",
        "24.0",
    ]
    assert (len(of_2018.indicators), of_2018.max_score) == (37, 410)
    assert [len(aspect.indicators) for aspect in of_2018.aspects] == [4, 5, 10, 3, 5, 4, 2, 4]
    assert {indicator.weight_status for indicator in of_2018.indicators.values()} == {"reconstructed"}
    assert {level.status for i in of_2018.indicators.values() for level in i.levels} == {"generic"}
    assert (len(of_2025.indicators), of_2025.max_score) == (31, 100)
    assert [(c.code, str(c.lower), c.lower_open) for c in of_2025.categories] == [
        ("Dasar", "0", False),
        ("Lanjutan", "0.41", False),
        ("Menengah", "0.61", False),
        ("Tinggi", "0.81", False),
        ("Maju", "1", True),
    ]
    assert sum(aspect.weight for aspect in of_2025.aspects) == 100


def test_categories_begin_on_the_score_only_where_the_score_decides(
    small_sum: Instrument, of_2025: Instrument
) -> None:
    assert [str(bound) for bound in small_sum.score_bounds] == ["10", "15"]
    assert of_2025.score_bounds == []
