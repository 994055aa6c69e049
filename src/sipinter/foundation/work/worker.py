"""A worker: takes one task after another until it is told to stop."""

import logging
import signal
import threading
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection
from django.utils import translation
from django_tasks.base import TaskContext
from django_tasks_db.compat import normalize_json
from structlog.contextvars import bound_contextvars

from sipinter.foundation.web.request_id import current_request_id, set_request_id

from . import periodic
from .claims import claim_task, fail_task, finish_task, reclaim_tasks
from .lease import Lease
from .models import Cause, Row, Worker

logger = logging.getLogger("sipinter.foundation.work")
SETTLING = 5  # tries to write how a task ended


class WorkerLoop:
    """The loop of one worker process. `stop` may be called from a signal's handler or another thread."""

    def __init__(self, name: str, *, parent_lives: Callable[[], bool] = lambda: True) -> None:
        self.id = Worker.new_id(name)
        self._ending = threading.Event()
        self._parent_lives = parent_lives
        self._looked_after = float("-inf")

    def stop(self, *_signal: Any) -> None:
        """Finish the task in hand and end."""
        self._ending.set()

    def listen(self) -> None:
        """Stop on SIGTERM and on Ctrl-C."""
        signal.signal(signal.SIGTERM, self.stop)
        signal.signal(signal.SIGINT, self.stop)

    def run(self, *, once: bool = False) -> None:
        """Until stopped; with `once`, until nothing is ready, or DatabaseError when the database fails."""
        with Lease(self.id) as lease:
            logger.info("worker=%s started", self.id)
            while not self._ending.is_set() and self._parent_lives():
                if not self._turn(lease, waits=not once):
                    if once:
                        break
                    self._ending.wait(settings.WORK_POLL)
        logger.info("worker=%s ended", self.id)

    def _turn(self, lease: Lease, *, waits: bool) -> bool:
        """One task, if there is one. A database that does not answer is waited for where `waits` says so."""
        try:
            close_old_connections()
            self._look_after()
            lease.hold()
            task = claim_task(self.id)
        except DatabaseError as error:
            logger.warning("worker=%s database: %s", self.id, type(error).__name__)
            lease.free()
            connection.close()
            if not waits:
                raise
            return False
        try:
            if task is not None:
                _settle(task)
        finally:
            lease.free()
        return task is not None

    def _look_after(self) -> None:
        """Now and then: free what dead workers hold, start what is due."""
        if time.monotonic() - self._looked_after < min(settings.WORK_LEASE / 5, 15):
            return
        self._looked_after = time.monotonic()
        reclaim_tasks()
        periodic.queue_due_tasks()


def drain_queue() -> int:
    """Run everything that is ready, here and now; how many tasks. For tests and for loading data."""
    worker_id = Worker.new_id("here")
    Worker.objects.create(pk=worker_id)
    done = 0
    while (task := claim_task(worker_id)) is not None:
        _settle(task)
        done += 1
    Worker.objects.filter(pk=worker_id).delete()
    return done


def _settle(task: Row) -> None:
    """Run it and write how it ended, under the id of the request that caused it (else its own)."""
    request_id, before = _request_id(task), current_request_id()
    set_request_id(request_id)
    try:
        with bound_contextvars(task_id=str(task.pk), request_id=request_id):
            _write(_outcome(task))
    finally:
        set_request_id(before)


def _request_id(task: Row) -> str:
    causes = Cause.objects.filter(pk=task.pk).values_list("request_id", flat=True)
    try:
        return causes.first() or task.pk.hex
    except DatabaseError:  # the task itself will tell whether the database is away
        return str(task.pk.hex)


def _write(end: Callable[[], bool]) -> None:
    """Write it, in several tries; a worker that cannot ends, and its lease with it."""
    for left in reversed(range(SETTLING)):
        try:
            end()
        except DatabaseError:
            if not left:
                raise
            connection.close_if_unusable_or_obsolete()
            time.sleep(1)
        else:
            return


def _outcome(task: Row) -> Callable[[], bool]:
    """Run the task; gives what is to be written."""
    began = time.monotonic()
    try:
        with translation.override(settings.LANGUAGE_CODE):
            value = normalize_json(_call(task))
    except Exception as error:  # whatever a task raises is its failure, never the worker's
        failed = error
        return lambda: fail_task(task, failed)
    logger.info("task=%s id=%s seconds=%.3f done", task.task_path, task.pk, time.monotonic() - began)
    return lambda: finish_task(task, value)


def _call(task: Row) -> Any:
    result: Any = task.task_result
    first = [TaskContext(task_result=result)] if result.task.takes_context else []
    return result.task.call(*first, *result.args, **result.kwargs)
