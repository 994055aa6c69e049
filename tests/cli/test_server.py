"""`sipinter serve --with-worker`: the worker runs beside the site, and ends with it whatever happens."""

import os
import signal
import sqlite3
from contextlib import suppress
from pathlib import Path

import pytest

from deploy.process import Program, free_port, listening
from tests.foundation.work.site import MAIN, ROOT, Site, wait_for


@pytest.fixture
def served(tmp_path: Path) -> Program:
    site = Site(tmp_path, {}).prepare()
    port, log = free_port(), tmp_path / "serve.log"
    log.touch()
    return Program(
        "site",
        [*MAIN, "serve", "--with-worker", "--workers", "1", "--bind", f"127.0.0.1:{port}"],
        log=log,
        environment=site.environment,
        folder=ROOT,
        ready=lambda: listening(port) and alive(tmp_path) == 1,
    )


def alive(folder: Path) -> int:
    with suppress(sqlite3.OperationalError), sqlite3.connect(folder / "sipinter.sqlite3") as database:
        return int(database.execute("select count(*) from work_worker").fetchone()[0])
    return 0


def children(pid: int) -> set[int]:
    return {int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}


def runs(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def worker_of(program: Program) -> int:
    return next(
        pid for pid in children(program.pid) if b"--beside" in Path(f"/proc/{pid}/cmdline").read_bytes()
    )


def test_it_stops_with_the_site(served: Program, tmp_path: Path) -> None:
    served.start()
    worker = worker_of(served)
    served.stop()
    assert not runs(worker)
    assert alive(tmp_path) == 0


def test_it_ends_when_the_site_was_killed(served: Program) -> None:
    served.start()
    worker, others = worker_of(served), children(served.pid)
    os.kill(served.pid, signal.SIGKILL)
    wait_for(lambda: not runs(worker), patience=20)
    for pid in others - {worker}:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    served.kill()
