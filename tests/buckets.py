"""Evidence on an S3 server: fixtures that tests/conftest.py offers to every room."""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.conf import settings as site
from django.test import override_settings
from pytest_django import Settings

from deploy.seaweed import Seaweed
from sipinter.foundation.evidence.storage.base import EvidenceStorage
from sipinter.site.config import env

Files = Callable[[], list[str]]


def bucket_settings(url: str) -> dict[str, Any]:
    """Django's storage for the address, read as in production."""
    with patch.dict("os.environ", SIPINTER_STORAGE_URL=url):
        found = env.get_bucket_storage("SIPINTER_STORAGE_URL")
    assert found is not None
    return found


def folder_settings(folder: Path) -> dict[str, Any]:
    """Django's storage for a local folder."""
    return {
        "BACKEND": "sipinter.foundation.evidence.storage.local.LocalStorage",
        "OPTIONS": {"location": folder, "base_url": None},
    }


@pytest.fixture(scope="session")
def seaweed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seaweed]:
    """One S3 server for all tests of this process, started when the first asks for it."""
    server = Seaweed(tmp_path_factory.mktemp("seaweed"))
    try:
        server.program.start()
        yield server
    finally:
        server.program.kill()


@cache
def bucket_client(**options: str) -> EvidenceStorage:
    """The product's storage, one for each address: its client takes a third of a second to make."""
    from sipinter.foundation.evidence.storage.s3 import BucketStorage  # boto3 takes its time

    storage: EvidenceStorage = BucketStorage(**options)
    return storage


def _storages_on(server: Seaweed) -> dict[str, Any]:
    there = bucket_settings(server.url) | {"BACKEND": f"{__name__}.{bucket_client.__name__}"}
    return site.STORAGES | {"default": there}


@pytest.fixture(scope="session")
def evidence_on_s3(seaweed: Seaweed, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The evidence of every test of this process lies on the server."""
    incoming = tmp_path_factory.mktemp("incoming")
    with override_settings(STORAGES=_storages_on(seaweed), INCOMING_FILES=incoming):
        yield


@pytest.fixture
def bucket(seaweed: Seaweed, tmp_path: Path, settings: Settings) -> Files:
    """The evidence of this test lies in the server's bucket, empty at first; gives its listing.

    One bucket for all: each new one takes volumes of its own, of which a server has a limited number.
    """
    settings.STORAGES = _storages_on(seaweed)
    settings.INCOMING_FILES = tmp_path / "incoming"
    storage = bucket_client(**settings.STORAGES["default"]["OPTIONS"])
    written = seaweed.sizes()
    if written != seaweed.empty_at:  # asking the server is dear, and most tests store nothing
        left = [entry.name for entry in storage.walk("")]
        for name in left:
            storage.remove(name)
        seaweed.empty_at = None if left else written
    return lambda: sorted(entry.name for entry in storage.walk(""))
