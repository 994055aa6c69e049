import pytest

from sipinter.foundation.access.actor import NOBODY, Actor, Grant
from sipinter.foundation.registries.providers import Provider
from sipinter.foundation.web import nav

pytestmark = pytest.mark.urls("tests.foundation.web.specimen")


def person(*roles: str) -> Actor:
    """Somebody who is signed in and holds these roles."""
    return Actor(user_id=1, grants=tuple(Grant(role, 1) for role in roles))


def urls(actor: Actor | None, path: str = "") -> list[str]:
    return [item.url for item in nav.nav_items(actor, path)]


@pytest.mark.parametrize("nobody", [None, NOBODY])
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


def test_unread_messages_are_counted_for_people_only(monkeypatch):
    provider = Provider("unread")
    provider.provide(lambda actor: 4)
    monkeypatch.setattr(nav, "UNREAD_MESSAGES", provider)
    assert [nav.unread_messages(who) for who in (person("verifier"), NOBODY, None)] == [4, 0, 0]
