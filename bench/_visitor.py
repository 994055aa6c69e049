"""One person's browser, as far as a load needs it: cookies, forms, resumable uploads, times."""

from __future__ import annotations

import base64
import http.client
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from time import perf_counter
from urllib.parse import urlencode, urlsplit

TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="([^"]+)"')
VERSION = re.compile(rb'id="version" value="(\d+)"')
CHUNK = 4 * 1024 * 1024  # as upload.js
SECONDS = 60


class Failed(Exception):
    """An answer that the person did not expect."""


@dataclass
class Answer:
    """Status, headers and body of one answer."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    def found(self, pattern: re.Pattern[bytes]) -> str:
        """What `pattern` captures in the body; Failed when it is not there."""
        match = pattern.search(self.body)
        if match is None:
            raise Failed(f"{self.status}: {pattern.pattern!r} is not on the page")
        return match[1].decode()


@dataclass
class Visitor:
    """`note(kind, seconds, status)` is told of every request."""

    address: str
    note: Callable[[str, float, int], None]
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""

    def ask(self, kind: str, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        """One request on a connection of its own; header names are given with underscores."""
        parts = urlsplit(self.address)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=SECONDS)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        started = perf_counter()
        try:
            connection.request(method, path, body, sent)
            response = connection.getresponse()
            answer = Answer(response.status, response.headers, response.read())
        except http.client.HTTPException as error:
            raise Failed(f"{method} {path}: the answer broke off ({type(error).__name__})") from error
        finally:
            connection.close()
        self.note(kind, perf_counter() - started, answer.status)
        for header in answer.headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(header).items():
                self.cookies[name] = morsel.value
        return answer

    def open(self, path: str) -> Answer:
        """A page; its form token is kept for the next form."""
        answer = self.ask("page", "GET", path)
        if answer.status != 200:
            raise Failed(f"GET {path}: {answer.status}")
        if TOKEN.search(answer.body):
            self.token = answer.found(TOKEN)
        return answer

    def send(self, kind: str, path: str, expected: int, *, htmx: bool = False, **fields: object) -> Answer:
        """A form; Failed when the answer's status is another than `expected`."""
        body = urlencode({"csrfmiddlewaretoken": self.token, **fields}, doseq=True).encode()
        extra = {"HX_Request": "true"} if htmx else {}
        answer = self.ask(kind, "POST", path, body, Content_Type="application/x-www-form-urlencoded", **extra)
        if answer.status != expected:
            raise Failed(f"POST {path}: {answer.status}")
        return answer

    def sign_in(self, email: str, password: str) -> None:
        """Through the page, as a person does."""
        self.open("/akun/login/")
        self.send("sign in", "/akun/login/", 302, login=email, password=password)

    def save(self, path: str, ticks: list[int], note: str) -> None:
        """Open the indicator and save it in the background, as its page does."""
        version = self.open(path).found(VERSION)
        self.send("save", f"{path}simpan/", 200, htmx=True, version=version, tick=ticks, note=note)

    def upload(self, path: str, name: str, content: bytes) -> None:
        """A resumable upload in pieces, as the page sends it."""
        metadata = f"filename {base64.b64encode(name.encode()).decode()}"
        created = self.ask(
            "upload begun",
            "POST",
            f"{path}unggah/",
            b"",
            Tus_Resumable="1.0.0",
            Upload_Length=str(len(content)),
            Upload_Metadata=metadata,
            X_CSRFToken=self.token,
        )
        if created.status != 201:
            raise Failed(f"POST {path}unggah/: {created.status}")
        target = urlsplit(created.headers["Location"]).path
        for offset in range(0, len(content), CHUNK):
            sent = self.ask(
                "upload piece",
                "PATCH",
                target,
                content[offset : offset + CHUNK],
                Tus_Resumable="1.0.0",
                Upload_Offset=str(offset),
                Content_Type="application/offset+octet-stream",
                X_CSRFToken=self.token,
            )
            if sent.status != 204:
                raise Failed(f"PATCH {target} at {offset}: {sent.status} {sent.body[:200]!r}")
