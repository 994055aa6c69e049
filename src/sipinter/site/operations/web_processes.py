"""Each web process says that it lives, so that nobody restores a backup under it."""

import logging
import os
import socket
import threading
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models.functions import Now

from .models import WebProcess

logger = logging.getLogger("sipinter.site.operations")
PATIENCE = 2.0  # at the end: a database that is away must not hold up a process that stops


class WebProcessBeat(threading.Thread):
    """Renews the row of this process until `end`, then deletes it. A database that is away is waited for."""

    def __init__(self) -> None:
        super().__init__(name="web-process", daemon=True)
        self._id = f"{socket.gethostname()[:60]}-web-{os.getpid()}"
        self._ending = threading.Event()

    def run(self) -> None:
        self._write(lambda: WebProcess.objects.update_or_create(pk=self._id, defaults={"beat_at": Now()}))
        while not self._ending.wait(settings.WORK_LEASE / 5):
            self._write(lambda: WebProcess.objects.update_or_create(pk=self._id, defaults={"beat_at": Now()}))
        self._write(lambda: WebProcess.objects.filter(pk=self._id).delete())

    def _write(self, statement: Any) -> None:
        try:
            statement()
        except DatabaseError as error:
            logger.warning("web process not renewed: %s", type(error).__name__)
        finally:
            connection.close()  # the pool has it again; the next page may need it

    def end(self) -> None:
        """Take the row away, if the database answers soon."""
        self._ending.set()
        self.join(PATIENCE)
