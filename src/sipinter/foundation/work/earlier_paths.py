"""Paths by which earlier versions knew today's tasks.

The queue and the table of periodic tasks name a task by the path of its function. What was written before
the function moved must still be done: after an upgrade, and after an old backup is brought back. So each
task states its earlier paths where it is defined; rows stay as they were written.
"""

from collections.abc import Callable
from typing import Any

from django_tasks.base import Task

_PRESENT: dict[str, str] = {}  # earlier path: present path


def queued_before_as(path: str) -> Callable[[Task[Any, Any]], Task[Any, Any]]:
    """The task below was known as `path`; ValueError where another task says the same."""

    def register(task: Task[Any, Any]) -> Task[Any, Any]:
        if _PRESENT.setdefault(path, task.module_path) != task.module_path:
            raise ValueError(f"two tasks were queued as {path}")
        return task

    return register


def present_path(path: str) -> str:
    """Under which path the task is found today; `path` itself where it has not moved."""
    return _PRESENT.get(path, path)


def known_paths(path: str) -> list[str]:
    """The task's present path and all its earlier ones."""
    return [path, *(old for old, now in _PRESENT.items() if now == path)]
