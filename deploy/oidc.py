"""A sign-in service (OpenID Connect) on loopback, for the tests: whoever types a subject is that person."""

import json
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .process import Program, free_port, listening, running


@dataclass(frozen=True)
class Service:
    """A running service: its address, and the people it knows."""

    issuer: str

    def person(self, subject: str, **claims: Any) -> str:
        """Let the service know a person with these claims (email, email_verified, ...); the subject."""
        request = urllib.request.Request(
            f"{self.issuer}/users/{subject}",
            json.dumps(claims).encode(),
            {"Content-Type": "application/json"},
            method="PUT",
        )
        urllib.request.urlopen(request, timeout=10).close()
        return subject


@contextmanager
def service(folder: Path) -> Iterator[Service]:
    """Start one on a free port, with its log in `folder`; stopped at the end."""
    port = free_port()
    program = Program(
        "oidc-provider-mock",
        [sys.executable, "-m", "oidc_provider_mock", "--port", str(port)],
        log=folder / "oidc.log",
        ready=lambda: listening(port),
    )
    with running(program):
        yield Service(f"http://127.0.0.1:{port}")
