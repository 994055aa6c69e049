"""A private PostgreSQL 15 on loopback, from Debian's package `postgresql-15`."""

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from .process import PATIENCE, NotStarted, Program, found, free_port, listening

BIN = Path("/usr/lib/postgresql/15/bin")
ROLE = "sipinter"
# Nothing is written through to the disk: quick, and the latest commits are gone after `kill`.
HASTY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Postgres:
    """One cluster in a folder of its own: started, killed at any moment, started again.

    `lasting` keeps what a commit promises through kill -9 and power cuts (fsync); without it the cluster
    is for tests that never kill it. `url(name)` is what `SIPINTER_DATABASE_URL` takes.
    """

    def __init__(self, folder: Path, *, lasting: bool = True, connections: int = 100) -> None:
        self.folder, self.port, self.password = folder, free_port(), secrets.token_hex(16)
        self._user = _servant()
        self._bin = _programs()
        self._initialise()
        settings = {
            "port": str(self.port),
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "max_connections": str(connections),
            **({} if lasting else HASTY),
        }
        words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        self.program = Program(
            "PostgreSQL",
            [str(self._bin / "postgres"), "-D", str(self._data), *words],
            log=folder / "postgres.log",
            ready=self._answers,
            folder=folder,
            user=self._user,
        )

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def url(self, name: str = "postgres") -> str:
        """Address of one database as the role that owns the cluster."""
        return f"postgresql://{ROLE}:{self.password}@127.0.0.1:{self.port}/{name}"

    def create(self, name: str) -> str:
        """A new empty database; its address."""
        self._run("createdb", "--maintenance-db", self.url(), name)
        return self.url(name)

    def start(self) -> "Postgres":
        """Start it, or start it again after `kill`: PostgreSQL then recovers from its log."""
        self.program.start()
        return self

    def stop(self) -> None:
        """Close every session and end in good order (PostgreSQL's fast shutdown)."""
        self.program.stop(how=signal.SIGINT)

    def kill(self) -> None:
        """kill -9 of the server and all its sessions."""
        self.program.kill()
        # Each session is a process group of its own; no server starts while one of them is left.
        until = time.monotonic() + PATIENCE
        while left := _processes_in(self._data):
            if time.monotonic() > until:
                raise NotStarted(f"PostgreSQL: sessions {left} do not end")
            for pid in left:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.01)

    def _answers(self) -> bool:
        if not listening(self.port):
            return False
        return self._run("pg_isready", "-q", "-d", self.url(), check=False).returncode == 0

    def _initialise(self) -> None:
        secret = self.folder / "password"
        secret.write_text(self.password)
        if self._user:
            shutil.chown(self.folder, self._user)
            shutil.chown(secret, self._user)
        self._run(
            "initdb",
            "-D",
            str(self._data),
            "-U",
            ROLE,
            "--pwfile",
            str(secret),
            "--auth",
            "scram-sha-256",
            "-E",
            "UTF8",
            "--locale",
            "C.UTF-8",
            "--no-sync",
            "--no-instructions",
        )
        secret.unlink()

    def _run(self, program: str, *words: str, check: bool = True) -> "subprocess.CompletedProcess[str]":
        done = subprocess.run(
            [self._bin / program, *words], capture_output=True, text=True, user=self._user, cwd=self.folder
        )
        if check and done.returncode:
            raise NotStarted(f"{program}: {done.stderr.strip()}")
        return done


def _programs() -> Path:
    """The folder of PostgreSQL's programs, which Debian keeps out of PATH."""
    return BIN if (BIN / "postgres").exists() else Path(found("postgres")).resolve().parent


def _servant() -> str | None:
    """Whom the server runs as: ourselves, or for root (whom PostgreSQL refuses) the package's own user."""
    if os.geteuid():
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _processes_in(data: Path) -> list[int]:
    """Processes of the server whose data lie in `data`: they work in that folder."""
    pids = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cwd").readlink() == data:
                pids.append(int(process.name))
        except OSError:  # ended meanwhile, or somebody else's
            continue
    return pids


@contextmanager
def postgres(*, lasting: bool = False, connections: int = 100) -> Iterator[Postgres]:
    """A running server in a temporary folder that goes with it; for tests unless `lasting`."""
    folder = Path(tempfile.mkdtemp(prefix="sipinter-postgres-"))
    try:
        server = Postgres(folder, lasting=lasting, connections=connections)
        try:
            yield server.start()
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
