"""The demonstration as a site of its own, run by the command like an operator does."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from tests import prepared

COMMAND = [sys.executable, "-c", "from sipinter.cli.main import main; main()"]


@dataclass
class Site:
    """A database and a storage: SQLite and a folder under `var`, or what `settings` say."""

    var: Path
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("SIPINTER_")}
        return {
            **kept,
            "SIPINTER_DEMO": "1",
            "SIPINTER_VAR": str(self.var),
            "DJANGO_SETTINGS_MODULE": "sipinter.site.config.settings",
            **self.settings,
        }

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*COMMAND, *words], env=self.environment, capture_output=True, text=True, check=False, timeout=120
        )

    def done(self, *words: str) -> str:
        result = self.run(*words)
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [*COMMAND, *words], env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def files(self) -> dict[str, str]:
        """SHA-256 of everything that rows can name, by its name."""
        folder = self.var / "files"
        return {
            str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
            for top in ("blobs", "decisions")
            for path in sorted((folder / top).rglob("*"))
            if path.is_file()
        }


# What a site holds while it runs: a checkpoint, an upload under way, a worker, tasks that wait and failed.
IN_USE = """
from django.utils import timezone
from sipinter.foundation.access.actor import system_actor
from sipinter.foundation.accounts.actor import actor_of
from sipinter.foundation.accounts.models import User
from sipinter.foundation.agencies.models import Agency
from sipinter.foundation.audit.checkpoints import make_checkpoint
from sipinter.foundation.evidence.storage import store
from sipinter.foundation.evidence.models import Part, Upload
from sipinter.foundation.work.models import Row, Worker
from sipinter.foundation.work.queue import enqueue_task
from sipinter.foundation.work.tasks import delete_finished_tasks
make_checkpoint(actor=system_actor())
user = User.objects.first()
upload = Upload.objects.create(
    agency=Agency.objects.first(), user=user, assessment=1, code="1.1", name="a.pdf",
    size=9, offset=4, expires_at=timezone.now(),
)
store.put_bytes(f"uploads/{upload.token}/0", b"%PDF")
Part.objects.create(upload=upload, start=0, path=f"uploads/{upload.token}/0")
Worker.objects.create(pk="satu")
enqueue_task(delete_finished_tasks, actor=actor_of(user))
Row.objects.filter(pk=enqueue_task(delete_finished_tasks).pk).update(status="RUNNING", worker_ids=["satu"])
"""


@pytest.fixture(scope="session")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The demonstration, loaded and in use; to be read only."""
    site = Site(tmp_path_factory.mktemp("shown"))
    shutil.copytree(prepared.demonstration(), site.var, dirs_exist_ok=True)
    site.done("manage", "shell", "--no-imports", "-c", IN_USE)
    return site


@dataclass(frozen=True)
class Timed:
    """What a command made, and how many seconds it took."""

    seconds: float
    path: Path


@pytest.fixture(scope="session")
def timed(shown: Site, tmp_path_factory: pytest.TempPathFactory) -> Timed:
    """A backup of the demonstration."""
    path = tmp_path_factory.mktemp("kept") / "sipinter.tar"
    began = time.monotonic()
    shown.done("backup", str(path))
    return Timed(time.monotonic() - began, path)


@pytest.fixture(scope="session")
def kept(timed: Timed) -> Path:
    """The same, to be read only."""
    return timed.path


def trust_of(site: Site) -> list[str]:
    """What another machine must be told to trust all that `site` trusts."""
    found = [
        x509.load_pem_x509_certificate(path.read_bytes()).fingerprint(hashes.SHA256()).hex()
        for path in sorted((site.var / "signing-certificates").glob("*.pem"))
    ]
    return [word for sha256 in found for word in ("--trust", sha256)]


@pytest.fixture(scope="session")
def trusting(shown: Site) -> list[str]:
    """What another machine must be told to trust a backup of the demonstration."""
    return trust_of(shown)


@pytest.fixture(scope="session")
def restored(kept: Path, trusting: list[str], tmp_path_factory: pytest.TempPathFactory) -> Timed:
    """A site on another machine, restored from it; to be read only (`copy_of`)."""
    var = tmp_path_factory.mktemp("restored") / "not" / "yet" / "there"
    began = time.monotonic()
    said = Site(var).done("restore", *trusting, str(kept))
    assert "SIPINTER_SECRET_KEY" in said
    return Timed(time.monotonic() - began, var)


def copy_of(site: Timed, var: Path) -> Site:
    """A restored site to change."""
    shutil.copytree(site.path, var)
    return Site(var)
