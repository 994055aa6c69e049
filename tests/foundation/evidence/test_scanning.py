"""Scanning by Debian's clamd with signatures of the tests' own."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from deploy.clamd import Clamd
from sipinter.foundation.access.actor import Actor, system_actor
from sipinter.foundation.access.errors import Denied, Invalid
from sipinter.foundation.access.permissions import may
from sipinter.foundation.accounts.models import Notification, User
from sipinter.foundation.audit.models import Event
from sipinter.foundation.evidence import queries
from sipinter.foundation.evidence.models import Blob, Evidence
from sipinter.foundation.evidence.scanning.clamd import ScannerDown, find_virus
from sipinter.foundation.evidence.scanning.services import scan_blob, scan_for_viruses, scan_pending
from sipinter.foundation.evidence.services import receive_file
from sipinter.foundation.evidence.storage import store
from sipinter.foundation.evidence.storage.previews import make_kept
from sipinter.foundation.web.request_id import set_request_id
from sipinter.foundation.work import periodic
from sipinter.foundation.work.models import Row, Schedule
from sipinter.foundation.work.worker import drain_queue
from tests import factories
from tests.buckets import Files
from tests.conftest import Cast
from tests.judging import receive_judged

from . import making

MARK = b"TANDA-UJI-BERKAS-BERBAHAYA"
SCAN_WAITING = "sipinter.foundation.evidence.scanning.services"
HARMFUL = making.written_pdf(1).replace(b"%%EOF", b"% " + MARK + b"\n%%EOF")


@pytest.fixture(scope="module")
def scanner() -> Iterator[Clamd]:
    """A running clamd; its folder lies where an unprivileged user can reach it."""
    folder = Path(tempfile.mkdtemp(prefix="sipinter-clamd-"))
    clamd = Clamd(folder, {"Uji.Berbahaya": MARK})
    try:
        clamd.program.start()
        yield clamd
    finally:
        clamd.program.stop()
        shutil.rmtree(folder)


@pytest.fixture
def scanned(scanner: Clamd, settings: Settings) -> Clamd:
    """The site uses the scanner."""
    settings.CLAMD = scanner.address
    return scanner


@pytest.fixture
def commits(django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks) -> Any:
    """Runs what waits for the commit, then the queue, at the end of its block."""

    @contextmanager
    def committed() -> Iterator[None]:
        with django_capture_on_commit_callbacks(execute=True):
            yield
        drain_queue()

    return committed


def take(cast: Cast, body: bytes, name: str = "SK.pdf", user: User | None = None) -> Evidence:
    """The file in the agency's library, standing in an assessment that was sent in."""
    actor = factories.actor(user or cast.team_mate)
    evidence = receive_judged(cast.agency, making.upload(body, name), actor=actor)
    Evidence.objects.filter(pk=evidence.pk).update(is_submitted=True)
    return Evidence.objects.select_related("blob").get(pk=evidence.pk)


def blob_of(evidence: Evidence) -> Blob:
    """The file's row as it stands."""
    return Blob.objects.get(evidence=evidence)


def test_the_scanner_is_no_privileged_program(scanner: Clamd) -> None:
    status = Path(f"/proc/{scanner.program.pid}/status").read_text()
    assert "0" not in status.split("Uid:")[1].split()[:4]


def test_a_clean_file_waits_and_is_passed(
    cast: Cast, verifier: User, scanned: Clamd, either: Files, commits: Any
) -> None:
    with commits():
        evidence = take(cast, making.written_pdf(1))
        assert blob_of(evidence).scan == Blob.Scan.PENDING
    blob = blob_of(evidence)
    assert (blob.scan, blob.signature, blob.scanned_at is not None) == ("clean", "", True)
    assert factories.client_for(verifier).get(f"/bukti/{evidence.pk}/").status_code == 200
    assert Event.objects.get(action="evidence.scanned").changes == {"scan": ["pending", "clean"]}


def test_until_it_is_clean_only_those_who_could_send_it_open_it(
    cast: Cast, verifier: User, scanned: Clamd
) -> None:
    evidence = take(cast, making.written_pdf(1))
    head = factories.make_user("Kepala", ("ppk", cast.agency))
    coordinator = factories.make_user("Kord", ("coordinator", cast.supervisor))
    plenary = factories.make_user("Pleno", ("plenary", cast.supervisor))
    for user in (verifier, coordinator, plenary, head):
        for part in ("", "halaman/1/", "pratinjau/"):
            response = factories.client_for(user).get(f"/bukti/{evidence.pk}/{part}")
            assert response.status_code == 403
            assert "is being checked for viruses" in response.content.decode()
    response = factories.client_for(cast.owner).get(f"/bukti/{evidence.pk}/pratinjau/")
    assert (response.status_code, "is being checked" in response.content.decode()) == (200, True)
    (item,) = queries.evidence_items(queries.library_evidence(cast.agency, factories.actor(cast.owner)))
    assert (item.standing_label, item.is_locked) == ("being checked", False)


def test_a_harmful_file_is_locked_for_everybody(
    cast: Cast, verifier: User, scanned: Clamd, either: Files, commits: Any
) -> None:
    evidence = take(cast, HARMFUL)
    owner = factories.client_for(cast.owner)
    make_kept(blob_of(evidence), "page-1")
    assert owner.get(f"/bukti/{evidence.pk}/halaman/1/").status_code == 200
    assert any(name.startswith("derived/") for name in either())
    with commits():
        assert scan_blob(blob_of(evidence).pk) is True
    blob = blob_of(evidence)
    assert (blob.scan, blob.signature) == ("infected", "Uji.Berbahaya.UNOFFICIAL")
    assert either() == [blob.path]
    assert blob.path.startswith("quarantine/")
    for user in (cast.owner, cast.team_mate, verifier):
        for part in ("", "halaman/1/", "pratinjau/"):
            response = factories.client_for(user).get(f"/bukti/{evidence.pk}/{part}")
            assert response.status_code == 403
            assert "Uji.Berbahaya" in response.content.decode()
    told = Notification.objects.order_by("user_id")
    assert {note.user_id for note in told} == {cast.owner.pk, cast.team_mate.pk}
    assert all("Uji.Berbahaya" in note.body and "SK.pdf" in note.body for note in told)
    assert Event.objects.get(action="evidence.scanned").changes == {
        "scan": ["pending", "infected"],
        "signature": [None, "Uji.Berbahaya.UNOFFICIAL"],
    }


def test_a_harmful_file_is_not_taken_twice(cast: Cast, owner: Actor, scanned: Clamd, commits: Any) -> None:
    with commits():
        take(cast, HARMFUL)
    with pytest.raises(Invalid, match="A virus was found"):
        receive_file(cast.agency, making.upload(HARMFUL), actor=owner)
    assert Evidence.objects.count() == 1


def test_judging_twice_changes_nothing(cast: Cast, scanned: Clamd, commits: Any) -> None:
    with commits():
        evidence = take(cast, HARMFUL)
    before = Blob.objects.values().get()
    scan_for_viruses(blob_of(evidence), actor=system_actor())
    scan_for_viruses(blob_of(evidence), actor=system_actor(), again=True)
    assert Blob.objects.values().get() == before
    assert Event.objects.filter(action="evidence.scanned").count() == 1


def test_only_the_system_judges(cast: Cast, owner: Actor, document: Evidence) -> None:
    assert document.blob is not None
    with pytest.raises(Denied):
        scan_for_viruses(document.blob, actor=owner)


def test_a_scanner_that_is_down_passes_nothing(
    cast: Cast, verifier: User, settings: Settings, tmp_path: Path, scanner: Clamd, commits: Any
) -> None:
    settings.CLAMD = str(tmp_path / "nobody.sock")
    with commits():
        evidence = take(cast, making.written_pdf(1))
    assert blob_of(evidence).scan == Blob.Scan.PENDING
    assert scan_pending() == (0, 1)
    assert factories.client_for(verifier).get(f"/bukti/{evidence.pk}/").status_code == 403
    settings.CLAMD = scanner.address
    assert scan_pending() == (1, 0)
    assert factories.client_for(verifier).get(f"/bukti/{evidence.pk}/").status_code == 200


def test_a_scanner_killed_and_started_again(cast: Cast, tmp_path: Path, settings: Settings) -> None:
    folder = Path(tempfile.mkdtemp(prefix="sipinter-clamd-"))
    clamd = Clamd(folder, {"Uji": MARK})
    settings.CLAMD = clamd.address
    try:
        clamd.program.start()
        evidence = take(cast, making.written_pdf(1))
        clamd.program.kill()
        assert scan_blob(blob_of(evidence).pk) is False
        clamd.program.start()
        assert scan_blob(blob_of(evidence).pk) is True
    finally:
        clamd.program.stop()
        shutil.rmtree(folder)


def test_files_from_before_there_was_a_scanner(cast: Cast, document: Evidence, scanned: Clamd) -> None:
    assert blob_of(document).scan == Blob.Scan.NOT_SCANNED
    assert scan_pending() == (1, 0)
    assert blob_of(document).scan == Blob.Scan.CLEAN


def test_what_clamd_refuses_to_read_is_no_judgement(scanner: Clamd) -> None:
    with pytest.raises(ScannerDown):
        find_virus((bytes(1024 * 1024) for _ in range(210)), scanner.address)


def test_a_lost_file_stays_unjudged(document: Evidence, scanned: Clamd) -> None:
    blob = blob_of(document)
    store.remove_files(blob.path)
    assert scan_blob(blob.pk) is False
    assert blob_of(document).scan == Blob.Scan.NOT_SCANNED


def test_the_scan_is_on_record_with_the_request_and_the_person_that_caused_it(
    cast: Cast, scanned: Clamd, commits: Any
) -> None:
    set_request_id("permintaan-bukti-1")
    with commits():
        sender = factories.actor(cast.team_mate)
        receive_file(cast.agency, making.upload(making.written_pdf(1)), actor=sender)
        set_request_id("")
    event = Event.objects.get(action="evidence.scanned")
    assert (event.actor_id, event.actor_role, event.request_id) == (None, "system", "permintaan-bukti-1")
    assert (event.on_behalf_of_id, event.for_whom) == (cast.team_mate.pk, cast.team_mate.name)


def test_without_a_scanner_nothing_is_queued(cast: Cast, settings: Settings, scanner: Clamd) -> None:
    settings.CLAMD, body = scanner.address, making.written_pdf(1)
    evidence = take(cast, body)
    Row.objects.all().delete()
    settings.CLAMD = ""
    take(cast, making.written_pdf(2))
    assert take(cast, body) == evidence  # sent again while it waits
    assert not Row.objects.filter(task_path__endswith=".scan_file").exists()
    waiting = f"{SCAN_WAITING}.scan_waiting"
    assert waiting not in periodic.queue_due_tasks()
    settings.CLAMD = scanner.address
    assert waiting in periodic.queue_due_tasks()
    drain_queue()
    assert not Blob.objects.exclude(scan=Blob.Scan.CLEAN).exists()


def test_a_scanner_that_was_away_is_asked_again_within_minutes(
    cast: Cast, settings: Settings, tmp_path: Path, scanner: Clamd, commits: Any
) -> None:
    settings.CLAMD = str(tmp_path / "nobody.sock")
    periodic.queue_due_tasks()
    with commits():
        evidence = take(cast, making.written_pdf(1))
    assert Row.objects.filter(status="FAILED").count() == 0
    settings.CLAMD = scanner.address
    Schedule.objects.update(due_at=timezone.now() + timedelta(minutes=5))
    Schedule.objects.filter(pk__startswith=SCAN_WAITING).update(due_at=timezone.now())
    periodic.queue_due_tasks()
    drain_queue()
    assert blob_of(evidence).scan == Blob.Scan.CLEAN


def test_who_may_open(cast: Cast, document: Evidence, verifier: User) -> None:
    blob = blob_of(document)
    Blob.objects.filter(pk=blob.pk).update(scan=Blob.Scan.INFECTED, signature="X")
    Evidence.objects.update(is_submitted=True)
    fresh = Evidence.objects.select_related("blob").get(pk=document.pk)
    for user in (cast.owner, cast.outsider, verifier):
        assert not may(factories.actor(user), "evidence.open", fresh)
