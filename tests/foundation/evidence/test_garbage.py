"""Whatever is sent, the answer is a sentence."""

import io
import zipfile
from collections.abc import Callable

import pytest
from django.core.files.base import File
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.errors import Invalid
from sipinter.foundation.evidence.receiving.media import TAKEN
from sipinter.foundation.evidence.services import receive_file
from tests.conftest import Cast

from . import making

HEADS = [
    b"%PDF-1.7\n",
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff",
    b"II*\x00",
    b"RIFF\0\0\0\0WEBP",
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"<svg",
    b"MZ",
    b"",
]
SOUND = [
    making.written_pdf(1),
    making.scripted_pdf(),
    making.picture("PNG"),
    making.picture("JPEG"),
    making.picture("WEBP"),
    making.scan(2),
    making.workbook(),
    making.letter(),
    making.open_document("text"),
    making.compound(("WordDocument", b"x" * 5000), ("VBA", b"")),
    making.compound(("Workbook", b"\x09\x08\0\0")),
]
RELAXED = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A sound file with some bytes changed, cut out or put in."""
    body = bytearray(draw(st.sampled_from(SOUND)))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(body)))
        cut = draw(st.sampled_from([0, 1, 4, 60]))
        body[at : at + cut] = draw(st.binary(max_size=8))
    return bytes(body)


@st.composite
def archives(draw: st.DrawFn) -> bytes:
    """ZIP files that look like Office files here and there."""
    names = st.sampled_from(
        [
            "[Content_Types].xml",
            "mimetype",
            "content.xml",
            "word/document.xml",
            "META-INF/manifest.xml",
            "../../etc/passwd",
            "/absolut",
            "a\\b",
            "xl/vbaProject.bin",
            "word/_rels/settings.xml.rels",
        ]
    )
    types = st.sampled_from(
        [
            b'<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-'
            b'officedocument.wordprocessingml.document.main+xml"/>',
            b"application/vnd.oasis.opendocument.text",
        ]
    )
    parts = draw(st.dictionaries(names, st.one_of(types, st.binary(max_size=60)), max_size=6))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as file:
        for name, body in parts.items():
            file.writestr(name, body)
    return target.getvalue()


NAMES = st.one_of(
    st.text(max_size=30), st.sampled_from(["a.pdf", "a.docx", "a.xlsx", "../a.png", "a.exe", ""])
)
BODIES = st.one_of(
    st.binary(max_size=400),
    st.tuples(st.sampled_from(HEADS), st.binary(max_size=600), st.sampled_from([b"", b"\n%%EOF"])).map(
        b"".join
    ),
    damaged(),
    archives(),
)


@pytest.mark.django_db
@RELAXED
@given(body=BODIES, name=NAMES)
def test_any_bytes_are_taken_or_refused_with_a_sentence(
    cast: Cast, owner: Actor, files: Callable[[], list[str]], body: bytes, name: str
) -> None:
    before = files()
    received, refused = None, None
    try:
        received = receive_file(cast.agency, File(io.BytesIO(body), name=name), actor=owner)
    except Invalid as refusal:
        refused = refusal
    if received is None:
        assert refused is not None
        assert set(refused.fields) == {"file"}
        assert "Nothing was kept." in str(refused)
        assert files() == before
        return
    blob = received.evidence.blob
    assert blob is not None
    assert blob.media_type in TAKEN
    assert received.evidence.title
    assert set(files()) == {*before, blob.path}
