"""Every page of the demonstration as each role finds it by its links, and how heavy the heaviest is."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from sipinter.cli.demo.people import PASSWORD

from . import site
from .conftest import NARROW, WIDE, findings, sideways, sign_in

# Who walks through the site; None is the public. One person for each role and for each state of a round.
WALKERS = (
    None,
    "pengelola@tirtaraya.example",
    "tim@tirtaraya.example",
    "sekda@tirtaraya.example",
    "bupati@tirtaraya.example",
    "pegawai@tirtaraya.example",
    "pengelola@samudrajaya.example",
    "pengelola@nusacendana.example",
    "gubernur@nusacendana.example",
    "verifikator@pengawas.example",
    "koordinator@pengawas.example",
    "pleno@pengawas.example",
    "admin@pengawas.example",
    "kanreg@pengawas.example",
    "konsultan@pengawas.example",
    "pembaca@pengawas.example",
)
PUBLIC = ("/daftar/", "/instrumen/", "/statistik/", "/verifikasi/", "/keputusan/")
LOOKED_AT = 24  # pages of one person that axe reads
OF_A_KIND = 2  # of them with the same address but for numbers and names
FIRST_LOAD = 150 * 1024
# What axe judges a page by: its elements with their classes, and which attributes they have.
BUILD = """() => [...document.querySelectorAll("*")].map(
    (e) => e.tagName + "." + e.getAttribute("class") + "[" + e.getAttributeNames().join()).join()"""


@pytest.fixture(scope="session")
def served(demonstration: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The demonstration, served to this test process."""
    mine = tmp_path_factory.mktemp("demonstration")
    site.copy(demonstration, mine)
    with site.serving(mine) as address:
        yield address


Enter = Callable[..., Page]


@pytest.fixture
def enter(chromium: Browser, served: str) -> Iterator[Enter]:
    """Opens the demonstration for one person: `enter("pengelola@...")`."""
    contexts: list[BrowserContext] = []

    def open_browser(who: str | None = None, *, language: str = "id-ID") -> Page:
        context = chromium.new_context(base_url=served, locale=language, viewport=WIDE)
        context.set_default_timeout(30_000)
        contexts.append(context)
        page = context.new_page()
        if who:
            sign_in(page, who, PASSWORD)
            assert "/akun/login/" not in page.url
        return page

    yield open_browser
    for context in contexts:
        context.close()


def kind(path: str) -> str:
    """The address with what tells rows apart left out."""
    plain = re.sub(r"(?<=/)\d[\w.]*(?=/)", "N", path.partition("?")[0])
    plain = re.sub(r"^/(daftar|instrumen|keputusan|verifikasi)/[^/]+/", r"/\1/X/", plain)
    return plain + ("?" if "?" in path else "")


def is_page(path: str) -> bool:
    """Whether the address is a page to look at, not a file."""
    plain = path.partition("?")[0]
    return not plain.endswith((".csv", ".xlsx", ".pdf", ".ics")) and not re.fullmatch(r"/bukti/\d+/", plain)


def links(page: Page) -> list[str]:
    """Paths of this site that the page leads to."""
    found = page.eval_on_selector_all("a[href]", "all => all.map(a => a.getAttribute('href'))")
    here = urlsplit(page.url)
    whole = [urlsplit(urljoin(page.url, href)) for href in found if not href.startswith("#")]
    return [f"{u.path}?{u.query}" if u.query else u.path for u in whole if u.netloc == here.netloc]


class Walk:
    """From the person's first page: axe looks at some of each kind, every link is followed.

    `seen` are the builds of pages that axe has read already, and the kinds that it has read narrow: one built
    the same is not read twice.
    """

    def __init__(self, page: Page, seen: set[int | str], *, public: bool) -> None:
        self.page = page
        self.seen = seen
        self.public = public
        self.faults: list[str] = []
        self.looked_at: list[str] = []
        self._kinds: Counter[str] = Counter()
        self._known: dict[str, None] = {}

    def run(self, *starts: str) -> None:
        """Walk from `starts`; a page of a kind not met yet comes before one that is known."""
        self._known = dict.fromkeys(starts)
        done: set[str] = set()
        while ahead := [path for path in self._known if path not in done]:
            path = next((p for p in ahead if is_page(p) and not self._kinds[kind(p)]), ahead[0])
            done.add(path)
            if self._is_worth_a_look(path):
                self._look(path)
            else:
                self._follow(path)

    def _is_worth_a_look(self, path: str) -> bool:
        room = len(self.looked_at) < LOOKED_AT and self._kinds[kind(path)] < OF_A_KIND
        return room and is_page(path)

    def _look(self, path: str) -> None:
        self._kinds[kind(path)] += 1
        self.looked_at.append(path)
        response = self.page.goto(path)
        if response is None or response.status >= 400:
            self.faults.append(f"{path}: {response and response.status}")
            return
        build: int | str = hash(self.page.evaluate(BUILD))
        for size, known in ((WIDE, build), (NARROW, kind(path))):
            self.page.set_viewport_size(size)
            if known not in self.seen:
                self.faults += [f"{path} at {size['width']}: {fault}" for fault in findings(self.page)]
            if sideways(self.page) > 0:
                self.faults.append(f"{path} at {size['width']}: {sideways(self.page)} px too wide")
            self.seen.add(known)
        self.page.set_viewport_size(WIDE)
        self._known |= dict.fromkeys(link for link in links(self.page) if self._is_ours(link))

    def _is_ours(self, path: str) -> bool:
        """The public pages are walked by the public; what others find there is the same."""
        return self.public or not path.startswith(PUBLIC)

    def _follow(self, path: str) -> None:
        response = self.page.context.request.get(path)
        if response.status >= 400:
            self.faults.append(f"{path}: {response.status}")
        response.dispose()


@pytest.fixture(scope="module")
def seen() -> set[int | str]:
    """Builds and kinds of pages that axe has read."""
    return set()


@pytest.mark.parametrize("who", WALKERS, ids=lambda who: who or "public")
def test_pages_are_fit_and_links_lead_somewhere(enter: Enter, seen: set[int | str], who: str | None) -> None:
    walk = Walk(enter(who), seen, public=who is None)
    walk.run("/", "/akun/login/") if who is None else walk.run("/beranda/", "/akun/", "/daftar/")
    assert walk.faults == []
    assert len(walk.looked_at) >= 5


MAIN_PAGES = {
    None: ("/", "/daftar/", "/daftar/provinsi-nusa-cendana/", "/statistik/", "/verifikasi/", "/akun/login/"),
    "pengelola@tirtaraya.example": (
        "/beranda/",
        "/tim/",
        "/penilaian/1/3.4/",
        "/penilaian/1/kelengkapan/",
        "/penilaian/1/jalur/",
        "/penilaian/1/tahun-lalu/",
        "/pustaka/",
    ),
    "verifikator@pengawas.example": ("/beranda/", "/desk/", "/desk/2/", "/desk/2/3.4/"),
    "pleno@pengawas.example": ("/pleno/", "/pleno/5/"),
}


@pytest.mark.parametrize("who", MAIN_PAGES, ids=lambda who: who or "public")
def test_main_pages_in_english(enter: Enter, who: str | None) -> None:
    page = enter(who, language="en-US")
    for path in MAIN_PAGES[who]:
        response = page.goto(path)
        assert response is not None
        assert (response.status, page.get_attribute("html", "lang")) == (200, "en")
        assert findings(page) == [], path


@pytest.mark.parametrize("who", MAIN_PAGES, ids=lambda who: who or "public")
def test_first_load_of_a_page_is_light(enter: Enter, who: str | None) -> None:
    """What goes over the wire with an empty cache, compressed as it is; pages of evidence come on top."""
    page = enter(who)
    heavy = {
        path: size
        for path in (*MAIN_PAGES[who], "/daftar/?page=all")
        if (size := weigh(page, path)) > FIRST_LOAD
    }
    assert heavy == {}


def weigh(page: Page, path: str) -> int:
    """Bytes received for a page, without pictures of evidence."""
    sizes: dict[str, int] = {}
    addresses: dict[str, str] = {}
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    session.on("Network.requestWillBeSent", lambda e: addresses.update({e["requestId"]: e["request"]["url"]}))
    session.on("Network.loadingFinished", lambda e: sizes.update({e["requestId"]: e["encodedDataLength"]}))
    page.goto(path, wait_until="networkidle")
    page.evaluate("document.fonts.ready")
    session.detach()
    return int(sum(size for key, size in sizes.items() if "/halaman/" not in addresses.get(key, "")))
