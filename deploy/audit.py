"""Known weaknesses of the libraries in the lock files: `python -m deploy.audit`, without a network.

The lock files of Python and of npm are compared with `deploy/advisories.json`, a snapshot of published
advisories that `python -m deploy.snapshot` renews. Ends with 1 when a library has a known weakness, with 2
when nothing was audited or the snapshot is older than 30 days. `--any-age` says the age and does not fail
for it: a build of an earlier day must come out as it did then.
"""

import argparse
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from packaging.version import InvalidVersion, Version

ROOT = Path(__file__).resolve().parent.parent
SNAPSHOT = ROOT / "deploy" / "advisories.json"
LOCKS = ("requirements/base.txt", "requirements/dev.txt", "package-lock.json")
OLDEST = timedelta(days=30)
EXIT_WEAK, EXIT_UNAUDITED = 1, 2
PINNED = re.compile(r"^([A-Za-z0-9][\w.-]*)==([^\s;\\]+)", re.MULTILINE)
CLAUSE = re.compile(r"(>=|<=|==|=|<|>)\s*([^\s,]+)")
SEMANTIC = re.compile(r"v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z.-]+))?(?:\+.*)?")


@dataclass(frozen=True, order=True)
class Library:
    """One line of a lock file."""

    ecosystem: str
    name: str
    version: str


@dataclass(frozen=True)
class Advisory:
    """A weakness of some versions of a library: `affected` holds ranges as `>=1.0,<1.2`."""

    id: str
    ecosystem: str
    name: str
    affected: tuple[str, ...]
    aliases: tuple[str, ...] = ()
    severity: str = ""
    fixed: tuple[str, ...] = ()

    def concerns(self, library: Library) -> bool:
        """Whether this version is among the affected; one that cannot be compared is."""
        if (library.ecosystem, library.name) != (self.ecosystem, self.name):
            return False
        return any(within(library.version, affected, self.ecosystem) for affected in self.affected)


@dataclass(frozen=True)
class Source:
    """Where advisories came from, and what they speak for: all libraries, or the named ones only.

    `answers` names a library and the version that was asked for, or "" where ranges answer for any.
    """

    ecosystem: str
    name: str
    day: date
    answers: dict[str, str] | None = None

    def answers_for(self, library: Library) -> bool:
        """Whether silence about this library means that no weakness is known."""
        if library.ecosystem != self.ecosystem:
            return False
        if self.answers is None:
            return True
        return self.answers.get(library.name) in ("", library.version)


@dataclass(frozen=True)
class Snapshot:
    """Published advisories of some days, for the libraries that we use."""

    sources: tuple[Source, ...]
    advisories: tuple[Advisory, ...]

    @property
    def day(self) -> date:
        """The day of its oldest source."""
        return min(source.day for source in self.sources)

    def is_stale(self, today: date) -> bool:
        """Whether more than 30 days have gone by since."""
        return today - self.day > OLDEST


@dataclass
class Findings:
    """What was found in one lock file."""

    name: str
    asked: int = 0
    unanswered: list[str] = field(default_factory=list)
    weak: list[str] = field(default_factory=list)

    @property
    def answered(self) -> int:
        return self.asked - len(self.unanswered)

    def lines(self) -> list[str]:
        """For the terminal."""
        head = f"{self.name}: {self.answered} of {self.asked} libraries audited, "
        head += f"{len(self.weak)} with a known weakness"
        if self.unanswered or not self.asked:
            head += "; NOT a clean bill: no source speaks for the rest"
        return [head, *(f"  {line}" for line in self.weak)]


def normal_name(ecosystem: str, name: str) -> str:
    """As the ecosystem compares names."""
    return re.sub(r"[-_.]+", "-", name).lower() if ecosystem == "PyPI" else name


def locked_libraries(path: Path) -> Iterator[Library]:
    """The libraries that a lock file pins, in its order."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".json":
        for place, row in json.loads(text)["packages"].items():
            if place:
                yield Library("npm", place.rpartition("node_modules/")[2], row["version"])
    else:
        for name, version in PINNED.findall(text):
            yield Library("PyPI", normal_name("PyPI", name), version)


def semantic_key(version: str) -> tuple[Any, ...]:
    """Orders versions as npm does: numbers, then a release after its previews."""
    found = SEMANTIC.fullmatch(version)
    if not found:
        raise InvalidVersion(version)
    numbers = tuple(int(part or 0) for part in found.groups()[:3])
    preview = found[4]
    if preview is None:
        return (*numbers, 1, ())
    parts = tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in preview.split("."))
    return (*numbers, 0, parts)


KEYS: dict[str, Callable[[str], Any]] = {"PyPI": Version, "npm": semantic_key}


def within(version: str, affected: str, ecosystem: str) -> bool:
    """Whether a version lies in a range; what cannot be compared counts as lying in it."""
    key = KEYS[ecosystem]
    clauses = CLAUSE.findall(affected)
    if not clauses:
        return True
    try:
        mine = key(version)
        return all(_holds(mine, sign, key(other)) for sign, other in clauses)
    except InvalidVersion:
        return True


def _holds(mine: Any, sign: str, other: Any) -> bool:
    match sign:
        case "<":
            return bool(mine < other)
        case "<=":
            return bool(mine <= other)
        case ">":
            return bool(mine > other)
        case ">=":
            return bool(mine >= other)
    return bool(mine == other)


def read_snapshot(path: Path = SNAPSHOT) -> Snapshot:
    """The snapshot of the repository."""
    kept = json.loads(path.read_text(encoding="utf-8"))
    return Snapshot(
        tuple(
            Source(row["ecosystem"], row["name"], date.fromisoformat(row["day"]), row.get("answers"))
            for row in kept["sources"]
        ),
        tuple(
            Advisory(
                row["id"],
                row["ecosystem"],
                row["name"],
                tuple(row["affected"]),
                tuple(row.get("aliases", ())),
                row.get("severity", ""),
                tuple(row.get("fixed", ())),
            )
            for row in kept["advisories"]
        ),
    )


def audit_libraries(name: str, libraries: Iterable[Library], snapshot: Snapshot) -> Findings:
    """What a snapshot says of the libraries of one lock file."""
    found = Findings(name)
    for library in libraries:
        found.asked += 1
        if not any(source.answers_for(library) for source in snapshot.sources):
            found.unanswered.append(library.name)
        for advisory in snapshot.advisories:
            if advisory.concerns(library):
                known_as = ", ".join((advisory.id, *advisory.aliases))
                fixed = ", ".join(advisory.fixed) or "none"
                found.weak.append(f"{library.name} {library.version}: {known_as} (fixed in: {fixed})")
    return found


def main(words: list[str] | None = None, *, today: date | None = None, path: Path = SNAPSHOT) -> int:
    """Audit all lock files; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m deploy.audit")
    parser.add_argument("--any-age", action="store_true", help="Do not fail for an old snapshot.")
    any_age = parser.parse_args(words).any_age
    snapshot = read_snapshot(path)
    stale = snapshot.is_stale(today or date.today())
    for source in snapshot.sources:
        print(f"{source.ecosystem}: {source.name}, of {source.day}")
    all_found = [audit_libraries(name, locked_libraries(ROOT / name), snapshot) for name in LOCKS]
    for found in all_found:
        print("\n".join(found.lines()))
    if stale:
        print(f"older than {OLDEST.days} days, of {snapshot.day}: `make snapshot` renews the advisories")
    if any(found.weak for found in all_found):
        return EXIT_WEAK
    if any(not found.answered for found in all_found) or (stale and not any_age):
        return EXIT_UNAUDITED
    return 0


if __name__ == "__main__":
    sys.exit(main())
