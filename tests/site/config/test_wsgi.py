"""A request that claims a charset which decodes no text is refused, not a fault of the server."""

import io
import os
from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture
def application() -> Iterator[Any]:
    """What a server calls. Reading its module sets the umask of the process."""
    before = os.umask(0)
    try:
        from sipinter.site.config.wsgi import application

        yield application
    finally:
        os.umask(before)


@pytest.mark.parametrize("charset", ["base64", "rot13", "utf-16", '"BASE64"'])
def test_only_utf_8(application: Any, charset: str) -> None:
    told: list[str] = []
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/daftar/",
        "QUERY_STRING": "q=%ff",
        "CONTENT_LENGTH": "3",
        "CONTENT_TYPE": f"application/x-www-form-urlencoded; charset={charset}",
        "wsgi.input": io.BytesIO(b"a=1"),
    }
    application(environ, lambda status, headers: told.append(status))
    assert told == ["400 Bad Request"]
