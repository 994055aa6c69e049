"""A fault of the program, as production shows it: our page, a number to ask by, and nothing of the inside."""

import re
from typing import Any

import pytest
from django.test import Client

from sipinter.nation.register.views import pages

SECRET = "sandi-yang-diketik-orang"


@pytest.mark.django_db
def test_the_page_names_the_request_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*args: Any, **kwargs: Any) -> Any:
        password = SECRET
        raise RuntimeError(f"SELECT * FROM accounts_user -- {settings.SECRET_KEY} {len(password)}")

    monkeypatch.setattr(pages, "render", broken)
    assert settings.DEBUG is False
    client = Client(headers={"accept-language": "id"}, raise_request_exception=False)
    response = client.get("/", {"password": SECRET})
    page = response.content.decode()
    assert response.status_code == 500
    assert f"<code>{response['X-Request-Id']}</code>" in page
    assert "Terjadi kesalahan pada sistem" in page
    for inside in (
        "Traceback",
        "SELECT",
        "RuntimeError",
        settings.SECRET_KEY,
        SECRET,
        "site-packages",
        "/src/",
    ):
        assert inside not in page, inside
    assert SECRET not in "".join(record.getMessage() for record in caplog.records)


@pytest.mark.parametrize("invented", ['a" onload=1', "deadbeef-forged-by-client", "0" * 32])
def test_an_invented_request_id_is_not_taken_over(invented: str) -> None:
    response = Client().get("/sehat/tidak-ada/", headers={"x-request-id": invented})
    assert response["X-Request-Id"] != invented
    assert re.fullmatch("[0-9a-f]{32}", response["X-Request-Id"])
