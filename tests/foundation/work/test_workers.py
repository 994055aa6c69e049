"""Real worker processes, killed in the middle of their tasks: each effect once, nothing lost."""

import hashlib
import os
import random
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.postgres import postgres

from .site import Site, wait_for
from .trial import spans

NEVER = float("inf")
# The full run: SIPINTER_TEST_KILLS=20.
KILLS = int(os.environ.get("SIPINTER_TEST_KILLS", "1"))


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite database with every table and no row, to be copied."""
    return Site(tmp_path_factory.mktemp("empty"), {}).prepare().folder


def site_in(empty: Path, folder: Path, extra: dict[str, str]) -> Site:
    shutil.copytree(empty, folder)
    return Site(folder, extra)


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def prepared(
    request: pytest.FixtureRequest, empty: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """The same on both databases."""
    folder = tmp_path_factory.mktemp("site")
    if request.param == "sqlite":
        yield site_in(empty, folder / "var", {})
        return
    with postgres() as server:
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
    wait_for(lambda: prepared.tasks() == {"SUCCESSFUL": tasks})
    for worker in workers:
        worker.stop()
    assert prepared.effects() == tasks
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


def test_stopped_it_finishes_the_task_in_hand_and_frozen_too_long_it_ends_without_an_effect(
    prepared: Site,
) -> None:
    prepared.log.write_text("")
    prepared.trial("put", "2", "1.0")
    worker = prepared.worker("delta")
    wait_for(lambda: started(prepared.log))
    worker.stop()
    (tries,) = spans(prepared.log).values()
    assert ended(tries)
    assert prepared.tasks()["READY"] == 1

    prepared.log.write_text("")
    frozen = prepared.worker("zeta")
    wait_for(lambda: started(prepared.log))
    os.kill(frozen.pid, signal.SIGSTOP)
    time.sleep(2.5)  # longer than the lease of two seconds
    os.kill(frozen.pid, signal.SIGCONT)
    wait_for(lambda: not frozen.is_running)
    healthy = prepared.worker("eta", "--once")
    wait_for(lambda: not healthy.is_running)
    assert set(prepared.tasks()) == {"SUCCESSFUL"}
    (tries,) = spans(prepared.log).values()
    assert [until == NEVER for _begun, until, _pid in tries] == [True, False]


def test_a_task_that_kills_its_worker_ends_as_failed(empty: Path, tmp_path: Path) -> None:
    site = site_in(empty, tmp_path / "var", {"SIPINTER_WORK_ATTEMPTS": "1", "SIPINTER_WORK_BACKOFF": "0"})
    site.trial("deadly")
    dying = site.worker("one")
    wait_for(lambda: not dying.is_running)
    time.sleep(2.1)
    last = site.worker("two", "--once")
    wait_for(lambda: not last.is_running)
    assert site.tasks() == {"FAILED": 1}
    assert started(site.log) == 1


PAPERS = "sipinter.assessment.decisions.tasks.make_papers"


def papers(site: Site) -> list[tuple[str, str, str]]:
    """Kind, path and hash of every paper that a row names."""
    return site.rows("SELECT kind, path, sha256 FROM assessments_decisiondocument ORDER BY kind")


def test_killed_while_it_makes_papers_each_kind_is_there_once(empty: Path, tmp_path: Path) -> None:
    chance = random.Random(5)
    site = site_in(empty, tmp_path / "var", {"SIPINTER_DEMO": "1"})
    interrupted = 0
    for turn in range(KILLS + 5):
        site.trial("decide")
        kill_within_the_first_paper(site, f"first{turn}", chance.uniform(0, 0.3))
        kill_between_the_two(site, f"second{turn}")
        interrupted += site.tasks(PAPERS)["RUNNING"]  # 0 when it was quicker than the signal
        worker = site.worker(f"last{turn}")
        wait_for(lambda made=turn + 1: site.tasks(PAPERS) == {"SUCCESSFUL": made})
        worker.stop()
        assert [kind for kind, _path, _sha256 in papers(site)] == ["certificate", "letter"]
        for _kind, path, sha256 in papers(site):
            assert hashlib.sha256((site.folder / "files" / path).read_bytes()).hexdigest() == sha256
        if interrupted >= KILLS:
            break
    assert interrupted >= KILLS


def kill_within_the_first_paper(site: Site, name: str, seconds: float) -> None:
    worker = site.worker(name)
    wait_for(lambda: site.tasks(PAPERS)["RUNNING"] or len(papers(site)) == 2)
    time.sleep(seconds)
    worker.kill()


def kill_between_the_two(site: Site, name: str) -> None:
    worker = site.worker(name)
    wait_for(lambda: papers(site))
    worker.kill()
