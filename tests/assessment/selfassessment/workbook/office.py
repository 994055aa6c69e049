"""A real LibreOffice (packages libreoffice-calc, python3-uno) that opens, edits and saves a workbook."""

import json
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from deploy.process import Program, found, free_port, listening, running

EDITOR = Path(__file__).with_name("edit_in_office.py")
Edit = tuple[str, str, str | int]


class Office:
    """LibreOffice without a window, listening on loopback."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port

    def edit(self, body: bytes, edits: Sequence[Edit]) -> bytes:
        """The workbook as LibreOffice saves it after `edits`."""
        source, target = self.folder / "source.xlsx", self.folder / "target.xlsx"
        source.write_bytes(body)
        command = ["/usr/bin/python3", str(EDITOR), str(self.port), str(source), str(target)]
        done = subprocess.run(
            [*command, json.dumps(edits)], capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == 0, done.stderr
        return target.read_bytes()


@contextmanager
def office(folder: Path) -> Iterator[Office]:
    """LibreOffice with a profile of its own under `folder`."""
    port = free_port()
    command = [
        found("soffice"),
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        "--headless",
        "--norestore",
        "--nolockcheck",
        f"--accept=socket,host=127.0.0.1,port={port};urp",
    ]
    program = Program("soffice", command, log=folder / "soffice.log", ready=lambda: listening(port))
    with running(program):
        yield Office(folder, port)
