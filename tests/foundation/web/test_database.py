"""A database that is away for a moment: a page that says so, and the site goes on once it is back."""

import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest
from django.db import InterfaceError, OperationalError, ProgrammingError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from deploy.postgres import Postgres, postgres
from deploy.process import Program, free_port, running
from sipinter.foundation.accounts.models import User
from sipinter.foundation.web.database import release_connections
from sipinter.site.config.urls import *  # noqa: F403
from sipinter.site.config.urls import urlpatterns as site

FAULTS = {"away": OperationalError, "gone": InterfaceError, "wrong": ProgrammingError}


def broken(request: HttpRequest, fault: str) -> HttpResponse:
    raise FAULTS[fault]("secret detail")


urlpatterns = [*site, path("rusak/<str:fault>/", broken)]


@pytest.mark.django_db
@pytest.mark.urls(__name__)
@pytest.mark.parametrize(("fault", "status"), [("away", 503), ("gone", 503), ("wrong", 500)])
def test_only_a_database_that_is_away_asks_for_patience(fault: str, status: int) -> None:
    client = Client(raise_request_exception=False, headers={"accept-language": "id"})
    response = client.get(f"/rusak/{fault}/")
    page = response.content.decode()
    assert response.status_code == status
    assert ("yang Anda ketik masih ada" in page) == (status == 503)
    assert "secret detail" not in page


@pytest.mark.django_db
@pytest.mark.urls(__name__)
def test_a_page_that_saves_by_itself_gets_a_note() -> None:
    client = Client(raise_request_exception=False)
    response = client.post("/rusak/away/", headers={"HX-Request": "true", "accept-language": "en"})
    page = response.content.decode()
    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert "What you typed is still on this page" in page
    assert "<html" not in page


@pytest.fixture(scope="module")
def database() -> Iterator[Postgres]:
    with postgres(lasting=True) as server:
        yield server


@pytest.fixture(scope="module")
def node(database: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a site with two web processes on a PostgreSQL of its own."""
    folder, port = tmp_path_factory.mktemp("node"), free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SIPINTER_")} | {
        "DJANGO_SETTINGS_MODULE": "sipinter.site.config.settings",
        "SIPINTER_DEMO": "1",
        "SIPINTER_VAR": str(folder),
        "SIPINTER_STATIC": str(folder),
        "SIPINTER_DATABASE_URL": database.url(),
    }
    command = [sys.executable, "-c", "from sipinter.cli.main import main; main()"]
    subprocess.run(
        [*command, "manage", "migrate", "-v", "0"], env=environment, check=True, capture_output=True
    )
    address = f"http://127.0.0.1:{port}"
    program = Program(
        "web node",
        [*command, "serve", "--bind", f"127.0.0.1:{port}"],
        log=folder / "log",
        ready=lambda: status(f"{address}/sehat/") == 200,
        environment=environment,
    )
    with running(program):
        yield address


def status(address: str) -> int:
    return answer(address)[0]


def answer(address: str) -> tuple[int, str]:
    asked = urllib.request.Request(address, headers={"HX-Request": "true", "Accept-Language": "en"})
    try:
        with urllib.request.urlopen(asked, timeout=20) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError:
        return 0, ""


@pytest.mark.parametrize("how", ["kill", "stop"])
def test_a_web_node_outlives_a_restart_of_postgresql(database: Postgres, node: str, how: str) -> None:
    page = f"{node}/sehat/"
    assert [status(page) for _process in range(6)] == [200] * 6
    getattr(database, how)()
    assert status(page) == 503
    code, said = answer(f"{node}/daftar/")
    assert (code, "our database does not answer" in said, "Traceback" in said) == (503, True, False)
    database.start()
    assert [status(page) for _process in range(6)] == [200] * 6


@pytest.mark.django_db(transaction=True)
def test_a_thread_that_waits_leaves_its_connection_to_others() -> None:
    with transaction.atomic():
        connection.ensure_connection()
        release_connections()
        assert connection.connection is not None
    release_connections()
    pooled = "pool" in connection.settings_dict["OPTIONS"]
    assert (connection.connection is None) == pooled
    assert User.objects.count() == 0
