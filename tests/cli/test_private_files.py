"""Whatever a command writes is its user's alone, however open the shell it was started from."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.process import Program, running

COMMAND = [sys.executable, "-c", "from sipinter.cli.main import main; main()"]
OPEN = stat.S_IRWXG | stat.S_IRWXO
SEND = "from django.core.mail import send_mail; send_mail('a', 'b', None, ['a@contoh.go.id'])"


def environment(var: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SIPINTER_")}
    settings = "sipinter.site.config.settings"
    return kept | {"SIPINTER_DEMO": "1", "SIPINTER_VAR": str(var), "DJANGO_SETTINGS_MODULE": settings}


def run(var: Path, *words: str) -> None:
    done = subprocess.run(
        [*COMMAND, *words], env=environment(var), umask=0o022, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def open_paths(folder: Path) -> list[str]:
    """What others of the machine can read, write or enter; certificates are for everybody."""
    paths = [folder, *(path for path in folder.rglob("*") if path.suffix != ".pem")]
    return [f"{path} {stat.filemode(path.lstat().st_mode)}" for path in paths if path.lstat().st_mode & OPEN]


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a new site has written: its database, a mail, a backup, an answer of the arithmetic."""
    folder = tmp_path_factory.mktemp("site") / "var"
    run(folder, "manage", "migrate", "-v", "0")
    run(folder, "manage", "shell", "-v", "0", "-c", SEND)
    run(folder, "backup", str(folder / "backup.zip"))
    return folder


def test_database_mails_and_backups_are_private(var: Path) -> None:
    names = {path.name for path in var.iterdir()}
    assert {"sipinter.sqlite3", "mail", "backup.zip"} <= names
    assert open_paths(var) == []


def test_a_socket_is_private(var: Path) -> None:
    socket = var / "socket"
    server = Program(
        "gunicorn",
        [
            "sh",
            "-c",
            'umask 022; exec "$@"',
            "sh",
            *COMMAND,
            "serve",
            "--bind",
            f"unix:{socket}",
            "--workers",
            "1",
        ],
        log=var / "log",
        ready=socket.exists,
        environment=environment(var),
    )
    with running(server):
        assert stat.S_ISSOCK(socket.stat().st_mode)
        (var / "log").chmod(0o600)  # written by the test itself
        assert open_paths(var) == []


def test_public_files_stay_public(tmp_path: Path) -> None:
    """The web server in front hands out styles and scripts as another user."""
    static = tmp_path / "static"
    settings = environment(tmp_path / "var") | {"SIPINTER_STATIC": str(static)}
    command = [*COMMAND, "manage", "collectstatic", "--noinput", "-v", "0"]
    subprocess.run(command, env=settings, umask=0o077, check=True, capture_output=True)
    paths = [static, *static.rglob("*")]
    assert len(paths) > 10
    assert [path for path in paths if path.stat().st_mode & 0o044 != 0o044] == []
