import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.accounts.models import User
from sipinter.foundation.evidence.models import Evidence
from sipinter.foundation.evidence.receiving.links import BadLink, clean_link, link_title
from sipinter.foundation.evidence.scanning.services import scan_pending
from sipinter.foundation.evidence.services import add_link
from sipinter.foundation.evidence.storage.verification import verify_storage
from tests import factories
from tests.conftest import Cast


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://jdih.contoh.go.id/perbup/12", "https://jdih.contoh.go.id/perbup/12"),
        ("http://CONTOH.go.id", "http://contoh.go.id/"),
        ("  https://contoh.go.id/a?b=c&d=%20#e ", "https://contoh.go.id/a?b=c&d=%20#e"),
        ("https://contoh.go.id:8443/", "https://contoh.go.id:8443/"),
        ("https://contoh.go.id/peraturan-é", "https://contoh.go.id/peraturan-%C3%A9"),
        ("https://bücher.example.org/", "https://xn--bcher-kva.example.org/"),
        ("https://contoh.go.id./x", "https://contoh.go.id/x"),
    ],
)
def test_public_addresses_are_kept_in_ascii(address: str, kept: str) -> None:
    assert clean_link(address) == kept


@pytest.mark.parametrize(
    "address",
    [
        "",
        "contoh.go.id/a",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)//https://contoh.go.id",
        "data:text/html,<script>",
        "ftp://contoh.go.id/a",
        "file:///etc/passwd",
        "//contoh.go.id/a",
        "https://",
        "https:///a",
        "https://rina:sandi@contoh.go.id/",
        "https://contoh.go.id@jahat.example.org/",
        "https://localhost/",
        "https://server/",
        "https://nas.local/",
        "https://web.internal/",
        "https://127.0.0.1/",
        "https://10.0.0.1:8080/a",
        "https://[::1]/",
        "https://[fe80::1%25eth0]/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://0177.0.0.1/",
        "https://127.1/",
        "https://１２７.0.0.1/",
        "https://contoh.go.id:99999/",
        "https://contoh.go.id:abc/",
        "https://[contoh.go.id/",
        "https://contoh..go.id/",
        "https://-contoh.go.id/",
        "https://contoh_a.go.id/",
        "https://contoh.go.id/a b",
        "https://contoh.go.id/a\nb",
        "https://contoh.go.id/\x00",
        "https://contoh.go.id/\u202egpj.exe",
        "https://contoh.go.id\\@jahat.example.org/",
        "https://contoh.go.id/" + "a" * 500,
        "https://contoh.go.id/" + "é" * 100,
        "https://" + "a" * 64 + ".go.id/",
    ],
)
def test_other_addresses_are_refused(address: str) -> None:
    with pytest.raises(BadLink) as refused:
        clean_link(address)
    assert str(refused.value.sentence).endswith((".", "https://"))


@given(st.one_of(st.text(max_size=60), st.text(max_size=40).map("https://".__add__)))
def test_whatever_is_typed_is_kept_in_plain_form_or_refused(text: str) -> None:
    try:
        address = clean_link(text)
    except BadLink:
        return
    assert address.isascii()
    assert address.startswith(("https://", "http://"))
    assert len(address) <= 500
    assert clean_link(address) == address


def test_a_link_is_shown_by_its_place() -> None:
    assert link_title("https://jdih.contoh.go.id/perbup/") == "jdih.contoh.go.id/perbup"


def test_a_link_is_never_fetched(cast: Cast, owner: Actor, verifier: User) -> None:
    """Nothing asks for its name or connects to it: on adding, renaming, showing, opening, or by the way.

    The storage of the tests, on loopback, is not meant.
    """
    asked: list[object] = []
    listens = True

    def listener(event: str, arguments: tuple[object, ...]) -> None:
        if listens and event in {"socket.getaddrinfo", "socket.gethostbyname", "socket.connect"}:
            asked.extend([(event, arguments)] if "127.0.0.1" not in str(arguments) else [])

    sys.addaudithook(listener)
    link = add_link(cast.agency, "https://dalam.contoh.go.id/rahasia", actor=owner)
    factories.rename_evidence(link, "Peraturan", actor=owner)
    Evidence.objects.update(is_submitted=True)
    for user in (cast.owner, verifier):
        browser = factories.client_for(user)
        page = browser.get(f"/bukti/{link.pk}/pratinjau/")
        assert 'rel="noopener noreferrer"' in page.content.decode()
        assert browser.get(f"/bukti/{link.pk}/").status_code == 302
        assert browser.get(f"/bukti/{link.pk}/halaman/1/").status_code == 404
    scan_pending()
    verify_storage()
    listens = False
    assert asked == []
