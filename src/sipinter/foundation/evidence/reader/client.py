"""Asking the reader (processes apart, see `reader/`) about a file."""

import atexit
import json
import logging
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path
from time import monotonic
from typing import Any

from .faults import DAMAGED, TOO_HARD, ReaderFault

PATIENCE = 12  # times its processor time; the reader ends a reading after 10
SECONDS = 3  # of processor time for a page, a sheet, a part: what an honest one needs is far below
PROGRAM = ("-I", "-B", "-m", "sipinter.foundation.evidence.reader")
DONE = 0
ANSWER = 64 * 1024 * 1024

logger = logging.getLogger(__name__)
_lock = threading.Lock()
# Threads of one process do not start more readings than there are processors, nor wait for them on the clock.
_at_once = threading.BoundedSemaphore(os.cpu_count() or 1)
_reader: "ReaderProcess | None" = None


class ReaderProcess:
    """The reader's parent process and the channel to it. It gets no environment, so it holds no secret."""

    def __init__(self) -> None:
        self.owner = os.getpid()
        self.channel, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self.process = subprocess.Popen(  # noqa: S603 - a fixed command
                [sys.executable, *PROGRAM, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={},
            )
        atexit.register(self.close)

    def close(self) -> None:
        """End it; it ends by itself when this process does."""
        self.channel.close()
        if self.owner == os.getpid():
            self.process.wait()

    def send(self, message: bytes, file: int) -> socket.socket:
        """Send one request about an open file; the socket on which the answer comes.

        OSError when the reader is gone.
        """
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                socket.send_fds(self.channel, [message], [theirs.fileno(), file])
            except OSError:
                ours.close()
                raise
        return ours


def _current(*, without: "ReaderProcess | None" = None) -> ReaderProcess:
    """This process's reader, started when there is none (or when it is the one that failed)."""
    global _reader
    with _lock:
        if _reader is None or _reader is without or _reader.owner != os.getpid():
            _reader = ReaderProcess()
        return _reader


def _asked(message: bytes, file: int) -> socket.socket:
    reader = _current()
    try:
        return reader.send(message, file)
    except OSError:  # killed from outside: once more with a new one
        return _current(without=reader).send(message, file)


def ask_reader(operation: str, path: Path, *, seconds: int = SECONDS, **arguments: Any) -> bytes:
    """The reader's answer about the file at `path`; ReaderFault when the file does not allow one.

    The reader gets the file open and knows no path; OSError when this process cannot open it. A reading takes
    at most `seconds` of processor time and ten times as much by the clock.
    """
    with _at_once, path.open("rb") as file:
        return _ask(operation, file.fileno(), seconds, arguments)


def _ask(operation: str, file: int, seconds: int, arguments: dict[str, Any]) -> bytes:
    message = {"operation": operation, "seconds": seconds, "arguments": arguments}
    started = monotonic()
    with _asked(json.dumps(message).encode(), file) as reply:
        reply.settimeout(seconds * PATIENCE)
        try:
            code, content = _received(reply)
        except TimeoutError as error:
            raise ReaderFault(TOO_HARD) from error
        except (EOFError, ConnectionError) as error:  # ended by a limit, or crashed
            raise ReaderFault(TOO_HARD if monotonic() - started >= seconds * 0.9 else DAMAGED) from error
    if code == DONE:
        return content
    found = json.loads(content)
    if found["cause"]:
        logger.info("%s: %s", operation, found["cause"])
    raise ReaderFault(found["fault"], found["detail"])


def _received(reply: socket.socket) -> tuple[int, bytes]:
    """Code and content of an answer; EOFError when it breaks off."""
    with reply.makefile("rb") as stream:
        head = stream.read(9)
        length = int.from_bytes(head[1:], "big")
        if length > ANSWER:  # said by code in the reader that is not ours
            raise EOFError
        content = stream.read(length) if len(head) == 9 else b""
    if len(head) < 9 or len(content) < length:
        raise EOFError
    return head[0], content


def ask_reader_json(operation: str, path: Path, **arguments: Any) -> Any:
    """`ask_reader`, for the operations that answer in JSON."""
    return json.loads(ask_reader(operation, path, **arguments))


def find_missing_parts() -> list[str]:
    """Which of `sandbox.PARTS` do not hold in a process that reads, as it finds by trying."""
    network = str(Path("/proc/self/ns/net").readlink())
    found: list[str] = ask_reader_json("missing_parts", Path(os.devnull), network=network)
    return found
