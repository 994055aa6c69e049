"""A request that claims a charset which decodes no text is refused, not a fault of the server."""

import pytest
from django.test import Client


@pytest.mark.django_db
@pytest.mark.parametrize("charset", ["base64", "utf-16", "rot13"])
def test_only_utf_8(client: Client, charset: str) -> None:
    kind = f"application/x-www-form-urlencoded; charset={charset}"
    assert client.generic("POST", "/daftar/?q=%ff", b"a=1", content_type=kind).status_code == 400
