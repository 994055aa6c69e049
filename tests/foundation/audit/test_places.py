"""Checkpoints are pushed to append-only places, each a real one, and compared with what lies there."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse
from django.utils import timezone

from deploy.seaweed import Seaweed
from sipinter.foundation.access.actor import system_actor
from sipinter.foundation.audit import places
from sipinter.foundation.audit.checkpoints import checkpoint_stem, make_checkpoint
from sipinter.foundation.audit.models import Checkpoint, CheckpointPlace
from sipinter.foundation.audit.services import record
from sipinter.foundation.audit.verification import verify_trail
from sipinter.site.config import env
from sipinter.site.operations.checks.dependencies import check_checkpoint_places
from sipinter.site.trail.tasks import push_checkpoints
from tests.factories import client_for, make_agency, make_user

pytestmark = pytest.mark.django_db
VARIABLE = "SIPINTER_CHECKPOINT_PLACES"


@pytest.fixture(autouse=True)
def two_checkpoints(cast: Any, tmp_path: Path, settings: Any) -> list[Checkpoint]:
    settings.CHECKPOINTS = tmp_path / "checkpoints"
    made = []
    for number in range(2):
        record("answer.saved", f"answer:{number}", actor=system_actor(), agency_id=cast.agency.pk)
        made.append(make_checkpoint(actor=system_actor()))
    return made


@pytest.fixture
def use(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Has the places of the variable's value configured."""

    def configure(value: str) -> list[dict[str, Any]]:
        monkeypatch.setenv(VARIABLE, value)
        settings.CHECKPOINT_PLACES = env.get_checkpoint_places(VARIABLE)
        found: list[dict[str, Any]] = settings.CHECKPOINT_PLACES
        return found

    return configure


def kinds(where: Path) -> set[str]:
    return {fault.kind for fault in verify_trail(where)}


def test_a_folder_takes_each_once_and_tells_of_what_is_wrong_there(use: Any, tmp_path: Path) -> None:
    there = tmp_path / "worm"
    there.mkdir()
    use(f"file://{there}")
    push_checkpoints.call()
    push_checkpoints.call()
    assert not places.has_checkpoints_to_deliver()
    with places.open_copies(f"file://{there}") as folder:
        assert list(verify_trail(folder)) == []
    text = sorted(there.glob("*.txt"))[0]
    text.write_text("number 1")
    assert kinds(there) == {"checkpoint file changed"}
    text.unlink()
    assert kinds(there) == {"checkpoint file missing"}
    for path in there.iterdir():
        path.unlink()
    assert kinds(there) == {"no copies"}


def test_a_begun_file_is_gone_on_with_and_a_foreign_one_is_left_and_told(
    use: Any, tmp_path: Path, two_checkpoints: list[Checkpoint]
) -> None:
    there = tmp_path / "worm"
    there.mkdir()
    use(f"file://{there}")
    first = there / f"{checkpoint_stem(two_checkpoints[0])}.txt"
    first.write_text(two_checkpoints[0].text[:20])
    push_checkpoints.call()
    assert first.read_text() == two_checkpoints[0].text
    CheckpointPlace.objects.update(number=0)
    first.write_text("another")
    with pytest.raises(ExceptionGroup):
        push_checkpoints.call()
    assert first.read_text() == "another"
    (finding,) = check_checkpoint_places()
    assert (finding.level, "FileExistsError" in finding.wrong) == ("error", True)


def test_copies_may_lag_behind_for_a_day_and_no_longer(
    use: Any, tmp_path: Path, two_checkpoints: list[Checkpoint], monkeypatch: pytest.MonkeyPatch
) -> None:
    there = tmp_path / "worm"
    there.mkdir()
    places.FolderPlace("", str(there)).deliver(two_checkpoints[0])
    assert kinds(there) == set()
    later = timezone.now() + timedelta(days=2)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert "copies behind" in kinds(there)


def test_a_place_that_fails_keeps_no_other_waiting_and_the_page_tells_of_it(
    use: Any, tmp_path: Path, two_checkpoints: list[Checkpoint]
) -> None:
    there = tmp_path / "worm"
    there.mkdir()
    use(f"syslog://{tmp_path}/nowhere,file://{there}")
    auditor = make_user("Auditor", ("auditor", make_agency("Badan Pengawas Contoh", "lpnk")))
    with pytest.raises(ExceptionGroup):
        push_checkpoints.call()
    assert [(state.number, state.waiting) for state in places.place_states()] == [(0, 2), (2, 0)]
    assert "FileNotFoundError" in client_for(auditor).get(reverse("trail:list")).content.decode()
    with listening_socket(tmp_path / "nowhere") as taken:
        push_checkpoints.call()
        messages = [taken.recv(65_536).decode() for _number in range(2)]
    assert places.place_states()[0].fault == ""
    for message, checkpoint in zip(messages, two_checkpoints, strict=True):
        assert message.startswith("<109>1 ")
        assert f'sha256="{checkpoint.sha256}"' in message
        assert f'signature="{checkpoint.signature}"' in message


@contextmanager
def listening_socket(path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as taken:
        taken.bind(str(path))
        taken.settimeout(5)
        yield taken


def test_syslog_over_the_network(use: Any, two_checkpoints: list[Checkpoint]) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.settimeout(5)
        use(f"syslog+udp://127.0.0.1:{taken.getsockname()[1]}")
        push_checkpoints.call()
        assert 'number="1"' in taken.recv(65_536).decode()
    got: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(5)

        def take() -> None:
            for _number in range(2):
                peer, _ = server.accept()
                with peer, peer.makefile("rb") as stream:
                    got.append(stream.read())

        thread = threading.Thread(target=take)
        thread.start()
        use(f"syslog+tcp://127.0.0.1:{server.getsockname()[1]}")
        push_checkpoints.call()
        thread.join(5)
    for message in got:
        length, _, rest = message.partition(b" ")
        assert int(length) == len(rest)
    assert len(got) == 2


def test_an_auditor_gets_the_first_of_each_day_with_its_signature(
    use: Any, two_checkpoints: list[Checkpoint]
) -> None:
    use("mailto:auditor@contoh.go.id")
    push_checkpoints.call()
    (sent,) = mail.outbox
    assert sent.to == ["auditor@contoh.go.id"]
    assert two_checkpoints[0].sha256 in sent.body
    assert [name for name, *_rest in sent.attachments] == [
        f"{checkpoint_stem(two_checkpoints[0])}.{ending}" for ending in ("txt", "sig")
    ]


def test_a_locked_bucket_keeps_what_was_first_put_whatever_is_done_over_it(
    use: Any, seaweed: Seaweed, two_checkpoints: list[Checkpoint]
) -> None:
    """SeaweedFS knows object lock: the lock that we ask for is read back and tried."""
    client = seaweed.client()
    client.create_bucket(Bucket="worm", ObjectLockEnabledForBucket=True)
    (place,) = use(f"{seaweed.url.replace('/sipinter?', '/worm?')}&days=30")
    assert seaweed.secret_key not in place["name"]
    push_checkpoints.call()
    push_checkpoints.call()
    name = f"{checkpoint_stem(two_checkpoints[0])}.txt"
    lock = client.get_object_retention(Bucket="worm", Key=name)["Retention"]
    assert lock["Mode"] == "COMPLIANCE"
    assert abs(lock["RetainUntilDate"] - timezone.now() - timedelta(days=30)) < timedelta(minutes=5)
    (version,) = client.list_object_versions(Bucket="worm", Prefix=name)["Versions"]
    with pytest.raises(client.exceptions.ClientError, match="AccessDenied"):
        client.delete_object(Bucket="worm", Key=name, VersionId=version["VersionId"])
    client.put_object(Bucket="worm", Key=name, Body=b"another")  # a newer version over it
    client.delete_object(Bucket="worm", Key=f"{checkpoint_stem(two_checkpoints[1])}.txt")
    with places.open_copies(place["name"]) as folder:
        assert kinds(folder) == set()


def test_a_bucket_without_a_lock_is_refused(use: Any, seaweed: Seaweed) -> None:
    use(f"{seaweed.url}&days=30")
    with pytest.raises(ExceptionGroup):
        push_checkpoints.call()
    assert "InvalidRequest" in places.place_states()[0].fault


@pytest.mark.parametrize(
    "value",
    [
        "/srv/worm",
        "file://srv/worm",
        "syslog+udp://host",
        "mailto:nobody",
        "s3://key:secret@host/bucket?days=x",
        "s3://key:secret@host/bucket?lock=no",
        "mailto:a@b,mailto:a@b",
    ],
)
def test_what_is_no_place_stops_the_start_without_its_secret(value: str, use: Any) -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        use(value)
    assert "secret@" not in str(refused.value)
