"""nginx before two nodes: what it passes on, what it answers itself, and what it does when a node dies."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from deploy.nginx import nginx
from deploy.process import free_port, running


class Node:
    """A node that keeps what it was asked; `breaks` closes the line after it has read a request."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, dict[str, str], int]] = []
        self.breaks = False
        self.arrived = threading.Event()
        node = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                node.arrived.set()
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                node.asked.append((self.command, self.path, dict(self.headers), len(body)))
                if node.breaks:
                    self.close_connection = True
                    self.connection.close()
                    return
                self.send_response(200)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"ok")

            do_GET = do_POST = do_PATCH = answer  # noqa: N815 - the library's names

            def log_message(self, *words: object) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@contextmanager
def before(folder: Path, *nodes: str, receiver: str = "") -> Iterator[int]:
    """Its port; `receiver` takes the uploads, the first node where none is given."""
    static = folder / "static"
    static.mkdir()
    (static / "app.0123456789ab.css").write_text("a{}")
    (static / "app.css").write_text("a{}")
    folder.chmod(0o755)
    port = free_port()
    with running(nginx(folder / "nginx", nodes, [receiver or nodes[0]], static=static, port=port)):
        yield port


def ask(
    port: int, method: str, path: str, body: bytes | None = None, **headers: str
) -> http.client.HTTPResponse:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    line.request(method, path, body, {"Host": "merit.contoh.go.id", **headers})
    answer = line.getresponse()
    answer.read()
    return answer


@pytest.fixture
def node() -> Iterator[Node]:
    made = Node()
    yield made
    made.close()


def test_what_is_passed_on_and_what_is_not(node: Node, tmp_path: Path) -> None:
    with before(tmp_path, node.address) as port:
        forged = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}
        assert ask(port, "GET", "/akun/", **forged, **{"X-Request-Id": "permintaan-0001"}).status == 200
        assert ask(port, "GET", "/metrik/").status == 404
        forever = ask(port, "GET", "/static/app.0123456789ab.css")
        assert ask(port, "GET", "/static/app.css").headers["Cache-Control"] == "max-age=3600"
        assert ask(port, "POST", "/bukti/", b"x" * 3_000_000).status == 200
        large = {"Content-Length": str(65 * 1024 * 1024)}
        assert ask(port, "POST", "/bukti/", b"", **large).status == 413
    assert "immutable" in forever.headers["Cache-Control"]
    assert forever.headers["Content-Type"] == "text/css"
    headers = node.asked[0][2]
    assert headers["Host"] == "merit.contoh.go.id"
    assert headers["X-Forwarded-For"] == "127.0.0.1"
    assert headers["X-Forwarded-Proto"] == "http"
    assert "X-Request-Id" not in headers
    assert [path for _method, path, _headers, _size in node.asked] == ["/akun/", "/bukti/"]


@pytest.mark.parametrize("path", ["/unggah/tanda/", "/penilaian/12/3.4/unggah/"])
def test_a_piece_reaches_its_receiver_before_it_is_whole(node: Node, tmp_path: Path, path: str) -> None:
    with before(tmp_path, f"127.0.0.1:{free_port()}", receiver=node.address) as port:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        line.putrequest("PATCH", path)
        line.putheader("Content-Length", "2000")
        line.endheaders(b"x" * 1000)
        assert node.arrived.wait(10)
        line.send(b"x" * 1000)
        assert line.getresponse().status == 200
    assert node.asked[0][3] == 2000


def test_reading_goes_to_the_other_node_and_writing_is_never_done_twice(node: Node, tmp_path: Path) -> None:
    with ExitStack() as stack:
        other = Node()
        stack.callback(other.close)
        port = stack.enter_context(before(tmp_path, node.address, other.address))
        other.breaks = True
        assert {ask(port, "GET", "/").status for _ in range(6)} == {200}
    with before_again(tmp_path, node) as (port, breaking):
        statuses = [ask(port, "POST", "/", b"simpan").status for _ in range(2)]
        done = [method for method, *_ in (*node.asked, *breaking.asked)].count("POST")
        assert done == 2
        assert 503 in statuses  # the page that says what became of what was typed


@contextmanager
def before_again(folder: Path, node: Node) -> Iterator[tuple[int, Node]]:
    """A fresh pair, of which the second node breaks."""
    breaking = Node()
    breaking.breaks = True
    again = folder / "again"
    again.mkdir()
    try:
        with before(again, breaking.address, node.address) as port:
            yield port, breaking
    finally:
        breaking.close()


def test_a_node_that_is_gone_is_left_out(node: Node, tmp_path: Path) -> None:
    with before(tmp_path, f"127.0.0.1:{free_port()}", node.address) as port:
        assert {ask(port, "POST", "/", b"simpan").status for _ in range(6)} == {200}
    assert len(node.asked) == 6
