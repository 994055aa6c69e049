"""Downloads: rights, headers, ranges, validators."""

from collections.abc import Callable

import pytest
from django.test import Client

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.accounts.models import User
from sipinter.foundation.audit.models import Event, Refusal
from sipinter.foundation.evidence.models import Evidence
from sipinter.foundation.evidence.services import add_link
from sipinter.foundation.evidence.storage import store
from tests import factories
from tests.conftest import Cast
from tests.judging import receive_judged

from . import making

BODY = making.written_pdf(3)
pytestmark = pytest.mark.usefixtures("either")


@pytest.fixture
def document(cast: Cast, owner: Actor, either: Callable[[], list[str]]) -> Evidence:
    """A PDF whose bytes are known."""
    return receive_judged(cast.agency, making.upload(BODY, "SK Suksesi.pdf"), actor=owner)


@pytest.fixture
def client(cast: Cast) -> Client:
    """The owner's browser."""
    return factories.client_for(cast.owner)


@pytest.fixture
def path(document: Evidence) -> str:
    return f"/bukti/{document.pk}/"


def body_of(response) -> bytes:  # type: ignore[no-untyped-def]
    """All bytes of a streamed answer."""
    return b"".join(response.streaming_content)


def test_a_download_is_whole_and_guarded(client: Client, path: str, document: Evidence) -> None:
    response = client.get(path, headers={"accept-encoding": "gzip, br"})
    assert document.blob is not None
    assert response.status_code == 200
    assert body_of(response) == BODY
    wanted = {
        "Content-Type": "application/pdf",
        "Content-Length": str(len(BODY)),
        "Content-Disposition": 'attachment; filename="SK Suksesi.pdf"',
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "private, no-cache",
        "Accept-Ranges": "bytes",
        "ETag": f'"{document.blob.sha256}"',
    }
    assert {name: response.get(name) for name in wanted} == wanted
    assert "Content-Encoding" not in response


@pytest.mark.parametrize(
    ("title", "disposition"),
    [
        ("Peraturan \u2013 Bupati", "attachment; filename*=utf-8''Peraturan%20%E2%80%93%20Bupati.pdf"),
        ('SK "12"; rm -rf /', 'attachment; filename="SK _12_; rm -rf _.pdf"'),
        ("laporan.html", 'attachment; filename="laporan.html.pdf"'),
        ("../../x", 'attachment; filename="_.._x.pdf"'),
    ],
)
def test_the_name_of_a_download(
    client: Client, path: str, document: Evidence, owner: Actor, title: str, disposition: str
) -> None:
    factories.rename_evidence(document, title, actor=owner)
    assert client.get(path)["Content-Disposition"] == disposition


SIZE = len(BODY)
RANGES = {
    "bytes=0-99": (0, 99),
    "bytes=100-": (100, SIZE - 1),
    "bytes=-100": (SIZE - 100, SIZE - 1),
    "bytes=0-0": (0, 0),
    f"bytes={SIZE - 1}-": (SIZE - 1, SIZE - 1),
    f"bytes=0-{SIZE * 9}": (0, SIZE - 1),
    f"bytes=-{SIZE * 9}": (0, SIZE - 1),
    "bytes= 5 - 7": (5, 7),
}


@pytest.mark.parametrize("wanted", RANGES)
def test_parts_of_a_file(client: Client, path: str, wanted: str) -> None:
    first, last = RANGES[wanted]
    response = client.get(path, headers={"range": wanted, "accept-encoding": "gzip"})
    assert response.status_code == 206
    assert response["Content-Range"] == f"bytes {first}-{last}/{SIZE}"
    assert response["Content-Length"] == str(last - first + 1)
    assert body_of(response) == BODY[first : last + 1]


@pytest.mark.parametrize("wanted", [f"bytes={SIZE}-", f"bytes={SIZE * 2}-{SIZE * 3}", "bytes=-0"])
def test_parts_beyond_the_end(client: Client, path: str, wanted: str) -> None:
    response = client.get(path, headers={"range": wanted})
    assert (response.status_code, response["Content-Range"]) == (416, f"bytes */{SIZE}")
    assert response.content == b""


@pytest.mark.parametrize(
    "wanted",
    ["bytes=9-5", "bytes=-", "bytes=a-b", "items=0-5", "bytes=0-5,9-12", "", "bytes=٠-٥", "bytes=0-5;"],
)
def test_a_range_that_is_not_understood_gives_the_whole(client: Client, path: str, wanted: str) -> None:
    response = client.get(path, headers={"range": wanted.encode().decode("latin-1")})
    assert (response.status_code, body_of(response)) == (200, BODY)


def test_a_part_of_another_version_gives_the_whole(client: Client, path: str) -> None:
    etag = client.get(path)["ETag"]
    kept = client.get(path, headers={"range": "bytes=0-9", "if-range": etag})
    assert (kept.status_code, body_of(kept)) == (206, BODY[:10])
    changed = client.get(path, headers={"range": "bytes=0-9", "if-range": '"lain"'})
    assert (changed.status_code, body_of(changed)) == (200, BODY)


@pytest.mark.parametrize("form", ["{}", "W/{}", '"lain", {}', "*"])
def test_what_the_browser_has_is_not_sent_again(client: Client, path: str, form: str) -> None:
    etag = client.get(path)["ETag"]
    response = client.get(path, headers={"if-none-match": form.format(etag)})
    assert (response.status_code, response.content, response["ETag"]) == (304, b"", etag)
    assert client.get(path, headers={"if-none-match": '"lain"'}).status_code == 200


def test_head_has_the_headers_and_no_body(client: Client, path: str) -> None:
    response = client.head(path, headers={"range": "bytes=0-9"})
    assert (response.status_code, response.content, response["Content-Length"]) == (200, b"", str(SIZE))


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_nothing_is_sent_to_a_file(client: Client, path: str, method: str) -> None:
    assert getattr(client, method)(path).status_code == 405


@pytest.mark.parametrize("part", ["", "halaman/1/", "pratinjau/"])
def test_another_agency_gets_404_and_is_on_record(cast: Cast, path: str, part: str) -> None:
    response = factories.client_for(cast.outsider).get(path + part)
    assert response.status_code == 404
    event = Refusal.objects.get(action="access.refused")
    assert (event.actor_id, event.agency_id) == (cast.outsider.pk, cast.agency.pk)
    assert event.target.startswith("evidence:")


@pytest.mark.parametrize("part", ["", "halaman/1/", "pratinjau/"])
def test_nobody_is_asked_to_sign_in(path: str, part: str) -> None:
    response = factories.client_for(None).get(path + part)
    assert (response.status_code, response["Location"]) == (302, f"/akun/login/?next={path}{part}")


@pytest.mark.parametrize("part", ["", "halaman/1/", "pratinjau/"])
def test_a_verifier_sees_what_was_sent_in_and_is_on_record(verifier: User, path: str, part: str) -> None:
    browser = factories.client_for(verifier)
    assert browser.get(path + part).status_code == 404
    Evidence.objects.update(is_submitted=True)
    assert browser.get(path + part).status_code == (202 if "halaman" in part else 200)
    how = "preview" if part else "download"
    event = Event.objects.get(action="evidence.read")
    assert (event.actor_id, event.changes) == (verifier.pk, {"how": [None, how]})


@pytest.mark.parametrize("number", ["0", "99", "9" * 30])
def test_evidence_that_does_not_exist(client: Client, db: None, number: str) -> None:
    for part in ("", "halaman/1/", "pratinjau/"):
        assert client.get(f"/bukti/{number}/{part}").status_code == 404


def test_a_link_is_not_a_download(cast: Cast, client: Client, owner: Actor) -> None:
    link = add_link(cast.agency, "https://contoh.go.id/a", actor=owner)
    response = client.get(f"/bukti/{link.pk}/")
    assert (response.status_code, response["Location"]) == (302, f"/bukti/{link.pk}/pratinjau/")
    assert client.get(f"/bukti/{link.pk}/halaman/1/").status_code == 404


def test_a_lost_file_is_told_in_a_sentence(
    client: Client, path: str, document: Evidence, either: Callable[[], list[str]]
) -> None:
    assert document.blob is not None
    store.remove_files(document.blob.path)
    response = client.get(path)
    assert response.status_code == 409
    assert "The file is missing from the storage. Tell the administrator" in response.content.decode()
    assert either() == []
