"""Programs on loopback: started on free ports, waited for until they answer, stopped by their pid."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

PATIENCE = 60.0


class NotStarted(Exception):
    """A program ended or did not answer in time; the message carries the end of its log."""


def free_port() -> int:
    """A port of the loopback address that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def listening(port: int) -> bool:
    """Whether something accepts connections at the loopback address's `port`."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def found(program: str, *folders: str) -> str:
    """Path of a program, looked for in PATH and in `folders`; NotStarted names what is missing."""
    path = shutil.which(program, path=os.pathsep.join([os.environ.get("PATH", ""), *folders, "/usr/sbin"]))
    if path is None:
        raise NotStarted(f"{program} is not installed")
    return path


class Program:
    """One program under our hands: start it, kill it at any moment, start it again with the same words."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        log: Path,
        ready: Callable[[], bool],
        environment: Mapping[str, str] | None = None,
        folder: Path | None = None,
        user: str | None = None,
    ) -> None:
        self.name, self.command, self.log, self.ready = name, list(command), log, ready
        self.environment, self.folder, self.user = environment, folder, user
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Of the process as it runs now; NotStarted when it does not."""
        if self._process is None:
            raise NotStarted(f"{self.name} is not running")
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self, *, patience: float = PATIENCE) -> "Program":
        """Start it and wait until it answers."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self.command,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                cwd=self.folder,
                env=None if self.environment is None else dict(self.environment),
                user=self.user,
                start_new_session=True,
            )
        until = time.monotonic() + patience
        while not self.ready():
            if self._process.poll() is not None or time.monotonic() > until:
                self.kill()
                end = self.log.read_text(errors="replace")[-2000:]
                raise NotStarted(f"{self.name} did not start:\n{end}")
            time.sleep(0.05)
        return self

    def stop(self, *, how: signal.Signals = signal.SIGTERM, patience: float = PATIENCE) -> None:
        """Ask it to end, wait, and kill what is left of it."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(how)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(patience)
        self.kill()

    def kill(self) -> None:
        """kill -9 of the process and of everything that it started."""
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(PATIENCE)
        self._process = None


@contextmanager
def running(program: Program, *, how: signal.Signals = signal.SIGTERM) -> Iterator[Program]:
    """`program` started, and stopped at the end whatever happens."""
    try:
        yield program.start()
    finally:
        program.stop(how=how)
