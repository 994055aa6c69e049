import pytest
from hypothesis import given
from hypothesis import strategies as st

from sipinter.foundation.evidence.receiving.media import BY_EXTENSION, TAKEN
from sipinter.foundation.evidence.receiving.names import (
    base_name,
    clean_title,
    download_name,
    split_extension,
)

PDF = TAKEN["application/pdf"]


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("SK Rencana Suksesi 2025.pdf", "SK Rencana Suksesi 2025.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\rina\\SK.pdf", "SK.pdf"),
        ("/mutlak/jalur/SK.PDF", "SK.pdf"),
        ("..", ""),
        ("....pdf", "pdf"),
        (".htaccess", "htaccess"),
        ("SK\x00.exe\x00.pdf", "SK .exe.pdf"),
        ("SK\r\nSet-Cookie: a=b.pdf", "SK Set-Cookie: a=b.pdf"),
        ("SK\u202efdp.exe", "SKfdp.exe"),
        ("SK\u200b\ufeff tahun\u00a02025.pdf", "SK tahun 2025.pdf"),
        ("A\u0301.pdf", "\u00c1.pdf"),
        ("\ud800lepas.pdf", "lepas.pdf"),
        ("", ""),
    ],
)
def test_names_lose_folders_and_what_cannot_be_seen(given_name: str, kept: str) -> None:
    assert base_name(given_name) == kept


def test_an_overlong_name_keeps_its_extension() -> None:
    assert base_name("a" * 5000 + ".pdf") == "a" * 196 + ".pdf"


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("SK.pdf", ("SK", "pdf")),
        ("SK No. 12.2025", ("SK No. 12.2025", "")),
        ("a.n. Bupati", ("a.n. Bupati", "")),
        ("foto.JPEG", ("foto", "jpeg")),
        ("arsip.tar", ("arsip", "tar")),
        ("program.exe", ("program", "exe")),
        ("tanpa", ("tanpa", "")),
    ],
)
def test_only_known_kinds_are_extensions(name: str, parts: tuple[str, str]) -> None:
    assert split_extension(name) == parts


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("SK Rencana Suksesi 2025.pdf", "SK Rencana Suksesi 2025.pdf"),
        ('SK 12/2025: "rencana"', "SK 12_2025_ _rencana_.pdf"),
        ("laporan.docx", "laporan.docx.pdf"),
        ("", "bukti.pdf"),
        ("...", "bukti.pdf"),
    ],
)
def test_a_download_is_named_by_its_title_and_kind(title: str, name: str) -> None:
    assert download_name(title, PDF) == name


def test_a_second_extension_of_the_same_kind_is_kept() -> None:
    assert download_name("foto.jpeg", BY_EXTENSION["jpg"]) == "foto.jpeg"


@given(st.text(max_size=400))
def test_any_text_becomes_one_visible_line(text: str) -> None:
    title = clean_title(text)
    assert len(title) <= 200
    assert title == clean_title(title)
    assert title.isprintable() or not title.isascii()
    assert not set(title) & set("\r\n\0\u202e\u2066\u200b")


@given(st.text(max_size=400))
def test_no_name_leaves_its_folder(text: str) -> None:
    name = base_name(text)
    assert "/" not in name
    assert "\\" not in name
    assert not name.startswith(".")
    assert len(name) <= 200
