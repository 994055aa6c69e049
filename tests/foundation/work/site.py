"""A database of its own with real worker processes at it."""

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from deploy.process import Program
from tests import prepared

ROOT = Path(__file__).resolve().parents[3]
MAIN = [sys.executable, "-c", "from sipinter.cli.main import main; main()"]


@dataclass
class Site:
    """Commands against the database that `extra` names (SQLite in `folder` when it names none)."""

    folder: Path
    extra: dict[str, str]

    @property
    def log(self) -> Path:
        return self.folder / "trial.log"

    @property
    def environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("SIPINTER_")}
        return kept | {
            "DJANGO_SETTINGS_MODULE": "sipinter.site.config.settings",
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
            "SIPINTER_SECRET_KEY": "tests-only-" + "x" * 50,
            "SIPINTER_AUDIT_KEY": "tests-only-" + "a" * 50,
            "SIPINTER_VAR": str(self.folder),
            "SIPINTER_WORK_LEASE": "2",
            "SIPINTER_WORK_BACKOFF": "0",
            "SIPINTER_WORK_ATTEMPTS": "100",  # the same task may be the one that is killed each time
            "SIPINTER_TRIAL_LOG": str(self.log),
            **self.extra,
        }

    def run(self, *command: str) -> str:
        done = subprocess.run(
            command, env=self.environment, cwd=ROOT, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    def prepare(self) -> "Site":
        """With every table and no row."""
        if self.extra.get("SIPINTER_DATABASE_URL"):
            self.run(*MAIN, "manage", "migrate", "-v", "0")
        else:
            shutil.copytree(prepared.migrated(), self.folder, dirs_exist_ok=True)
        return self

    def trial(self, *words: str) -> str:
        return self.run(sys.executable, "-m", "tests.foundation.work.trial", *words)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What the database holds, asked without a process of its own."""
        if url := self.extra.get("SIPINTER_DATABASE_URL"):
            with psycopg.connect(url) as database:
                return database.execute(query).fetchall()
        with closing(sqlite3.connect(self.folder / "sipinter.sqlite3", timeout=20)) as lite:
            return lite.execute(query).fetchall()

    def tasks(self, path: str = "tests.") -> dict[str, int]:
        """How many tasks stand where."""
        found = self.rows("SELECT status, task_path FROM django_tasks_database_dbtaskresult")
        return Counter(status for status, name in found if name.startswith(path))

    def effects(self) -> int:
        return int(self.rows("SELECT count(*) FROM agencies_agency")[0][0])

    def worker(self, name: str, *options: str) -> Program:
        """A worker process, started; it says its name once it is set up."""
        said = self.folder / f"{name}.log"
        said.touch()
        return Program(
            name,
            [*MAIN, "worker", "--name", name, *options],
            log=said,
            environment=self.environment,
            folder=ROOT,
            ready=lambda: f"worker {name}" in said.read_text(),
        ).start()


def wait_for(what: Callable[[], Any], patience: float = 60) -> Any:
    """The first truthy answer."""
    until = time.monotonic() + patience
    while not (answer := what()):
        assert time.monotonic() < until, "it did not come to pass in time"
        time.sleep(0.02)
    return answer
