"""The real signing process at the tests' database."""

import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.db import connection

from deploy.process import Program
from tests.foundation.documents.making import pkcs12_file

PASSWORD = "rahasia"


@dataclass
class SigningProcess:
    """It runs with the key in `folder`; the tests' own process has none."""

    folder: Path
    program: Program

    @property
    def socket(self) -> Path:
        return self.folder / "sign.sock"

    @property
    def journal(self) -> Path:
        return self.folder / "journal.jsonl"

    def ask(self, request: bytes) -> bytes:
        """The bare answer to bare bytes."""
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(30)
            line.connect(str(self.socket))
            line.sendall(request)
            line.shutdown(socket.SHUT_WR)
            with line.makefile("rb") as answer:
                return answer.read()


def database_variables() -> dict[str, str]:
    """Settings by which another process finds the tests' database."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        return {"SIPINTER_SQLITE": name}
    scheme, place, _path, query, fragment = urlsplit(os.environ["SIPINTER_DATABASE_URL"])
    return {"SIPINTER_DATABASE_URL": urlunsplit((scheme, place, f"/{name}", query, fragment))}


def signing_program(folder: Path, **extra: str) -> SigningProcess:
    """Not started; with a PKCS#12 of its own unless `extra` says where else the key is."""
    if not extra:
        pkcs12_file(folder / "own.p12", password=PASSWORD)
        extra = {"SIPINTER_SIGNING_PKCS12": str(folder / "own.p12"), "SIPINTER_SIGNING_PASSWORD": PASSWORD}
    path = folder / "sign.sock"
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "sipinter.site.config.settings_test",
        "SIPINTER_VAR": str(folder),
        "SIPINTER_SIGNING_SOCKET": str(path),
        "SIPINTER_SIGNING_TRUSTED": str(folder / "trusted"),
        "SIPINTER_SIGNING_JOURNAL": str(folder / "journal.jsonl"),
        **database_variables(),
        **extra,
    }
    program = Program(
        "sipinter sign",
        [sys.executable, "-m", "sipinter.cli.main", "sign", "serve"],
        log=folder / "sign.log",
        ready=lambda: _answers(path),
        environment=environment,
    )
    return SigningProcess(folder, program)


def _answers(path: Path) -> bool:
    """Whether somebody takes requests at the socket, which one that was killed leaves behind."""
    with socket.socket(socket.AF_UNIX) as line:
        return line.connect_ex(str(path)) == 0


@contextmanager
def signing_process(folder: Path, **extra: str) -> Iterator[SigningProcess]:
    """Started, and stopped at the end."""
    process = signing_program(folder, **extra)
    process.program.start()
    try:
        yield process
    finally:
        process.program.stop()


def sign_apart(settings: Any, process: SigningProcess) -> None:
    """Settings of a site that leaves signing to `process` and has no key."""
    settings.SIGNING_SOCKET = str(process.socket)
    settings.SIGNING_TRUSTED = process.folder / "trusted"
    settings.SIGNING_PKCS12, settings.SIGNING_PASSWORD, settings.SIGNING_SELF_MADE = "", "", False
