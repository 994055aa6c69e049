"""Backup and restore as an operator does them, interrupted and damaged as life does."""

from __future__ import annotations

import fcntl
import json
import os
import random
import shutil
import signal
import subprocess
import tarfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection, transaction

from sipinter.foundation.agencies.models import Agency
from sipinter.foundation.evidence.storage import store
from sipinter.site.operations.backup import archive
from sipinter.site.operations.backup.archive import BackupDamaged, BackupError
from sipinter.site.operations.backup.create import make_backup, referenced_files
from sipinter.site.operations.backup.restore import restore_backup
from tests.assessment.round import Round

from .conftest import Site, Timed, copy_of, trust_of

# The full run: SIPINTER_TEST_KILLS=20.
KILLS = int(os.environ.get("SIPINTER_TEST_KILLS", "1"))


def manifest(path: Path) -> dict[str, Any]:
    with tarfile.open(path) as file:
        member = file.extractfile("manifest.json")
        assert member is not None
        return json.loads(member.read())  # type: ignore[no-any-return]


def verified(path: Path) -> archive.BackupContents:
    with path.open("rb") as file:
        return archive.verify_backup(file, path.name)


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


def test_the_whole_demonstration_comes_back(shown: Site, kept: Path, restored: Timed, tmp_path: Path) -> None:
    there = Site(restored.path)
    assert_same(shown, kept, there, tmp_path)
    assert sum(table["rows"] for table in tables(kept).values()) > 2000
    for folder, pattern in (("signing-certificates", "*.pem"), ("checkpoints", "*.*")):
        names = {path.name for path in (shown.var / folder).glob(pattern)}
        assert names
        assert names <= {path.name for path in (there.var / folder).glob(pattern)}


def test_what_belongs_to_the_moment_stays_behind(kept: Path, restored: Timed) -> None:
    there = tables(kept)
    gone = {"evidence.upload", "evidence.part", "work.worker", "sessions.session", "usersessions.usersession"}
    assert gone & set(there) == set()
    assert there["django_tasks_database.dbtaskresult"]["rows"] >= 2
    assert there["work.cause"]["rows"] >= 2
    assert there["audit.checkpoint"]["rows"] == 1
    assert not (restored.path / "files" / "uploads").exists()


def test_a_restored_site_goes_on(restored: Timed, tmp_path: Path) -> None:
    """Numbers after the old ones, the trail whole and guarded, the queue taken up."""
    assert_goes_on(copy_of(restored, tmp_path / "var"))


GOES_ON = """
from django.db import DatabaseError, connection, transaction
from sipinter.foundation.accounts.models import User
from sipinter.foundation.audit import triggers
from sipinter.foundation.audit.models import Event
from sipinter.foundation.work.claims import reclaim_tasks
from sipinter.foundation.work.models import Row
from sipinter.foundation.work.worker import drain_queue
last = User.objects.order_by("-pk").first().pk
assert User.objects.create_user("baru@contoh.go.id", "x", name="Baru").pk > last
assert triggers.weak_triggers(connection) == []
try:
    with transaction.atomic():
        Event.objects.update(action="diubah")
except DatabaseError:
    assert reclaim_tasks() == 1
    drain_queue()
    assert not Row.objects.exclude(status="SUCCESSFUL").exists()
    print("it goes on")
"""


def assert_goes_on(site: Site) -> None:
    assert site.done("manage", "shell", "--no-imports", "-c", GOES_ON).strip() == "it goes on"


def test_a_backup_holds_no_key(shown: Site, kept: Path) -> None:
    with tarfile.open(kept) as file:
        names = file.getnames()
    assert not [name for name in names if name.endswith((".p12", ".env"))]
    key = (shown.var / "signing.p12").read_bytes()
    assert key[100:400] not in kept.read_bytes()
    assert kept.stat().st_mode & 0o077 == 0


def test_nothing_is_replaced_unasked(kept: Path, restored: Timed) -> None:
    with pytest.raises(BackupError, match="is there already"):
        make_backup(kept)
    before = Site(restored.path).files()
    again = Site(restored.path).run("restore", str(kept))
    assert (again.returncode, "--force" in again.stderr) == (2, True)
    assert Site(restored.path).files() == before


@pytest.mark.parametrize("seed", range(4))
def test_one_changed_byte_is_found(kept: Path, tmp_path: Path, seed: int) -> None:
    spot = random.Random(seed).randrange(kept.stat().st_size)
    damaged = tmp_path / "damaged.tar"
    content = bytearray(kept.read_bytes())
    content[spot] ^= 0x55
    damaged.write_bytes(content)
    with pytest.raises(archive.BackupDamaged):
        verified(damaged)


def test_every_member_is_named_when_it_is_damaged(kept: Path, tmp_path: Path) -> None:
    with tarfile.open(kept) as file:
        members = [member for member in file.getmembers() if member.size]
    content = kept.read_bytes()
    damaged = tmp_path / "damaged.tar"
    for member in members[1:-1:15]:
        spot = member.offset_data + member.size // 2
        damaged.write_bytes(content[:spot] + bytes([content[spot] ^ 1]) + content[spot + 1 :])
        with pytest.raises(archive.BackupDamaged, match=member.name):
            verified(damaged)


@pytest.mark.parametrize("share", [0.0, 0.01, 0.5, 0.999])
def test_a_file_cut_off_is_found(kept: Path, tmp_path: Path, share: float) -> None:
    cut = tmp_path / "cut.tar"
    cut.write_bytes(kept.read_bytes()[: int(kept.stat().st_size * share)])
    with pytest.raises(BackupError, match="cut"):
        restore_backup(cut)


def test_the_command_refuses_before_anything_is_touched(kept: Path, empty: Site, tmp_path: Path) -> None:
    cut = tmp_path / "cut.tar"
    cut.write_bytes(kept.read_bytes()[:-2000])
    refused = empty.run("restore", str(cut))
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "Traceback" not in refused.stderr
    assert not empty.var.exists()


def test_a_foreign_file_is_refused(tmp_path: Path) -> None:
    foreign = tmp_path / "foreign.tar"
    with tarfile.open(foreign, "w", format=tarfile.USTAR_FORMAT) as file:
        file.add(__file__, "manifest.json")
    with pytest.raises(BackupError, match=r"manifest\.json is damaged"):
        restore_backup(foreign)


def rewritten(source: Path, target: Path, change: dict[str, Any]) -> Path:
    """`source` with another manifest, correct in every hash, unsigned."""
    with source.open("rb") as file, target.open("wb") as out:
        for name, _end in archive.complete_members(source):
            if name == "signature.json":
                continue
            walk = archive.MemberReader(file, "")
            walk.position = places(source)[name]
            content = bytearray()
            walk.member(name, None, content.extend)
            if name == "manifest.json":
                content = bytearray(archive.to_json_bytes({**json.loads(content), **change}))
                hashed = archive.hashlib.sha256(content).hexdigest()
            if name == "end.json":
                content = bytearray(archive.to_json_bytes({**json.loads(content), "manifest": hashed}))
            archive.append_member(out, name, len(content), iter([bytes(content)]))
        out.write(bytes(1024))
    return target


def places(source: Path) -> dict[str, int]:
    names, ends = zip(*archive.complete_members(source), strict=True)
    return dict(zip(names, (0, *ends), strict=False))


def test_a_backup_of_a_newer_version_is_refused(kept: Path, tmp_path: Path) -> None:
    newer = rewritten(kept, tmp_path / "newer.tar", {"version": "99.0"})
    with pytest.raises(BackupError, match="newer than this program"):
        restore_backup(newer, unsigned=True)
    known = manifest(kept)["migrations"]
    later = rewritten(kept, tmp_path / "later.tar", {"migrations": [*known, ["evidence", "9999_moon"]]})
    with pytest.raises(BackupError, match=r"evidence\.9999_moon"):
        restore_backup(later, unsigned=True)


def test_a_stored_file_that_is_gone_or_changed_is_named(restored: Timed, tmp_path: Path) -> None:
    empty = copy_of(restored, tmp_path / "var")
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
    assert sorted(verified(tmp_path / "b.tar").end["missing"]) == sorted([gone, changed])
    other = Site(tmp_path / "other")
    again = other.run("restore", *trust_of(empty), str(tmp_path / "b.tar"))
    assert again.returncode in (0, 1)  # 1 where what is gone is a signed paper
    assert gone in again.stderr


def killed_within(process: subprocess.Popen[bytes], seconds: float) -> bool:
    """kill -9 after that long; False when it had ended before."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait()
        return True
    return False


def test_a_backup_killed_at_any_moment_goes_on(shown: Site, timed: Timed, tmp_path: Path) -> None:
    chance = random.Random(7)
    for turn in range(KILLS):
        target = tmp_path / f"{turn}.tar"
        killed_within(shown.start("backup", str(target)), chance.uniform(0.4, 1.0) * timed.seconds)
        if not target.exists():
            shown.done("backup", str(target))
        verified(target)
        assert tables(target) == tables(timed.path)
        assert not target.with_name(target.name + ".partial").exists()


def torn(folder: Path) -> Iterator[Path]:
    """Unfinished archives: cut at a member's end, within its data, within its header."""
    work = folder / "archive.tar"
    content = work.read_bytes()
    ends = [end for _name, end in archive.complete_members(work)]
    for length in (ends[3], ends[len(ends) // 2] + 700, ends[-4] - 5, ends[10] + 100, 0):
        work.write_bytes(content[:length])
        yield work


@pytest.fixture
def small(transactional_db: None) -> None:
    """A site in this process: one agency's round, decided, with evidence and papers."""
    Round().publish()


@pytest.mark.usefixtures("small")
def test_a_backup_goes_on_from_what_was_written(tmp_path: Path) -> None:
    make_backup(tmp_path / "whole.tar", say=quiet)
    target = tmp_path / "b.tar"
    stored = max(referenced_files(), key=lambda one: one.path)
    with default_storage.open(stored.path) as file:
        content = file.read()
    default_storage.delete(stored.path)
    with pytest.raises(BackupDamaged, match=stored.path):
        make_backup(target, say=quiet)
    store.put_bytes(stored.path, content)
    for turn, _work in enumerate(torn(tmp_path / "b.tar.partial")):
        copy = tmp_path / f"{turn}.tar"
        shutil.copytree(tmp_path / "b.tar.partial", f"{copy}.partial")
        make_backup(copy, say=quiet)
        verified(copy)
        assert tables(copy) == tables(tmp_path / "whole.tar")


def quiet(_sentence: str) -> None:
    """No progress."""


@pytest.mark.usefixtures("small")
def test_a_backup_is_of_one_moment_while_others_write(tmp_path: Path) -> None:
    """Two rows are changed together, over and over: no backup sees one change without the other."""
    ending, written = threading.Event(), threading.Semaphore(0)

    def write() -> None:
        first, *_rest, last = Agency.objects.order_by("pk").values_list("pk", flat=True)
        for number in count():
            with transaction.atomic():
                Agency.objects.filter(pk=first).update(name=f"Nama {number}")
                time.sleep(0.001)
                Agency.objects.filter(pk=last).update(name=f"Nama {number}")
            written.release()
            if ending.is_set():
                break
        connection.close()

    with ThreadPoolExecutor(1) as pool:
        writer = pool.submit(write)
        try:
            seen = []
            for turn in range(3):
                assert written.acquire(timeout=60)
                make_backup(tmp_path / f"{turn}.tar", say=quiet)
                names = column(tmp_path / f"{turn}.tar", "agencies.agency", "name")
                assert names[0] == names[-1]
                seen.append(names[0])
                while written.acquire(blocking=False):
                    """What was written during that backup."""
            assert not writer.done()
        finally:
            ending.set()
        writer.result(60)
    assert len(set(seen)) == 3


def column(backup: Path, label: str, name: str) -> list[Any]:
    """One column of a table in a backup."""
    contents = verified(backup)
    place = contents.manifest["tables"][label]["columns"].index(name)
    with backup.open("rb") as file:
        return [row[place] for row in archive.member_values(file, contents, f"rows/{label}.jsonl.gz")]


def test_a_restore_killed_at_any_moment_goes_on(
    shown: Site, kept: Path, restored: Timed, trusting: list[str], tmp_path: Path
) -> None:
    chance = random.Random(11)
    for turn in range(KILLS):
        site = Site(tmp_path / str(turn))
        killed_within(
            site.start("restore", *trusting, str(kept)), chance.uniform(0.3, 1.0) * restored.seconds
        )
        done = site.run("restore", *trusting, str(kept))
        assert done.returncode == 0 or "--force" in done.stderr, done.stderr
        folder = tmp_path / f"copy-{turn}"
        folder.mkdir()
        assert_same(shown, kept, site, folder)


def test_two_backups_do_not_write_one_file(tmp_path: Path) -> None:
    folder = tmp_path / "b.tar.partial"
    folder.mkdir()
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(BackupError, match="another backup"):
            make_backup(tmp_path / "b.tar")
