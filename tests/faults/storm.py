"""People at work while parts of the cluster are killed under them.

Each person is a thread that does one thing after the other, tries again what was not answered, and keeps
what was acknowledged.
"""

from __future__ import annotations

import hashlib
import random
import re
import threading
import time
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from bench._visitor import Failed, Visitor
from deploy.cluster import Cluster
from deploy.process import Program
from tests.factories import PASSWORD

from .scene import CODES

NUMBER = re.compile(rb'name="replaces" value="([^"]+)"')
MARK = b"0123456789ABCDEF"
SIGNED_IN_SECONDS = 120.0  # sensitive steps want a fresh sign-in


@dataclass
class Done:
    """What the site acknowledged to the people of one agency."""

    assessment: int
    saves: dict[str, int] = field(default_factory=dict)
    files: list[tuple[str, str]] = field(default_factory=list)
    steps: Counter[str] = field(default_factory=Counter)
    decisions: list[str] = field(default_factory=list)


class Person(threading.Thread, ABC):
    """Calls `turn()` until `stop` is set; whatever breaks is tried again after a moment."""

    def __init__(self, address: str, email: str, stop: threading.Event, done: Done) -> None:
        super().__init__(daemon=True)
        self.address, self.email, self.stopping, self.done = address, email, stop, done
        self.answers: Counter[int] = Counter()
        self.faults = 0
        self.visitor = self._stranger()
        self.signed_in_at = 0.0

    def _stranger(self) -> Visitor:
        return Visitor(self.address, lambda _kind, _seconds, status: self.answers.update([status]))

    def run(self) -> None:
        while not self.stopping.is_set():
            try:
                if time.monotonic() - self.signed_in_at > SIGNED_IN_SECONDS:
                    self.visitor = self._stranger()
                    self.visitor.sign_in(self.email, PASSWORD)
                    self.signed_in_at = time.monotonic()
                self.turn()
            except (Failed, OSError):  # a part is down, or the answer got lost
                self.faults += 1
                self.stopping.wait(0.1)

    @abstractmethod
    def turn(self) -> None:
        """One thing after the other, until something is not answered."""


class Keeper(Person):
    """Writes notes that count up, uploads, and now and then sends the whole to the secretary."""

    def __init__(self, *arguments: Any, paper: bytes) -> None:
        super().__init__(*arguments)
        self.paper, self.turns = paper, 0

    def turn(self) -> None:
        self.turns += 1
        base = f"/penilaian/{self.done.assessment}"
        for code in CODES:
            self.visitor.save(f"{base}/{code}/", [1], str(self.turns))
            self.done.saves[code] = self.turns
        if self.turns % 3 == 0:
            self._upload(f"{base}/{CODES[0]}/", CODES[0])
        if self.turns % 7 == 0:
            self._upload(f"{base}/{CODES[1]}/", CODES[1])
        if self.turns % 5 == 0:
            self.visitor.open(f"{base}/kelengkapan/")
            self.visitor.send("step", f"{base}/kirim/", 302)
            self.done.steps["request_review"] += 1

    def _upload(self, path: str, code: str) -> None:
        content = self.paper.replace(MARK, f"{self.done.assessment:06d}{self.turns:010d}".encode(), 1)
        self.visitor.upload(path, f"Bukti {self.turns}.pdf", content)
        self.done.files.append((code, hashlib.sha256(content).hexdigest()))


class Secretary(Person):
    """Sends back whatever comes for review."""

    def turn(self) -> None:
        base = f"/penilaian/{self.done.assessment}"
        self.visitor.open(f"{base}/ringkasan/")
        self.visitor.send("step", f"{base}/kembalikan/", 302, reason="Lengkapi catatannya.")
        self.done.steps["return_to_team"] += 1


class PlenaryMember(Person):
    """Corrects a published decision again and again: each correction signs new papers."""

    def turn(self) -> None:
        path = f"/pleno/{self.done.assessment}/"
        number = self.visitor.open(path).found(NUMBER)
        if number not in self.done.decisions:
            self.done.decisions.append(number)
        self.visitor.send(
            "decision",
            path,
            302,
            act="correct",
            confirm="1",
            replaces=number,
            number="",
            decided_on=date.today().isoformat(),
            reason="Salah tulis pada keputusan sebelumnya.",
        )
        self.done.steps["correct"] += 1
        self.stopping.wait(1)


Blow = Callable[[], None]


def blows(cluster: Cluster) -> list[tuple[str, Blow]]:
    """What may be killed: each is killed with -9 and started again."""
    programs: list[Program] = [*cluster.nodes, *cluster.receivers, *cluster.workers, cluster.s3.program]
    return [
        *((program.name, _restarted(program)) for program in programs),
        ("PostgreSQL", _postgres(cluster)),
    ]


def _restarted(program: Program) -> Blow:
    def blow() -> None:
        program.kill()
        program.start()

    return blow


def _postgres(cluster: Cluster) -> Blow:
    def blow() -> None:
        cluster.postgres.kill()
        cluster.postgres.start()

    return blow


def storm(cluster: Cluster, people: Sequence[Person], stop: threading.Event, *, kills: int) -> Counter[str]:
    """Let `people` work through `kills` blows at random moments; how often each part was hit."""
    chance, struck = random.Random(kills), Counter[str]()
    for person in people:
        person.start()
    targets = blows(cluster)
    for _turn in range(kills):
        time.sleep(chance.uniform(0.1, 1.5))
        name, blow = chance.choice(targets)
        blow()
        struck[name] += 1
    time.sleep(3)
    assert all(person.is_alive() for person in people), "somebody went home"
    stop.set()
    for person in people:
        person.join(60)
    return struck
