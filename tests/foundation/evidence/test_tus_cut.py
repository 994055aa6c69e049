"""Uploads that are cut at any byte: the connection, the server by kill -9, two clients at once.

A client that speaks in bytes against the site as it is served.
"""

import hashlib
import http.client
import random
import socket
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from deploy.process import running
from sipinter.foundation.evidence.tus.parts import PART

from . import making, real_site

SEED = 20260


class Wire:
    """Requests of tus by hand."""

    def __init__(self, site: real_site.Site) -> None:
        self.site = site
        self.headers = {
            "Tus-Resumable": "1.0.0",
            "Cookie": site.cookie,
            "X-CSRFToken": real_site.TOKEN,
        }

    def ask(
        self, method: str, path: str, body: bytes = b"", **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.site.port, timeout=60)
        sent = self.headers | {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(method, path, body or None, sent)
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            connection.close()

    def begin(self, size: int) -> str:
        status, headers, body = self.ask(
            "POST", self.site.path, Upload_Length=str(size), Upload_Metadata="filename U0sucGRm"
        )
        assert status == 201, body
        return headers["Location"]

    def offset(self, path: str) -> int:
        status, headers, _ = self.ask("HEAD", path)
        assert status == 200
        return int(headers["Upload-Offset"])

    def patch(self, path: str, offset: int, body: bytes) -> int:
        status, _, _ = self.ask(
            "PATCH", path, body, Upload_Offset=str(offset), Content_Type="application/offset+octet-stream"
        )
        return status

    def head_of(self, path: str, offset: int, length: int) -> bytes:
        """The head of a PATCH as it goes over the wire."""
        lines = [f"PATCH {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {length}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        lines += [f"Upload-Offset: {offset}", "Content-Type: application/offset+octet-stream", "", ""]
        return "\r\n".join(lines).encode()

    def cut(self, path: str, offset: int, body: bytes, after: int) -> None:
        """Send the head and `after` bytes of a PATCH of `body`, then go away."""
        with socket.create_connection(("127.0.0.1", self.site.port), timeout=30) as wire:
            wire.sendall(self.head_of(path, offset, len(body)) + body[:after])

    def settled(self, path: str, before: int) -> int:
        """The offset once the server has noticed that the client went away."""
        seen, until = before, time.monotonic() + 5
        while seen == before and time.monotonic() < until:
            time.sleep(0.02)
            seen = self.offset(path)
        return seen


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[real_site.Site]:
    made = real_site.make(tmp_path_factory.mktemp("site"))
    with running(made.server):
        yield made


def rows(site: real_site.Site, query: str, *values: object) -> list[tuple[object, ...]]:
    database = sqlite3.connect(site.folder / "var/sipinter.sqlite3", timeout=20)
    try:
        return database.execute(query, values).fetchall()
    finally:
        database.close()


def document(number: int, size: int) -> bytes:
    """A PDF of about `size` bytes that no other is."""
    chance = random.Random(number)
    return (
        making.pdf(1, f"nomor {number}") + b"\n%" + chance.randbytes(size).replace(b"%", b"x") + b"\n%%EOF\n"
    )


def check_whole(site: real_site.Site, body: bytes) -> None:
    """The file is there, byte for byte, and no parts of it."""
    digest = hashlib.sha256(body).hexdigest()
    found = rows(site, "SELECT path FROM evidence_blob WHERE sha256 = ?", digest)
    assert len(found) == 1
    assert (site.folder / "var/files" / str(found[0][0])).read_bytes() == body
    assert rows(site, "SELECT count(*) FROM evidence_part") == [(0,)]
    assert [p for p in (site.folder / "var/files/uploads").rglob("*") if p.is_file()] == []


def test_a_connection_cut_at_random_bytes(site: real_site.Site) -> None:
    wire, chance = Wire(site), random.Random(SEED)
    body = document(1, 300_000)
    path, offset, cuts = wire.begin(len(body)), 0, 0
    while cuts < 25:
        left = len(body) - offset
        after = min(chance.choice([0, 1, 100, chance.randrange(40_000)]), left - 1)
        wire.cut(path, offset, body[offset:], after)
        seen = wire.settled(path, offset) if after else wire.offset(path)
        assert seen == offset + after  # every byte that arrived is kept
        offset, cuts = seen, cuts + 1
        if left < 2:
            break
    assert wire.patch(path, offset, body[offset:]) == 204
    assert wire.offset(path) == len(body)
    check_whole(site, body)


def test_a_cut_head_changes_nothing(site: real_site.Site) -> None:
    wire, body = Wire(site), document(2, 5_000)
    path = wire.begin(len(body))
    head = wire.head_of(path, 0, len(body))
    for after in range(0, len(head), 23):
        with socket.create_connection(("127.0.0.1", site.port), timeout=30) as connection:
            connection.sendall(head[:after])
    assert wire.offset(path) == 0
    assert wire.patch(path, 0, body) == 204
    check_whole(site, body)


def test_the_server_killed_in_the_middle(site: real_site.Site) -> None:
    """What a killed server had acknowledged, and what it had stored of longer requests, is still there."""
    wire, chance = Wire(site), random.Random(SEED)
    body = document(3, 3 * PART + 1_000_000)
    path, acknowledged = wire.begin(len(body)), 0
    for _ in range(3):
        sent = chance.randrange(PART + 100_000, PART + 300_000)
        with socket.create_connection(("127.0.0.1", site.port), timeout=30) as connection:
            connection.sendall(wire.head_of(path, acknowledged, len(body) - acknowledged))
            connection.sendall(body[acknowledged : acknowledged + sent])
            wire.settled(path, acknowledged)  # a part of it is stored while the request still runs
            site.server.kill()
        site.server.start()
        seen = wire.offset(path)
        assert acknowledged < seen <= acknowledged + sent
        acknowledged = seen
    assert wire.patch(path, acknowledged, body[acknowledged:]) == 204
    digest = hashlib.sha256(body).hexdigest()
    assert len(rows(site, "SELECT 1 FROM evidence_blob WHERE sha256 = ?", digest)) == 1


def test_the_server_killed_while_it_finishes(site: real_site.Site) -> None:
    """The last piece again gives the same evidence, once."""
    wire, chance = Wire(site), random.Random(SEED)
    body = document(4, 200_000)
    path = wire.begin(len(body))
    assert wire.patch(path, 0, body[:-10]) == 204
    for _ in range(4):
        with suppress(OSError), socket.create_connection(("127.0.0.1", site.port), timeout=30) as connection:
            connection.sendall(wire.head_of(path, len(body) - 10, 10) + body[-10:])
            time.sleep(chance.uniform(0, 0.3))
            site.server.kill()
        site.server.start()
        if (offset := wire.offset(path)) == len(body):
            break
        assert offset == len(body) - 10
    assert wire.patch(path, len(body) - 10, body[-10:]) in (204, 409)
    assert wire.offset(path) == len(body)
    digest = hashlib.sha256(body).hexdigest()
    of_it = "FROM evidence_evidence e JOIN evidence_blob b ON b.id = e.blob_id WHERE b.sha256 = ?"
    assert rows(site, f"SELECT count(*) {of_it}", digest) == [(1,)]
    identity = rows(site, f"SELECT e.id {of_it}", digest)[0][0]
    added = "SELECT count(*) FROM audit_event WHERE action = 'evidence.added' AND target = ?"
    assert rows(site, added, f"evidence:{identity}") == [(1,)]


def test_two_clients_do_not_mix_their_bytes(site: real_site.Site) -> None:
    wire, body = Wire(site), document(5, PART + 1_000_000)
    path = wire.begin(len(body))
    results: list[int] = []

    def send(content: bytes) -> None:
        with suppress(OSError):
            results.append(wire.patch(path, 0, content))

    others = [threading.Thread(target=send, args=[body]) for _ in range(3)]
    for thread in others:
        thread.start()
    for thread in others:
        thread.join()
    assert set(results) <= {204, 409}
    offset = wire.offset(path)
    if offset < len(body):
        assert wire.patch(path, offset, body[offset:]) == 204
    digest = hashlib.sha256(body).hexdigest()
    assert len(rows(site, "SELECT 1 FROM evidence_blob WHERE sha256 = ?", digest)) == 1
