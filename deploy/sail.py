"""A server of Spark Connect on loopback: Sail, in place of a Spark cluster (PyPI package pysail)."""

import sys
from pathlib import Path

from .process import Program, free_port, listening


class Sail:
    """One server; `program` starts and stops it."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        server = ("-m", "pysail", "spark", "server", "--ip", "127.0.0.1", "--port", str(self.port))
        self.program = Program(
            "sail", [sys.executable, *server], log=folder / "sail.log", ready=lambda: listening(self.port)
        )

    @property
    def url(self) -> str:
        """Value of SIPINTER_STAFF_ENGINE."""
        return f"sc://127.0.0.1:{self.port}"
