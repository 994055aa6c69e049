"""Jobs that a person may start from the page of jobs: each room registers its own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from sipinter.foundation.access.actor import Actor

from .models import Job, oversees_tasks


@dataclass(frozen=True)
class StartableJob:
    """`start(actor, file)` is a service: asks permission, gives the job. `file_label` empty: no file."""

    name: str
    title: Any
    about: Any
    start: "Callable[[Any, UploadedFile[Any] | None], Job]"
    file_label: Any = ""


STARTABLE_JOBS: dict[str, StartableJob] = {}


def register_startable_job(made: StartableJob) -> StartableJob:
    """Put it on the page of jobs of the national administrator."""
    STARTABLE_JOBS[made.name] = made
    return made


def startable_jobs(actor: Actor) -> list[StartableJob]:
    """What the actor may start."""
    return list(STARTABLE_JOBS.values()) if oversees_tasks(actor) else []
