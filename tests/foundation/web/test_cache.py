"""The cache that nodes share in the database."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sipinter.foundation.accounts import tasks
from sipinter.foundation.web.cache import CacheTable
from sipinter.foundation.work.periodic import TABLE
from sipinter.site.config.caches import cache_settings as configured

pytestmark = pytest.mark.django_db


@pytest.fixture
def kept(settings: Any, tmp_path: Any) -> Iterator[CacheTable]:
    settings.CACHES = {"default": configured("database", tmp_path)}
    call_command("createcachetable", verbosity=0)
    found = caches["default"]
    assert isinstance(found, CacheTable)
    yield found
    found.clear()


def test_what_was_set_is_given_back(kept: CacheTable) -> None:
    kept.set("a", [1.5, "x"], 60)
    kept.set("a", {"later": None}, 60)
    kept.set("always", 3, None)
    assert kept.get("a") == {"later": None}
    assert kept.get_many(["a", "always", "never"]) == {"a": {"later": None}, "always": 3}
    assert kept.get("never", "otherwise") == "otherwise"
    assert kept.get_many([]) == {}
    assert kept.delete("a")
    assert kept.get("a") is None


def test_only_the_first_one_adds(kept: CacheTable) -> None:
    assert [kept.add("lock", name, 60) for name in ("first", "second")] == [True, False]
    assert kept.get("lock") == "first"


def test_what_has_run_out_is_gone(kept: CacheTable) -> None:
    kept.set("a", "old", -1)
    assert kept.get("a") is None
    assert not kept.touch("a", 60)
    assert kept.add("a", "new", 60)
    assert (kept.get("a"), kept.touch("a", 60), kept.has_key("a")) == ("new", True, True)


def test_a_call_is_one_statement(kept: CacheTable) -> None:
    calls = (
        lambda: kept.set("a", 1, 60),
        lambda: kept.add("a", 2, 60),
        lambda: kept.get("a"),
        lambda: kept.touch("a", 60),
        lambda: kept.delete("a"),
    )
    for call in calls:
        with CaptureQueriesContext(connection) as asked:
            call()
        assert len(asked) == 1


def test_a_task_removes_what_has_run_out(kept: CacheTable) -> None:
    for number in range(3):
        kept.set(str(number), number, -1)
    kept.set("stays", 1, 60)
    assert TABLE[tasks.delete_expired_counts.module_path].when()
    assert tasks.delete_expired_counts.func() == 3
    assert kept.get("stays") == 1


def test_other_caches_need_no_such_task() -> None:
    assert not TABLE[tasks.delete_expired_counts.module_path].when()
    assert tasks.delete_expired_counts.func() == 0
