"""The demonstration as a site of its own, run by the command like an operator does."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

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
            **kept, "SIPINTER_DEMO": "1", "SIPINTER_VAR": str(self.var),
            "DJANGO_SETTINGS_MODULE": "sipinter.config.settings", **self.settings,
        }  # fmt: skip

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        self.var.mkdir(parents=True, exist_ok=True)
        return subprocess.run(
            [*COMMAND, *words], env=self.environment, capture_output=True, text=True, check=False, timeout=120
        )

    def done(self, *words: str) -> str:
        result = self.run(*words)
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        self.var.mkdir(parents=True, exist_ok=True)
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


@pytest.fixture(scope="session")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The demonstration, loaded; to be read only."""
    site = Site(tmp_path_factory.mktemp("shown"))
    site.done("demo")
    return site


@pytest.fixture(scope="session")
def kept(shown: Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of it; to be read only."""
    path = tmp_path_factory.mktemp("kept") / "sipinter.tar"
    shown.done("backup", str(path))
    return path
