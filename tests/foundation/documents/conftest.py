"""A folder of keys for each test, and one signed certificate that many tests look at."""

from pathlib import Path
from typing import Any

import pytest

from sipinter.foundation.documents.papers import certificate_pdf
from sipinter.foundation.documents.signing.signer import sign_pdf

from .making import paper, pkcs12_file


@pytest.fixture
def keys(tmp_path: Path, settings: Any) -> Path:
    """An empty VAR: no key yet, and self-made keys allowed."""
    settings.VAR = tmp_path
    settings.SIGNING_TRUSTED = tmp_path / "trusted"
    return tmp_path


@pytest.fixture
def own_key(keys: Path, settings: Any) -> Path:
    """A PKCS#12 of the authority's own in the settings."""
    path = keys / "own.p12"
    pkcs12_file(path)
    settings.SIGNING_PKCS12, settings.SIGNING_PASSWORD = str(path), "rahasia"
    return path


@pytest.fixture(scope="session")
def unsigned() -> bytes:
    return certificate_pdf(paper())


@pytest.fixture
def signed(own_key: Path, unsigned: bytes) -> bytes:
    return sign_pdf(unsigned, reason="Penetapan", name="Ratna Puspitasari", location="Jakarta")
