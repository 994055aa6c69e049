"""The production layout on one machine: two web nodes, PostgreSQL, S3, two workers, behind nginx.

`make cluster` (`python -m deploy.cluster`) starts it with the demonstration's data and prints where it
serves; tests and measurements start it without. Everything lies in one folder, on free loopback ports.
"""

import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.request
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from .nginx import nginx
from .postgres import Postgres
from .process import Program, free_port
from .seaweed import Seaweed

SIPINTER = Path(sys.executable).with_name("sipinter")
FOLDER = Path("var/cluster")
# Written while `make cluster` runs: where it serves, and the settings of its nodes.
STANDING = FOLDER / "standing.json"


class Cluster:
    """All parts as programs, so that each can be killed and started again; use it in a `with` statement.

    `address` is nginx's; `environment` holds the settings that nodes, workers and commands share.
    """

    def __init__(self, folder: Path, *, nodes: int = 2, workers: int = 2, demo: bool = False) -> None:
        self.folder, self.demo = folder.resolve(), demo
        for name in ("s3", "var"):
            (self.folder / name).mkdir(parents=True)
        # PostgreSQL runs as a user of its own, who may not enter whatever folder this is.
        self._data = Path(tempfile.mkdtemp(prefix="sipinter-postgres-"))
        self.postgres = Postgres(self._data)
        self.s3 = Seaweed(self.folder / "s3")
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.environment = self._settings()
        pages, uploads = _addresses(nodes), _addresses(nodes)
        self.nodes = [self._web(f"web node {n}", at, "--workers", "2") for n, at in enumerate(pages)]
        self.receivers = [
            self._web(f"uploads at node {n}", at, "--workers", "1", "--uploads")
            for n, at in enumerate(uploads)
        ]
        self.workers = [self._worker(number) for number in range(workers)]
        static = self.folder / "static"
        self.nginx = nginx(self.folder / "nginx", pages, uploads, static=static, port=self.port)
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            stack.callback(shutil.rmtree, self._data, ignore_errors=True)
            self.postgres.start()
            stack.callback(self.postgres.stop)
            self.postgres.create("sipinter")
            # Asked politely it takes a quarter of a minute; what it acknowledged is on the disk.
            stack.callback(self.s3.program.kill)
            self.s3.program.start()
            self._prepare()
            for program in (*self.nodes, *self.receivers, *self.workers, self.nginx):
                self._run(program, stack)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    @staticmethod
    def _run(program: Program, stack: ExitStack) -> None:
        stack.callback(program.stop)
        program.start()

    def _settings(self) -> dict[str, str]:
        from sipinter.foundation.documents.signing.identity import make_demonstration_key

        make_demonstration_key(self.folder / "signing.p12")
        return {
            "SIPINTER_SECRET_KEY": secrets.token_urlsafe(48),
            "SIPINTER_AUDIT_KEY": secrets.token_urlsafe(48),
            "SIPINTER_BASE_URL": self.address,
            "SIPINTER_HOSTS": "127.0.0.1",
            "SIPINTER_BEHIND_PROXY": "yes",
            "SIPINTER_DATABASE_URL": self.postgres.url("sipinter"),
            "SIPINTER_STORAGE_URL": self.s3.url,
            "SIPINTER_CACHE_URL": "database",
            # All visitors of a trial come from one address.
            "SIPINTER_LIMITS": "login=6000/m/ip,login_failed=600/m/ip,upload=60000/m/user",
            "SIPINTER_NODES": "2",
            "SIPINTER_VAR": str(self.folder / "var"),
            "SIPINTER_STATIC": str(self.folder / "static"),
            "SIPINTER_SIGNING_PKCS12": str(self.folder / "signing.p12"),
            # On a trial of one machine nobody has a second device at hand.
            "SIPINTER_MFA_ROLES": " ",
            "DJANGO_SETTINGS_MODULE": "sipinter.site.config.settings",
        }

    def command(self, *words: str, **more: str) -> str:
        """Run `sipinter WORDS` with the cluster's settings; what it printed."""
        done = subprocess.run(
            [SIPINTER, *words], env=os.environ | self.environment | more, capture_output=True, text=True
        )
        if done.returncode:
            raise RuntimeError(f"sipinter {' '.join(words)}: {done.stderr[-2000:]}")
        return done.stdout

    def _prepare(self) -> None:
        self.command("manage", "migrate", "-v", "0")
        self.command("manage", "createcachetable")
        self.command("manage", "collectstatic", "--noinput", "-v", "0")
        if self.demo:
            print(self.command("demo", SIPINTER_DEMO="1"))

    def _web(self, name: str, address: str, *options: str) -> Program:
        return self._program(name, ["serve", "--bind", address, *options], ready=lambda: _alive(address))

    def _worker(self, number: int) -> Program:
        return self._program(f"worker {number}", ["worker", "--name", f"worker-{number}"])

    def _program(self, name: str, words: list[str], **more: object) -> Program:
        log = self.folder / f"{name.replace(' ', '-')}.log"
        environment = os.environ | self.environment
        ready = more.get("ready", lambda: True)
        return Program(name, [str(SIPINTER), *words], log=log, ready=ready, environment=environment)  # type: ignore[arg-type]


def _addresses(count: int) -> list[str]:
    return [f"127.0.0.1:{free_port()}" for _one in range(count)]


def _alive(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://{address}/sehat/", timeout=5):
            return True
    except OSError:
        return False


def main() -> None:
    """Serve until interrupted."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    with Cluster(FOLDER, demo=True) as cluster:
        standing = {"address": cluster.address, "environment": cluster.environment}
        STANDING.touch(mode=0o600)
        STANDING.write_text(json.dumps(standing), encoding="utf-8")
        print(f"SIPINTER: {cluster.address}/  (two nodes, two workers, PostgreSQL, S3; Ctrl-C ends it)")
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            signal.pause()
        except KeyboardInterrupt:
            STANDING.unlink()


if __name__ == "__main__":
    main()
