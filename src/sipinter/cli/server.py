"""The site under gunicorn, in this process."""

from typing import Any

from gunicorn.app.base import BaseApplication

from sipinter.web.database import disconnect


class Site(BaseApplication):  # type: ignore[misc]
    """Loads the application once, then forks the workers."""

    def __init__(self, bind: str, workers: int) -> None:
        self._options = {
            "bind": bind,
            "workers": workers,
            "timeout": 120,
            "preload_app": True,
            "control_socket_disable": True,
        }
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        from sipinter.config.wsgi import application

        disconnect()
        return application


def serve_site(bind: str, workers: int) -> None:
    """Serve until stopped."""
    Site(bind, workers).run()
