"""A site and a backup of an earlier version: opened, read, and the work that waited there done, once."""

from __future__ import annotations

import json
import lzma
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from deploy.clamd import Clamd
from deploy.postgres import postgres

from .conftest import Site

CASES = Path(__file__).parents[2] / "cases" / "older-version"
KINDS = 17  # of background tasks in that version; each waits

WAITING = """
rows = Row.objects.filter(status__in=["READY", "RUNNING"])
say({str(row.pk): row.task_path for row in rows})
"""
ENDED = """
say({str(row.pk): row.status for row in Row.objects.all()})
"""
# What the worker queued beside what waited: of what is periodic only the task that the older site had not.
STARTED_BESIDE = """
say(sorted(row.task_path for row in Row.objects.filter(task_path__in=periodic.TABLE)))
"""
# Periodic tasks that the earlier version did not have: nothing waits under another path.
BEGUN_SINCE = {
    "sipinter.foundation.evidence.judging.services.judge_left_files",
    "sipinter.site.operations.retention.delete_expired_records",
    "sipinter.site.trail.tasks.close_hours_of_refusals",
}
DONE = """
from sipinter.assessment.record.models import Decision, Meeting, Result
from sipinter.foundation.agencies.models import Agency
from sipinter.foundation.evidence.models import Blob, FileText
say({
    "papers": [decision.documents.count() for decision in Decision.objects.order_by("pk")],
    "minutes": all(meeting.path for meeting in Meeting.objects.all()),
    "unread": FileText.objects.exclude(state=FileText.State.DONE).count(),
    "unscanned": Blob.objects.exclude(scan=Blob.Scan.CLEAN).count(),
    "imported": Agency.objects.filter(name="Badan Melati").exists(),
    "published": Result.objects.filter(year__lt=2022).exists(),
})
"""
# Tasks that waited are taken away, so that only the table of periodic tasks decides.
PLANNED = """
from datetime import timedelta
from django.utils import timezone
from sipinter.foundation.work.models import Schedule
Row.objects.filter(status__in=["READY", "RUNNING"]).delete()
planned = Schedule.objects.count()
Schedule.objects.update(due_at=timezone.now() + timedelta(hours=1))
early = periodic.queue_due_tasks()
Schedule.objects.update(due_at=timezone.now())
late = periodic.queue_due_tasks()
say([planned, early, len(late), len(set(late)), periodic.queue_due_tasks()])
"""
PAGES = """
from django.conf import settings
from django.test import override_settings
from sipinter.assessment.record.models import Assessment
from sipinter.foundation.accounts.models import User
from tests.factories import client_for
plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # nothing was collected
override_settings(ALLOWED_HOSTS=["testserver"], STORAGES=settings.STORAGES | {"staticfiles": plain}).enable()
seen = {}
for assessment in Assessment.objects.order_by("pk"):
    keeper = User.objects.get(memberships__role="keeper", memberships__agency=assessment.agency)
    coordinator = User.objects.get(memberships__role="coordinator")
    administrator = User.objects.get(memberships__role="administrator")
    for person, paths in (
        (keeper, ["penilaian/{}/ringkasan/", "penilaian/{}/riwayat/", "penilaian/{}/1.1/", "jejak-audit/"]),
        (coordinator, ["desk/{}/", "desk/{}/1.1/"]),
        (administrator, ["pekerjaan/"]),
    ):
        for path in paths:
            address = "/" + path.format(assessment.pk)
            seen[f"{person.name}: {address}"] = client_for(person).get(address).status_code
say(seen)
"""


def ask(site: Site, code: str) -> Any:
    """What `code` says of the site, in a process of its own."""
    head = (
        "import json\n"
        "from sipinter.foundation.work import periodic\n"
        "from sipinter.foundation.work.models import Row\n"
        "say = lambda found: print('\\n' + json.dumps(found))\n"
    )
    said = site.done("manage", "shell", "--no-imports", "-c", head + code)
    return json.loads(said.strip().splitlines()[-1])


def opened(var: Path, settings: dict[str, str]) -> Site:
    """The earlier version's own database and files under `var`."""
    with tarfile.open(CASES / "site.tar.xz") as file:
        file.extractall(var)
    return Site(var, settings)


def backup(folder: Path) -> Path:
    path = folder / "backup.tar"
    with lzma.open(CASES / "backup.tar.xz") as packed, path.open("wb") as plain:
        shutil.copyfileobj(packed, plain)
    return path


def trusting(folder: Path) -> list[str]:
    """What is said of a backup that is not signed, and of the certificate that signed its papers."""
    with tarfile.open(backup(folder)) as file:
        (name,) = (name for name in file.getnames() if name.startswith("certificates/"))
        member = file.extractfile(name)
        assert member is not None
        certificate = x509.load_pem_x509_certificates(member.read())[0]
    return ["--unsigned", "--trust", certificate.fingerprint(hashes.SHA256()).hex()]


def assert_work_is_done(site: Site) -> None:
    """Every task that waited under an earlier path succeeds, has its effect, and is started once."""
    waiting = ask(site, WAITING)
    assert len(set(waiting.values())) == KINDS
    site.done("worker", "--once")
    ended = ask(site, ENDED)
    assert {(path, ended[pk]) for pk, path in waiting.items()} == {
        (path, "SUCCESSFUL") for path in waiting.values()
    }
    assert set(ask(site, STARTED_BESIDE)) <= BEGUN_SINCE
    done = ask(site, DONE)
    assert done == {
        "papers": [2, 2],
        "minutes": True,
        "unread": 0,
        "unscanned": 0,
        "imported": True,
        "published": True,
    }


def assert_reads_as_before(site: Site) -> None:
    """The audit trail holds once it is signed again, and pages of every assessment answer."""
    site.done("audit", "checkpoint")
    site.done("audit", "verify", "--state")
    seen = ask(site, PAGES)
    assert seen == dict.fromkeys(seen, 200)
    assert len(seen) == 2 * 6 + 1


@pytest.fixture(scope="module")
def scanner() -> Iterator[dict[str, str]]:
    """The setting of a site with a running clamd; its folder lies where an unprivileged user reaches it."""
    folder = Path(tempfile.mkdtemp(prefix="sipinter-clamd-"))
    clamd = Clamd(folder, {"Uji.Berbahaya": b"TANDA-UJI-BERKAS-BERBAHAYA"})
    try:
        clamd.program.start()
        yield {"SIPINTER_CLAMD": clamd.address}
    finally:
        clamd.program.stop()
        shutil.rmtree(folder)


def test_the_database_opens_and_its_work_is_done(scanner: dict[str, str], tmp_path: Path) -> None:
    site = opened(tmp_path / "older", scanner)
    site.done("manage", "migrate", "-v", "0")
    assert_reads_as_before(site)
    assert_work_is_done(site)
    assert_reads_as_before(site)


def test_what_was_planned_is_started_when_its_time_comes_and_once(tmp_path: Path) -> None:
    planned, early, late, different, again = ask(opened(tmp_path / "older", {}), PLANNED)
    # The older site had no use of the first, and did not know the others: nothing was planned for them.
    unplanned = ["sipinter.foundation.accounts.tasks.delete_expired_counts", *sorted(BEGUN_SINCE)]
    assert (sorted(early), late, different, again) == (unplanned, planned, planned, [])


def test_the_backup_is_restored_on_sqlite_and_its_work_is_done(
    scanner: dict[str, str], tmp_path: Path
) -> None:
    site = Site(tmp_path / "restored", scanner)
    refused = site.run("restore", "--lang", "en", str(backup(tmp_path)))
    assert (refused.returncode, "--unsigned" in refused.stderr.splitlines()[-1]) == (2, True)
    assert not site.var.exists()
    site.done("restore", *trusting(tmp_path), str(backup(tmp_path)))
    assert_reads_as_before(site)
    assert_work_is_done(site)


def test_the_backup_is_restored_on_postgresql_and_its_work_is_done(
    scanner: dict[str, str], tmp_path: Path
) -> None:
    with postgres() as server:
        site = Site(tmp_path / "restored", scanner | {"SIPINTER_DATABASE_URL": server.create("older")})
        site.done("restore", *trusting(tmp_path), str(backup(tmp_path)))
        assert_reads_as_before(site)
        assert_work_is_done(site)
