"""Tasks that the tests run in real workers, and what the tests ask of another process's database.

`python -m tests.foundation.work.trial put 20 0.4` puts twenty tasks of 0.4 seconds into the queue.
"""

import os
import sys
import time
from pathlib import Path

import django
from django_tasks import task

LOG = "SIPINTER_TRIAL_LOG"


@task()
def effect(number: int, seconds: float) -> None:
    """Takes its time, then makes one row, unless an earlier try made it. The log tells who was at it when."""
    from sipinter.foundation.agencies.models import Agency

    note(f"start {number} {os.getpid()}")
    time.sleep(seconds)
    code = f"T{number:05d}"
    Agency.objects.get_or_create(
        code=code, defaults={"slug": code.lower(), "name": f"Instansi {number}", "type": "kota"}
    )
    note(f"end {number} {os.getpid()}")


@task()
def deadly() -> None:
    """Ends its worker as a crash would."""
    note(f"start 0 {os.getpid()}")
    os.kill(os.getpid(), 9)


def note(line: str) -> None:
    """One line of the log, written at once."""
    log = os.open(os.environ[LOG], os.O_APPEND | os.O_WRONLY | os.O_CREAT)
    os.write(log, f"{time.time():.6f} {line}\n".encode())
    os.close(log)


def spans(log: Path) -> dict[int, list[tuple[float, float, int]]]:
    """By task: from when to when (infinity: never ended) which process was at it."""
    found: dict[int, list[tuple[float, float, int]]] = {}
    for line in log.read_text().splitlines():
        at, what, number, pid = line.split()
        tries = found.setdefault(int(number), [])
        if what == "start":
            tries.append((float(at), float("inf"), int(pid)))
        else:
            tries[-1] = (tries[-1][0], float(at), int(pid))
    return found


def put(count: int, seconds: float) -> None:
    """`count` tasks, all in one transaction."""
    from django.db import transaction

    from sipinter.foundation.work.queue import enqueue_task

    with transaction.atomic():
        for number in range(1, count + 1):
            enqueue_task(effect, number, seconds)


def decide() -> None:
    """A decision whose papers wait for a worker; again: the same without its papers."""
    from sipinter.assessment.decisions.tasks import make_papers
    from sipinter.assessment.record.models import Decision
    from sipinter.foundation.work.queue import enqueue_task
    from tests.assessment.round import Round

    decision = Decision.objects.first()
    if decision is None:
        Round().decide(4)
        return
    decision.documents.all().delete()
    enqueue_task(make_papers, decision.pk)


if __name__ == "__main__":
    django.setup()
    from tests.foundation.work import trial  # under the name that the queue keeps

    match sys.argv[1:]:
        case ["put", count, seconds]:
            trial.put(int(count), float(seconds))
        case ["deadly"]:
            from sipinter.foundation.work.queue import enqueue_task

            enqueue_task(trial.deadly)
        case ["decide"]:
            trial.decide()
