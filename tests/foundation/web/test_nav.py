from types import SimpleNamespace

import pytest

from sipinter.foundation.web import nav

pytestmark = pytest.mark.urls("tests.foundation.web.specimen")


def person(*roles: str) -> SimpleNamespace:
    """What the navigation needs to know about who is signed in."""
    return SimpleNamespace(is_signed_in=True, roles=frozenset(roles))


def urls(actor: object, path: str = "") -> list[str]:
    return [item.url for item in nav.nav_items(actor, path)]


@pytest.mark.parametrize("nobody", [None, SimpleNamespace(is_signed_in=False, roles=frozenset())])
def test_nobody_sees_the_public_pages(nobody):
    assert urls(nobody) == ["/daftar/", "/verifikasi/", "/instrumen/"]


@pytest.mark.parametrize(
    ("roles", "expected"),
    [
        (("team",), ["/beranda/", "/penilaian/", "/daftar/"]),
        (("keeper",), ["/beranda/", "/penilaian/", "/tim/", "/daftar/"]),
        (("verifier",), ["/beranda/", "/desk/", "/daftar/"]),
        (("plenary",), ["/beranda/", "/desk/", "/pleno/", "/daftar/"]),
        (("administrator",), ["/beranda/", "/desk/", "/pleno/", "/penilaian-putaran/", "/tim/", "/daftar/"]),
        (("reader",), ["/daftar/"]),
        ((), ["/daftar/"]),
    ],
)
def test_links_follow_the_roles(roles, expected):
    assert urls(person(*roles)) == expected


def test_a_room_without_pages_is_skipped():
    # followup:list has no address in this site.
    assert nav.url_or_none("followup:list") is None
    assert nav.url_or_none("national:register") == "/daftar/"


def test_the_page_being_shown_is_marked():
    items = nav.nav_items(person("team"), "/penilaian/7/3.4/")
    assert [item.url for item in items if item.current] == ["/penilaian/"]


def test_counters_count_for_people_only(monkeypatch):
    monkeypatch.setattr(nav, "_counters", {"verification:queue": lambda actor: 4})
    assert [item.count for item in nav.nav_items(person("verifier"))] == [0, 4, 0]
    assert nav.count_of("verification:queue", None) == 0
    assert nav.count_of("accounts:notifications", person()) == 0
