"""What is costly to make and the same for every test: made once a run, then copied.

An empty database with every table, and the demonstration. The processes of a run share them; `make test`
names the folder (SIPINTER_TEST_RUN), so that its runs share them, too.
"""

import atexit
import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from threading import Thread

import psycopg
import pytest
from django.conf import settings

from .engine import VARIABLE as DATABASE

FOLDER = "SIPINTER_TEST_RUN"
COMMAND = [sys.executable, "-c", "from sipinter.cli.main import main; main()"]
SQLITE = "sipinter.sqlite3"


def pytest_configure(config: pytest.Config) -> None:
    """Several processes will ask for the database, so it is begun while they start."""
    name_folder()
    if getattr(config.option, "tx", None):  # the process of xdist that only hands out tests
        Thread(target=_template if os.environ.get(DATABASE) else migrated).start()


def name_folder() -> None:
    """One for the run, where nobody named one; it goes with the process."""
    if FOLDER not in os.environ:
        os.environ[FOLDER] = tempfile.mkdtemp(prefix="sipinter-run-")
        atexit.register(shutil.rmtree, os.environ[FOLDER], ignore_errors=True)


def once(name: str, make: Callable[[Path], None]) -> Path:
    """The folder `name` as `make` filled it, for whichever process asked first; to be read only."""
    run = Path(os.environ[FOLDER])
    made, ready = run / name, run / f"{name}.ready"
    made.mkdir(parents=True, exist_ok=True)
    with (run / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ready.exists():
            make(made)
            ready.touch()
    return made


def migrated() -> Path:
    """A folder as SIPINTER_VAR, with an SQLite database that has every table and no row."""
    return once("migrated", lambda var: _run("manage", "migrate", "-v", "0", SIPINTER_VAR=str(var)))


def demonstration() -> Path:
    """A folder as SIPINTER_VAR with the demonstration in it, loaded as `make run` does."""
    return once("demonstration", _load)


def said_by_the_demonstration() -> str:
    """What `sipinter demo` printed."""
    return (demonstration() / "said.txt").read_text(encoding="utf-8")


def _load(var: Path) -> None:
    said = _run("demo", SIPINTER_VAR=str(var))
    (var / "said.txt").write_text(said, encoding="utf-8")


def _template() -> str:
    """The name of a database with every table on the run's PostgreSQL, for CREATE DATABASE ... TEMPLATE."""
    url = os.environ[DATABASE]
    server, _slash, _database = url.rpartition("/")

    def make(var: Path) -> None:
        with psycopg.connect(url, autocommit=True) as server_:
            server_.execute("CREATE DATABASE migrated")
        _run("manage", "migrate", "-v", "0", SIPINTER_VAR=str(var), **{DATABASE: f"{server}/migrated"})

    once(f"postgres-{sha256(url.encode()).hexdigest()[:12]}", make)
    return "migrated"


def _run(*words: str, **environment: str) -> str:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SIPINTER_")}
    told = {"DJANGO_SETTINGS_MODULE": "sipinter.site.config.settings", "SIPINTER_DEMO": "1", **environment}
    done = subprocess.run([*COMMAND, *words], env=kept | told, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """SQLite's file is there before Django looks for it: `django_db_modify_db_settings` copies it."""
    return not os.environ.get(DATABASE)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> Iterator[None]:
    """The database of the tests begins as a copy of the one with every table."""
    test = settings.DATABASES["default"]["TEST"]
    if os.environ.get(DATABASE):
        test["TEMPLATE"] = _template()
        yield
        return
    path = Path(test["NAME"])
    shutil.copy(migrated() / SQLITE, path)
    yield
    for end in ("", "-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)
