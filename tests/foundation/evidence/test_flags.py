"""What a verifier is told about a file, and what is too dangerous to be taken at all."""

import io
import zipfile
from collections.abc import Callable

import docx
import pikepdf
import pytest

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.errors import Invalid
from sipinter.foundation.evidence.models import Blob
from sipinter.foundation.evidence.receiving import flags
from tests.conftest import Cast
from tests.judging import receive_judged

from . import making

RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
FIELD = '<w:document><w:r><w:instrText xml:space="preserve">{}</w:instrText></w:r></w:document>'


def related(kind: str, target: str, *, quote: str = '"') -> bytes:
    """A Word document with a relation to something outside."""
    relation = f'<Relationship Id="x" Type="{RELATIONS}/{kind}" Target="{target}" TargetMode="External"/>'
    text = f"<Relationships>{relation}</Relationships>".replace('"', quote)
    return making.with_part(making.letter(), "word/_rels/settings.xml.rels", text.encode())


def with_action(place: str, **action: object) -> bytes:
    """A PDF with an action when it is opened, on a page's events, or behind a link."""
    document = making.blank(title=place + str(action))
    entry = pikepdf.Dictionary(**action)
    if place == "open":
        document.Root.OpenAction = entry
    elif place == "page":
        document.pages[0].AA = pikepdf.Dictionary(O=document.make_indirect(entry))
    else:
        link = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9])
        link.A = entry
        document.pages[0].Annots = pikepdf.Array([link])
    return making.saved(document)


def written(content: bytes) -> bytes:
    """An OpenDocument text with this content."""
    return making.archive({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": content})


URI = {"S": pikepdf.Name.URI, "URI": "https://lacak.example/"}
FLAGGED: dict[str, tuple[Callable[[], bytes], str, set[str]]] = {
    "template from elsewhere": (
        lambda: related("attachedTemplate", "https://x.example/t.dotm"),
        "a.docx",
        {"remote_content"},
    ),
    "the same in single quotes": (
        lambda: related("attachedTemplate", "//x/t.dotm", quote="'"),
        "a.docx",
        {"remote_content"},
    ),
    "picture from elsewhere": (
        lambda: related("image", "https://x.example/p.png"),
        "a.docx",
        {"remote_content"},
    ),
    "another workbook": (lambda: related("externalLinkPath", "file:///x.xlsx"), "a.docx", {"remote_content"}),
    "an ordinary link": (lambda: related("hyperlink", "https://x.example/"), "a.docx", set()),
    "an object": (
        lambda: making.with_part(making.letter(), "word/embeddings/oleObject1.bin", b"\xd0\xcf\x11\xe0isi"),
        "a.docx",
        {"embedded_files"},
    ),
    "an archive in an archive": (
        lambda: making.with_part(making.letter(), "word/media/a.png", making.archive({"x.exe": b"MZ"})),
        "a.docx",
        {"embedded_files"},
    ),
    "a program": (
        lambda: making.with_part(making.workbook(), "xl/media/image1.png", b"MZ\x90\x00"),
        "a.xlsx",
        {"embedded_files"},
    ),
    "DDE in a field": (
        lambda: making.with_part(
            making.letter(), "word/header9.xml", FIELD.format('DDEAUTO c:\\\\cmd.exe "/k"').encode()
        ),
        "a.docx",
        {"dde"},
    ),
    "DDE cut into runs": (
        lambda: making.with_part(
            making.letter(),
            "word/header9.xml",
            b"<w:p><w:instrText>DD</w:instrText><w:instrText>E cmd</w:instrText></w:p>",
        ),
        "a.docx",
        {"dde"},
    ),
    "DDE in a workbook": (
        lambda: making.with_part(
            making.workbook(),
            "xl/externalLinks/externalLink1.xml",
            b'<externalLink><ddeLink ddeService="cmd"/></externalLink>',
        ),
        "a.xlsx",
        {"dde"},
    ),
    "DDE in OpenDocument": (
        lambda: written(b'<x><text:dde-connection office:name="a"/></x>'),
        "a.odt",
        {"dde"},
    ),
    "a picture from elsewhere in OpenDocument": (
        lambda: written(b'<x><draw:image xlink:type="simple" xlink:href="https://x.example/p.png"/></x>'),
        "b.odt",
        {"remote_content"},
    ),
    "a field that is none": (
        lambda: making.with_part(making.letter(), "word/header9.xml", FIELD.format("PAGE").encode()),
        "a.docx",
        set(),
    ),
    "address on opening": (lambda: with_action("open", **URI), "a.pdf", {"remote_content"}),
    "address on a page": (lambda: with_action("page", **URI), "a.pdf", {"remote_content"}),
    "another file": (
        lambda: with_action("link", S=pikepdf.Name.GoToR, F="\\\\server\\x.pdf"),
        "a.pdf",
        {"remote_content"},
    ),
    "a link to click": (lambda: with_action("link", **URI), "a.pdf", set()),
    "a script": (making.scripted_pdf, "a.pdf", {"javascript"}),
    "a form that sends": (
        lambda: with_action("link", S=pikepdf.Name.SubmitForm, F="https://x.example/"),
        "a.pdf",
        {"launch"},
    ),
    "an object in an old document": (
        lambda: making.compound(("WordDocument", b"isi"), ("\x01Ole10Native", b"MZ")),
        "a.doc",
        {"legacy", "embedded_files"},
    ),
}


@pytest.mark.parametrize("name", FLAGGED)
def test_what_is_flagged(cast: Cast, owner: Actor, name: str) -> None:
    make, filename, expected = FLAGGED[name]
    blob = receive_judged(cast.agency, making.upload(make(), filename), actor=owner).blob
    assert blob is not None
    assert set(blob.flags) == expected
    assert len(flags.flag_sentences(blob.flags)) == len(expected)


def bomb(depth: int) -> bytes:
    """A workbook whose parts are archives within archives of noughts."""
    inner = making.archive({"nol.bin": bytes(50_000_000)})
    for level in range(depth):
        inner = making.archive({f"{level}-{number}.zip": inner for number in range(4)})
    return making.with_part(making.workbook(), "xl/media/isi.zip", inner)


def overlapping(entries: int) -> bytes:
    """A workbook whose directory names one stored block many times (after D. Fifield, 2019)."""
    body = bytearray(making.with_part(making.workbook(), "xl/inti.bin", bytes(19_000_000)))
    with zipfile.ZipFile(io.BytesIO(bytes(body))) as archive:
        start, last = archive.start_dir, archive.infolist()[-1]
    end = body.rindex(b"PK\x05\x06")
    directory, tail = bytes(body[start:end]), bytearray(body[end:])
    row = directory[directory.rindex(b"PK\x01\x02") :]
    rows = [row.replace(b"xl/inti.bin", f"xl/{number:04d}.bin".encode()) for number in range(entries)]
    assert last.filename == "xl/inti.bin"
    whole = directory + b"".join(rows)
    count = directory.count(b"PK\x01\x02") + entries
    tail[8:12] = count.to_bytes(2, "little") * 2
    tail[12:16] = len(whole).to_bytes(4, "little")
    return bytes(body[:start]) + whole + bytes(tail)


def locked_letter() -> bytes:
    """A Word document with a password is a compound file with an encrypted package."""
    return making.compound(("EncryptionInfo", b"x"), ("EncryptedPackage", b"y"))


def locked_archive() -> bytes:
    """A workbook with a part that needs a password."""
    body = bytearray(making.workbook())
    position = body.index(b"PK\x01\x02")
    body[position + 8] |= 1
    return bytes(body)


@pytest.mark.parametrize(
    ("body", "name", "said"),
    [
        (lambda: making.with_part(making.letter(), "word/a.xml", bytes(300_000_000)), "a.docx", "enormous"),
        (lambda: overlapping(50), "a.xlsx", "enormous"),
        (lambda: making.archive({f"{n}": b"" for n in range(10_001)}), "a.xlsx", "enormous"),
        (lambda: making.archive({"a.zip": making.archive({"b": b"c"})}), "a.zip", "archive of files"),
        (locked_letter, "a.docx", "locked with a password"),
        (locked_archive, "a.xlsx", "locked with a password"),
        (making.locked_pdf, "a.pdf", "locked with a password"),
    ],
    ids=["ratio", "overlapping", "entries", "plain archive", "locked docx", "locked part", "locked pdf"],
)
def test_what_is_not_taken(
    cast: Cast, owner: Actor, body: Callable[[], bytes], name: str, said: str, files: Callable[[], list[str]]
) -> None:
    with pytest.raises(Invalid, match=said):
        receive_judged(cast.agency, making.upload(body(), name), actor=owner)
    assert (files(), Blob.objects.exclude(judgement="refused").count()) == ([], 0)


def test_nested_archives_are_never_unpacked(cast: Cast, owner: Actor) -> None:
    blob = receive_judged(cast.agency, making.upload(bomb(3), "a.xlsx"), actor=owner).blob
    assert blob is not None
    assert blob.size < 1_000_000
    assert blob.flags == ["embedded_files"]


def test_an_ordinary_document_is_not_flagged(cast: Cast, owner: Actor) -> None:
    document = docx.Document()
    document.add_paragraph("Lihat DDE dan https://jdih.contoh.go.id untuk rincian.")
    target = io.BytesIO()
    document.save(target)
    blob = receive_judged(cast.agency, making.upload(target.getvalue(), "a.docx"), actor=owner).blob
    assert blob is not None
    assert blob.flags == []
