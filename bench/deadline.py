"""The last evening of a round: many agencies sign in, save, upload and submit at once, against two nodes.

`python -m bench.deadline` uses the cluster that `make cluster` has left running, or starts one of its own.
`make bench` runs it small (32 agencies in half a minute); `--agencies 640 --minutes 10` is the whole evening.
Afterwards every acknowledged save, file and submission is read back and compared.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench._round import CODES, PASSWORD
from bench._visitor import Failed, Visitor

SAVES_EACH = 4  # of each of the three indicators: twelve saves an agency
SESSION_SECONDS = 60.0  # from an agency's sign-in to its submission, pauses included
JUDGED = 600.0  # seconds in which 95 of 100 files are judged
MARK = b"0123456789ABCDEF"


class Measured:
    """How long each kind of request took, and every answer that was none."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.seconds: dict[str, list[float]] = defaultdict(list)
        self.faults: list[str] = []

    def note(self, kind: str, seconds: float, status: int) -> None:
        with self.lock:
            self.seconds[kind].append(seconds)
            if status >= 500:
                self.faults.append(f"{kind}: {status}")

    def fail(self, sentence: str) -> None:
        with self.lock:
            self.faults.append(sentence)

    def report(self) -> Iterator[str]:
        """A line a kind of request."""
        for kind, times in sorted(self.seconds.items()):
            times.sort()
            middle, late = times[len(times) // 2], times[int(len(times) * 0.95)]
            yield (
                f"{kind:<13} {len(times):>7} requests, median {middle * 1000:6.0f} ms, "
                f"95 % within {late * 1000:6.0f} ms, slowest {times[-1] * 1000:6.0f} ms"
            )


@dataclass
class Acknowledged:
    """What the site said it has of one agency."""

    assessment: int
    saves: dict[str, tuple[int, str]] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    submitted: bool = False


@dataclass
class Evening:
    """One agency's evening: `who` is its line of `bench._round make`."""

    address: str
    who: dict[str, Any]
    paper: bytes
    measured: Measured
    seconds: float
    done: Acknowledged = field(init=False)

    def __post_init__(self) -> None:
        self.done = Acknowledged(self.who["assessment"])
        self.chance = random.Random(self.who["assessment"])

    def run(self, begin: float) -> None:
        """Everything in order, from the moment `begin` of the monotonic clock on; faults are measured."""
        time.sleep(max(0.0, begin - time.monotonic()))
        try:
            self._fill()
            self._submit()
        except (Failed, OSError) as error:
            self.measured.fail(f"agency {self.who['agency']}: {type(error).__name__}: {error}")

    def _pause(self) -> None:
        steps = len(CODES) * (SAVES_EACH + 1) + 2
        time.sleep(self.chance.uniform(0.5, 1.5) * self.seconds / steps)

    def _visitor(self, role: str) -> Visitor:
        visitor = Visitor(self.address, self.measured.note)
        visitor.sign_in(self.who[role], PASSWORD)
        return visitor

    def _fill(self) -> None:
        keeper = self._visitor("keeper")
        for code in CODES:
            path = f"/penilaian/{self.done.assessment}/{code}/"
            for turn in range(SAVES_EACH):
                level, note = self.chance.randint(1, 4), f"Catatan {turn} pada {code}"
                keeper.save(path, list(range(1, level + 1)), note)
                self.done.saves[code] = (level, note)
                self._pause()
            mark = f"{self.done.assessment:08d}{code:>8}".encode()
            content = self.paper.replace(MARK, mark, 1)
            keeper.upload(path, f"Bukti {code}.pdf", content)
            self.done.files[code] = hashlib.sha256(content).hexdigest()
            self._pause()
        keeper.open(f"/penilaian/{self.done.assessment}/kelengkapan/")
        keeper.send("step", f"/penilaian/{self.done.assessment}/kirim/", 302)

    def _submit(self) -> None:
        base = f"/penilaian/{self.done.assessment}"
        pyb = self._visitor("pyb")
        pyb.open(f"{base}/reviu/")
        pyb.send("step", f"{base}/setujui/", 302)
        pyb.open(f"{base}/reviu/")
        pyb.send("step", f"{base}/ajukan/", 302, accept_unanswered="1")
        self.done.submitted = True


def paper(size: int) -> bytes:
    """A real PDF of about `size` bytes that does not compress, with a mark to make each copy another file."""
    import pikepdf

    document = pikepdf.new()
    document.add_blank_page(page_size=(595, 842))
    noise = MARK + random.Random(1).randbytes(size)
    document.Root.Noise = document.make_indirect(pikepdf.Stream(document, noise))
    body = io.BytesIO()
    document.save(body, compress_streams=False)
    return body.getvalue()


Played = tuple[Measured, list[Acknowledged]]


def evening(address: str, people: Sequence[dict[str, Any]], seconds: float) -> Played:
    """Play all agencies' evenings within about `seconds`."""
    measured, document = Measured(), paper(2 * 1024 * 1024)
    session = min(SESSION_SECONDS, seconds / 2)
    evenings = [Evening(address, who, document, measured, session) for who in people]
    begin, last, chance = time.monotonic() + 1, seconds - session * 1.25, random.Random(2026)
    begins = [begin + chance.uniform(0, last) for _one in evenings]
    threads = [
        threading.Thread(target=one.run, args=[at], daemon=True)
        for one, at in zip(evenings, begins, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return measured, [one.done for one in evenings]


def site(command: Sequence[str], environment: dict[str, str], sent: str = "") -> list[Any]:
    """Lines of JSON of a `bench._round` process with the site's settings."""
    done = subprocess.run(
        [sys.executable, "-m", "bench._round", *command],
        input=sent,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(done.stderr[-3000:])
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def judged_waits(environment: dict[str, str], until: float) -> list[float]:
    """For how many seconds each file waited, once none waits or is to be drawn, or it is `until`; sorted.

    A file that was not judged by then has waited for ever.
    """
    while True:
        (found,) = site(["judged"], environment)
        if not (found["waiting"] or found["drawing"]) or time.monotonic() > until:
            return sorted([*found["waits"], *[float("inf")] * found["waiting"]])
        time.sleep(5)


def waits_line(waits: list[float]) -> str:
    """How many files were judged within ten minutes, and how long they waited."""
    in_time = sum(wait <= JUDGED for wait in waits)
    late = waits[int(len(waits) * 0.95)] if waits else 0.0
    return (
        f"files judged within 10 minutes: {in_time} of {len(waits)}, "
        f"95 % waited at most {late:.0f} s, the longest {waits[-1] if waits else 0:.0f} s"
    )


@contextmanager
def cluster() -> Iterator[tuple[str, dict[str, str]]]:
    """Address and environment of the running cluster, or of one started for the time."""
    from deploy.cluster import STANDING, Cluster

    if STANDING.exists():
        found = json.loads(STANDING.read_text(encoding="utf-8"))
        yield found["address"], os.environ | found["environment"]
        return
    with tempfile.TemporaryDirectory(prefix="sipinter-cluster-") as folder, Cluster(Path(folder)) as started:
        yield started.address, os.environ | started.environment


def main(arguments: Sequence[str] = ()) -> None:
    """Prints the figures; ends with 1 when anything acknowledged is missing or anything answered 5xx."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agencies", type=int, default=32)
    parser.add_argument("--minutes", type=float, default=0.5)
    options = parser.parse_args(arguments)
    with cluster() as (address, environment):
        people = site(["make", str(options.agencies)], environment)
        started = time.monotonic()
        measured, done = evening(address, people, options.minutes * 60)
        took = time.monotonic() - started
        waits = judged_waits(environment, time.monotonic() + JUDGED)
        lost = site(["read"], environment, "\n".join(json.dumps(vars(one)) for one in done))
    print(f"{len(people)} agencies in {took:.0f} s against {address}")
    for line in measured.report():
        print(line)
    print(waits_line(waits))
    kept = sum(len(one.files) for one in done)
    print(
        f"submitted {sum(one.submitted for one in done)}, files {kept}, lost {len(lost)}, "
        f"faults {len(measured.faults)}"
    )
    for fault in [*measured.faults[:10], *lost[:10]]:
        print(f"  {fault}")
    if lost or measured.faults:
        raise SystemExit(1)


if __name__ == "__main__":
    main(sys.argv[1:])
