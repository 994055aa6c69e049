"""A real Chromium against a live server, for journeys and for looking at every page as axe does."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, sync_playwright

from tests import prepared

from . import site

# Playwright's loop runs in this thread; the database is used by the test itself, between its steps.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

# Without a window to draw: the same engine for two thirds of the processor time.
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium-headless-shell")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE = Path("node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
WIDE = {"width": 1280, "height": 900}
NARROW = {"width": 390, "height": 844}

pytestmark = pytest.mark.browser


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives a browser; what talks to the live server uses its database."""
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.filterwarnings("ignore:No directory at"))
            if "live_server" in getattr(item, "fixturenames", ()):
                item.add_marker(pytest.mark.django_db(transaction=True))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def demonstration() -> Path:
    """The folder of the demonstration, the same for all test processes; write to a copy of it."""
    return prepared.once("served", site.prepare)


@pytest.fixture
def visitor(chromium: Browser, live_server: Any) -> Iterator[Callable[..., Page]]:
    """Opens a browser of its own for one person: `visitor()` gives a page; options as Playwright's context.

    Whatever the pages write to the console as an error fails the test.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_browser(**options: Any) -> Page:
        options.setdefault("viewport", WIDE)
        context = chromium.new_context(base_url=live_server.url, locale="id-ID", **options)
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda message: (
                complaints.append(message.text)
                if message.type == "error" and "Content Security Policy" in message.text
                else None
            ),
        )
        return page

    yield open_browser
    for context in contexts:
        context.close()
    assert complaints == []


def findings(page: Page) -> list[str]:
    """What axe-core finds on the page as it stands."""
    if page.evaluate("!window.axe"):
        page.evaluate(AXE)
    found = page.evaluate("() => axe.run(document).then(r => r.violations)")
    return [f"{v['id']}: {v['nodes'][0]['html'][:200]}" for v in found]


def axe(page: Page) -> None:
    """No finding of axe-core on the page as it stands, and nothing to scroll sideways."""
    assert findings(page) == [], page.url
    assert sideways(page) <= 0, f"{page.url} is {sideways(page)} px too wide"


def picture(page: Page, name: str, *, whole: bool = True) -> None:
    """A picture of the page where SIPINTER_PICTURES names a folder; `make pictures` takes some to docs/."""
    if folder := os.environ.get("SIPINTER_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=whole)


def look(page: Page, name: str) -> None:
    """axe on the page in both widths, and a picture of each."""
    for size in (NARROW, WIDE):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        axe(page)
        picture(page, f"{name}-{size['width']}")


def sideways(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def sign_in(page: Page, address: str, password: str) -> None:
    """Through the sign-in page, as a person does."""
    page.goto("/akun/login/")
    page.fill("input[name=login]", address)
    page.fill("input[name=password]", password)
    page.click("main button[type=submit]")
    page.wait_for_load_state()


def sign_out_of(page: Page) -> None:
    """By the page that asks once more."""
    page.goto("/akun/logout/")
    press(page, 'main form[action="/akun/logout/"] button')


def press(page: Page, what: str | Locator) -> None:
    """Click what leads to another page, and wait until that has loaded."""
    target = page.locator(what) if isinstance(what, str) else what
    with page.expect_navigation():
        target.click()


def send(page: Page, action: str) -> None:
    """Press the button of the form whose address ends on `action`."""
    press(page, f'main form[action$="/{action}/"] button[type=submit]')
