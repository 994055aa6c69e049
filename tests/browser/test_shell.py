"""The frame that every page stands in, and the small script that makes it quicker."""

import gzip
from urllib.parse import urlsplit

import pytest

from tests.foundation.web import specimen

from .conftest import NARROW, WIDE, axe

pytestmark = pytest.mark.urls("tests.foundation.web.specimen")
SMALL = {"width": 360, "height": 740}
FIRST_LOAD = 150 * 1024


@pytest.mark.parametrize("size", [WIDE, NARROW, SMALL], ids=["wide", "narrow", "small"])
@pytest.mark.parametrize(
    "path", ["/akun/login/", "/tidak-ada/", "/ditolak/", "/rusak/", "/contoh/", "/contoh/?faulty"]
)
def test_page_is_fit_for_everybody(visitor, path, size):
    page = visitor(viewport=size)
    page.goto(path)
    axe(page)


def test_first_load_is_small_and_asks_no_other_host(visitor, live_server):
    page = visitor()
    loaded = {}
    page.on("response", lambda response: loaded.update({response.url: response}))
    page.goto("/contoh/", wait_until="networkidle")
    hosts = {urlsplit(url).netloc for url in loaded if not url.startswith("data:")}
    weight = sum(
        len(body if url.endswith(".woff2") else gzip.compress(body))
        for url, body in ((url, response.body()) for url, response in list(loaded.items()))
    )
    assert hosts == {urlsplit(live_server.url).netloc}
    assert any(url.endswith("latin.woff2") for url in loaded)
    assert weight <= FIRST_LOAD, f"{weight / 1024:.0f} KB"


def test_typeface_has_figures_of_one_width(visitor):
    page = visitor()
    page.goto("/contoh/")
    page.evaluate("document.fonts.ready")
    widths = page.evaluate(
        """() => ["1111", "0000", "8888"].map(text => {
            const cell = document.querySelector("td.number"); cell.innerHTML = "<span>" + text + "</span>";
            return cell.firstChild.getBoundingClientRect().width })"""
    )
    assert max(widths) - min(widths) < 0.1


def test_error_summary_takes_the_focus_and_leads_to_the_field(visitor):
    page = visitor()
    page.goto("/contoh/?faulty")
    assert page.evaluate("document.activeElement.className") == "error-summary"
    page.click(".error-summary a[href='#id_email']")
    assert page.evaluate("document.activeElement.id") == "id_email"


def test_keyboard_reaches_the_content_first(visitor):
    page = visitor()
    page.goto("/tidak-ada/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Langsung ke isi"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_form_is_sent_once_however_often_it_is_pressed(visitor):
    specimen.RECEIVED.clear()
    page = visitor()
    page.goto("/contoh/")
    page.evaluate(
        """async () => {
            const button = document.querySelector("#kirim button");
            for (let i = 0; i < 3; i++) { button.click(); await new Promise(done => setTimeout(done, 100)); }
        }"""
    )
    page.wait_for_url("**/terima/")
    assert specimen.RECEIVED == ["/terima/"]


@pytest.mark.parametrize(("answer", "sent"), [("dismiss", []), ("accept", ["/terima/"])])
def test_destructive_button_asks_first(visitor, answer, sent):
    specimen.RECEIVED.clear()
    page = visitor()
    page.goto("/contoh/")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), getattr(dialog, answer)()))
    page.click("text=Hapus semua")
    page.wait_for_timeout(800)
    assert asked == ["Hapus semua isian?"]
    assert sent == specimen.RECEIVED


@pytest.mark.parametrize(
    ("button", "sentence"),
    [
        ("Tolak", "Permintaan Anda tidak dilaksanakan Berkas tidak dapat dibaca. Berkas itu kosong."),
        (
            "Hilang",
            "Halaman tidak ditemukan Alamat ini tidak ada, atau halamannya tidak terbuka bagi akun Anda.",
        ),
        (
            "Rusak",
            "Belum tersimpan: terjadi kesalahan pada sistem. Isian Anda masih ada di halaman ini; "
            "coba lagi beberapa menit lagi.",
        ),
    ],
)
def test_request_in_the_background_that_fails_says_so(visitor, button, sentence):
    page = visitor()
    page.goto("/contoh/")
    page.fill("#id_cari", "yang saya ketik")
    page.click(f"#latar >> text={button}")
    note = page.wait_for_selector("#notices [role=alert]")
    assert " ".join(note.inner_text().split()) == sentence
    assert page.input_value("#id_cari") == "yang saya ketik"
    axe(page)


def test_lost_connection_says_so(visitor):
    page = visitor()
    page.goto("/contoh/")
    page.context.set_offline(True)
    page.click("#latar >> text=Hilang")
    note = page.wait_for_selector("#notices [role=alert]")
    assert "sambungan ke server terputus" in note.inner_text()


def test_menu_opens_and_closes(visitor):
    page = visitor(viewport=NARROW)
    page.goto("/contoh/")
    links = page.locator(".nav-narrow a")
    assert not links.first.is_visible()
    page.click("text=Menu")
    assert links.first.is_visible()
    axe(page)
    page.keyboard.press("Escape")
    assert not links.first.is_visible()
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_menu_and_language_without_scripts(visitor):
    page = visitor(viewport=NARROW, java_script_enabled=False)
    page.goto("/tidak-ada/")
    page.click("text=Menu")
    assert page.locator(".nav-narrow a").all_inner_texts() == [
        "Daftar hasil",
        "Verifikasi dokumen",
        "Instrumen",
    ]
    page.click(".foot button[value=en]")
    assert page.locator("h1").inner_text() == "Page not found"
