"""`sipinter check`: each check finds its fault, and says nothing where there is none."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyrage
import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from django.conf import settings as configured
from django.utils import timezone

from sipinter.cli.check import check_command
from sipinter.foundation.documents.signing import identity
from sipinter.foundation.evidence.models import Blob
from sipinter.foundation.evidence.reader import client
from sipinter.foundation.work.models import Worker
from sipinter.foundation.work.queue import enqueue_task
from sipinter.foundation.work.tasks import delete_finished_tasks
from sipinter.site.config import caches
from sipinter.site.operations import checks
from sipinter.site.operations.checks import backups, cluster, dependencies, reader, sign_in, signing_key, site
from sipinter.site.operations.finding import Check
from sipinter.site.operations.models import BackupDrill
from tests.buckets import folder_settings
from tests.factories import make_agency
from tests.foundation.evidence import hostile

from .conftest import Site

ROLES = ["verifier", "coordinator", "plenary", "administrator", "regional_office", "consultant"]
SMTP = "django.core.mail.backends.smtp.EmailBackend"
SOUND: dict[str, Any] = {
    "DEMO": False,
    "SECRET_KEY": "7fK-" + "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF" * 2,
    "AUDIT_KEY": "2mQ-" + "zX9cV4bN7mK1jH6gF3dS8aP5oI0uY2tR" * 2,
    "CHECKPOINT_PLACES": [{"kind": "folder", "name": "file:///srv/worm", "folder": "/srv/worm"}],
    "BASE_URL": "https://merit.contoh.go.id",
    "HTTPS": True,
    "ALLOWED_HOSTS": ["merit.contoh.go.id"],
    "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https"),
    "MFA_REQUIRED_ROLES": ROLES,
    "NODES": 1,
    "ISSUER": {"name": "Badan Contoh", "address": ("Jalan Contoh 2",), "signer_name": "Wulan"},
    "EMAIL_BACKEND": SMTP,
    "EMAIL_HOST": "localhost",
    "DEFAULT_FROM_EMAIL": "sipinter@contoh.go.id",
    "LOGGING": {"root": {"level": "INFO"}},
    "BACKUP_RECIPIENTS": [str(pyrage.x25519.Identity.generate().to_public())],
    "SIGNING_TIMESTAMP_URL": "https://waktu.contoh.go.id/",
    "OIDC_ISSUER": "https://masuk.contoh.go.id",
    "OIDC_CLIENT_ID": "sipinter",
    "OIDC_CLIENT_SECRET": "rahasia",
    "OIDC_SECOND_FACTOR": {"amr": ["otp"], "acr": []},
}
LOCAL = configured.STORAGES | {"default": folder_settings(Path("var/files"))}
NO_SERVICE = {
    "OIDC_ISSUER": "",
    "OIDC_CLIENT_ID": "",
    "OIDC_CLIENT_SECRET": "",
    "OIDC_SECOND_FACTOR": {"amr": [], "acr": []},
}
SELF_SAID = {"SIGNING_PKCS12": "", "SIGNING_SELF_MADE": False}
FAULTS: list[tuple[Check, dict[str, Any], str, str]] = [
    (site.check_demonstration, {"DEMO": True}, "error", "SIPINTER_DEMO"),
    (site.check_secret_key, {"SECRET_KEY": "demonstration-only-" + "0" * 40}, "error", "SIPINTER_SECRET_KEY"),
    (site.check_secret_key, {"SECRET_KEY": "kunci-pendek"}, "error", "SIPINTER_SECRET_KEY"),
    (site.check_secret_key, {"SECRET_KEY": "ab" * 40}, "error", "SIPINTER_SECRET_KEY"),
    (site.check_base_url, {"HTTPS": False}, "error", "SIPINTER_BASE_URL"),
    (site.check_hosts, {"ALLOWED_HOSTS": ["*"]}, "error", "SIPINTER_HOSTS"),
    (site.check_hosts, {"ALLOWED_HOSTS": [".go.id", "merit.contoh.go.id"]}, "error", "SIPINTER_HOSTS"),
    (site.check_hosts, {"ALLOWED_HOSTS": ["localhost"]}, "error", "SIPINTER_HOSTS"),
    (site.check_proxy, {"SECURE_PROXY_SSL_HEADER": None}, "error", "SIPINTER_BEHIND_PROXY"),
    (site.check_proxy, {"HTTPS": False}, "error", "SIPINTER_BEHIND_PROXY"),
    (
        site.check_issuer,
        {"ISSUER": {**SOUND["ISSUER"], "signer_name": "Ketua Rapat Pleno"}},
        "error",
        "SIPINTER_ISSUER_SIGNER",
    ),
    (site.check_static_files, {"STATIC_ROOT": "/nonexistent"}, "error", "SIPINTER_STATIC"),
    (site.check_log_level, {"LOGGING": {"root": {"level": "DEBUG"}}}, "error", "SIPINTER_LOG_LEVEL"),
    (site.check_log_level, {"LOGGING": {"root": {"level": "ERROR"}}}, "note", "SIPINTER_LOG_LEVEL"),
    (site.check_time_zone, {"TIME_ZONE": "Asia/Nowhere"}, "error", "TZ"),
    (cluster.check_shared_storage, {"NODES": 2, "STORAGES": LOCAL}, "error", "SIPINTER_STORAGE_URL"),
    (cluster.check_shared_cache, {"NODES": 2}, "error", "SIPINTER_CACHE_URL"),
    (sign_in.check_second_factor, {"MFA_REQUIRED_ROLES": ROLES[1:]}, "error", "SIPINTER_MFA_ROLES"),
    (sign_in.check_second_factor, {"MFA_REQUIRED_ROLES": ROLES[:-1]}, "note", "SIPINTER_MFA_ROLES"),
    (
        sign_in.check_mail_settings,
        {"EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend"},
        "error",
        "SIPINTER_EMAIL_BACKEND",
    ),
    (
        sign_in.check_mail_settings,
        {"DEFAULT_FROM_EMAIL": "sipinter@localhost"},
        "error",
        "SIPINTER_EMAIL_FROM",
    ),
    (sign_in.check_mail_settings, {"EMAIL_HOST": "surat.contoh.go.id"}, "error", "SIPINTER_EMAIL_TLS"),
    (
        sign_in.check_sign_in_service,
        {**NO_SERVICE, "OIDC_CLIENT_ID": "x"},
        "error",
        "SIPINTER_OIDC_CLIENT_ID",
    ),
    (
        sign_in.check_sign_in_service,
        {**NO_SERVICE, "OIDC_CLIENT_SECRET": "x"},
        "error",
        "SIPINTER_OIDC_CLIENT_SECRET",
    ),
    (sign_in.check_sign_in_service, {"OIDC_ISSUER": ""}, "error", "SIPINTER_OIDC_AMR"),
    (sign_in.check_sign_in_service, {"OIDC_CLIENT_SECRET": ""}, "error", "SIPINTER_OIDC_CLIENT_SECRET"),
    (
        sign_in.check_sign_in_service,
        {"OIDC_SECOND_FACTOR": {"amr": [], "acr": []}},
        "note",
        "SIPINTER_OIDC_AMR",
    ),
    (dependencies.check_checkpoint_folder, {"CHECKPOINTS": "/proc/nowhere"}, "error", "SIPINTER_CHECKPOINTS"),
    (dependencies.check_person_keys, {"PERSON_KEYS": "/proc/nowhere"}, "error", "SIPINTER_PERSON_KEYS"),
    (
        dependencies.check_checkpoint_places,
        {"CHECKPOINT_PLACES": []},
        "note",
        "SIPINTER_CHECKPOINT_PLACES",
    ),
    (site.check_audit_key, {"AUDIT_KEY": "demonstration-only-" + "1" * 40}, "error", "SIPINTER_AUDIT_KEY"),
    (site.check_audit_key, {"AUDIT_KEY": "kunci-pendek"}, "error", "SIPINTER_AUDIT_KEY"),
    (site.check_audit_key, {"AUDIT_KEY": SOUND["SECRET_KEY"]}, "error", "SIPINTER_AUDIT_KEY"),
    (signing_key.check_signing_key, SELF_SAID, "error", "SIPINTER_SIGNING_PKCS12"),
    (
        signing_key.check_signing_key,
        {"SIGNING_PKCS12": "/nonexistent.p12"},
        "error",
        "SIPINTER_SIGNING_PKCS12",
    ),
    (
        backups.check_backup_protection,
        {**SELF_SAID, "BACKUP_RECIPIENTS": []},
        "error",
        "SIPINTER_BACKUP_RECIPIENT",
    ),
    (
        backups.check_backup_protection,
        {"BACKUP_RECIPIENTS": ["age1bukan"]},
        "error",
        "SIPINTER_BACKUP_RECIPIENT",
    ),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("check", "changed", "level", "variable"), FAULTS)
def test_a_fault_is_found(
    settings: Any, check: Check, changed: dict[str, Any], level: str, variable: str
) -> None:
    for name, value in {**SOUND, **changed}.items():
        setattr(settings, name, value)
    found = [(finding.level, finding.variable) for finding in check()]
    assert (level, variable) in found
    assert all(finding.wrong and finding.do for finding in check())


@pytest.mark.django_db
@pytest.mark.parametrize(
    "check", sorted({fault[0] for fault in FAULTS} - {signing_key.check_signing_key}, key=str)
)
def test_nothing_is_said_of_what_is_sound(settings: Any, tmp_path: Path, check: Check) -> None:
    (tmp_path / "staticfiles.json").write_text("{}")
    for name, value in {**SOUND, "STATIC_ROOT": tmp_path}.items():
        setattr(settings, name, value)
    assert list(check()) == []


@pytest.mark.django_db
def test_the_engine_is_checked_by_the_number_of_nodes(settings: Any) -> None:
    from django.db import connection

    levels = []
    for count in (1, 2):
        settings.NODES = count
        levels.append([finding.level for finding in cluster.check_shared_database()])
    assert levels == ([["note"], ["error"]] if connection.vendor == "sqlite" else [[], []])


def test_a_self_made_certificate_a_wrong_password_and_an_end(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "key.p12"
    identity.make_demonstration_key(path)
    settings.SIGNING_PKCS12 = str(path)
    itself, self_made, *_more = signing_key.check_signing_key()
    assert (itself.level, itself.variable) == ("note", "SIPINTER_SIGNING_SOCKET")
    assert "self-made" in self_made.wrong
    monkeypatch.setattr(signing_key, "SOON", timedelta(days=365 * 20))
    assert [f.level for f in signing_key.check_signing_key() if "expires on" in f.wrong] == ["note"]
    key, certificate, _chain = pkcs12.load_key_and_certificates(path.read_bytes(), None)
    locked = pkcs12.serialize_key_and_certificates(
        b"x",
        key,
        certificate,
        None,
        BestAvailableEncryption(b"rahasia"),  # type: ignore[arg-type]
    )
    path.write_bytes(locked)
    assert "SIPINTER_SIGNING_PASSWORD" in list(signing_key.check_signing_key())[1].wrong


def test_a_signing_process_that_is_down_and_a_key_beside_it_are_said(settings: Any, tmp_path: Path) -> None:
    settings.SIGNING_SOCKET = str(tmp_path / "nobody.sock")
    settings.SIGNING_PKCS12, settings.SIGNING_PASSWORD = "", ""
    (down,) = signing_key.check_signing_key()
    assert (down.level, down.wrong) == ("error", "the signing process does not answer")
    settings.SIGNING_PASSWORD = "rahasia"
    beside, _down = signing_key.check_signing_key()
    assert (beside.level, "beside the process" in beside.wrong) == ("error", True)


def test_time_stamps_that_nobody_checks_are_said(settings: Any, tmp_path: Path) -> None:
    path = tmp_path / "key.p12"
    identity.make_demonstration_key(path)
    settings.SIGNING_PKCS12 = str(path)
    settings.SIGNING_TIMESTAMP_URL, settings.SIGNING_TIMESTAMP_AUTHORITY = "https://waktu.contoh.go.id/", ""
    assert list(signing_key.check_signing_key())[-1].variable == "SIPINTER_SIGNING_TIMESTAMP_AUTHORITY"
    settings.SIGNING_TIMESTAMP_AUTHORITY = str(tmp_path / "missing.pem")
    assert "holds no certificates" in list(signing_key.check_signing_key())[-1].wrong


@contextmanager
def answering(greeting: bytes, reply: bytes) -> Iterator[int]:
    """A server on loopback that greets, and answers everything alike but QUIT."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            try:
                peer, _ = server.accept()
                with peer:
                    peer.sendall(greeting)
                    while asked := peer.recv(1000):
                        peer.sendall(b"221 bye\r\n" if asked.startswith(b"QUIT") else reply)
            except OSError:
                pass

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1]


def test_the_mail_server_is_really_asked(settings: Any) -> None:
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_USE_TLS = SMTP, "127.0.0.1", False
    settings.EMAIL_HOST_USER = ""
    with answering(b"220 surat\r\n", b"250 ok\r\n") as settings.EMAIL_PORT:
        assert list(dependencies.check_mail_server()) == []
    assert [f.variable for f in dependencies.check_mail_server()] == ["SIPINTER_EMAIL_HOST"]
    settings.EMAIL_HOST_USER = "sipinter"
    refusing = b"250-surat\r\n250 AUTH PLAIN\r\n"
    with answering(b"220 surat\r\n", refusing) as settings.EMAIL_PORT:
        assert [f.level for f in dependencies.check_mail_server()] == ["error"]


def test_the_scanner_is_really_asked(settings: Any) -> None:
    with answering(b"", b"PONG\0") as port:
        settings.CLAMD = f"127.0.0.1:{port}"
        assert list(dependencies.check_virus_scanner()) == []
    for address in (settings.CLAMD, "/nonexistent/clamd.ctl", "clamd"):
        settings.CLAMD = address
        assert [(f.level, f.variable) for f in dependencies.check_virus_scanner()] == [
            ("error", "SIPINTER_CLAMD")
        ]
    settings.CLAMD = ""
    assert [(f.level, f.variable) for f in dependencies.check_virus_scanner()] == [("note", "SIPINTER_CLAMD")]


@pytest.mark.django_db
def test_without_a_worker_what_waits_is_an_error(settings: Any) -> None:
    assert [f.level for f in dependencies.check_workers()] == ["note"]
    enqueue_task(delete_finished_tasks)
    assert [(f.level, f.wrong) for f in dependencies.check_workers()] == [
        ("error", "1 tasks wait and no worker is alive")
    ]
    worker = Worker.objects.create(pk="satu")
    assert list(dependencies.check_workers()) == []
    Worker.objects.filter(pk=worker.pk).update(beat_at=timezone.now() - timedelta(days=1))
    assert [f.level for f in dependencies.check_workers()] == ["error"]


@pytest.mark.django_db
def test_files_that_wait_long_to_be_checked_are_an_error() -> None:
    assert list(dependencies.check_waiting_files()) == []
    agency = make_agency("Pemerintah Kabupaten Melati")
    blob = Blob.objects.create(
        agency=agency, sha256="0", size=1, media_type="x", path="x", judgement=Blob.Judgement.WAITING
    )
    assert [f.level for f in dependencies.check_waiting_files()] == ["note"]
    Blob.objects.filter(pk=blob.pk).update(created_at=timezone.now() - timedelta(minutes=12))
    assert [(f.level, f.wrong) for f in dependencies.check_waiting_files()] == [
        ("error", "1 files wait to be checked, the oldest for 12 minutes")
    ]


@pytest.mark.parametrize(
    ("url", "found"), [("", 1), ("database", 0), ("redis://127.0.0.1:6379/0", 0), ("rediss://c.go.id/0", 0)]
)
def test_the_caches_that_can_be_set_are_known(settings: Any, tmp_path: Path, url: str, found: int) -> None:
    settings.NODES, settings.CACHES = 2, {"default": caches.cache_settings(url, tmp_path)}
    assert len(list(cluster.check_shared_cache())) == found


def test_a_site_without_a_sign_in_service_needs_none(settings: Any) -> None:
    for name, value in NO_SERVICE.items():
        setattr(settings, name, value)
    assert list(sign_in.check_sign_in_service()) == []


@pytest.mark.django_db
def test_what_answers_is_not_reported(settings: Any) -> None:
    for check in (*checks.ALWAYS, dependencies.check_clock):
        assert list(check()) == []
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": "/proc/nowhere"},
        },
    }
    assert [f.variable for f in dependencies.check_storage()] == ["SIPINTER_STORAGE_URL"]
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    assert [f.variable for f in dependencies.check_cache()] == ["SIPINTER_CACHE_URL"]


@pytest.mark.django_db
def test_backups_that_are_signed_only_are_noted(settings: Any) -> None:
    identity.load_identity()
    settings.BACKUP_RECIPIENTS = []
    assert [(found.level, found.wrong) for found in backups.check_backup_protection()] == [
        ("note", "backups are signed, but not encrypted")
    ]


@pytest.mark.django_db
def test_a_drill_is_asked_for_every_ninety_days() -> None:
    def found() -> list[str]:
        return [finding.wrong for finding in backups.check_backup_drill()]

    def drill(days: int, faults: int) -> None:
        at = timezone.now() - timedelta(days=days)
        BackupDrill.objects.create(at=at, backup_made_at=at, seconds=9, rows=1, files=1, faults=faults)

    assert found() == ["no backup was ever restored in a drill without a fault"]
    drill(days=91, faults=0)
    drill(days=1, faults=2)
    assert len(found()) == 1
    assert "the last drill without a fault was on" in found()[0]
    drill(days=89, faults=0)
    assert found() == []


@pytest.fixture
def lacking(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Lets the reader find a kernel that lacks something (`hostile.py`)."""

    def lack(change: str) -> None:
        monkeypatch.setattr(client, "PROGRAM", hostile.program(change))
        monkeypatch.setattr(client, "_reader", None)

    yield lack
    client._current().close()


@pytest.mark.parametrize(
    ("change", "level", "part"),
    [
        ("abi=0", "error", "landlock"),
        ("no_seccomp", "error", "seccomp"),
        ("no_namespaces", "note", "namespaces"),
    ],
)
def test_what_the_sandbox_of_the_reader_lacks_is_named(
    lacking: Callable[[str], None], change: str, level: str, part: str
) -> None:
    assert list(reader.check_reader_sandbox()) == []
    lacking(change)
    assert [(f.level, f.variable) for f in reader.check_reader_sandbox()] == [(level, part)]


def test_a_reader_that_does_not_start_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "PROGRAM", ("-c", ""))
    monkeypatch.setattr(client, "_reader", None)
    assert [(f.level, f.variable) for f in reader.check_reader_sandbox()] == [("error", "reader")]


@pytest.mark.django_db
def test_a_part_that_was_accepted_is_no_error_and_the_others_stay(lacking: Callable[[str], None]) -> None:
    lacking("abi=0")
    for accepted, level in (("seccomp", "error"), ("landlock", "note")):
        told = CliRunner().invoke(check_command, ["--deploy", "--json", "--accept", accepted])
        levels = {finding["variable"]: finding["level"] for finding in json.loads(told.stdout)}
        assert levels["landlock"] == level
        assert levels["SIPINTER_BASE_URL"] == "error"
    assert CliRunner().invoke(check_command, ["--accept", "SIPINTER_DEMO"]).exit_code == 2


def test_every_check_is_in_force() -> None:
    written = {
        function
        for module in (site, cluster, sign_in, signing_key, backups, dependencies, reader)
        for name, function in vars(module).items()
        if callable(function) and getattr(function, "__module__", "") == module.__name__ and name[0] != "_"
    }
    assert written == {*checks.ALWAYS, *checks.PRODUCTION}


def test_the_command_ends_with_1_on_an_error_and_names_the_variable(tmp_path: Path) -> None:
    demonstration = Site(tmp_path)
    found = demonstration.run("check", "--deploy", "--json")
    assert found.returncode == 1
    named = {(finding["level"], finding["variable"]) for finding in json.loads(found.stdout)}
    assert {("error", "SIPINTER_DEMO"), ("error", "SIPINTER_BASE_URL")} <= named
    assert "migrations are not applied" in found.stdout
    keyless = Site(tmp_path, {"SIPINTER_DEMO": "no"}).run("check", "--deploy")
    assert keyless.returncode == 1
    assert keyless.stdout.startswith("error  SIPINTER_SECRET_KEY: ")
    odd = Site(tmp_path, {"SIPINTER_LOG_FORMAT": "xml"}).run("check")
    assert odd.stdout.startswith("error  SIPINTER_LOG_FORMAT: ")
