"""Where the key comes from, and what is said when there is none."""

import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from sipinter.foundation.documents.signing import identity

from .making import pkcs12_file


def test_the_demonstration_makes_one_key_and_keeps_it(keys: Path) -> None:
    first, second = identity.load_identity(), identity.load_identity()
    assert first.certificate == second.certificate
    assert "demonstration only" in first.certificate.subject.rfc4514_string()
    assert stat.S_IMODE((keys / "signing.p12").stat().st_mode) == 0o600
    assert [path.name for path in keys.iterdir()] == ["signing.p12"]


def test_processes_that_start_at_once_use_one_key(keys: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: identity.make_demonstration_key(keys / "signing.p12"), range(4)))
    assert [path.name for path in keys.iterdir()] == ["signing.p12"]
    first = (keys / "signing.p12").read_bytes()
    identity.make_demonstration_key(keys / "signing.p12")
    assert (keys / "signing.p12").read_bytes() == first


def test_another_process_uses_the_same_key(keys: Path) -> None:
    code = (
        "import django; django.setup()\n"
        "from sipinter.foundation.documents.signing import identity\n"
        "print(identity.load_identity().certificate.serial_number)"
    )
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": "src",
        "SIPINTER_DEMO": "1",
        "SIPINTER_VAR": str(keys),
        "DJANGO_SETTINGS_MODULE": "sipinter.site.config.settings",
    }
    made = identity.load_identity().certificate.serial_number
    told = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert int(told.stdout) == made


def test_production_without_a_key_says_so(keys: Path, settings: Any) -> None:
    settings.SIGNING_SELF_MADE = False
    with pytest.raises(ImproperlyConfigured, match="set SIPINTER_SIGNING_PKCS12"):
        identity.load_identity()
    assert list(keys.iterdir()) == []


def test_the_key_of_the_settings_is_used(own_key: Path) -> None:
    assert identity.load_identity().certificate.subject.rfc4514_string() == "CN=Badan Pengawas Sistem Merit"


def test_a_replaced_file_is_read_again(own_key: Path) -> None:
    before = identity.load_identity().certificate
    after = pkcs12_file(own_key, name="Badan Pengawas Sistem Merit yang Baru")
    assert before != after == identity.load_identity().certificate


@pytest.mark.parametrize(
    ("made", "fault"),
    [
        ({"password": "lain"}, "SIPINTER_SIGNING_PASSWORD does not open it"),
        ({"password": ""}, "SIPINTER_SIGNING_PASSWORD does not open it"),
        ({"days": (-30, -1)}, "expired on .*; put a renewed PKCS#12 in its place"),
        ({"days": (1, 30)}, "is not in force before"),
        ({"signatures": False}, "not meant for signatures"),
    ],
)
def test_unusable_files_name_their_fault(own_key: Path, made: dict[str, Any], fault: str) -> None:
    pkcs12_file(own_key, **made)
    with pytest.raises(ImproperlyConfigured, match=f"^{own_key}: .*{fault}"):
        identity.load_identity()


def test_weak_and_strange_keys_are_refused(own_key: Path) -> None:
    pkcs12_file(own_key, key=rsa.generate_private_key(65537, 1024))
    with pytest.raises(ImproperlyConfigured, match="a key of 1024 bits is too weak"):
        identity.load_identity()
    key = ed25519.Ed25519PrivateKey.generate()
    own_key.write_bytes(
        pkcs12.serialize_key_and_certificates(None, key, None, None, BestAvailableEncryption(b"rahasia"))
    )
    with pytest.raises(ImproperlyConfigured, match="needs an RSA or elliptic-curve key"):
        identity.load_identity()


@pytest.mark.parametrize("content", [b"", b"not a key", b"\x30\x82" + b"\x00" * 50])
def test_rubbish_in_place_of_a_key(own_key: Path, content: bytes) -> None:
    own_key.write_bytes(content)
    with pytest.raises(ImproperlyConfigured, match="not a PKCS#12 file"):
        identity.load_identity()


def test_a_missing_file_is_named(own_key: Path) -> None:
    own_key.unlink()
    with pytest.raises(ImproperlyConfigured, match=f"{own_key}: the signing key cannot be read"):
        identity.load_identity()


def test_rsa_and_every_usual_curve_are_accepted(own_key: Path) -> None:
    for key in (rsa.generate_private_key(65537, 2048), *map(ec.generate_private_key, (ec.SECP384R1(),))):
        made = pkcs12_file(own_key, key=key)
        assert identity.load_identity().certificate == made


def test_the_deployment_check_tells_before_the_first_decision(own_key: Path) -> None:
    pkcs12_file(own_key, days=(-30, -1))
    with pytest.raises(SystemCheckError, match=r"documents\.E001.*expired on"):
        call_command("check", deploy=True, tags=["security"])
