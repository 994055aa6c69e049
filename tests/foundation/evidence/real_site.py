"""A site of its own under gunicorn with one open assessment, for a client that speaks in bytes.

`python -m tests.foundation.evidence.real_site` fills the database of its environment and says who is
signed in.
"""

import http.client
import json
import os
import shutil
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from deploy.process import Program, free_port
from tests import prepared

SIPINTER = Path(sys.executable).with_name("sipinter")
TOKEN = "tokentokentokentokentokentoken32"  # the security token is whatever the cookie says


@dataclass(frozen=True)
class Site:
    """The server, whom it knows (cookie), and where uploads begin."""

    server: Program
    port: int
    cookie: str
    path: str
    folder: Path


def answers(port: int) -> bool:
    """Whether the site is up; a port alone may still be that of a server that was just killed."""
    with suppress(OSError, http.client.HTTPException):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", "/sehat/")
        return connection.getresponse().status == 200
    return False


def make(folder: Path) -> Site:
    """Prepare a database under `folder`; the server is not started yet."""
    shutil.copytree(prepared.migrated(), folder / "var")
    port = free_port()
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("SIPINTER_") and name != "DJANGO_SETTINGS_MODULE"
    }
    environment = kept | {
        "SIPINTER_DEMO": "1",
        "SIPINTER_VAR": str(folder / "var"),
        "SIPINTER_BASE_URL": f"http://127.0.0.1:{port}",
        "DJANGO_SETTINGS_MODULE": "sipinter.site.config.settings",
    }
    command = [sys.executable, "-W", "ignore", "-m", "tests.foundation.evidence.real_site"]
    made = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    facts = json.loads(made.stdout.splitlines()[-1])
    server = Program(
        "sipinter",
        [str(SIPINTER), "serve", "--bind", f"127.0.0.1:{port}"],
        log=folder / "serve.log",
        ready=lambda: answers(port),
        environment=environment,
    )
    return Site(server, port, facts["cookie"], facts["path"], folder)


def _fill() -> None:
    import django

    django.setup()
    from tests.assessment.round import Round
    from tests.factories import client_for

    round_ = Round().start()
    client = client_for(round_.users["keeper"])
    cookie = f"sessionid={client.cookies['sessionid'].value}; csrftoken={TOKEN}"
    sys.stdout.write(
        json.dumps({"cookie": cookie, "path": f"/penilaian/{round_.assessment.pk}/1.1/unggah/"}) + "\n"
    )


if __name__ == "__main__":
    _fill()
