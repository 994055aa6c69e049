"""The audit of libraries works without a network and fails closed: for a weakness, for silence, for age."""

import json
import subprocess
from datetime import date, timedelta
from pathlib import Path

import pytest

from deploy import audit
from deploy.audit import Advisory, Library, Snapshot, Source, audit_libraries, within

ROOT = Path(__file__).parents[2]
DAY = date(2026, 11, 1)
WEAK = Library("PyPI", "lemah", "1.0")
ADVISORY = Advisory("PYSEC-2026-1", "PyPI", "lemah", (">=0.9,<1.1",), ("CVE-2026-1",), "HIGH", ("1.1",))


def snapshot(*advisories: Advisory, answers: dict[str, str] | None = None) -> Snapshot:
    return Snapshot((Source("PyPI", "a source", DAY, answers),), advisories)


def test_a_known_weakness_is_named_with_the_version_that_mends_it() -> None:
    found = audit_libraries("base.txt", [Library("PyPI", "baik", "1.0"), WEAK], snapshot(ADVISORY))
    assert found.lines() == [
        "base.txt: 2 of 2 libraries audited, 1 with a known weakness",
        "  lemah 1.0: PYSEC-2026-1, CVE-2026-1 (fixed in: 1.1)",
    ]


def test_what_no_source_speaks_for_is_no_clean_bill() -> None:
    asked_for = snapshot(answers={"lemah": "1.0", "lain": "2.0"})
    others = [Library("PyPI", "lain", "2.1"), Library("npm", "lemah", "1.0")]
    found = audit_libraries("base.txt", [WEAK, *others], asked_for)
    assert found.lines() == [
        "base.txt: 1 of 3 libraries audited, 0 with a known weakness; NOT a clean bill: "
        "no source speaks for the rest"
    ]
    assert audit_libraries("base.txt", [], snapshot()).lines()[0].startswith("base.txt: 0 of 0")


@pytest.mark.parametrize(
    ("version", "affected", "ecosystem", "inside"),
    [
        ("1.0", ">=0.9,<1.1", "PyPI", True),
        ("1.1", ">=0.9,<1.1", "PyPI", False),
        ("1.1rc1", ">=0.9,<1.1", "PyPI", True),
        ("1.10", "<=1.9", "PyPI", False),
        ("1.0.post1", "=1.0", "PyPI", False),
        ("1.10.0", "<1.9.0", "npm", False),
        ("2.0.0-beta.2", ">=2.0.0-beta.10,<2.0.0", "npm", False),
        ("2.0.0-beta.10", ">=2.0.0-beta.2,<2.0.0", "npm", True),
        ("2.0.0", ">2.0.0-rc.1", "npm", True),
        ("a version of its own", "<1.0", "npm", True),
        ("1.0", "a range of its own", "PyPI", True),
    ],
)
def test_versions_are_compared_as_each_ecosystem_does(
    version: str, affected: str, ecosystem: str, inside: bool
) -> None:
    assert within(version, affected, ecosystem) is inside


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """The snapshot of the repository, of a day that this test chooses, weak in nothing."""
    path = tmp_path / "advisories.json"
    sources = [{"ecosystem": kind, "name": "a source", "day": DAY.isoformat()} for kind in ("PyPI", "npm")]
    path.write_text(json.dumps({"sources": sources, "advisories": []}), encoding="utf-8")
    return path


@pytest.mark.parametrize(("days", "words", "code"), [(30, [], 0), (31, [], 2), (400, ["--any-age"], 0)])
def test_an_old_snapshot_fails_but_where_a_build_must_not_depend_on_the_day(
    kept: Path, capsys: pytest.CaptureFixture[str], days: int, words: list[str], code: int
) -> None:
    assert audit.main(words, today=DAY + timedelta(days=days), path=kept) == code
    assert ("older than 30 days" in capsys.readouterr().out) is (days > 30)


@pytest.mark.parametrize("words", [[], ["--any-age"]])
def test_a_lock_file_of_which_nothing_was_audited_fails(kept: Path, words: list[str]) -> None:
    changed = json.loads(kept.read_text())
    changed["sources"][1]["answers"] = {"another": ""}
    kept.write_text(json.dumps(changed))
    assert audit.main(words, today=DAY, path=kept) == 2


def test_a_weakness_fails_whatever_the_day(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    django = next(row for row in audit.locked_libraries(ROOT / audit.LOCKS[0]) if row.name == "django")
    changed = json.loads(kept.read_text())
    changed["advisories"] = [
        {"id": "GHSA-x", "ecosystem": "PyPI", "name": "django", "affected": [f"<={django.version}"]}
    ]
    kept.write_text(json.dumps(changed))
    assert audit.main(["--any-age"], today=DAY, path=kept) == 1
    assert f"django {django.version}: GHSA-x (fixed in: none)" in capsys.readouterr().out


def test_the_snapshot_of_the_repository_finds_earlier_versions_and_no_present_one() -> None:
    ours = audit.read_snapshot()
    for name in audit.LOCKS:
        found = audit_libraries(name, audit.locked_libraries(ROOT / name), ours)
        assert found.weak == []
        assert found.answered
    earlier = [Library("PyPI", "django", "5.2.1"), Library("npm", "bootstrap", "3.3.0")]
    for library in earlier:
        assert len(audit_libraries("earlier", [library], ours).weak) > 3


def test_the_repository_names_no_registry() -> None:
    hosts = ["pypi" + ".org", "pythonhosted" + ".org", "npmjs" + ".org", "npmjs" + ".com", "yarnpkg" + ".com"]
    words = [word for host in hosts for word in ("-e", host)]
    command = ["git", "grep", "--untracked", "-nIiF", *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
