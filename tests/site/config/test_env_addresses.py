"""Addresses of the S3 server (SIPINTER_STORAGE_URL) and of the virus scanner (SIPINTER_CLAMD)."""

import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from sipinter.site.config import env

NAME = "SIPINTER_STORAGE_URL"


def read(monkeypatch: pytest.MonkeyPatch, value: str) -> dict[str, object] | None:
    """What the address gives."""
    monkeypatch.setenv(NAME, value)
    found = env.get_bucket_storage(NAME)
    return found and found["OPTIONS"]


def test_an_address_of_a_bucket(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read(monkeypatch, "s3://kunci:a%2Fb%3F%40@127.0.0.1:8333/bukti?scheme=http&region=id-1") == {
        "access_key": "kunci",
        "secret_key": "a/b?@",
        "endpoint_url": "http://127.0.0.1:8333",
        "bucket_name": "bukti",
        "region_name": "id-1",
    }
    plain = read(monkeypatch, "s3://kunci:sandi@simpan.contoh.go.id/bukti/")
    assert plain is not None
    assert (plain["endpoint_url"], plain["region_name"]) == ("https://simpan.contoh.go.id", "us-east-1")
    assert read(monkeypatch, " ") is None


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("https://kunci:SANDI@h/b", "s3:// at the beginning"),
        ("s3://:SANDI@h/b", "the key"),
        ("s3://SANDI@h/b", "the secret"),
        ("s3://kunci:SANDI@/b", "the host"),
        ("s3://kunci:SANDI@h", "the bucket"),
        ("s3://kunci:SANDI@h/b/c", "the bucket"),
        ("s3://kunci:SANDI@h:port/b", "the port"),
        ("s3://kunci:x?SANDI@h/b", "what follows"),
        ("s3://kunci:x?SANDI=1@h/b", "not understood"),
        ("s3://kunci:SANDI@h/b?scheme=ftp", "scheme is http or https"),
        ("s3://kunci:SANDI@h/b?acl=public", "only scheme and region"),
    ],
)
def test_a_wrong_address_says_what_is_wrong_and_no_secret(
    monkeypatch: pytest.MonkeyPatch, value: str, said: str
) -> None:
    with pytest.raises(ImproperlyConfigured) as error:
        read(monkeypatch, value)
    assert said in str(error.value)
    assert NAME in str(error.value)
    assert "SANDI" not in str(error.value)
    assert error.value.__cause__ is None


def test_boto_is_not_loaded_for_a_local_folder() -> None:
    program = (
        "import sys, os; os.environ['DJANGO_SETTINGS_MODULE'] = 'sipinter.site.config.settings_test'\n"
        "import django; django.setup()\n"
        "import sipinter.site.config.urls\n"
        "from sipinter.foundation.evidence.storage import store; store.size_of('blobs/1/a')\n"
        "print([name for name in sys.modules if name.split('.')[0] in {'boto3', 'botocore', 'storages'}])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("value", ["", "/run/clamav/clamd.ctl", "127.0.0.1:3310", "[::1]:3310"])
def test_an_address_of_the_scanner(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("SIPINTER_CLAMD", f" {value}")
    assert env.get_socket_address("SIPINTER_CLAMD") == value


@pytest.mark.parametrize("value", ["clamd.ctl", "127.0.0.1", "127.0.0.1:", ":3310", "localhost:clamd"])
def test_a_wrong_address_of_the_scanner(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("SIPINTER_CLAMD", value)
    with pytest.raises(ImproperlyConfigured, match="SIPINTER_CLAMD"):
        env.get_socket_address("SIPINTER_CLAMD")
