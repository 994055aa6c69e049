"""`sipinter worker`: runs the tasks of the queue."""

import os
import socket
from collections.abc import Callable

import click

from sipinter.cli.django_setup import setup_site
from sipinter.cli.priority import TASKS_BEHIND, lower_priority


@click.command()
@click.option("--once", is_flag=True, help="Stop when nothing is ready.")
@click.option("--name", default="", help="Name in the log; the machine's when not given.")
@click.option("--beside", type=int, default=0, hidden=True, help="End with the process of this number.")
def worker_command(once: bool, name: str, beside: int) -> None:
    """Run tasks until SIGTERM; the one in hand is finished first. Several workers may run at once."""
    from sipinter.foundation.evidence.reader.sandbox import forbid_dumps

    forbid_dumps()  # the secrets of its settings are for no other process of this user
    setup_site(waits=True)
    from sipinter.foundation.work.worker import WorkerLoop

    lower_priority(TASKS_BEHIND)
    working = WorkerLoop(name or socket.gethostname(), parent_lives=_watch(beside))
    working.listen()
    click.echo(f"worker {working.id}", err=True)
    working.run(once=once)


def _watch(parent: int) -> Callable[[], bool]:
    """Whether `parent` is still the process above this one; always, when there is none to watch."""
    return (lambda: os.getppid() == parent) if parent else (lambda: True)
