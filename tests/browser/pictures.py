"""`make pictures`: the pictures of docs/gambar, taken from the demonstration and from the browser tests.

python -m tests.browser.pictures [FOLDER]
"""

import io
import os
import subprocess
import sys
import tempfile
from itertools import chain
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from sipinter.cli.demo.people import PASSWORD
from tests.prepared import name_folder

from .conftest import CHROMIUM, FLAGS, NARROW, WIDE, press, send, sign_in
from .site import prepare, serving

# name: (whose sign-in, path, narrow?), in the order in which they are taken. Rows are numbered as the
# demonstration makes them.
PAGES = {
    "ruang-kerja-1280": ("pengelola@tirtaraya.example", "/penilaian/1/3.4/", False),
    "ruang-kerja-390": ("pengelola@tirtaraya.example", "/penilaian/1/3.4/", True),
    "pustaka-bukti-1280": ("pengelola@tirtaraya.example", "/pustaka/", False),
    "tahun-lalu-1280": ("pengelola@tirtaraya.example", "/penilaian/1/tahun-lalu/#years-line-3-3", False),
    "meja-verifikasi-1280": ("verifikator@pengawas.example", "/desk/2/3.4/", False),
    "petunjuk-bukti-1280": ("pengelola@tirtaraya.example", "/penilaian/1/3.4/#hints", False),
    "petikan-1280": ("verifikator@pengawas.example", "/desk/2/3.4/?kriteria=3#passages", False),
    "pembagian-1280": ("pengelola@tirtaraya.example", "/penilaian/1/pembagian/", False),
    "pimpinan-1280": ("sekda@tirtaraya.example", "/penilaian/1/pimpinan/", False),
    "antrean-1280": ("koordinator@pengawas.example", "/desk/", False),
    "kesepakatan-1280": ("koordinator@pengawas.example", "/desk/kesepakatan/", False),
    "hari-1280": ("koordinator@pengawas.example", "/desk/hari/1/", False),
    "pleno-1280": ("pleno@pengawas.example", "/pleno/5/", False),
    "daftar-1280": ("", "/daftar/", False),
    "instansi-1280": ("", "/daftar/provinsi-nusa-cendana/", False),
}
# Taken by the tests on their way: file of tests -> pictures that docs/ shows.
FROM_TESTS = {
    "test_teamwork.py": ("tugaskan-1280", "tugas-390"),
    "test_two_editors.py": ("gabung-1280",),
    "test_workbook.py": ("bandingkan-1280",),
    "test_fair_verification.py": ("rapat-1280",),
}
HIGHEST = 1600  # pixels; a longer page is shown from its head
ANSWERS = {
    "3.4": "Keputusan penetapannya sudah kami lampirkan pada bukti dukung.",
    "4.1": "Pola karier dipakai pada mutasi bulan Maret; berita acaranya kami lampirkan.",
}


def keep(picture: bytes, path: Path) -> None:
    """Write the picture as small as its own colours allow; fewer of them would spoil the mark's red."""
    with Image.open(io.BytesIO(picture)) as image:
        head = image.convert("RGB").crop((0, 0, image.width, min(image.height, HIGHEST)))
        head.save(path, optimize=True)


def photograph(browser: Browser, site: str, name: str, folder: Path) -> None:
    """One page as the person sees it, once its pictures have come."""
    person, path, narrow = PAGES[name]
    page = enter(browser, site, person, narrow=narrow)
    page.goto(path)
    page.wait_for_load_state("networkidle")
    keep(page.screenshot(), folder / f"{name}.png")
    page.context.close()


def enter(browser: Browser, site: str, person: str, *, narrow: bool = False) -> Page:
    """A page of a browser in which `person` (or nobody) is signed in."""
    context = browser.new_context(base_url=site, locale="id-ID", viewport=NARROW if narrow else WIDE)
    page = context.new_page()
    if person:
        sign_in(page, person, PASSWORD)
    return page


def answer_questions(browser: Browser, site: str) -> None:
    """The agency answers what it was asked, so that the desk is open for verdicts."""
    page = enter(browser, site, "pengelola@samudrajaya.example")
    for code, words in ANSWERS.items():
        page.goto(f"/penilaian/2/{code}/")
        page.fill("textarea[name=body]", words)
        press(page, "#thread button[type=submit]")
    page.goto("/penilaian/2/ringkasan/")
    send(page, "perbaikan")
    page.context.close()


def certificate(browser: Browser, site: str, folder: Path) -> None:
    """The first page of the demonstration's certificate."""
    page = browser.new_context(base_url=site).new_page()
    page.goto("/daftar/provinsi-nusa-cendana/")
    address = page.get_attribute("a[href$='certificate.pdf']", "href")
    body = page.request.get(f"{site}{address}").body()
    with tempfile.TemporaryDirectory() as scratch:
        pdf = Path(scratch) / "piagam.pdf"
        pdf.write_bytes(body)
        subprocess.run(["pdftoppm", "-r", "90", "-png", "-singlefile", pdf, pdf.with_suffix("")], check=True)
        keep(pdf.with_suffix(".png").read_bytes(), folder / "piagam.png")


def from_tests(folder: Path) -> None:
    """Run the tests that take pictures and keep those that docs/ shows."""
    with tempfile.TemporaryDirectory() as scratch:
        files = [f"tests/browser/{name}" for name in FROM_TESTS]
        words = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-m", "browser", *files]
        subprocess.run(words, env={**os.environ, "SIPINTER_PICTURES": scratch}, check=True)
        for name in chain.from_iterable(FROM_TESTS.values()):
            keep((Path(scratch) / f"{name}.png").read_bytes(), folder / f"{name}.png")


def main(folder: Path) -> None:
    """Take all of them into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    name_folder()
    from_tests(folder)
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        prepare(Path(scratch))
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        with serving(Path(scratch)) as site:
            answer_questions(browser, site)
            for name in PAGES:
                photograph(browser, site, name, folder)
            certificate(browser, site, folder)
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/gambar"))
