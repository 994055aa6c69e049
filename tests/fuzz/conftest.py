"""How much is tried, in a storage of the tests' own.

SIPINTER_FUZZ is the number of malformed uploads and requests (a few by default, thousands by hand);
SIPINTER_FUZZ_SEED makes other ones.
"""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_django import Settings

from tests.buckets import folder_settings

FUZZ = int(os.environ.get("SIPINTER_FUZZ", "160"))
SEED = int(os.environ.get("SIPINTER_FUZZ_SEED", "2026"))

Files = Callable[[], set[str]]


@pytest.fixture(autouse=True)
def files(tmp_path: Path, settings: Settings) -> Files:
    """A function that names every file in the storage."""
    folder = tmp_path / "files"
    settings.STORAGES = settings.STORAGES | {"default": folder_settings(folder)}
    return lambda: {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()}
