"""Real files are read in the background, page by page; a worker killed midway loses nothing."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pytest_django import Settings

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.evidence.models import Blob, Evidence, FileText, PageText
from sipinter.foundation.evidence.reader import client
from sipinter.foundation.evidence.reader.faults import DAMAGED, ReaderFault
from sipinter.foundation.evidence.texts import services
from sipinter.foundation.evidence.texts.hints import PageTextSource
from sipinter.foundation.evidence.texts.services import read_waiting
from sipinter.foundation.work.worker import drain_queue
from tests.conftest import Cast
from tests.foundation.evidence import making as files
from tests.judging import receive_judged

from .making import LETTER, as_file, photographed, typeset

pytestmark = pytest.mark.django_db
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def tesseract(settings: Settings) -> None:
    assert shutil.which("tesseract"), "make test installs tesseract-ocr and tesseract-ocr-ind"
    settings.TESSERACT = "tesseract"


def taken(cast: Cast, owner: Actor, body: bytes, name: str = "berkas.pdf") -> Blob:
    blob = receive_judged(cast.agency, files.upload(body, name), actor=owner).blob
    assert blob is not None
    return blob


def read(blob: Blob) -> tuple[FileText, list[PageText]]:
    """What was read once the queue is empty."""
    drain_queue()
    return FileText.objects.get(blob=blob), list(blob.page_texts.all())


def test_a_pdf_of_sixty_pages(cast: Cast, owner: Actor) -> None:
    blob = taken(cast, owner, files.written_pdf(60))
    assert FileText.objects.get(blob=blob).done == 0  # nothing is read in the request
    text, pages = read(blob)
    assert (text.state, text.done, text.total) == ("done", 60, 60)
    assert [page.number for page in pages] == list(range(1, 61))
    assert pages[41].text.startswith("Halaman 42")
    assert {page.source for page in pages} == {PageTextSource.TEXT}


def test_reading_goes_on_where_a_worker_was_killed(
    cast: Cast, owner: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    blob = taken(cast, owner, typeset(*(f"Halaman {n} dari laporan tahunan." for n in range(1, 6))))
    asked: list[int] = []
    real = services.read_page

    def dying(file: Blob, path: Any, number: int) -> Any:
        asked.append(number)
        if asked == [1, 2, 3]:
            raise KeyboardInterrupt
        return real(file, path, number)

    monkeypatch.setattr(services, "read_page", dying)
    with pytest.raises(KeyboardInterrupt):
        services.continue_reading(blob.pk)
    assert FileText.objects.get(blob=blob).done == 2
    assert services.continue_reading(blob.pk)
    assert asked == [1, 2, 3, 3, 4, 5]
    assert FileText.objects.get(blob=blob).state == "done"
    assert services.continue_reading(blob.pk)  # once more: nothing is read again
    assert len(asked) == 6


def test_a_long_file_is_read_in_slices(cast: Cast, owner: Actor) -> None:
    blob = taken(cast, owner, typeset("Halaman satu dari laporan.", "Halaman dua dari laporan."))
    assert not services.continue_reading(blob.pk, seconds=0)
    assert FileText.objects.get(blob=blob).done == 1
    assert services.continue_reading(blob.pk, seconds=0)


@pytest.mark.parametrize(("form", "name"), [("PDF", "pindaian.pdf"), ("PNG", "pindaian.png")])
def test_tesseract_reads_a_scan_in_indonesian(
    cast: Cast, owner: Actor, tesseract: None, form: str, name: str
) -> None:
    text, (page,) = read(taken(cast, owner, as_file(photographed(), form), name))
    assert page.source == PageTextSource.OCR
    assert "Menetapkan rencana suksesi jabatan pimpinan tinggi" in page.text
    assert page.confidence is not None
    assert page.confidence > 80
    assert page.dpi == pytest.approx(150, abs=3) if form == "PDF" else page.dpi
    assert (text.facts["latest"], text.facts["has_number"]) == ("2025-08-17", True)


def test_an_empty_page_is_not_given_to_tesseract(cast: Cast, owner: Actor, tesseract: None) -> None:
    _text, (page,) = read(taken(cast, owner, files.pdf()))
    assert page.source == PageTextSource.BLANK


def test_without_tesseract_a_scan_waits_for_it(cast: Cast, owner: Actor, settings: Settings) -> None:
    blob = taken(cast, owner, as_file(photographed(), "PDF"))
    text, (page,) = read(blob)
    assert (page.source, text.wants_ocr, text.facts["unreadable"]) == (PageTextSource.NONE, True, [])
    settings.TESSERACT = "tesseract"
    read_waiting.call()
    text, (page,) = read(blob)
    assert (page.source, text.wants_ocr) == (PageTextSource.OCR, False)


def test_tesseract_that_takes_too_long_costs_one_page(
    cast: Cast, owner: Actor, tesseract: None, settings: Settings
) -> None:
    settings.OCR_SECONDS = 1
    noise = Image.effect_noise((2400, 3400), 120)
    text, (page,) = read(taken(cast, owner, as_file(noise, "PDF")))
    assert (page.source, text.state, text.facts["unreadable"]) == (PageTextSource.FAILED, "done", [1])


def test_no_program_but_the_one_of_the_settings_is_started(tmp_path: Path) -> None:
    scan = tmp_path / "pindai.png"
    photographed().save(scan)
    script = tmp_path / "skrip"
    script.write_text("#!/bin/sh\necho jalan")
    script.chmod(0o755)
    with pytest.raises(ReaderFault) as fault:
        client.ask_reader("picture_ocr", scan, number=1, program=str(script), language="ind", patience=20)
    assert fault.value.code == DAMAGED


def test_office_files(cast: Cast, owner: Actor) -> None:
    sheets = files.workbook(("Pegawai", [["Nama", "Jabatan"], ["Wulan", "Analis"]]), ("Rekap", [["Nilai"]]))
    _text, pages = read(taken(cast, owner, sheets, "daftar.xlsx"))
    assert [page.text for page in pages] == ["Pegawai\nNama\tJabatan\nWulan\tAnalis", "Rekap\nNilai"]


def test_what_cannot_be_read_is_said_once(cast: Cast, owner: Actor) -> None:
    blob = taken(cast, owner, files.pdf())
    Blob.objects.filter(pk=blob.pk).update(path="blobs/0/hilang")
    text, pages = read(blob)
    assert (text.state, pages) == ("failed", [])


def test_the_text_goes_with_the_file_and_when_a_virus_is_found(cast: Cast, owner: Actor) -> None:
    blob = taken(cast, owner, typeset(LETTER))
    assert read(blob)[1]
    services.forget_text(blob)
    assert not PageText.objects.exists()
    Blob.objects.filter(pk=blob.pk).update(scan=Blob.Scan.INFECTED)
    assert services.continue_reading(blob.pk)
    assert not FileText.objects.exists()
    Blob.objects.filter(pk=blob.pk).update(scan=Blob.Scan.CLEAN)
    services.continue_reading(blob.pk)
    assert PageText.objects.exists()
    Evidence.objects.all().delete()
    blob.delete()
    assert not PageText.objects.exists()


def test_no_word_of_a_text_is_in_log_or_trail(
    cast: Cast, owner: Actor, caplog: pytest.LogCaptureFixture
) -> None:
    from sipinter.foundation.audit.models import Event

    caplog.set_level(0)
    read(taken(cast, owner, typeset("Kata sandinya ialah KEMBANGSEPATU, jangan diberitahukan.")))
    assert PageText.objects.filter(text__contains="KEMBANGSEPATU").exists()
    assert "KEMBANGSEPATU" not in caplog.text
    assert all("KEMBANGSEPATU" not in str(event.changes) for event in Event.objects.all())
