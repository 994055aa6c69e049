"""One reading at a time for a person, two for an agency, and no refusal found twice."""

from pathlib import Path

import pytest
from django.core.cache import cache

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.errors import NotAnswering
from sipinter.foundation.evidence import reading_turns
from sipinter.foundation.evidence.reader.faults import ReaderFault
from sipinter.foundation.evidence.reading_turns import person_turn, read_once, reading_turn
from tests.conftest import Cast

from . import making

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_turns, "WAIT", 0)


def test_a_person_has_one_file_read_at_a_time(cast: Cast, owner: Actor) -> None:
    with person_turn(owner, cast.agency.pk), pytest.raises(NotAnswering), person_turn(owner, 999):
        pytest.fail("a second one")
    with person_turn(owner, cast.agency.pk):
        pass


def test_an_agency_has_two_files_read_at_a_time(cast: Cast, owner: Actor) -> None:
    group = f"agency:{cast.agency.pk}"
    with reading_turn("a", group):
        with person_turn(owner, cast.agency.pk):
            pass
        with reading_turn("b", group), pytest.raises(NotAnswering), person_turn(owner, cast.agency.pk):
            pytest.fail("a third one")
    with reading_turn("a", group), reading_turn("b", group):
        pass  # whoever was refused holds nothing


def test_a_turn_is_given_back_after_a_refusal(cast: Cast, owner: Actor) -> None:
    for _time in range(3):
        with pytest.raises(ReaderFault), person_turn(owner, cast.agency.pk):
            raise ReaderFault("damaged")


def test_a_refused_file_is_not_read_again(tmp_path: Path) -> None:
    path = tmp_path / "berkas"
    path.write_bytes(b"%PDF-1.7 no end")
    with pytest.raises(ReaderFault) as first:
        read_once("inspect_pdf", path, "a" * 64)
    path.write_bytes(making.pdf())  # would be found sound, were it read
    with pytest.raises(ReaderFault) as second:
        read_once("inspect_pdf", path, "a" * 64)
    assert (second.value.code, second.value.detail) == (first.value.code, first.value.detail)
    cache.clear()
    assert read_once("inspect_pdf", path, "a" * 64)["pages"] == 1
