"""The site under gunicorn, in this process; where wanted, with a worker of the queue beside it."""

import gc
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from gunicorn.app.base import BaseApplication

from sipinter.cli.priority import UPLOADS_BEHIND, lower_priority
from sipinter.foundation.web.database import close_connections
from sipinter.foundation.web.logs import GunicornLogger
from sipinter.site.operations.web_processes import WebProcessBeat

SLOW_LINES = 32  # that one process receives from at once


def _announce(worker: Any) -> None:
    """In each web process, once it is forked and loaded."""
    worker.beat = WebProcessBeat()
    worker.beat.start()


def _withdraw(server: Any, worker: Any) -> None:
    """As a web process ends; one that never came up has announced nothing."""
    if hasattr(worker, "beat"):
        worker.beat.end()


class GunicornSite(BaseApplication):  # type: ignore[misc]
    """Loads the application once, then forks the workers, each with `threads` requests in hand at most."""

    def __init__(self, bind: str, workers: int, *, threads: int = 1) -> None:
        self._options = {
            "bind": bind,
            "workers": workers,
            "worker_class": "gthread" if threads > 1 else "sync",
            "threads": threads,
            "keepalive": 75,  # longer than nginx keeps a line, so that none is closed as a request sets out
            "timeout": 120,  # of a request; with threads, of the process that hands them out
            "preload_app": True,
            "umask": 0o077,  # of a socket's file
            "control_socket_disable": True,
            "logger_class": GunicornLogger,
            "post_worker_init": _announce,
            "worker_exit": _withdraw,
        }
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        import sipinter.rules.knapsack  # noqa: F401 - asked for by a page, so once for all processes
        from sipinter.site.config.wsgi import application

        close_connections()
        # What is loaded by now stays: the collector need not look through it again in every process.
        gc.collect()
        gc.freeze()
        return application


def serve_site(bind: str, workers: int, *, with_worker: bool = False) -> None:
    """Serve until stopped."""
    with _worker_beside() if with_worker else nullcontext():
        GunicornSite(bind, workers).run()


def serve_uploads(bind: str, workers: int) -> None:
    """Serve until stopped as `serve_site` does, but for requests whose bytes come slowly.

    A line that takes a minute for its megabyte holds a thread, not a process that people wait for.
    """
    lower_priority(UPLOADS_BEHIND)
    GunicornSite(bind, workers, threads=SLOW_LINES).run()


@contextmanager
def _worker_beside() -> Iterator[None]:
    """A worker process of the queue: stopped with the site; ends by itself where that was killed."""
    owner = os.getpid()
    command = [sys.executable, "-m", "sipinter.cli.main", "worker", "--beside", str(owner)]
    process = subprocess.Popen(command)  # noqa: S603 - our own words only
    try:
        yield
    finally:
        if os.getpid() == owner:  # web workers are forked from here and leave by the same way
            process.terminate()
            process.wait()
