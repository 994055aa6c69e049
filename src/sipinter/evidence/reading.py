"""Asking the reader (a process apart, see `reader/`) about a file."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from .reader.faults import DAMAGED, TOO_HARD, Fault

SECONDS = 20
FAULTY = 3


def ask(operation: str, path: Path, *, seconds: int = SECONDS, **arguments: Any) -> bytes:
    """The reader's answer about the file at `path`; Fault when the file does not allow one.

    The process gets no environment, so it holds no secret, and at most `seconds` of time.
    """
    command = [
        sys.executable,
        "-I",
        "-B",
        "-m",
        "sipinter.evidence.reader",
        operation,
        str(path),
        str(seconds),
    ]
    try:
        done = subprocess.run(  # noqa: S603 - fixed command; the path is an argument, not a shell word
            [*command, json.dumps(arguments)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=seconds * 2,
            env={},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Fault(TOO_HARD) from error
    if done.returncode == 0:
        return done.stdout
    raise fault_of(done.returncode, done.stdout)


def fault_of(code: int, output: bytes) -> Fault:
    """The fault that the reader reported, or the one that its end by a signal means."""
    if code == FAULTY:
        found = json.loads(output)
        return Fault(found["fault"], found["detail"])
    return Fault(TOO_HARD if code in {-9, -24} else DAMAGED)  # killed, or out of processor time


def ask_json(operation: str, path: Path, **arguments: Any) -> Any:
    """`ask`, for the operations that answer in JSON."""
    return json.loads(ask(operation, path, **arguments))
