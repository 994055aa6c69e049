"""Evidence shown in the page."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.evidence import queries
from sipinter.foundation.evidence.models import Evidence
from sipinter.foundation.evidence.reader.faults import TOO_HARD, ReaderFault
from sipinter.foundation.evidence.services import add_link, receive_file
from sipinter.foundation.evidence.storage import previews
from sipinter.foundation.work.worker import drain_queue
from tests import factories
from tests.conftest import Cast

from . import making

Add = Callable[[bytes, str], Evidence]
PART = {"hx-request": "true"}


@pytest.fixture
def client(cast: Cast) -> Client:
    """The owner's browser."""
    return factories.client_for(cast.owner)


@pytest.fixture
def add(cast: Cast, owner: Actor) -> Add:
    """Takes a file into the agency's library and lets the workers do what there is to do."""

    def added(body: bytes, name: str) -> Evidence:
        found = receive_file(cast.agency, making.upload(body, name), actor=owner).evidence
        drain_queue()
        return Evidence.objects.select_related("blob").get(pk=found.pk)

    return added


@pytest.fixture
def drawn(document: Evidence) -> Evidence:
    """The document, once the workers have drawn its pages."""
    drain_queue()
    return document


def asked(client: Client, address: str, **options: Any) -> HttpResponse:
    """The answer once a worker has made what the first request asked for."""
    client.get(address, **options)
    drain_queue()
    return client.get(address, **options)


def shown(client: Client, evidence: Evidence, query: str = "", **options: object) -> str:
    """The preview's HTML."""
    response = asked(client, f"/bukti/{evidence.pk}/pratinjau/{query}", **options)
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store, private"
    return response.content.decode()


def images(html: str) -> list[tuple[str, ...]]:
    """Address, width, height and alternative text of the pictures."""
    return re.findall(
        r'<img src="([^"]+)" width="(\d+)" height="(\d+)" loading="lazy" [^>]*alt="(Page[^"]+)"', html
    )


def test_a_pdf_is_lazy_pictures_with_their_text(client: Client, document: Evidence) -> None:
    html = shown(client, document)
    assert images(html) == [
        (f"/bukti/{document.pk}/halaman/{n}/", "1000", "1414", f"Page {n} of 3") for n in (1, 2, 3)
    ]
    assert html.count('<details class="more">') == html.count("Text of page") == 3
    assert "Lorem ipsum dolor sit amet" in html
    assert "<title>SK Rencana Suksesi 2025.pdf · SIPINTER</title>" in html
    assert "PDF · " in html
    assert "3 pages" in html
    assert f'href="/bukti/{document.pk}/"' in html


@pytest.mark.parametrize(
    ("referer", "back"),
    [
        ("http://testserver/penilaian/1/3.3/pustaka/?page=2", ["/penilaian/1/3.3/pustaka/?page=2"]),
        ("http://elsewhere.example/penilaian/1/", []),
        ("javascript:alert(1)", []),
        ("", []),
    ],
)
def test_the_way_back_is_where_one_came_from_on_this_site(
    client: Client, document: Evidence, referer: str, back: list[str]
) -> None:
    html = shown(client, document, headers={"referer": referer})
    crumbs = html.partition('class="crumbs"')[2].partition("</nav>")[0]
    assert re.findall(r'href="([^"]+)"', crumbs) == back


def test_for_htmx_only_the_part_comes(client: Client, document: Evidence) -> None:
    html = shown(client, document, headers=PART)
    assert html.lstrip().startswith("<section")
    assert "<html" not in html
    assert len(images(html)) == 3
    again = shown(client, document, headers=PART | {"hx-history-restore-request": "true"})
    assert "<html" in again


def test_long_documents_come_twenty_pages_at_a_time(client: Client, add: Add) -> None:
    document = add(making.pdf(45), "SK.pdf")
    following = []
    for query in ("", "?halaman=21", "?halaman=45"):
        html = shown(client, document, query, headers=PART)
        pages = re.findall(r"Page \d+ of 45(?= is being drawn|\")", html)
        following.append((pages[:: 19 if query != "?halaman=45" else 4], html))
    assert [numbers for numbers, _ in following] == [
        ["Page 1 of 45", "Page 20 of 45"],
        ["Page 21 of 45", "Page 40 of 45"],
        ["Page 41 of 45", "Page 45 of 45"],
    ]
    assert ["?halaman=21" in following[0][1], "?halaman=41" in following[1][1]] == [True, True]
    assert "?halaman=" not in following[2][1]
    assert "<section" not in following[1][1]
    assert "<section" in shown(client, document, "?halaman=21")


@pytest.mark.parametrize(
    "query", ["?halaman=0", "?halaman=4", "?halaman=-1", "?halaman=a", "?halaman=٣", "?halaman=" + "9" * 40]
)
def test_pages_that_do_not_exist(client: Client, document: Evidence, query: str) -> None:
    assert client.get(f"/bukti/{document.pk}/pratinjau/{query}").status_code == 404


def test_a_scan_says_that_it_has_no_text(client: Client, add: Add) -> None:
    html = shown(client, add(making.pdf(), "pindai.pdf"))
    assert "Page 1 has no text: it is a picture, for example a scan." in html
    assert '<details class="more"' not in html


def test_pictures_are_shown_redrawn(client: Client, add: Add) -> None:
    photo, scan = add(making.picture("JPEG", (2000, 1000)), "foto.jpg"), add(making.scan(3), "pindai.tif")
    assert images(shown(client, photo)) == [(f"/bukti/{photo.pk}/halaman/1/", "1000", "500", "Page 1 of 1")]
    assert [image[3] for image in images(shown(client, scan))] == [f"Page {n} of 3" for n in (1, 2, 3)]


def test_the_picture_of_a_page(client: Client, drawn: Evidence, files: Callable[[], list[str]]) -> None:
    document = drawn
    assert document.blob is not None
    address, sha = f"/bukti/{document.pk}/halaman/2/", document.blob.sha256
    first = client.get(address, headers={"accept-encoding": "gzip"})
    assert (first.status_code, first["Content-Type"]) == (200, "image/png")
    assert first.content.startswith(b"\x89PNG")
    assert first["Cache-Control"] == "private, no-cache"
    assert first["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert first["X-Content-Type-Options"] == "nosniff"
    assert f"derived/{document.agency_id}/{sha[:2]}/{sha}/1-page-2" in files()
    assert client.get(address).content == first.content
    same = client.get(address, headers={"if-none-match": first["ETag"]})
    assert (same.status_code, same.content) == (304, b"")
    assert client.head(address)["Content-Length"] == str(len(first.content))
    assert client.get(f"/bukti/{document.pk}/halaman/4/").status_code == 404
    assert client.get(f"/bukti/{document.pk}/halaman/0/").status_code == 404


def test_a_page_is_drawn_once(client: Client, drawn: Evidence, monkeypatch: pytest.MonkeyPatch) -> None:
    address = f"/bukti/{drawn.pk}/halaman/1/"
    monkeypatch.setattr(previews, "ask_reader", lambda *_, **__: pytest.fail("drawn again"))
    assert client.get(address).status_code == 200


def test_a_page_that_cannot_be_drawn_says_so_and_is_not_tried_again_at_once(
    client: Client, document: Evidence, monkeypatch: pytest.MonkeyPatch, files: Callable[[], list[str]]
) -> None:
    tries = []

    def fail(*_: object, **__: object) -> bytes:
        tries.append(1)
        raise ReaderFault(TOO_HARD)

    monkeypatch.setattr(previews, "ask_reader", fail)
    for _ in range(3):
        response = asked(client, f"/bukti/{document.pk}/halaman/1/")
        assert (response.status_code, response["Content-Type"]) == (422, "image/png")
        assert "ETag" not in response
    assert len(tries) == 4  # once for each of what is made first
    html = shown(client, document)
    assert "This file is too complex to be shown here. Download it to read it." in html
    assert len(files()) == 1


def test_a_workbook_is_a_table_a_sheet(client: Client, add: Add) -> None:
    wide = [[f"{row}.{column}" for column in range(40)] for row in range(300)]
    book = making.workbook(
        ("Nilai", [["Indikator", "Level"], ["3.4", 2.5]]), ("<Lebar>", wide), ("Kosong", [])
    )
    evidence = add(book, "tabel.xlsx")
    first = shown(client, evidence)
    assert "<td>3.4</td><td>2,5</td>" in first
    assert re.findall(r'href="[^"]+\?lembar=(\d)"[^>]*>([^<]+)</a>', first) == [
        ("1", "Nilai"),
        ("2", "&lt;Lebar&gt;"),
        ("3", "Kosong"),
    ]
    second = shown(client, evidence, "?lembar=2")
    assert second.count("<td>") == 200 * 30
    assert "Shown: the first 200 of 300 rows and 30 of 40 columns." in second
    assert "This sheet is empty." in shown(client, evidence, "?lembar=3")
    for number in ("0", "4", "999999", "x"):
        assert client.get(f"/bukti/{evidence.pk}/pratinjau/?lembar={number}").status_code == 404


def test_what_a_cell_or_paragraph_says_stays_text(client: Client, add: Add) -> None:
    evil = "<script>alert(1)</script>"
    for evidence in (
        add(making.workbook(("S", [[evil, "=1+1"]])), "tabel.xlsx"),
        add(making.letter(evil), "surat.docx"),
    ):
        html = shown(client, evidence)
        assert evil not in html
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_a_word_document_is_its_text(client: Client, add: Add) -> None:
    html = shown(client, add(making.letter("Menimbang: bahwa", "Menetapkan: rencana"), "surat.docx"))
    texts = re.findall(r"<(?:p class=\"evidence-heading\"|p|td)>([^<]+)<", html)
    assert [
        t for t in texts if t in {"Surat Keputusan", "Menimbang: bahwa", "Menetapkan: rencana", "Nomor", "12"}
    ] == [
        "Surat Keputusan",
        "Menimbang: bahwa",
        "Menetapkan: rencana",
        "Nomor",
        "12",
    ]


def test_a_long_word_document_is_cut_and_says_so(client: Client, add: Add) -> None:
    html = shown(client, add(making.letter(*(f"Alinea {n}" for n in range(500))), "surat.docx"))
    assert ("Alinea 398" in html, "Alinea 400" in html) == (True, False)
    assert "The document goes on. Download it to read the rest." in html


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (making.open_document("text"), "surat.odt"),
        (making.compound(("WordDocument", b"x")), "lama.doc"),
        (making.compound(("PowerPoint Document", b"x")), "lama.ppt"),
    ],
)
def test_other_kinds_are_for_downloading(client: Client, add: Add, body: bytes, name: str) -> None:
    html = shown(client, add(body, name))
    assert "This kind of file is not shown in the page. Download it to read it." in html


def test_a_workbook_that_cannot_be_read_says_so(client: Client, add: Add) -> None:
    html = shown(client, add(making.compound(("Workbook", b"x")), "lama.xls"))
    assert "This file cannot be shown here. Download it to read it." in html


def test_flags_stand_above_everything(client: Client, add: Add) -> None:
    html = shown(client, add(making.scripted_pdf(), "skrip.pdf"))
    warning = html.index("This PDF contains scripts. They do not run in this preview.")
    assert warning < html.index("<img")


def test_a_link_opens_in_a_new_tab(cast: Cast, client: Client, owner: Actor) -> None:
    html = shown(client, add_link(cast.agency, "https://contoh.go.id/a?b=1&c=2", actor=owner))
    assert 'href="https://contoh.go.id/a?b=1&amp;c=2" target="_blank" rel="noopener noreferrer"' in html
    assert "Download" not in html


@pytest.mark.parametrize("pages", [1, 45])
def test_the_number_of_queries_does_not_grow(
    client: Client, add: Add, pages: int, django_assert_max_num_queries: pytest.FixtureRequest
) -> None:
    evidence = add(making.pdf(pages), "SK.pdf")
    client.get(f"/bukti/{evidence.pk}/pratinjau/")  # the first request notes down that the session is in use
    with django_assert_max_num_queries(5):  # type: ignore[operator]
        client.get(f"/bukti/{evidence.pk}/pratinjau/")


def test_the_preview_of_evidence_is_plain_data(add: Add, owner: Actor) -> None:
    evidence = add(making.pdf(25), "SK.pdf")
    unmade = queries.get_preview(evidence, first_page=22, actor=owner)
    assert unmade is not None
    assert unmade.shape == "unmade"
    drain_queue()
    preview = queries.get_preview(evidence, first_page=22, actor=owner)
    assert preview is not None
    assert (preview.shape, preview.total, preview.next_page) == ("pages", 25, None)
    assert [page["number"] for page in preview.pages] == [21, 22, 23, 24, 25]
