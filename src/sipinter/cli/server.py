"""The site under gunicorn, in this process."""

from typing import Any

from django.db import connections
from gunicorn.app.base import BaseApplication

from sipinter.web.logs import Lines


class Site(BaseApplication):  # type: ignore[misc]
    """Loads the application once, then forks the workers."""

    def __init__(self, bind: str, workers: int) -> None:
        self._options = {
            "bind": bind,
            "workers": workers,
            "timeout": 120,
            "preload_app": True,
            "control_socket_disable": True,
            "logger_class": Lines,
        }
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        from sipinter.config.wsgi import application

        # A worker must not inherit an open connection.
        connections.close_all()
        return application


def serve_site(bind: str, workers: int) -> None:
    """Serve until stopped."""
    Site(bind, workers).run()
