"""What the queue of django-tasks-db lacks: live workers, progress that a person sees, periodic tasks."""

import uuid
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django_tasks_db.models import DBTaskResult, DBTaskResultQuerySet

from sipinter.foundation.access.actor import Actor, Grant, system_actor
from sipinter.foundation.access.roles import Role

from .earlier_paths import present_path

Row = DBTaskResult[Any, Any]  # a row of the queue


def oversees_tasks(actor: Actor) -> bool:
    """Whether the actor sees and repeats everybody's tasks: the system and the national administrator."""
    return actor.is_system or actor.has(Role.ADMINISTRATOR)


class QueuedTaskQuerySet(DBTaskResultQuerySet):
    def visible_to(self, actor: Actor) -> "QueuedTaskQuerySet":
        """Jobs that one started oneself; the national administrator sees every task."""
        if oversees_tasks(actor):
            return self
        return self.none() if actor.user_id is None else self.filter(job__by_id=actor.user_id)


class QueuedTask(DBTaskResult[Any, Any]):
    """A task of the queue, with our way of asking for it."""

    objects = QueuedTaskQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        proxy = True
        ordering = ["-enqueued_at", "id"]

    @property
    def present_path(self) -> str:
        """What people read: where the task is found today."""
        return present_path(self.task_path)


class Job(models.Model):
    """A task that somebody started and follows: who, how far it is, what was done and what was refused.

    `report` is a list of {"done": bool, "what": text, "why": text}.
    """

    task: Any = models.OneToOneField(DBTaskResult, models.CASCADE, primary_key=True, related_name="job")
    title = models.CharField(max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    by_name = models.CharField(max_length=200)
    by_roles = models.CharField(max_length=200, blank=True)
    percent = models.PositiveSmallIntegerField(default=0)
    sentence = models.CharField(max_length=500, blank=True)
    report = models.JSONField(default=list)

    @property
    def starter(self) -> Actor:
        """Who started it, with the roles held then."""
        if self.by is None:
            return system_actor(self.by_name)
        held = tuple(Grant(role, 0) for role in self.by_roles.split(",") if role)
        return Actor(self.by_id, self.by_name, held)

    @property
    def done(self) -> int:
        return sum(1 for line in self.report if line["done"])

    @property
    def refused(self) -> int:
        return len(self.report) - self.done

    def tell(self, percent: int, sentence: Any) -> None:
        """Say how far it is. Within a transaction nobody sees it before the end."""
        self.percent, self.sentence = percent, str(sentence)[:500]
        Job.objects.filter(pk=self.pk).update(percent=self.percent, sentence=self.sentence)

    def keep_report(self, report: list[dict[str, Any]], sentence: Any) -> None:
        """The end: what was done and refused, in place of what an earlier try left."""
        self.report = report
        Job.objects.filter(pk=self.pk).update(report=report)
        self.tell(100, sentence)


class Cause(models.Model):
    """What put a task into the queue: the request, and the person for whom it was done, if any.

    It outlives what the task was given, so that log and audit trail lead from the effect to its cause.
    """

    task: Any = models.OneToOneField(DBTaskResult, models.CASCADE, primary_key=True, related_name="cause")
    request_id = models.CharField(max_length=40, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")


class WorkerQuerySet(models.QuerySet["Worker"]):
    def alive(self) -> "WorkerQuerySet":
        """Workers whose lease runs, by the clock of the database: all nodes read the same one."""
        return self.filter(beat_at__gte=Now() - timedelta(seconds=settings.WORK_LEASE))


class Worker(models.Model):
    """A worker process that takes tasks. It renews `beat_at`; what it holds is free when the lease ends."""

    id = models.CharField(primary_key=True, max_length=64)
    started_at = models.DateTimeField(default=timezone.now)
    beat_at = models.DateTimeField(db_default=Now())
    objects = WorkerQuerySet.as_manager()

    @staticmethod
    def new_id(name: str) -> str:
        """Different for each process, also for two of the same name."""
        return f"{name[:50]}-{uuid.uuid4().hex[:12]}"


class Schedule(models.Model):
    """When a periodic task is due next."""

    name = models.CharField(primary_key=True, max_length=100)
    due_at = models.DateTimeField()
