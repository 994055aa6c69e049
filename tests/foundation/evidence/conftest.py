"""A storage of each test's own, so that what is left behind can be counted."""

from pathlib import Path

import pytest
from pytest_django import Settings

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.accounts.models import User
from sipinter.foundation.evidence.models import Evidence
from tests import factories
from tests.buckets import Files, folder_settings
from tests.conftest import Cast
from tests.judging import receive_judged

from . import making


@pytest.fixture(autouse=True)
def files(request: pytest.FixtureRequest, tmp_path: Path, settings: Settings) -> Files:
    """A function that lists every file in the storage, as names relative to it."""
    if request.config.getoption("storage") == "s3":
        everywhere: Files = request.getfixturevalue("bucket")
        return everywhere
    folder = tmp_path / "files"
    settings.STORAGES = settings.STORAGES | {"default": folder_settings(folder)}
    return lambda: sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


@pytest.fixture(params=["folder", "bucket"])
def either(request: pytest.FixtureRequest) -> Files:
    """The test runs on a local folder and on an S3 server; gives the function that lists what is stored."""
    found: Files = request.getfixturevalue("files" if request.param == "folder" else "bucket")
    return found


@pytest.fixture
def owner(cast: Cast) -> Actor:
    """The agency's keeper."""
    return factories.actor(cast.owner)


@pytest.fixture
def verifier(cast: Cast) -> User:
    """A verifier of the supervising body."""
    return factories.make_user("Dewi Anggraini", ("verifier", cast.supervisor))


@pytest.fixture
def document(cast: Cast, owner: Actor) -> Evidence:
    """A PDF of three pages in the agency's library, judged."""
    body = making.written_pdf(3)
    return receive_judged(cast.agency, making.upload(body, "SK Rencana Suksesi 2025.pdf"), actor=owner)
