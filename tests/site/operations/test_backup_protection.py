"""Whoever has a backup in hand can neither change it unseen nor read it, and no restore disturbs a site."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import sqlite3
import tarfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyrage
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from django.test import override_settings

from sipinter.foundation.documents.signing.detached import current_certificate, sign_bytes
from sipinter.foundation.documents.signing.subjects import SigningKind
from sipinter.foundation.work.models import Worker
from sipinter.site.operations.backup import archive, encryption, lock
from sipinter.site.operations.backup.archive import BackupDamaged, BackupError
from sipinter.site.operations.backup.create import make_backup
from sipinter.site.operations.backup.restore import restore_backup
from sipinter.site.operations.backup.signature import sign_end
from sipinter.site.operations.models import WebProcess
from tests.foundation.documents.making import pkcs12_file

from .conftest import Site, Timed, copy_of

TRUSTED = "signing-certificates"


def members(path: Path) -> dict[str, bytes]:
    with tarfile.open(path) as file:
        return {
            m.name: stored.read() for m in file.getmembers() if (stored := file.extractfile(m)) is not None
        }


def written(content: dict[str, bytes], target: Path, signature: bytes | None) -> Path:
    """A backup of these members whose hashes are all correct, as whoever knows the format can make it."""
    manifest = json.loads(content["manifest.json"])
    kept = {name: body for name, body in content.items() if name not in ("end.json", "signature.json")}
    named = [name for name in kept if name != "manifest.json" and not name.startswith("files/")]
    named.sort(key=lambda name: name == archive.FILES)
    manifest["members"] = [[n, len(kept[n]), hashlib.sha256(kept[n]).hexdigest()] for n in named]
    kept["manifest.json"] = archive.to_json_bytes(manifest)
    end = json.loads(content["end.json"]) | {"manifest": hashlib.sha256(kept["manifest.json"]).hexdigest()}
    kept["end.json"] = archive.to_json_bytes(end)
    order = ["manifest.json", *named, *(n for n in kept if n.startswith("files/")), "end.json"]
    if signature is None:
        signed = sign_end(kept["end.json"])
        assert signed is not None
        signature = archive.to_json_bytes(signed)
    if signature:
        kept["signature.json"] = signature
        order.append("signature.json")
    with target.open("wb") as out:
        for name in order:
            archive.append_member(out, name, len(kept[name]), iter([kept[name]]))
        out.write(bytes(1024))
    return target


def forge(content: dict[str, bytes]) -> None:
    """One more line in a table, its count and digest made to fit."""
    manifest = json.loads(content["manifest.json"])
    manifest["tables"]["agencies.agency"]["rows"] += 1
    content["manifest.json"] = archive.to_json_bytes(manifest)


@pytest.fixture
def own_key(shown: Site, tmp_path: Path) -> Any:
    """The signing key of the site whose backup `kept` is."""
    key = str(shown.var / "signing.p12")
    with override_settings(SIGNING_PKCS12=key, SIGNING_PASSWORD="", SIGNING_TRUSTED=tmp_path / "own"):
        yield


@pytest.fixture
def anchors(shown: Site) -> Any:
    """A machine that trusts the site's certificate, and has no key of its own."""
    with override_settings(SIGNING_TRUSTED=shown.var / TRUSTED, SIGNING_SELF_MADE=False):
        yield


def test_a_backup_that_was_changed_is_refused_though_every_hash_fits(
    kept: Path, anchors: None, tmp_path: Path
) -> None:
    content = members(kept)
    signature = content["signature.json"]
    forge(content)
    with pytest.raises(BackupDamaged, match="its signature does not fit"):
        restore_backup(written(content, tmp_path / "changed.tar", signature))
    with pytest.raises(BackupDamaged, match="its signature does not fit"):
        restore_backup(tmp_path / "changed.tar", unsigned=True)


def test_a_backup_whose_signature_was_taken_off_is_refused(kept: Path, anchors: None, tmp_path: Path) -> None:
    content = members(kept)
    forge(content)
    with pytest.raises(BackupError, match=r"is not signed.*--unsigned"):
        restore_backup(written(content, tmp_path / "forged.tar", b""))


def test_a_backup_signed_anew_by_a_stranger_is_refused(kept: Path, anchors: None, tmp_path: Path) -> None:
    stranger = pkcs12_file(tmp_path / "stranger.p12", password="")
    content = members(kept)
    forge(content)
    content["certificates/stranger.pem"] = stranger.public_bytes(Encoding.PEM)
    with override_settings(
        SIGNING_PKCS12=str(tmp_path / "stranger.p12"), SIGNING_TRUSTED=tmp_path / "theirs"
    ):
        written(content, tmp_path / "forged.tar", None)
    sha256 = stranger.fingerprint(hashes.SHA256()).hex()
    with pytest.raises(BackupError, match=f"whom this machine does not trust; --trust {sha256}"):
        restore_backup(tmp_path / "forged.tar")


def test_the_signature_of_another_backup_does_not_fit(
    shown: Site, kept: Path, anchors: None, tmp_path: Path
) -> None:
    shown.done("backup", str(tmp_path / "other.tar"))
    content = members(kept)
    swapped = written(content, tmp_path / "swapped.tar", members(tmp_path / "other.tar")["signature.json"])
    with pytest.raises(BackupDamaged, match="its signature does not fit"):
        restore_backup(swapped)


def test_the_signature_of_a_checkpoint_is_none_of_a_backup(kept: Path, own_key: None, tmp_path: Path) -> None:
    """Else whoever gets something signed gets a backup signed."""
    content = members(kept)
    _sha256, pem = current_certificate()
    bare = {
        "certificate": pem.decode(),
        "signature": base64.b64encode(sign_bytes(content["end.json"], kind=SigningKind.BACKUP)).decode(),
    }
    with pytest.raises(BackupDamaged, match="its signature does not fit"):
        restore_backup(written(content, tmp_path / "bare.tar", archive.to_json_bytes(bare)))


def test_a_revoked_certificate_vouches_for_no_backup(shown: Site, kept: Path, tmp_path: Path) -> None:
    (pem,) = (shown.var / TRUSTED).glob("*.pem")
    (tmp_path / pem.name).write_bytes(pem.read_bytes())
    sha256 = x509.load_pem_x509_certificate(pem.read_bytes()).fingerprint(hashes.SHA256()).hex()
    (tmp_path / "revoked.txt").write_text(f"{sha256} 2026-01-01T00:00:00+07:00  # stolen\n")
    with (
        override_settings(SIGNING_TRUSTED=tmp_path, SIGNING_SELF_MADE=False),
        pytest.raises(BackupError, match="is revoked"),
    ):
        restore_backup(kept)


@pytest.mark.parametrize(
    "path", ["../out", "blobs/../../out", "/etc/out", "blobs//x", "incoming/x", "x", "blobs/a\nb", "a\\..\\b"]
)
def test_a_path_outside_is_refused_before_anything_is_written(
    kept: Path, own_key: None, tmp_path: Path, path: str
) -> None:
    """Signed by the site itself: a database may hold such a path, too."""
    content = members(kept)
    listed = gzip.decompress(content[archive.FILES]) + json.dumps([path, 1, "0" * 64]).encode() + b"\n"
    content[archive.FILES] = gzip.compress(listed, mtime=0)
    made = written(content, tmp_path / "outside.tar", None)
    empty = Site(tmp_path / "var")
    refused = empty.run("restore", "--lang", "en", "--unsigned", str(made))
    assert refused.returncode == 2
    assert "leads out of the storage" in refused.stderr.splitlines()[-1]
    assert not empty.var.exists()


@pytest.mark.parametrize(
    "name", ["certificates/../../x.pem", "certificates/.x", "../x", "rows/../a.b.jsonl.gz"]
)
def test_a_member_outside_is_refused(kept: Path, own_key: None, tmp_path: Path, name: str) -> None:
    content = members(kept)
    content[name] = b"x"
    with pytest.raises(BackupDamaged, match="has no place in a backup"):
        restore_backup(written(content, tmp_path / "outside.tar", None))


def test_no_certificate_is_taken_over_unasked(
    kept: Path, trusting: list[str], own_key: None, tmp_path: Path
) -> None:
    """Not even from a backup that the site has signed."""
    stranger = pkcs12_file(tmp_path / "stranger.p12", password="")
    content = members(kept)
    content["certificates/stranger.pem"] = stranger.public_bytes(Encoding.PEM)
    made = written(content, tmp_path / "made.tar", None)
    site = Site(tmp_path / "var")
    restored = site.run("restore", "--lang", "en", *trusting, str(made))
    assert restored.returncode == 0, restored.stdout + restored.stderr
    assert stranger.fingerprint(hashes.SHA256()).hex() in restored.stderr
    there = {path.read_bytes() for path in (site.var / TRUSTED).glob("*.pem")}
    assert there
    assert stranger.public_bytes(Encoding.PEM) not in there


@pytest.fixture
def identity(tmp_path: Path) -> tuple[Path, str]:
    """A file as `age-keygen` writes it, and its public half."""
    made = pyrage.x25519.Identity.generate()
    path = tmp_path / "identity.txt"
    path.write_text(f"# created: 2026-11-28\n# public key: {made.to_public()}\n{made}\n")
    return path, str(made.to_public())


def test_an_encrypted_backup_is_opened_by_its_identity_only(
    restored: Timed, tmp_path: Path, identity: tuple[Path, str]
) -> None:
    path, public = identity
    site = copy_of(restored, tmp_path / "var")
    site.settings["SIPINTER_BACKUP_RECIPIENT"] = public
    made = tmp_path / "b.tar"
    site.done("backup", str(made))
    assert made.read_bytes().startswith(b"age-encryption.org/v1\n")
    assert b"manifest.json" not in made.read_bytes()
    assert not made.with_name("b.tar.partial").exists()
    other = tmp_path / "other.txt"
    other.write_text(f"{pyrage.x25519.Identity.generate()}\n")
    cut = tmp_path / "cut.tar"
    cut.write_bytes(made.read_bytes()[:-100])
    for file, options, said in (
        (made, [], "--identity names the file"),
        (made, ["--identity", str(other)], "does not open it"),
        (made, ["--identity", str(made)], "no identity of age"),
        (cut, ["--identity", str(path)], "cut off or damaged"),
    ):
        refused = Site(tmp_path / "refused").run("restore", "--lang", "en", *options, str(file))
        assert refused.returncode == 2
        assert said in refused.stderr.splitlines()[-1]
        assert not (tmp_path / "refused").exists()
    drilled = site.run("backup", "drill", "--json", "--identity", str(path), str(made))
    assert drilled.returncode == 0, drilled.stdout + drilled.stderr
    report = json.loads(drilled.stdout)
    assert report["restored"]["rows"] > 2000
    assert report["restored"]["faults"] == []
    assert report["seconds"] > 0
    with sqlite3.connect(site.var / "sipinter.sqlite3") as database:
        found = database.execute("SELECT rows, faults FROM operations_backupdrill").fetchall()
    assert found == [(report["restored"]["rows"], 0)]


def test_a_backup_of_a_database_that_was_changed_by_hand_is_told_by_the_drill(
    restored: Timed, tmp_path: Path
) -> None:
    site = copy_of(restored, tmp_path / "var")
    with sqlite3.connect(site.var / "sipinter.sqlite3") as database:
        changed = database.execute("UPDATE assessments_decision SET score = 399.9")
    assert changed.rowcount
    site.done("backup", str(tmp_path / "b.tar"))
    drilled = site.run("backup", "drill", "--lang", "en", str(tmp_path / "b.tar"))
    assert drilled.returncode == 1
    assert "differs from the register in: score" in drilled.stdout
    assert "do not open the site" in drilled.stdout


def test_recipients_that_are_none_are_refused_before_anything_is_read(tmp_path: Path) -> None:
    with (
        override_settings(BACKUP_RECIPIENTS=["age1keinschluessel"]),
        pytest.raises(BackupError, match="SIPINTER_BACKUP_RECIPIENT"),
    ):
        make_backup(tmp_path / "b.tar")
    assert list(tmp_path.iterdir()) == []


def test_encryption_goes_piece_by_piece(tmp_path: Path) -> None:
    """Nothing is asked for in one piece, so that a backup may be larger than the memory."""
    made = pyrage.x25519.Identity.generate()
    asked: list[int] = []

    class Counted(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            asked.append(-1 if size is None else size)
            return super().read(size)

    plain = bytes(5_000_000)
    sealed, opened = io.BytesIO(), io.BytesIO()
    encryption.encrypt_file(Counted(plain), sealed, [made.to_public()])
    encryption.decrypt_file(Counted(sealed.getvalue()), opened, [made], "b.tar")
    assert opened.getvalue() == plain
    assert len(asked) > 10
    assert all(0 <= size < 1_000_000 for size in asked)


@pytest.mark.django_db
@pytest.mark.parametrize("model", [WebProcess, Worker])
def test_nothing_is_restored_under_a_site_that_runs(kept: Path, anchors: None, model: Any) -> None:
    model.objects.create(pk="simpul-1-web-7")
    with pytest.raises(BackupError, match=r"the site is running.*simpul-1-web-7"):
        restore_backup(kept, force=True)


@pytest.mark.django_db
def test_one_restore_at_a_time(kept: Path, anchors: None, tmp_path: Path) -> None:
    with lock.hold_restore_lock():
        with pytest.raises(BackupError, match="another restore or a backup is running"):
            restore_backup(kept, force=True)
        with pytest.raises(BackupError, match="a restore is running"):
            make_backup(tmp_path / "b.tar")
    with (
        lock.hold_backup_lock(),
        lock.hold_backup_lock(),
        pytest.raises(BackupError, match="another restore or a backup is running"),
    ):
        restore_backup(kept, force=True)
    with lock.hold_restore_lock():
        """Free again."""


def test_a_process_that_serves_says_so_and_says_when_it_ends(restored: Timed, tmp_path: Path) -> None:
    site = copy_of(restored, tmp_path / "var")

    def serving() -> int:
        with sqlite3.connect(site.var / "sipinter.sqlite3", timeout=30) as database:
            found: int = database.execute("SELECT count(*) FROM operations_webprocess").fetchone()[0]
            return found

    process = site.start("serve", "--bind", "127.0.0.1:0", "--workers", "2")
    try:
        wait_for(lambda: serving() == 2)
    finally:
        process.terminate()
        process.wait(60)
    wait_for(lambda: serving() == 0)


def wait_for(answer: Callable[[], bool]) -> None:
    end = time.monotonic() + 90
    while not answer():
        assert time.monotonic() < end
        time.sleep(0.2)
