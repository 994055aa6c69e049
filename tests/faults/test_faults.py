"""kill -9 of web nodes, workers, PostgreSQL and S3 at random moments, under people at work.

`--kills N` sets how many (a few by default; `make faults` runs 200).
"""

import http.client
import json
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

import pytest

from bench._visitor import Visitor
from bench.deadline import paper
from deploy.cluster import Cluster
from tests.factories import PASSWORD

from .storm import Done, Keeper, Person, PlenaryMember, Secretary, storm

PATIENCE = 60.0


def scene(cluster: Cluster, *words: str, sent: str = "") -> list[dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.scene", *words],
        input=sent,
        env=os.environ | cluster.environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with Cluster(tmp_path_factory.mktemp("cluster")) as standing:
        yield standing


@pytest.fixture(scope="module")
def agencies(cluster: Cluster) -> list[dict[str, Any]]:
    """Two that write and one whose decision is published."""
    return scene(cluster, "make", "2", "1")


def people_of(cluster: Cluster, agencies: list[dict[str, Any]], stop: threading.Event) -> list[Person]:
    """Of each agency that writes a keeper and a secretary; of the other a member of the plenary."""
    found: list[Person] = []
    for who in agencies:
        done = Done(who["assessment"])
        if who["writing"]:
            found.append(Keeper(cluster.address, who["keeper"], stop, done, paper=paper(300_000)))
            found.append(Secretary(cluster.address, who["pyb"], stop, done))
        else:
            found.append(PlenaryMember(cluster.address, who["plenary"], stop, done))
    return found


def settled(cluster: Cluster, given: str) -> list[dict[str, Any]]:
    """The faults, once the workers have had time to finish what was still waiting."""
    until = time.monotonic() + PATIENCE
    while (faults := scene(cluster, "read", sent=given)) and time.monotonic() < until:
        time.sleep(2)
    return faults


def begun(keeper: Visitor, path: str, size: int) -> str:
    """Path of an upload of `size` bytes of which nothing has come yet."""
    answer = keeper.ask(
        "upload begun",
        "POST",
        f"{path}unggah/",
        b"",
        Tus_Resumable="1.0.0",
        Upload_Length=str(size),
        Upload_Metadata="filename QS5wZGY=",
        X_CSRFToken=keeper.token,
    )
    assert answer.status == 201
    return urlsplit(answer.headers["Location"]).path


def dribble(keeper: Visitor, path: str, size: int) -> http.client.HTTPConnection:
    """A line on which a piece of `size` bytes has begun to come, and stops."""
    parts = urlsplit(keeper.address)
    line = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=PATIENCE)
    line.putrequest("PATCH", path)
    headers = {
        "Tus-Resumable": "1.0.0",
        "Upload-Offset": "0",
        "Content-Type": "application/offset+octet-stream",
        "Content-Length": str(size),
        "X-CSRFToken": keeper.token,
        "Cookie": "; ".join(f"{name}={value}" for name, value in keeper.cookies.items()),
    }
    for name, value in headers.items():
        line.putheader(name, value)
    line.endheaders(b"%PDF")
    return line


@pytest.mark.cluster
def test_slow_lines_hold_nobody_up(cluster: Cluster, agencies: list[dict[str, Any]]) -> None:
    path = f"/penilaian/{agencies[0]['assessment']}/5.1/"
    with ExitStack() as stack:
        for _browser in range(4):
            keeper = Visitor(cluster.address, lambda *_measured: None)
            keeper.sign_in(agencies[0]["keeper"], PASSWORD)
            keeper.open(path)
            for _line in range(4):
                line = dribble(keeper, begun(keeper, path, 1000), 1000)
                stack.callback(line.close)
        time.sleep(1)
        for turn in range(8):
            keeper.save(path, [1], f"Sambil menunggu {turn}")
        line.send(b"x" * 996)
        assert line.getresponse().status == 422  # whole by now, and no PDF
    assert keeper.open(path).status == 200


@pytest.mark.cluster
def test_nothing_acknowledged_is_lost(cluster: Cluster, agencies: list[dict[str, Any]], kills: int) -> None:
    stop = threading.Event()
    people = people_of(cluster, agencies, stop)
    struck = storm(cluster, people, stop, kills=kills)
    done = {id(person.done): person.done for person in people}.values()
    given = "\n".join(json.dumps({**vars(one), "steps": dict(one.steps)}) for one in done)
    faults = settled(cluster, given)
    trail = cluster.command("audit", "verify")
    files = cluster.command("evidence", "verify")
    answers: Counter[int] = sum((person.answers for person in people), Counter())
    saves = sum(sum(one.saves.values()) for one in done)
    steps: Counter[str] = sum((one.steps for one in done), Counter())
    print(
        f"\nkilled {dict(struck)}\nanswers {dict(sorted(answers.items()))}\nsaves {saves}, "
        f"files {sum(len(one.files) for one in done)}, steps {dict(steps)}"
    )
    print(trail, files)
    assert faults == []
    assert sum(struck.values()) == kills
    assert all(steps[name] for name in ("request_review", "return_to_team", "correct"))
