"""What is taken, what is refused and with which words, and that a refusal leaves nothing behind."""

import io
import zipfile
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import DatabaseError
from django.utils import timezone, translation
from pytest_django import Settings

from sipinter.foundation.access.actor import Actor, system_actor
from sipinter.foundation.access.errors import Denied, Invalid
from sipinter.foundation.audit.models import Event
from sipinter.foundation.evidence import services
from sipinter.foundation.evidence.models import Blob, Evidence
from sipinter.foundation.evidence.services import receive_file
from tests import factories
from tests.conftest import Cast
from tests.judging import receive_judged

from . import making
from .making import upload

Files = Callable[[], list[str]]
OOXML = "application/vnd.openxmlformats-officedocument."


def refusal(cast: Cast, owner: Actor, body: bytes, name: str) -> str:
    """The sentence with which a file is refused, at once or once it is judged: it stands at the field."""
    with pytest.raises(Invalid) as refused:
        receive_judged(cast.agency, upload(body, name), actor=owner)
    assert refused.value.fields == {"file": str(refused.value)}
    assert Evidence.objects.count() == Blob.objects.count()
    assert not Blob.objects.exclude(judgement="refused").exists()
    return str(refused.value)


TAKEN = {
    "SK.pdf": (making.pdf(), "application/pdf", 1, []),
    "SK 60.pdf": (making.pdf(60), "application/pdf", 60, []),
    "terbuka.pdf": (making.locked_pdf(user=""), "application/pdf", 1, []),
    "skrip.pdf": (making.scripted_pdf(), "application/pdf", 1, ["javascript"]),
    "program.pdf": (making.launching_pdf(), "application/pdf", 1, ["launch"]),
    "lampiran.pdf": (making.enclosing_pdf(), "application/pdf", 1, ["embedded_files"]),
    "rusak sedikit.pdf": (
        making.pdf().replace(b"startxref\n", b"startxref\n9"),
        "application/pdf",
        1,
        ["repaired"],
    ),
    "BOM.pdf": (b"\xef\xbb\xbf\n" + making.pdf(), "application/pdf", 1, []),
    "foto.png": (making.picture("PNG"), "image/png", 1, []),
    "foto.JPG": (making.picture("JPEG"), "image/jpeg", 1, []),
    "foto.jpeg": (making.picture("JPEG"), "image/jpeg", 1, []),
    "foto.webp": (making.picture("WEBP"), "image/webp", 1, []),
    "pindai.tif": (making.scan(3), "image/tiff", 3, []),
    "tabel.xlsx": (making.workbook(), f"{OOXML}spreadsheetml.sheet", None, []),
    "makro.xlsx": (making.workbook(macros=True), f"{OOXML}spreadsheetml.sheet", None, ["macros"]),
    "surat.docx": (making.letter(), f"{OOXML}wordprocessingml.document", None, []),
    "surat.odt": (making.open_document("text"), "application/vnd.oasis.opendocument.text", None, []),
    "makro.ods": (
        making.open_document("spreadsheet", **{"Basic__Standard__Modul1.xml": b"x"}),
        "application/vnd.oasis.opendocument.spreadsheet",
        None,
        ["macros"],
    ),
    "lama.doc": (making.compound(("WordDocument", b"\0" * 40)), "application/msword", None, ["legacy"]),
    "lama.xls": (
        making.compound(("Workbook", b"\x09\x08"), ("_VBA_PROJECT_CUR", b"")),
        "application/vnd.ms-excel",
        None,
        ["legacy", "macros"],
    ),
    "lama.ppt": (
        making.compound(("PowerPoint Document", b"x")),
        "application/vnd.ms-powerpoint",
        None,
        ["legacy"],
    ),
    "tanpa ekstensi": (making.pdf(), "application/pdf", 1, []),
    "SK No. 12.2025": (making.pdf(), "application/pdf", 1, []),
}


@pytest.mark.parametrize("name", TAKEN)
def test_sound_files_are_kept_with_what_was_found(cast: Cast, owner: Actor, files: Files, name: str) -> None:
    body, media_type, pages, flags = TAKEN[name]
    evidence = receive_judged(cast.agency, upload(body, name, "text/html"), actor=owner)
    blob = evidence.blob
    assert blob is not None
    assert (blob.media_type, blob.pages, blob.flags, blob.size) == (media_type, pages, flags, len(body))
    assert blob.path == f"blobs/{cast.agency.pk}/{blob.sha256[:2]}/{blob.sha256}"
    assert files() == [blob.path]
    assert blob.judgement == "taken"
    assert evidence.kind == "file"
    assert evidence.is_submitted is False


HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
REFUSED = {
    "a Windows program": (b"MZ\x90\x00" + b"\0" * 300, "SK.pdf"),
    "a program": (b"\x7fELF" + b"\0" * 300, "SK.pdf"),
    "a web page (HTML)": (HTML, "SK.pdf"),
    "an SVG drawing, which can carry scripts": (SVG, "SK.png"),
    "an XML file": (b"<?xml version='1.0'?><a/>", "SK.docx"),
    "a script": (b"#!/bin/sh\nrm -rf /\n", "SK.pdf"),
    "a Windows shortcut": (b"L\x00\x00\x00\x01\x14\x02\x00" + b"\0" * 90, "SK.pdf"),
    "a plain text file": (b"indikator,level\n3.4,2\n", "nilai.xlsx"),
    "a rich text file (RTF)": (b"{\\rtf1 isi}", "surat.doc"),
    "an archive of files (ZIP, RAR, 7z or the like)": (making.archive({"a.pdf": making.pdf()}), "SK.docx"),
    "a GIF picture": (making.picture("GIF"), "foto.png"),
    "a HEIC photograph": (b"\0\0\0\x18ftypheic" + b"\0" * 90, "foto.jpg"),
    "a sound or video recording": (b"\0\0\0\x18ftypmp42" + b"\0" * 90, "rapat.pdf"),
    "an installer, a mail message or another old Microsoft file": (
        making.compound(("__properties_version1.0", b"x")),
        "surat.doc",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_other_kinds_are_refused_by_what_they_are(cast: Cast, owner: Actor, files: Files, what: str) -> None:
    body, name = REFUSED[what]
    sentence = refusal(cast, owner, body, name)
    extension = name.rpartition(".")[2]
    assert sentence == (
        f"The content of the file is {what}, its name ends in .{extension}. Nothing was kept. "
        "PDF, Word, Excel, PowerPoint, OpenDocument, PNG, JPEG, WebP and TIFF are taken."
    )
    assert files() == []


def test_the_sentence_in_indonesian(cast: Cast, owner: Actor) -> None:
    with translation.override("id"):
        sentence = refusal(cast, owner, making.pdf(), "surat.docx")
    assert sentence == (
        "Isi berkas adalah PDF, tetapi namanya berakhiran .docx. Tidak ada yang disimpan. "
        "Periksa apakah berkasnya benar, lalu beri nama .pdf."
    )


@pytest.mark.parametrize(
    ("body", "name", "what"),
    [
        (making.pdf(), "surat.docx", "a PDF, but its name ends in .docx"),
        (making.pdf(), "SK.exe", "a PDF, but its name ends in .exe"),
        (making.letter(), "surat.pdf", "a Word document, but its name ends in .pdf"),
        (making.workbook(), "tabel.xls", "an Excel workbook, but its name ends in .xls"),
        (making.picture("JPEG"), "foto.png", "a JPEG picture, but its name ends in .png"),
        (making.picture("PNG"), "foto.svg", "a PNG picture, but its name ends in .svg"),
    ],
)
def test_a_name_that_contradicts_the_content_is_refused(
    cast: Cast, owner: Actor, files: Files, body: bytes, name: str, what: str
) -> None:
    assert refusal(cast, owner, body, name).startswith(f"The content of the file is {what}.")
    assert files() == []


def encrypted_zip() -> bytes:
    """A workbook whose entries are marked as locked."""
    body = bytearray(making.workbook())
    position = body.find(b"PK\x01\x02")
    while position >= 0:
        body[position + 8] |= 1
        position = body.find(b"PK\x01\x02", position + 4)
    return bytes(body)


def many_entries() -> bytes:
    """A workbook with far more parts than any real one."""
    target = io.BytesIO(making.workbook())
    with zipfile.ZipFile(target, "a") as file:
        for number in range(10_001):
            file.writestr(f"xl/{number}", b"")
    return target.getvalue()


SKETCH = making.written_pdf(2)


def wide() -> bytes:
    """A picture of 80 million pixels."""
    return making.picture("PNG", (10_000, 8_001))


def bomb() -> bytes:
    return making.with_part(making.workbook(), "xl/besar.xml", bytes(60_000_000))


LOCKED = "The file is locked with a password"
DAMAGED = "The file is damaged and cannot be opened"
CUT = "The file is cut off: its end is missing"
BOMB = "The file would unpack to an enormous size"
# The bytes, or what makes them where that takes long: each process of the tests reads this table.
FAULTY: dict[str, tuple[bytes | Callable[[], bytes], str, str]] = {
    "empty": (b"", "SK.pdf", "The file is empty (0 bytes)"),
    "PDF cut in the middle": (SKETCH[: len(SKETCH) // 2], "SK.pdf", CUT),
    "PDF without its last bytes": (SKETCH[:-300], "SK.pdf", CUT),
    "PDF head only": (b"%PDF-1.7\n%%EOF", "SK.pdf", DAMAGED),
    "PDF of garbage": (b"%PDF-1.7\n" + bytes(range(256)) * 40 + b"\n%%EOF\n", "SK.pdf", DAMAGED),
    "PDF without pages": (making.saved(making.blank(0)), "SK.pdf", "The PDF has no pages"),
    "PDF with password": (making.locked_pdf(), "SK.pdf", LOCKED),
    "PNG cut": (making.picture("PNG", (300, 300))[:-40], "foto.png", DAMAGED),
    "PNG with a broken checksum": (making.picture("PNG").replace(b"IDAT", b"IDAT\1", 1), "foto.png", DAMAGED),
    "JPEG cut": (making.picture("JPEG", (300, 300))[:-900], "foto.jpg", CUT),
    "JPEG head only": (b"\xff\xd8\xff\xe0", "foto.jpg", DAMAGED),
    "picture of 80 million pixels": (wide, "denah.png", "The picture is too large (10000 x 8001)"),
    "docx cut": (making.letter()[:-200], "surat.docx", DAMAGED),
    "docx with broken data": (
        making.letter().replace(b"word/document.xml", b"word/dokument.xml", 1),
        "a.docx",
        DAMAGED,
    ),
    "xlsx locked": (encrypted_zip(), "tabel.xlsx", LOCKED),
    "xlsx locked by Excel": (making.compound(("EncryptedPackage", b"x")), "tabel.xlsx", LOCKED),
    "odt locked": (
        making.open_document("text", **{"META-INF__manifest.xml": b"<manifest:encryption-data/>"}),
        "surat.odt",
        LOCKED,
    ),
    "doc locked": (making.compound(("WordDocument", b"\0" * 10 + b"\0\1")), "lama.doc", LOCKED),
    "xls locked": (making.compound(("Workbook", b"\x09\x08\0\0\x2f\0\0\0")), "lama.xls", LOCKED),
    "doc cut": (making.compound(("WordDocument", b"x" * 9000))[:-1024], "lama.doc", CUT),
    "doc of garbage": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x07" * 2000, "lama.doc", DAMAGED),
    "zip bomb": (bomb, "tabel.xlsx", BOMB),
    "bomb in many parts": (many_entries, "tabel.xlsx", BOMB),
}


@pytest.mark.parametrize("case", FAULTY)
def test_faulty_files_are_refused_and_leave_nothing(
    cast: Cast, owner: Actor, files: Files, case: str
) -> None:
    made, name, sentence = FAULTY[case]
    body = made() if callable(made) else made
    assert refusal(cast, owner, body, name).startswith(sentence)
    assert files() == []
    judged = Event.objects.filter(action="evidence.judged").values_list("changes__judgement", flat=True)
    assert list(judged) == ([["waiting", "refused"]] if body else [])


def test_a_file_over_the_limit_is_refused_while_it_comes(
    cast: Cast, owner: Actor, files: Files, settings: Settings
) -> None:
    settings.EVIDENCE_MAX_BYTES = 1536 * 1024
    given = []

    class Endless:
        name = "SK.pdf"

        def chunks(self, chunk_size: int | None = None):  # type: ignore[no-untyped-def]
            while True:
                given.append(1)
                yield b"%PDF-" + b"0" * 65531

    with pytest.raises(Invalid, match=r"^The file is larger than 1,5 MB\. Nothing was kept\."):
        receive_file(cast.agency, Endless(), actor=owner)  # type: ignore[arg-type]
    assert len(given) == 25
    assert files() == []


def test_a_file_of_exactly_the_limit_is_taken(cast: Cast, owner: Actor, settings: Settings) -> None:
    body = making.pdf()
    settings.EVIDENCE_MAX_BYTES = len(body)
    assert receive_file(cast.agency, upload(body), actor=owner).was_known is False


def test_the_same_bytes_again_are_the_same_evidence(cast: Cast, owner: Actor, files: Files) -> None:
    first = receive_file(cast.agency, upload(making.pdf(), "SK.pdf"), actor=owner)
    again = receive_file(cast.agency, upload(making.pdf(), "SK (1).pdf"), title="Lain", actor=owner)
    assert (again.was_known, again.evidence) == (True, first.evidence)
    assert again.evidence.title == "SK.pdf"
    assert len(files()) == 1
    assert Event.objects.filter(action="evidence.added").count() == 1


def test_the_same_bytes_under_a_wrong_name_are_still_refused(cast: Cast, owner: Actor, files: Files) -> None:
    receive_file(cast.agency, upload(making.pdf()), actor=owner)
    with pytest.raises(Invalid, match=r"is a PDF, but its name ends in \.docx"):
        receive_file(cast.agency, upload(making.pdf(), "SK.docx"), actor=owner)
    assert len(files()) == 1


def test_two_agencies_with_the_same_file_are_separate(cast: Cast, owner: Actor, files: Files) -> None:
    mine = receive_file(cast.agency, upload(making.pdf()), actor=owner)
    theirs = receive_file(cast.other_agency, upload(making.pdf()), actor=factories.actor(cast.outsider))
    assert theirs.was_known is False
    assert mine.evidence.blob is not None
    assert theirs.evidence.blob is not None
    assert mine.evidence.blob.sha256 == theirs.evidence.blob.sha256
    assert sorted([mine.evidence.blob.path, theirs.evidence.blob.path]) == files()


def test_a_file_that_the_storage_lost_is_healed_by_sending_it_again(
    cast: Cast, owner: Actor, files: Files
) -> None:
    blob = receive_file(cast.agency, upload(making.pdf()), actor=owner).evidence.blob
    assert blob is not None
    default_storage.delete(blob.path)
    receive_file(cast.agency, upload(making.pdf()), actor=owner)
    assert files() == [blob.path]


def test_a_failure_of_the_database_leaves_no_file(
    cast: Cast, owner: Actor, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(services, "record", fail)
    with pytest.raises(DatabaseError):
        receive_file(cast.agency, upload(making.pdf()), actor=owner)
    assert files() == []
    assert not Blob.objects.exists()


def test_a_failure_does_not_take_the_file_of_an_earlier_success(
    cast: Cast, owner: Actor, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    evidence = receive_file(cast.agency, upload(making.pdf()), actor=owner).evidence
    evidence.delete()

    def fail(*args: object, **kwargs: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(services, "record", fail)
    with pytest.raises(DatabaseError):
        receive_file(cast.agency, upload(making.pdf()), actor=owner)
    assert len(files()) == 1


@pytest.mark.parametrize(
    ("name", "title", "kept"),
    [
        ("../../SK\r\n2025.pdf", "", "SK 2025.pdf"),
        ("SK.pdf", " SK\u202e Rencana\nSuksesi ", "SK Rencana Suksesi"),
        ("\u202e.pdf", "", "pdf"),
        ("SK.pdf", "\u200b", "SK.pdf"),
        ("b" * 400 + ".pdf", "", "b" * 196 + ".pdf"),
    ],
)
def test_titles_come_from_cleaned_names(cast: Cast, owner: Actor, name: str, title: str, kept: str) -> None:
    file = File(io.BytesIO(making.pdf()), name=name)
    assert receive_file(cast.agency, file, title=title, actor=owner).evidence.title == kept


def test_a_file_without_a_name_gets_one(cast: Cast, owner: Actor) -> None:
    file = File(io.BytesIO(making.pdf()))
    assert receive_file(cast.agency, file, actor=owner).evidence.title == "File without a name"


def test_what_was_added_is_on_record(cast: Cast, owner: Actor) -> None:
    evidence = receive_file(cast.agency, upload(making.pdf(), "SK.pdf"), actor=owner).evidence
    event = Event.objects.get(action="evidence.added")
    blob = evidence.blob
    assert blob is not None
    assert (event.target, event.actor_id, event.agency_id) == (
        f"evidence:{evidence.pk}",
        cast.owner.pk,
        cast.agency.pk,
    )
    assert event.changes == {
        "title": [None, "SK.pdf"],
        "sha256": [None, blob.sha256],
        "size": [None, blob.size],
        "type": [None, "application/pdf"],
    }


@pytest.mark.parametrize("role", ["keeper", "team", "pyb"])
def test_who_writes_for_an_agency_may_upload(cast: Cast, role: str) -> None:
    actor = factories.actor(factories.make_user("Orang", (role, cast.agency)))
    assert receive_file(cast.agency, upload(making.pdf()), actor=actor).was_known is False


@pytest.mark.parametrize("role", ["ppk", "employee", "verifier", "plenary", "administrator"])
def test_nobody_else_may_upload(cast: Cast, files: Files, role: str) -> None:
    actor = factories.actor(factories.make_user("Orang", (role, cast.agency)))
    for person in (actor, factories.actor(cast.outsider), Actor()):
        with pytest.raises(Denied):
            receive_file(cast.agency, upload(making.pdf()), actor=person)
    assert files() == []


def test_the_system_may_upload(cast: Cast) -> None:
    assert receive_file(cast.agency, upload(making.pdf()), actor=system_actor()).evidence.uploaded_by is None


def test_dates_of_documents(cast: Cast, owner: Actor, files: Files) -> None:
    dated = date(2025, 1, 12)
    assert receive_file(cast.agency, upload(making.pdf()), dated=dated, actor=owner).evidence.dated == dated
    for wrong in (timezone.localdate() + timedelta(days=2), date(1945, 8, 16)):
        with pytest.raises(Invalid) as refused:
            receive_file(cast.agency, upload(making.pdf(title="lain")), dated=wrong, actor=owner)
        assert set(refused.value.fields) == {"dated"}
    assert len(files()) == 1
