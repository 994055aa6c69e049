"""Real worker processes, killed in the middle of their tasks: each effect once, nothing lost."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from .site import Site, wait_for
from .trial import spans

NEVER = float("inf")
# The full run: SIPINTER_TEST_KILLS=20.
KILLS = int(os.environ.get("SIPINTER_TEST_KILLS", "2"))


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def prepared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The same on both databases."""
    folder = tmp_path_factory.mktemp("site")
    if request.param == "sqlite":
        yield Site(folder, {}).prepare()
        return
    postgres = pytest.importorskip("deploy.postgres")
    with postgres.postgres() as server:
        yield Site(folder, {"SIPINTER_DATABASE_URL": server.create("work")}).prepare()


def started(log: Path) -> int:
    return log.read_text().count("start") if log.exists() else 0


def test_killed_in_the_middle_each_effect_comes_once(prepared: Site) -> None:
    tasks = KILLS + 4
    prepared.trial("put", str(tasks), "0.4")
    for number in range(KILLS):
        worker = prepared.worker(f"killed{number}")
        wait_for(lambda pid=worker.pid: pid in at_work(prepared.log))
        worker.kill()
    workers = [prepared.worker("beta"), prepared.worker("gamma")]
    wait_for(lambda: sum(ended(tries) for tries in spans(prepared.log).values()) == tasks)
    wait_for(lambda: prepared.state()["tasks"] == {"SUCCESSFUL": tasks})
    for worker in workers:
        worker.stop()
    assert prepared.state()["effects"] == tasks
    tries = spans(prepared.log)
    assert sum(until == NEVER for of in tries.values() for _begun, until, _pid in of) >= KILLS
    for of in tries.values():
        assert sum(until != NEVER for _begun, until, _pid in of) == 1
        ends = [begun if until == NEVER else until for begun, until, _pid in of]
        assert all(begun >= end for (begun, _until, _pid), end in zip(of[1:], ends, strict=False)), of


def at_work(log: Path) -> set[int]:
    """Processes that ever began a task."""
    return {pid for of in spans(log).values() for _begun, _until, pid in of} if log.exists() else set()


def ended(tries: list[tuple[float, float, int]]) -> bool:
    return any(until != NEVER for _begun, until, _pid in tries)


def test_stopped_it_finishes_the_task_in_hand(prepared: Site) -> None:
    prepared.log.write_text("")
    prepared.trial("put", "2", "0.6")
    worker = prepared.worker("delta")
    wait_for(lambda: started(prepared.log))
    worker.stop()
    (tries,) = spans(prepared.log).values()
    assert ended(tries)
    assert prepared.state()["tasks"]["READY"] == 1
    prepared.worker("epsilon", "--once").stop(how=signal.SIGCONT)
    assert "READY" not in prepared.state()["tasks"]


def test_stopped_by_the_system_and_woken_too_late_it_ends_without_an_effect(prepared: Site) -> None:
    prepared.log.write_text("")
    prepared.trial("put", "1", "1.0")
    frozen = prepared.worker("zeta")
    wait_for(lambda: started(prepared.log))
    os.kill(frozen.pid, signal.SIGSTOP)
    time.sleep(2.5)  # longer than the lease of two seconds
    os.kill(frozen.pid, signal.SIGCONT)
    wait_for(lambda: not frozen.is_running)
    healthy = prepared.worker("eta", "--once")
    wait_for(lambda: not healthy.is_running)
    (tries,) = spans(prepared.log).values()
    assert [until == NEVER for _begun, until, _pid in tries] == [True, False]


def test_a_task_that_kills_its_worker_ends_as_failed(tmp_path: Path) -> None:
    site = Site(tmp_path, {"SIPINTER_WORK_ATTEMPTS": "2", "SIPINTER_WORK_BACKOFF": "0"}).prepare()
    site.trial("deadly")
    for name in ("one", "two"):
        worker = site.worker(name)
        wait_for(lambda w=worker: not w.is_running)
        time.sleep(2.1)
    site.worker("three", "--once").stop(how=signal.SIGCONT)
    assert site.state() == {"tasks": {"FAILED": 1}, "effects": 0, "tries": [2]}
