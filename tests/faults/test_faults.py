"""kill -9 of web nodes, workers, PostgreSQL and S3 at random moments, under people at work.

`--kills N` sets how many (a few by default; `make faults` runs 200).
"""

import json
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from bench.deadline import paper
from deploy.cluster import Cluster

from .storm import Done, Keeper, Person, PlenaryMember, Secretary, storm

PATIENCE = 60.0


def scene(cluster: Cluster, *words: str, sent: str = "") -> list[dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.scene", *words],
        input=sent, env=os.environ | cluster.environment, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def people_of(cluster: Cluster, stop: threading.Event) -> list[Person]:
    """Two agencies that write, each with a keeper and a secretary; one whose decision is corrected."""
    found: list[Person] = []
    for who in scene(cluster, "make", "2", "1"):
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


@pytest.mark.cluster
def test_nothing_acknowledged_is_lost(tmp_path: Path, kills: int) -> None:
    stop = threading.Event()
    with Cluster(tmp_path) as cluster:
        people = people_of(cluster, stop)
        struck = storm(cluster, people, stop, kills=kills)
        done = {id(person.done): person.done for person in people}.values()
        given = "\n".join(json.dumps({**vars(one), "steps": dict(one.steps)}) for one in done)
        faults = settled(cluster, given)
        trail = cluster.command("audit", "verify")
        files = cluster.command("evidence", "verify")
    answers: Counter[int] = sum((person.answers for person in people), Counter())
    saves = sum(sum(one.saves.values()) for one in done)
    steps: Counter[str] = sum((one.steps for one in done), Counter())
    print(f"\nkilled {dict(struck)}\nanswers {dict(sorted(answers.items()))}\nsaves {saves}, "
          f"files {sum(len(one.files) for one in done)}, steps {dict(steps)}")  # fmt: skip
    print(trail, files)
    assert faults == []
    assert sum(struck.values()) == kills
    assert all(steps[name] for name in ("request_review", "return_to_team", "correct"))
