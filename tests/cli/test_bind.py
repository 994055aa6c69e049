"""Links lead to where the site listens, unless the settings give its public address."""

import os
import subprocess
import sys

import pytest

SHOW = (
    "import sys; from sipinter.cli.django_setup import setup_django; setup_django(sys.argv[1]);"
    "from django.conf import settings; print(settings.BASE_URL, *settings.ALLOWED_HOSTS);"
    "from sipinter.foundation.accounts.mail import absolute_url; print(absolute_url('/x/'))"
)


def shown(bind: str, **given: str) -> list[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SIPINTER_")}
    site = {"SIPINTER_DEMO": "1", "DJANGO_SETTINGS_MODULE": "sipinter.site.config.settings"}
    command = [sys.executable, "-c", SHOW, bind]
    done = subprocess.run(command, env=kept | site | given, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


@pytest.mark.parametrize(
    ("bind", "address", "hosts"),
    [
        ("127.0.0.1:8123", "http://127.0.0.1:8123", "127.0.0.1 localhost"),
        ("0.0.0.0:8124", "http://127.0.0.1:8124", "127.0.0.1 localhost"),
        (":8125", "http://127.0.0.1:8125", "127.0.0.1 localhost"),
        ("10.1.2.3:80", "http://10.1.2.3:80", "127.0.0.1 localhost 10.1.2.3"),
        ("[::1]:8126", "http://[::1]:8126", "127.0.0.1 localhost [::1]"),
        ("unix:/run/socket", "http://127.0.0.1:8000", "127.0.0.1 localhost"),
        ("", "http://127.0.0.1:8000", "127.0.0.1 localhost"),
    ],
)
def test_without_a_public_address(bind: str, address: str, hosts: str) -> None:
    assert shown(bind) == [f"{address} {hosts}", f"{address}/x/"]


def test_the_public_address_of_the_settings_stays() -> None:
    given = {"SIPINTER_BASE_URL": "https://merit.contoh.go.id", "SIPINTER_HOSTS": "merit.contoh.go.id"}
    assert shown("127.0.0.1:8123", **given)[1] == "https://merit.contoh.go.id/x/"
