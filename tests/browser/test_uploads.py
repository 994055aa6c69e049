"""Files of an indicator sent in pieces: progress, a killed server, a browser started anew, cancelling."""

import random
import sqlite3
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request

from deploy.process import Program, free_port, running
from sipinter.cli.demo.people import PASSWORD
from tests.foundation.evidence import making

from . import site
from .conftest import NARROW, WIDE, axe, sign_in

KEEPER = "pengelola@tirtaraya.example"
MEGABYTE = 1024 * 1024
PIECE = 4 * MEGABYTE
SLOW = 3_000_000  # bytes a second


@dataclass
class Served:
    """The demonstration under a server that a test may kill."""

    address: str
    server: Program
    folder: Path

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        database = sqlite3.connect(self.folder / "var/sipinter.sqlite3", timeout=20)
        try:
            return database.execute(query).fetchall()
        finally:
            database.close()

    @property
    def indicator(self) -> str:
        """An indicator of the keeper's that is being filled in."""
        query = (
            "SELECT a.id FROM assessments_assessment a JOIN agencies_agency g ON g.id = a.agency_id "
            "WHERE a.state = 'filling' AND g.slug = 'kabupaten-tirta-raya' ORDER BY a.id"
        )
        return f"/penilaian/{self.ask(query)[0][0]}/1.1/"


def _answers(address: str) -> Callable[[], bool]:
    def ready() -> bool:
        try:
            with urllib.request.urlopen(f"{address}/sehat/", timeout=5):
                return True
        except OSError:
            return False

    return ready


@pytest.fixture(scope="module")
def served(demonstration: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("uploads")
    site.copy(demonstration, folder)
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    command = [str(site.SIPINTER), "serve", "--bind", f"127.0.0.1:{port}"]
    server = Program(
        "sipinter",
        command,
        log=folder / "serve.log",
        ready=_answers(address),
        environment=site.environment(folder, port),
    )
    with running(server):
        yield Served(address, server, folder)


@pytest.fixture
def context(chromium: Browser, served: Served) -> Iterator[Callable[..., BrowserContext]]:
    """Starts a browser of its own; `kept` is what an earlier one had stored."""
    opened: list[BrowserContext] = []

    def start(kept: Any = None, **options: Any) -> BrowserContext:
        options.setdefault("viewport", WIDE)
        new = chromium.new_context(base_url=served.address, locale="id-ID", storage_state=kept, **options)
        new.set_default_timeout(30_000)
        opened.append(new)
        return new

    yield start
    for each in opened:
        each.close()


def entered(context: BrowserContext, served: Served) -> Page:
    page = context.new_page()
    sign_in(page, KEEPER, PASSWORD)
    page.goto(served.indicator)
    page.locator("[data-uploads][data-live]").wait_for()
    return page


def paper(folder: Path, name: str, megabytes: int) -> Path:
    """A PDF on disk that no other is: choosing it again finds the same date and size."""
    path = folder / name
    noise = random.Random(name).randbytes(megabytes * MEGABYTE).replace(b"%", b"x")
    path.write_bytes(making.pdf(1, name) + b"\n%" + noise + b"\n%%EOF\n")
    return path


def slow(page: Page) -> None:
    """A weak link, upwards."""
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 20, "downloadThroughput": -1, "uploadThroughput": SLOW},
    )


def send(page: Page) -> None:
    page.click(".ws-upload button[type=submit]")


def row(page: Page, name: str, state: str = "") -> Any:
    return page.locator(f".ws-sent[data-state={state}]" if state else ".ws-sent", has_text=name)


def past(page: Page, percent: int) -> None:
    page.wait_for_function(f"() => document.querySelector('.ws-sent progress')?.value >= {percent}")


def listed(page: Page, name: str) -> None:
    page.locator("#evidence-list .file-name", has_text=name).wait_for()


def starts(page: Page) -> list[int]:
    """Where each piece begins that the page sends from now on."""
    offsets: list[int] = []

    def note(request: Request) -> None:
        if request.method == "PATCH":
            offsets.append(int(request.headers["upload-offset"]))

    page.on("request", note)
    return offsets


def test_several_files_with_progress(context: Any, served: Served, tmp_path: Path) -> None:
    page = entered(context(viewport=NARROW), served)
    spoken: list[str] = []
    page.expose_function("spoken", lambda text: spoken.append(text))
    page.evaluate(
        "() => { const v = document.querySelector('[data-uploads] [role=status]');"
        "new MutationObserver(() => window.spoken(v.textContent)).observe(v, {childList: true}); }"
    )
    one, two = paper(tmp_path, "Satu.pdf", 6), paper(tmp_path, "Dua.pdf", 1)
    wrong = tmp_path / "program.exe"
    wrong.write_bytes(b"MZ" + bytes(100))
    page.set_input_files("#id_files", [one, two, wrong])
    assert "siap dikirim" in row(page, "Satu.pdf", "ready").inner_text()
    assert "tidak diterima" in row(page, "program.exe", "refused").inner_text()
    page.evaluate("() => { window.stays = true; }")
    slow(page)
    send(page)
    past(page, 30)
    assert row(page, "Dua.pdf", "queued").count() == 1
    axe(page)
    page.locator("[data-uploads]").scroll_into_view_if_needed()
    for name in ("Satu.pdf", "Dua.pdf"):
        row(page, name, "done").wait_for()
        listed(page, name)
    assert page.evaluate("window.stays")  # the page was not loaded anew: what was typed is still there
    assert any(text.startswith("Satu.pdf: ") and text.endswith("%") for text in spoken)
    assert any("diunggah" in text for text in spoken)
    axe(page)
    assert served.ask("SELECT count(*) FROM evidence_part") == [(0,)]


def test_the_server_killed_in_the_middle(context: Any, served: Served, tmp_path: Path) -> None:
    page = entered(context(), served)
    slow(page)
    page.set_input_files("#id_files", paper(tmp_path, "Terputus.pdf", 12))
    offsets = starts(page)
    send(page)
    past(page, 50)
    served.server.kill()
    row(page, "Terputus.pdf", "waiting").wait_for()
    stored = served.ask("SELECT max(\"offset\") FROM evidence_upload WHERE name = 'Terputus.pdf'")[0][0]
    assert stored >= PIECE
    before = len(offsets)
    served.server.start()
    row(page, "Terputus.pdf", "done").wait_for()
    listed(page, "Terputus.pdf")
    assert offsets[before:][0] == stored
    assert offsets.count(0) == 1


def test_a_browser_started_anew_goes_on(context: Any, served: Served, tmp_path: Path) -> None:
    file = paper(tmp_path, "Besok.pdf", 10)
    first = context()
    page = entered(first, served)
    slow(page)
    page.set_input_files("#id_files", file)
    send(page)
    past(page, 60)
    kept = first.storage_state()
    first.close()

    page = entered(context({"cookies": [], "origins": kept["origins"]}), served)
    assert "Pilih berkas yang sama" in row(page, "Besok.pdf", "left").inner_text()
    axe(page)
    offsets = starts(page)
    page.set_input_files("#id_files", file)
    assert "dilanjutkan" in row(page, "Besok.pdf", "ready").inner_text()
    send(page)
    row(page, "Besok.pdf", "done").wait_for()
    listed(page, "Besok.pdf")
    assert min(offsets) >= PIECE
    page.reload()
    assert row(page, "Besok.pdf").count() == 0


def test_cancelling_removes_what_was_sent(context: Any, served: Served, tmp_path: Path) -> None:
    page = entered(context(), served)
    slow(page)
    page.set_input_files("#id_files", paper(tmp_path, "Batal.pdf", 10))
    send(page)
    past(page, 25)
    with page.expect_response(lambda r: r.request.method == "DELETE") as answer:
        row(page, "Batal.pdf").locator("[data-cancel]").click()
    assert answer.value.status == 204
    assert row(page, "Batal.pdf").count() == 0
    assert served.ask("SELECT count(*) FROM evidence_upload WHERE name = 'Batal.pdf'") == [(0,)]
    page.reload()
    assert row(page, "Batal.pdf").count() == 0


def test_a_refusal_stands_beside_the_file(context: Any, served: Served, tmp_path: Path) -> None:
    page = entered(context(), served)
    (tmp_path / "daftar.pdf").write_bytes(b"MZ" + bytes(400))
    page.set_input_files("#id_files", tmp_path / "daftar.pdf")
    send(page)
    assert "program Windows" in row(page, "daftar.pdf", "refused").inner_text()
    axe(page)


def test_without_scripts_the_form_sends_it_whole(context: Any, served: Served, tmp_path: Path) -> None:
    page = context(java_script_enabled=False).new_page()
    sign_in(page, KEEPER, PASSWORD)
    page.goto(served.indicator)
    page.set_input_files("#id_files", paper(tmp_path, "Utuh.pdf", 1))
    with page.expect_navigation():
        send(page)
    listed(page, "Utuh.pdf")


def test_the_library_is_loaded_only_to_send(context: Any, served: Served) -> None:
    page = context().new_page()
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url))
    sign_in(page, KEEPER, PASSWORD)
    page.goto(served.indicator, wait_until="networkidle")
    assert any("upload" in url for url in loaded)
    assert not any("tus.min" in url for url in loaded)
