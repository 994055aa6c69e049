"""All public pages: reachable by everybody, sound HTML, caching, links that lead somewhere, instruments."""

from typing import Any

import pytest

from sipinter.foundation.access.actor import system_actor
from sipinter.foundation.agencies.services import import_register
from sipinter.foundation.web.nav import url_or_none
from sipinter.nation.results.services.history import load_history
from sipinter.rules.instrument import default_catalog

from .. import factories
from .make import NEW, OLD, Page, visitor

pytestmark = pytest.mark.django_db
PAGES = [
    "/",
    "/daftar/",
    "/daftar/?year=2021&q=kota",
    "/daftar/?type=desa",
    "/daftar/mahkamah-konstitusi/",
    "/daftar/kota-bandung/",
    "/daftar/kemenag/",
    "/instrumen/",
    f"/instrumen/{OLD}/",
    f"/instrumen/{NEW}/",
    "/statistik/",
]


@pytest.fixture
def history() -> None:
    import_register(actor=system_actor())
    load_history(actor=system_actor())


@pytest.mark.parametrize("language", ["en", "id"])
@pytest.mark.parametrize("filled", [True, False])
def test_html_is_sound(request: pytest.FixtureRequest, language: str, filled: bool) -> None:
    if filled:
        request.getfixturevalue("history")
    for address in PAGES:
        response = visitor(language).get(address)
        if response.status_code == 404:
            assert not filled
            continue
        page = Page(response.content)
        assert (address, page.faults) == (address, [])
        assert (address, page.headings.count("h1")) == (address, 1)
        assert (address, sorted(page.ids)) == (address, sorted(set(page.ids)))
        assert (address, set(page.referenced) - set(page.ids)) == (address, set())
        assert (address, set(page.controls) - set(page.labelled)) == (address, set())
        assert f'<html lang="{language}">' in response.content.decode()


def test_every_link_of_every_page_leads_somewhere(history: None) -> None:
    client = visitor()
    found = {link for address in PAGES for link in _absolute(address, Page(client.get(address).content))}
    assert {(link, client.get(link).status_code) for link in found} == {(link, 200) for link in found}


def _absolute(address: str, page: Page) -> set[str]:
    """The page's own-site links as addresses; elsewhere lead only the legal sources."""
    links = set()
    legal = {source.url for instrument in default_catalog().values() for source in instrument.legal}
    for link in page.links:
        if link.startswith("?"):
            links.add(address.partition("?")[0] + link)
        elif link.startswith("/"):
            links.add(link)
        elif link.startswith("#"):
            assert link[1:] in page.ids, link
        else:
            assert link in legal
    return links


@pytest.mark.parametrize(
    "role", [None, "keeper", "team", "pyb", "ppk", "employee", "verifier", "plenary", "reader"]
)
def test_everybody_reads_the_same_register(history: None, cast: Any, role: str | None) -> None:
    user = factories.make_user("Adi Pratama", (role, cast.other_agency)) if role else None
    client = factories.client_for(user)
    for address in PAGES[1:]:
        mine, theirs = Page(client.get(address).content), Page(visitor().get(address).content)
        assert (address, mine.tables) == (address, theirs.tables)


def test_signed_in_people_go_from_the_front_page_to_their_own(cast: Any) -> None:
    response = factories.client_for(cast.owner).get("/")
    home = url_or_none("home:home")
    assert (response.status_code, response.get("Location")) == ((302, home) if home else (200, None))


@pytest.mark.parametrize("address", PAGES[:2])
def test_visitors_may_keep_a_page_for_a_minute_and_people_ask_again(cast: Any, address: str) -> None:
    response = visitor().get(address)
    assert response["Cache-Control"] == "private, max-age=60"
    assert {"Cookie", "Accept-Language", "HX-Request"} <= set(response["Vary"].split(", "))
    own = factories.client_for(cast.owner).get(address)
    assert own["Cache-Control"] == "no-store, private"


@pytest.mark.parametrize("address", PAGES)
def test_public_pages_only_answer_reading(address: str) -> None:
    path = address.partition("?")[0]
    assert [getattr(visitor(), method)(path).status_code for method in ("post", "put", "delete")] == [405] * 3


def test_instruments_are_listed(history: None) -> None:
    page = Page(visitor().get("/instrumen/").content)
    assert {f"/instrumen/{code}/" for code in default_catalog()} <= set(page.links)
    assert "8 aspects · 37 indicators · highest score 410" in page.text


@pytest.mark.parametrize("instrument_id", [OLD, NEW])
@pytest.mark.parametrize("language", ["en", "id"])
def test_instrument_shows_every_criterion_weight_and_source(instrument_id: str, language: str) -> None:
    instrument = default_catalog()[instrument_id]
    text = Page(visitor(language).get(f"/instrumen/{instrument_id}/").content).text

    def shown(words: str) -> bool:
        return " ".join(words.split()) in text

    missing = [
        code
        for code, indicator in instrument.indicators.items()
        if not all(shown(level.criterion.in_(language)) for level in indicator.levels)
        or not shown(indicator.title.in_(language))
        or not all(shown(item.in_(language)) for item in indicator.evidence)
    ]
    assert missing == []
    assert [source.title for source in instrument.legal if not shown(source.title)] == []
    assert [c.code for c in instrument.categories if not shown(c.title.in_(language))] == []


def test_instrument_says_what_is_not_firm() -> None:
    old = Page(visitor().get(f"/instrumen/{OLD}/").content)
    assert old.text.count("(reconstructed)") == 37
    assert "generic scale, not the regulation's text" in old.text
    assert ["3 Career Development", "10", "32.5", "130", "official"] in old.tables[1]
    new = Page(visitor().get(f"/instrumen/{NEW}/").content)
    assert [row[4] for row in new.tables[1][1:]] == ["provisional"] * 7 + ["official"]
    assert new.tables[1][1][2] == "about 9.64%"


def test_gated_indicators_say_for_whom_they_are() -> None:
    text = Page(visitor().get(f"/instrumen/{NEW}/").content).text
    assert text.count("Applies where: ") == sum(
        1 for indicator in default_catalog()[NEW].indicators.values() if indicator.applies
    )


def test_unknown_instrument_is_not_found() -> None:
    assert visitor().get("/instrumen/tidak-ada/").status_code == 404
