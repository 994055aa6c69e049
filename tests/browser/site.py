"""The demonstration as `make run` serves it: its own database, gunicorn, the static files as they go out."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError

from tests import prepared

SIPINTER = Path(sys.executable).with_name("sipinter")
PATIENCE = 60.0


def environment(folder: Path, port: int = 8000) -> dict[str, str]:
    """What the commands are told: everything under `folder`, nothing of the tests' own settings."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("SIPINTER_") and name != "DJANGO_SETTINGS_MODULE"
    }
    return kept | {
        "SIPINTER_DEMO": "1",
        "SIPINTER_VAR": str(folder / "var"),
        "SIPINTER_STATIC": str(folder / "static"),
        "SIPINTER_BASE_URL": f"http://127.0.0.1:{port}",
    }


def prepare(folder: Path) -> None:
    """The demonstration and the static files under `folder`."""
    shutil.copytree(prepared.demonstration(), folder / "var")
    command = [SIPINTER, "manage", "collectstatic", "--noinput", "-v", "0"]
    subprocess.run(command, env=environment(folder), check=True, capture_output=True)


def copy(source: Path, folder: Path) -> None:
    """A copy of what `prepare` made, for one who writes to it."""
    shutil.copytree(source, folder, dirs_exist_ok=True)


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serve what stands in `folder`; gives the site's address, and stops the server afterwards."""
    port = _free_port()
    command = [SIPINTER, "serve", "--bind", f"127.0.0.1:{port}"]
    with (folder / "serve.log").open("wb") as log:
        server = subprocess.Popen(command, env=environment(folder, port), stdout=log, stderr=log)
        try:
            _wait(f"http://127.0.0.1:{port}/sehat/", server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(timeout=PATIENCE)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(address: str, server: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        assert server.poll() is None, "the server stopped; see serve.log"
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    raise TimeoutError(address)
