"""Backup and restore as an operator does them, interrupted and damaged as life does."""

from __future__ import annotations

import fcntl
import json
import os
import random
import signal
import sqlite3
import subprocess
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sipinter.operations.backup import archive

from .conftest import Site

KILLS = int(os.environ.get("SIPINTER_TEST_KILLS", "2"))


def manifest(path: Path) -> dict[str, Any]:
    with tarfile.open(path) as file:
        member = file.extractfile("manifest.json")
        assert member is not None
        return json.loads(member.read())  # type: ignore[no-any-return]


def tables(path: Path) -> dict[str, Any]:
    """Rows and digest of every table in a backup."""
    return manifest(path)["tables"]  # type: ignore[no-any-return]


def assert_same(original: Site, backup: Path, copy: Site, folder: Path) -> None:
    """`copy` holds what `original` holds: each file by hash, each table by the hashes of its rows."""
    assert copy.files() == original.files()
    again = folder / "again.tar"
    copy.done("backup", str(again))
    assert tables(again) == tables(backup)


@pytest.fixture
def empty(tmp_path: Path) -> Site:
    return Site(tmp_path / "var")


def test_the_whole_demonstration_comes_back(shown: Site, kept: Path, empty: Site, tmp_path: Path) -> None:
    said = empty.done("restore", str(kept))
    assert "SIPINTER_SECRET_KEY" in said
    assert_same(shown, kept, empty, tmp_path)
    assert sum(table["rows"] for table in tables(kept).values()) > 2000
    certificates = sorted(path.name for path in (shown.var / "signing-certificates").glob("*.pem"))
    assert certificates == sorted(path.name for path in (empty.var / "signing-certificates").glob("*.pem"))


def test_new_rows_go_on_after_the_old_numbers(kept: Path, empty: Site) -> None:
    empty.done("restore", str(kept))
    code = (
        "from sipinter.accounts.models import User; last = User.objects.order_by('-pk').first().pk;"
        "print(User.objects.create_user('baru@contoh.go.id', 'x', name='Baru').pk > last)"
    )
    assert empty.done("manage", "shell", "--no-imports", "-c", code).strip() == "True"


def test_a_backup_holds_no_key(shown: Site, kept: Path) -> None:
    with tarfile.open(kept) as file:
        names = file.getnames()
    assert not [name for name in names if name.endswith((".p12", ".env"))]
    key = (shown.var / "signing.p12").read_bytes()
    assert key[100:400] not in kept.read_bytes()
    assert kept.stat().st_mode & 0o077 == 0


def test_nothing_is_replaced_unasked(kept: Path, empty: Site, shown: Site, tmp_path: Path) -> None:
    there = shown.run("backup", str(kept))
    assert (there.returncode, "is there already" in there.stderr) == (2, True)
    empty.done("restore", str(kept))
    again = empty.run("restore", str(kept))
    assert (again.returncode, "--force" in again.stderr) == (2, True)
    with sqlite3.connect(empty.var / "sipinter.sqlite3") as database:
        database.execute("update accounts_user set name = 'Diubah'")
    empty.done("restore", "--force", str(kept))
    assert_same(shown, kept, empty, tmp_path)


@pytest.mark.parametrize("seed", range(4))
def test_one_changed_byte_is_found(kept: Path, tmp_path: Path, seed: int) -> None:
    spot = random.Random(seed).randrange(kept.stat().st_size)
    damaged = tmp_path / "damaged.tar"
    content = bytearray(kept.read_bytes())
    content[spot] ^= 0x55
    damaged.write_bytes(content)
    with pytest.raises(archive.Damaged):
        archive.verify(damaged)


def test_every_member_is_named_when_it_is_damaged(kept: Path, tmp_path: Path) -> None:
    with tarfile.open(kept) as file:
        members = [member for member in file.getmembers() if member.size]
    content = kept.read_bytes()
    damaged = tmp_path / "damaged.tar"
    for member in members[1:-1:15]:
        spot = member.offset_data + member.size // 2
        damaged.write_bytes(content[:spot] + bytes([content[spot] ^ 1]) + content[spot + 1 :])
        with pytest.raises(archive.Damaged, match=member.name):
            archive.verify(damaged)


@pytest.mark.parametrize("share", [0.0, 0.01, 0.5, 0.999])
def test_a_file_cut_off_is_refused_before_anything_is_touched(
    kept: Path, empty: Site, tmp_path: Path, share: float
) -> None:
    cut = tmp_path / "cut.tar"
    cut.write_bytes(kept.read_bytes()[: int(kept.stat().st_size * share)])
    refused = empty.run("restore", str(cut))
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "Traceback" not in refused.stderr
    assert not (empty.var / "files").exists()


def test_a_foreign_file_is_refused(empty: Site, tmp_path: Path) -> None:
    foreign = tmp_path / "foreign.tar"
    with tarfile.open(foreign, "w") as file:
        file.add(__file__, "manifest.json")
    refused = empty.run("restore", str(foreign))
    assert refused.returncode == 2
    assert "manifest.json is damaged" in refused.stderr


def rewritten(source: Path, target: Path, change: dict[str, Any]) -> Path:
    """`source` with another manifest, correct in every hash."""
    with source.open("rb") as file, target.open("wb") as out:
        for name, _end in archive.complete_members(source):
            walk = archive.Walk(file, "")
            walk.position = places(source)[name]
            content = bytearray()
            walk.member(name, None, content.extend)
            if name == "manifest.json":
                content = bytearray(archive.as_json({**json.loads(content), **change}))
                hashed = archive.hashlib.sha256(content).hexdigest()
            if name == "end.json":
                content = bytearray(archive.as_json({**json.loads(content), "manifest": hashed}))
            archive.append(out, name, len(content), iter([bytes(content)]))
        out.write(bytes(1024))
    return target


def places(source: Path) -> dict[str, int]:
    names, ends = zip(*archive.complete_members(source), strict=True)
    return dict(zip(names, (0, *ends), strict=False))


def test_a_backup_of_a_newer_version_is_refused(kept: Path, empty: Site, tmp_path: Path) -> None:
    newer = rewritten(kept, tmp_path / "newer.tar", {"version": "99.0"})
    refused = empty.run("restore", str(newer))
    assert (refused.returncode, "newer than this program" in refused.stderr) == (2, True)
    known = manifest(kept)["migrations"]
    later = rewritten(kept, tmp_path / "later.tar", {"migrations": [*known, ["evidence", "9999_moon"]]})
    refused = empty.run("restore", str(later))
    assert (refused.returncode, "evidence.9999_moon" in refused.stderr) == (2, True)


def test_a_backup_of_an_older_version_is_migrated(kept: Path, empty: Site, tmp_path: Path) -> None:
    """From before a migration: tables are made as they were then, filled, then brought up to date."""
    known = manifest(kept)["migrations"]
    last = max(name for app, name in known if app == "audit")
    older = rewritten(
        kept, tmp_path / "older.tar", {"migrations": [m for m in known if m != ["audit", last]]}
    )
    empty.done("restore", str(older))
    shown = empty.done("manage", "showmigrations", "audit")
    assert "[ ]" not in shown
    empty.done("backup", str(tmp_path / "again.tar"))
    assert tables(tmp_path / "again.tar") == tables(kept)


def test_a_stored_file_that_is_gone_or_changed_is_named(kept: Path, empty: Site, tmp_path: Path) -> None:
    empty.done("restore", str(kept))
    gone, changed = sorted(empty.files())[:2]
    (empty.var / "files" / gone).unlink()
    place = empty.var / "files" / changed
    place.chmod(0o600)
    place.write_bytes(b"x" * place.stat().st_size)
    refused = empty.run("backup", str(tmp_path / "b.tar"))
    assert (refused.returncode, gone in refused.stderr) == (2, True)
    made = empty.run("backup", "--skip-damaged", str(tmp_path / "b.tar"))
    assert made.returncode == 0
    assert gone in made.stderr
    assert changed in made.stderr
    assert sorted(archive.verify(tmp_path / "b.tar").end["missing"]) == sorted([gone, changed])
    other = Site(tmp_path / "other")
    restored = other.run("restore", str(tmp_path / "b.tar"))
    assert restored.returncode == 0
    assert gone in restored.stderr


def killed_within(process: subprocess.Popen[bytes], seconds: float) -> bool:
    """kill -9 after that long; False when it had ended before."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait()
        return True
    return False


def test_a_backup_killed_at_any_moment_goes_on(shown: Site, kept: Path, tmp_path: Path) -> None:
    chance = random.Random(7)
    started = time.monotonic()
    shown.done("backup", str(tmp_path / "timed.tar"))
    length = time.monotonic() - started
    for turn in range(KILLS):
        target = tmp_path / f"{turn}.tar"
        killed_within(shown.start("backup", str(target)), chance.uniform(0.4, 1.0) * length)
        if not target.exists():
            shown.done("backup", str(target))
        archive.verify(target)
        assert tables(target) == tables(kept)
        assert not target.with_name(target.name + ".partial").exists()


def torn(folder: Path) -> Iterator[Path]:
    """Unfinished archives: cut at a member's end, within its data, within its header."""
    work = folder / "archive.tar"
    content = work.read_bytes()
    ends = [end for _name, end in archive.complete_members(work)]
    for length in (ends[3], ends[len(ends) // 2] + 700, ends[-4] - 5, ends[10] + 100, 0):
        work.write_bytes(content[:length])
        yield work


def test_a_backup_goes_on_from_what_was_written(shown: Site, kept: Path, tmp_path: Path) -> None:
    target = tmp_path / "b.tar"
    lost = next(iter(sorted(shown.files())[-1:]))
    hidden = shown.var / "files" / lost
    aside = tmp_path / "aside"
    hidden.rename(aside)
    try:
        assert shown.run("backup", str(target)).returncode == 2
    finally:
        aside.rename(hidden)
    folder = target.with_name("b.tar.partial")
    for turn, _work in enumerate(torn(folder)):
        copy = tmp_path / f"{turn}.tar"
        subprocess.run(["cp", "-r", str(folder), f"{copy}.partial"], check=True)
        shown.done("backup", str(copy))
        archive.verify(copy)
        assert tables(copy) == tables(kept)


def test_a_restore_killed_at_any_moment_goes_on(shown: Site, kept: Path, tmp_path: Path) -> None:
    chance = random.Random(11)
    timed = Site(tmp_path / "timed")
    started = time.monotonic()
    timed.done("restore", str(kept))
    length = time.monotonic() - started
    for turn in range(KILLS):
        site = Site(tmp_path / str(turn))
        killed_within(site.start("restore", str(kept)), chance.uniform(0.3, 1.0) * length)
        done = site.run("restore", str(kept))
        assert done.returncode == 0 or "--force" in done.stderr, done.stderr
        folder = tmp_path / f"copy-{turn}"
        folder.mkdir()
        assert_same(shown, kept, site, folder)


def test_two_backups_do_not_write_one_file(shown: Site, tmp_path: Path) -> None:
    folder = tmp_path / "b.tar.partial"
    folder.mkdir()
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        refused = shown.run("backup", str(tmp_path / "b.tar"))
    assert (refused.returncode, "another backup" in refused.stderr) == (2, True)
