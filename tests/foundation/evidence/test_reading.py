"""The process apart: it answers, it is limited, and its death is survived."""

import os
import threading
import zlib
from pathlib import Path

import pikepdf
import pytest

from sipinter.foundation.evidence.reader import client
from sipinter.foundation.evidence.reader.encoding import picture_type
from sipinter.foundation.evidence.reader.faults import DAMAGED, NOT_THERE, TOO_HARD, ReaderFault
from sipinter.foundation.evidence.reader.pdf import TALLEST, WIDEST, scale_of

from . import making


def kept(folder: Path, body: bytes) -> Path:
    """The bytes in a file."""
    path = folder / "berkas"
    path.write_bytes(body)
    return path


def slow_page() -> bytes:
    """A small PDF whose page takes very long to draw."""
    document = making.blank()
    strokes = b"0 0 m 595 842 l 0 842 l 595 0 l S\n" * 3_000_000
    page = pikepdf.Stream(document, zlib.compress(strokes))
    page.Filter = pikepdf.Name.FlateDecode
    document.pages[0].Contents = page
    return making.saved(document)


def test_a_page_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    with pytest.raises(ReaderFault) as fault:
        client.ask_reader("pdf_page", kept(tmp_path, slow_page()), seconds=1, number=1)
    assert fault.value.code == TOO_HARD
    assert picture_type(client.ask_reader("pdf_page", kept(tmp_path, making.pdf()), number=1)) == "image/png"


def test_an_unknown_operation_is_a_fault_and_nothing_more(tmp_path: Path) -> None:
    with pytest.raises(ReaderFault) as fault:
        client.ask_reader("tidak_ada", kept(tmp_path, b""))
    assert fault.value.code == DAMAGED


def test_a_killed_reader_is_replaced(tmp_path: Path) -> None:
    path = kept(tmp_path, making.pdf(2))
    assert client.ask_reader_json("inspect_pdf", path)["pages"] == 2
    first = client._current()
    first.process.kill()
    first.process.wait()
    assert client.ask_reader_json("inspect_pdf", path)["pages"] == 2
    assert client._current() is not first


def test_many_ask_at_once(tmp_path: Path) -> None:
    path = kept(tmp_path, making.pdf(3))
    found: list[int] = []
    threads = [
        threading.Thread(target=lambda: found.append(client.ask_reader_json("inspect_pdf", path)["pages"]))
        for _ in range(12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [3] * 12


def test_a_forked_worker_gets_a_reader_of_its_own() -> None:
    mine = client._current().process.pid
    readable, writable = os.pipe()
    child = os.fork()
    if child == 0:
        other = client._current()
        os.write(writable, str(other.process.pid).encode())
        other.process.kill()
        os._exit(0)
    os.waitpid(child, 0)
    os.close(writable)
    with os.fdopen(readable) as stream:
        assert stream.read() != str(mine)
    assert client._current().process.pid == mine


@pytest.mark.parametrize(
    ("size", "drawn"),
    [
        ((595, 842), (1000, 1415)),
        ((842, 595), (1000, 707)),
        ((14_400, 14_400), (1000, 1000)),
        ((3, 3), (1000, 1000)),
        ((10, 14_400), (3, 3000)),
        ((14_400, 3), (1000, 1)),
    ],
)
def test_pages_of_any_size_are_drawn_within_bounds(
    tmp_path: Path, size: tuple[float, float], drawn: tuple[int, int]
) -> None:
    path = kept(tmp_path, making.saved(making.blank(size=size)))
    picture = kept(tmp_path / "..", client.ask_reader("pdf_page", path, number=1))
    from PIL import Image

    with Image.open(picture) as image:
        assert abs(image.width - drawn[0]) <= 1
        assert abs(image.height - drawn[1]) <= 1


@pytest.mark.parametrize("size", [(0, 10), (10, -1), (float("nan"), 5), (float("inf"), 5)])
def test_a_page_without_a_size_is_a_fault(size: tuple[float, float]) -> None:
    with pytest.raises(ReaderFault):
        scale_of(*size)
    assert scale_of(WIDEST, TALLEST) == 1


def test_pages_that_do_not_exist(tmp_path: Path) -> None:
    for operation, body in (("pdf_page", making.pdf(2)), ("picture_page", making.scan(2))):
        for number in (0, 3):
            with pytest.raises(ReaderFault) as fault:
                client.ask_reader(operation, kept(tmp_path, body), number=number)
            assert fault.value.code == NOT_THERE


def test_pages_have_their_text_and_size(tmp_path: Path) -> None:
    pages = client.ask_reader_json(
        "pdf_pages", kept(tmp_path, making.written_pdf(3)), first=2, last=9, has_text=True
    )
    assert [(p["number"], p["width"], p["height"]) for p in pages] == [(2, 1000, 1414), (3, 1000, 1414)]
    assert pages[0]["text"].startswith("Halaman 2\nLorem ipsum dolor sit amet")


def test_a_photograph_is_turned_and_loses_its_metadata(tmp_path: Path) -> None:
    from PIL import Image

    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Kamera milik Rina"
    body = making.picture("JPEG", (2400, 1600), exif=exif)
    path = kept(tmp_path, body)
    picture = client.ask_reader("picture_page", path, number=1)
    assert b"Rina" in body
    assert b"Rina" not in picture
    assert client.ask_reader_json("picture_pages", path, first=1, last=20) == [
        {"number": 1, "width": 1000, "height": 1500, "text": ""}
    ]
    with Image.open(kept(tmp_path, picture)) as image:
        assert image.size == (1000, 1500)
