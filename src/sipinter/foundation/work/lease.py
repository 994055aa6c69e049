"""The worker's lease: renewed by a thread; a worker that cannot renew it ends before others take its task."""

import logging
import signal
import threading
import time
from types import TracebackType

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models.functions import Now

from .models import Worker

logger = logging.getLogger("sipinter.foundation.work")
SAFE = 0.8  # of the lease: the rest is for clocks and for the way to the database


class Lease:
    """Context: the worker is on the list, and stays there until the end.

    While a task is in hand an alarm of the operating system ends the process when the lease was not
    renewed in time, also when it hangs or was stopped and woken up: two workers never hold one task.
    """

    def __init__(self, worker_id: str) -> None:
        self._id = worker_id
        self._seconds = settings.WORK_LEASE
        self._renewed = 0.0
        self._busy = False
        self._lock = threading.Lock()
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="lease", daemon=True)

    def __enter__(self) -> "Lease":
        self.renew()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end.set()
        self._thread.join()
        self.free()
        Worker.objects.filter(pk=self._id).delete()

    def hold(self) -> None:
        """Before a task is taken."""
        if time.monotonic() - self._renewed > self._seconds / 2:
            self.renew()
        with self._lock:
            self._busy = True
            self._arm()

    def free(self) -> None:
        """After the task."""
        with self._lock:
            self._busy = False
            signal.setitimer(signal.ITIMER_REAL, 0)

    def renew(self) -> None:
        """Say that the worker lives."""
        began = time.monotonic()
        Worker.objects.update_or_create(pk=self._id, defaults={"beat_at": Now()})
        with self._lock:
            self._renewed = began
            if self._busy:
                self._arm()

    def _arm(self) -> None:
        left = self._renewed + self._seconds * SAFE - time.monotonic()
        signal.setitimer(signal.ITIMER_REAL, max(left, 0.001))

    def _keep(self) -> None:
        while not self._end.wait(self._seconds / 5):
            try:
                self.renew()
            except DatabaseError as error:
                logger.warning("lease not renewed: %s", type(error).__name__)
                connection.close()
        connection.close()
