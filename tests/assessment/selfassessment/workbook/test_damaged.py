"""Damaged, tampered and wrong workbooks: each is told its faults with their places, and nothing changes."""

import datetime
import io
import re
import time
import zipfile
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from django.db import transaction
from django.utils import translation

from sipinter.assessment.record.models import Answer, WorkbookUpload
from sipinter.assessment.selfassessment.workbook import checks, reader
from sipinter.assessment.selfassessment.workbook.checks import InvalidWorkbook
from sipinter.foundation.audit.models import Event
from sipinter.rules.instrument import default_catalog
from tests.assessment.round import NEW, Round

from .book import ANSWERS, GATES, download, edited, send_back

pytestmark = pytest.mark.django_db
Damage = Callable[[bytes], bytes]


def cell(place: str, value: Any, sheet: str = ANSWERS) -> Damage:
    """Write `value` at a place of the sheet."""

    def damage(body: bytes) -> bytes:
        def change(book: openpyxl.Workbook) -> None:
            book[sheet][place] = value

        return edited(body, change)

    return damage


def sheet(change: Callable[[Any], Any], name: str = ANSWERS) -> Damage:
    """Change a sheet."""
    return lambda body: edited(body, lambda book: change(book[name]))


def book(change: Callable[[openpyxl.Workbook], Any]) -> Damage:
    return lambda body: edited(body, change)


def part(name: str, change: Callable[[bytes], bytes]) -> Damage:
    """Change the bytes of one part of the archive."""

    def damage(body: bytes) -> bytes:
        file = io.BytesIO()
        with (
            zipfile.ZipFile(io.BytesIO(body)) as old,
            zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new,
        ):
            for entry in old.infolist():
                content = old.read(entry)
                new.writestr(entry.filename, change(content) if entry.filename == name else content)
        return file.getvalue()

    return damage


def with_part(name: str, content: bytes) -> Damage:
    """Put a further part into the archive."""

    def damage(body: bytes) -> bytes:
        file = io.BytesIO(body)
        with zipfile.ZipFile(file, "a") as archive:
            archive.writestr(name, content, zipfile.ZIP_DEFLATED)
        return file.getvalue()

    return damage


def swapped(page: Any) -> None:
    """Only one column was sorted: levels and notes stand beside other titles."""
    page["B3"].value, page["B4"].value = page["B4"].value, page["B3"].value


def moved(page: Any) -> None:
    page.insert_cols(3)


def odt(_body: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", "<x/>")
    return file.getvalue()


def tampered(page: Any) -> None:
    text = page["A2"].value
    page["A2"] = text[:40] + ("A" if text[40] != "A" else "B") + text[41:]


DOCTYPE = b'<!DOCTYPE x [<!ENTITY a "b">]>'
SHEET = "xl/worksheets/sheet3.xml"
BROKEN = "Berkas rusak atau bukan buku kerja XLSX"
SEAL = "Lembar tersembunyi “sipinter”"
# what: (how it is damaged, a sentence that must come, a place that must be named)
CASES: dict[str, tuple[Damage, str, str]] = {
    "empty": (lambda body: b"", "Berkas kosong", ""),
    "cut off": (lambda body: body[: len(body) // 2], BROKEN, ""),
    "first bytes lost": (lambda body: body[100:], BROKEN, ""),
    "a byte flipped": (lambda body: body[:3000] + bytes([body[3000] ^ 255]) + body[3001:], BROKEN, ""),
    "a PDF": (lambda body: b"%PDF-1.7\n%%EOF", BROKEN, ""),
    "text with NULs": (lambda body: b"kode\x00level\x00", BROKEN, ""),
    "old Excel": (lambda body: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "kata sandi", ""),
    "OpenDocument": (odt, "Simpan sebagai XLSX", ""),
    "too large": (lambda body: body + bytes(checks.MAX_BYTES), "lebih besar dari 5 MB", ""),
    "zip bomb": (with_part("xl/media/a.xml", bytes(26_000_000)), "terlalu besar", ""),
    "macros": (with_part("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0"), "makro", ""),
    "links to other files": (with_part("xl/externalLinks/externalLink1.xml", b"<a/>"), "bertaut ke", ""),
    "data connection": (with_part("xl/connections.xml", b"<connections/>"), "bertaut ke", ""),
    "a file inside": (with_part("xl/embeddings/a.bin", b"MZ\x90\x00"), "ada berkas lain", ""),
    "XML entities": (part(SHEET, lambda x: x.replace(b"<worksheet", DOCTYPE + b"<worksheet", 1)), BROKEN, ""),
    "broken XML": (part(SHEET, lambda xml: xml[:-200]), BROKEN, ""),
    "a part twice": (with_part("xl/workbook.xml", b"<workbook/>"), BROKEN, ""),
    "sheet renamed": (sheet(lambda p: setattr(p, "title", "Lembar1")), "tidak ada; kembalikan", ANSWERS),
    "sheet deleted": (book(lambda b: b.remove(b[ANSWERS])), "tidak ada; kembalikan", ANSWERS),
    "gates deleted": (book(lambda b: b.remove(b[GATES])), "tidak ada; kembalikan", GATES),
    "hidden sheet deleted": (book(lambda b: b.remove(b["sipinter"])), SEAL, ""),
    "seal tampered": (sheet(tampered, "sipinter"), SEAL, ""),
    "seal cut": (sheet(lambda p: p.delete_rows(2), "sipinter"), SEAL, ""),
    "mark lost": (cell("A1", "lain", "sipinter"), SEAL, ""),
    "heading changed": (cell("D1", "Nilai"), "judul kolom di sini harus “Level”", "D1"),
    "columns moved": (sheet(moved), "judul kolom di sini harus “Kriteria”", "C1"),
    "rows deleted": (sheet(lambda p: p.delete_rows(3, 2)), "baris ini tidak ada: 1.1, 1.2", ANSWERS),
    "row twice": (cell("A4", "1.1"), "1.1 muncul lagi di sini; baris pertamanya 3", "A4"),
    "unknown code": (cell("A3", "9.9"), "“9.9” tidak ada di buku kerja ini", "A3"),
    "code deleted": (cell("A3", None), "baris ini tidak berkode", "D3"),
    "rows mixed up": (sheet(swapped), "judul ini bukan milik kode 1.1", "B3"),
    "level out of range": (cell("D3", 7), "“7” bukan level; pilih 0, 1, 2, 3, 4", "D3"),
    "negative level": (cell("D3", -1), "“-1” bukan level", "D3"),
    "half a level": (cell("D3", 2.5), "“2.5” bukan level", "D3"),
    "words in level": (cell("D3", "tiga"), "“tiga” bukan level", "D3"),
    "yes in level": (cell("D3", True), "bukan level", "D3"),
    "date in level": (cell("D3", datetime.date(2026, 3, 1)), "bukan level", "D3"),
    "formula in level": (cell("D3", "=1+1"), "rumus; tulis nilainya langsung", "D3"),
    "formula in note": (cell("E3", '=HYPERLINK("http://contoh.example")'), "rumus", "E3"),
    "error value": (cell("E3", "#REF!"), "nilai galat", "E3"),
    "merged cells": (sheet(lambda p: p.merge_cells("D3:D4")), "sel gabungan D3:D4", "D3"),
    "huge note": (cell("E3", "x" * 20_001), "catatan berisi 20001 karakter; paling banyak 20000", "E3"),
    "date in note": (cell("E3", datetime.datetime(2026, 3, 1)), "ini tanggal", "E3"),
    "text outside": (cell("H5", "catatan pribadi"), "teks di luar tabel", "H5"),
    "far away": (cell("XFD90000", "x"), "melebar terlalu jauh", "XFD90000"),
    "unknown answer": (cell("C2", "Mungkin", GATES), "“Mungkin” bukan jawaban", "C2"),
    "gate twice": (cell("A3", "G.jenis", GATES), "G.jenis muncul lagi", "A3"),
}


def state() -> tuple[Any, ...]:
    return (
        list(Answer.objects.order_by("pk").values_list("ticks", "note", "version")),
        WorkbookUpload.objects.count(),
        Event.objects.count(),
    )


def faults_of(round_: Round, body: bytes) -> InvalidWorkbook:
    with pytest.raises(InvalidWorkbook) as caught:
        send_back(round_, body)
    return caught.value


@pytest.fixture(scope="module")
def round_(django_db_setup: None, django_db_blocker: Any) -> Any:
    """One round for all cases: none of them may change anything."""
    with django_db_blocker.unblock(), transaction.atomic():
        made = Round(instrument_id=NEW).start()
        made.claim("1.1", 2, note="Catatan tersimpan")
        yield made, download(made)
        transaction.set_rollback(True)


@pytest.mark.parametrize("name", CASES)
def test_each_damage_is_told_with_its_place_and_changes_nothing(round_: Any, name: str) -> None:
    made, body = round_
    damage, sentence, place = CASES[name]
    before = state()
    faulty = faults_of(made, damage(body))
    told = [str(fault) for fault in faulty.faults]
    assert any(sentence in text and place in text for text in told), told
    assert len(told) < 6, told
    assert "Tidak ada yang diubah" in str(faulty)
    assert state() == before


def test_all_faults_are_told_at_once_in_order(round_: Any) -> None:
    made, body = round_

    def change(opened: openpyxl.Workbook) -> None:
        opened[ANSWERS]["D9"] = "tiga"
        opened[ANSWERS]["D3"] = 9
        opened[ANSWERS]["E4"] = "=1"
        opened[GATES]["C2"] = "Mungkin"

    places = [(f.sheet, f.cell) for f in faults_of(made, edited(body, change)).faults]
    assert places == [(GATES, "C2"), (ANSWERS, "D3"), (ANSWERS, "E4"), (ANSWERS, "D9")]


def test_a_hundred_faults_are_enough(round_: Any) -> None:
    made, body = round_

    def change(opened: openpyxl.Workbook) -> None:
        for number in range(150):
            opened[ANSWERS].cell(row=50 + number, column=1, value=f"x{number}")

    faulty = faults_of(made, edited(body, change))
    assert len(faulty.faults) == 100
    assert faulty.more == "dan 50 lagi"


def test_another_assessment_is_refused_by_its_name(round_: Any) -> None:
    _made, body = round_
    other = Round(agency_name="Pemerintah Kota Kenanga")
    with pytest.raises(InvalidWorkbook) as caught:
        send_back(other.start(), body)
    assert "Pemerintah Kabupaten Melati" in str(caught.value.faults[0])


def test_another_text_of_the_instrument_is_refused(round_: Any) -> None:
    made, body = round_
    with translation.override("id"), pytest.raises(InvalidWorkbook, match="tidak dapat dipakai") as caught:
        reader.parse_workbook(
            body,
            assessment=made.assessment.pk,
            instrument=default_catalog()["permenpanrb-40-2018"],
            note_max=9,
        )
    assert "instrumen lain" in str(caught.value.faults[0])


def test_another_key_signed_it(round_: Any, settings: Any) -> None:
    made, body = round_
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "x" * 60, []
    assert SEAL in str(faults_of(made, body).faults[0])


def test_control_characters_and_line_ends_are_cleaned(round_: Any) -> None:
    made, body = round_
    text = "satu_x000D_\n_x0000__x0007_dua_x000B_ "
    damaged = part("xl/sharedStrings.xml", lambda xml: xml.replace(b"Catatan tersimpan", text.encode()))
    with transaction.atomic():
        upload = send_back(made, damaged(body))
        assert upload.content["answers"]["1.1"]["note"] == "satu\ndua"
        transaction.set_rollback(True)


def outcome(round_: Round, body: bytes) -> str:
    """Sends it back and undoes that: "read", or the sentence of the refusal."""
    with transaction.atomic():
        try:
            send_back(round_, body)
            return "read"
        except InvalidWorkbook as faulty:
            return "\n".join(str(fault) for fault in faulty.faults)
        finally:
            transaction.set_rollback(True)


def test_cells_by_the_million_cost_little(round_: Any) -> None:
    """Sheets of formulas only, one that is very deep, and two that claim to be as large as can be."""
    made, body = round_
    formulas = b"<c><f/></c>" * 1_000_000
    deep = b"<a>" * 200_001 + b"</a>" * 200_001
    far = b'<c r="XFD1048576"><v>1</v></c>'
    cases = [
        (formulas, "terlalu besar"),
        (formulas[: 11 * 90_000], "rumus"),
        (deep, "terlalu besar"),
        (far, "jauh"),
    ]
    for cells, sentence in cases:
        row = b'<row r="90">' + cells + b"</row></sheetData>"
        begun = time.process_time()
        told = outcome(made, part(SHEET, lambda xml, row=row: xml.replace(b"</sheetData>", row))(body))
        assert sentence in told
        assert time.process_time() - begun < 8
    grown = part(SHEET, lambda xml: re.sub(rb'ref="A1:F\d+"', b'ref="A1:XFD1048576"', xml, count=1))
    assert outcome(made, grown(body)) == "read"


def test_no_mutation_of_a_sheet_brings_a_fault_of_ours(round_: Any) -> None:
    """Values in the sheet's XML changed anywhere: read, or refused with a sentence."""
    made, body = round_
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        xml = archive.read(SHEET)
    for number, found in enumerate(re.finditer(rb'="[^"]*"', xml)):
        if number % 97 == 0:
            for value in (b'=""', b'="-1"', b'="99999999999999999999"'):
                mutated = xml[: found.start()] + value + xml[found.end() :]
                assert outcome(made, part(SHEET, lambda _xml, new=mutated: new)(body))
