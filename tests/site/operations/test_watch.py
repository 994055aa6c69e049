"""Health, counts and the lines of the log: what they tell, and what they never do."""

from __future__ import annotations

import io
import json
import logging
import logging.config
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from django.utils import timezone
from prometheus_client import REGISTRY
from structlog.contextvars import bound_contextvars

from sipinter.foundation.access.errors import Conflict
from sipinter.foundation.accounts.actor import actor_of
from sipinter.foundation.audit.services import record
from sipinter.foundation.evidence.models import Blob
from sipinter.foundation.web import logs
from sipinter.foundation.work.models import Row, Worker
from sipinter.foundation.work.queue import enqueue_task
from sipinter.foundation.work.tasks import delete_finished_tasks
from sipinter.site.config import urls as site
from sipinter.site.operations import health
from sipinter.site.operations.backup.database import create_restore_mark, drop_restore_mark
from tests import factories
from tests.conftest import Cast

EMAIL, NIP, TOKEN = "rina.lestari@contoh.go.id", "198501012010012001", "rahasia-undangan"
SECRETS = (EMAIL, NIP, TOKEN, "Rina Lestari", "198501 01201001 2001")


def failing(request: HttpRequest, token: str = "") -> HttpResponse:
    """As a view does whose database quotes the row that it refuses."""
    name = "Rina Lestari"
    try:
        raise IntegrityError(f"Key (email)=({request.POST.get('email', EMAIL)}) already exists; {name}")
    except IntegrityError as reason:
        raise ValueError(f"NIP {NIP} of {name}") from reason


def changed_meanwhile(request: HttpRequest) -> HttpResponse:
    raise Conflict("Somebody else changed it.")


urlpatterns = [
    path("gagal/<str:token>/", failing, name="failing"),
    path("bentrok/", changed_meanwhile, name="changed"),
    *site.urlpatterns,
]


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What the log says in JSON, down to INFO."""
    said = io.StringIO()
    root = logging.getLogger()
    level, handlers = root.level, root.handlers[:]
    logging.config.dictConfig(logs.logging_config("json", "INFO"))
    for handler in root.handlers:
        if isinstance(handler, logging.StreamHandler):
            handler.setStream(said)
    yield said
    root.setLevel(level)
    root.handlers = handlers


def told(said: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in said.getvalue().splitlines()]


def test_a_failing_page_leaves_nothing_about_a_person_in_the_log(
    cast: Cast, lines: io.StringIO, settings: Any
) -> None:
    settings.ROOT_URLCONF = __name__
    client = factories.client_for(cast.owner)
    client.raise_request_exception = False
    answer = client.post(
        f"/gagal/{TOKEN}/?email={EMAIL}&nip={NIP}",
        {"email": EMAIL, "nip": NIP},
        headers={"X-Request-Id": "permintaan-0001", "User-Agent": f"peramban {EMAIL}"},
    )
    assert answer.status_code == 500
    said = lines.getvalue()
    assert [secret for secret in SECRETS if secret in said] == []
    failed, answered = told(lines)[-2:]
    assert (failed["event"], failed["view"], failed["status"]) == ("request failed", "failing", 500)
    assert [kind["type"] for kind in failed["exception"]] == [
        "django.db.utils.IntegrityError",
        "builtins.ValueError",
    ]
    assert any(frame.endswith(" failing") for frame in failed["exception"][0]["stack"])
    assert {line["request_id"] for line in (failed, answered)} == {answer["X-Request-Id"]}
    assert (answered["view"], answered["method"], answered["status"]) == ("failing", "POST", 500)
    assert answered["ms"] > 0


def test_a_text_log_hides_the_same(lines: io.StringIO) -> None:
    formatter = logging.getLogger().handlers[0]
    logging.config.dictConfig(logs.logging_config("text", "INFO"))
    handler = logging.getLogger().handlers[0]
    assert handler is not formatter
    handler.setStream(lines)  # type: ignore[attr-defined]
    try:
        failing(HttpRequest())
    except ValueError:
        logging.getLogger("sipinter").exception("mail to %s (%s) failed", EMAIL, "198501 01201001 2001")
    said = lines.getvalue()
    assert "ERROR sipinter mail to … (…) failed" in said
    assert "builtins.ValueError" in said
    assert [secret for secret in SECRETS if secret in said] == []


def test_the_person_is_a_sign_that_stays_the_same(cast: Cast, lines: io.StringIO) -> None:
    client = factories.client_for(cast.owner)
    for _ in range(2):
        client.get("/akun/")
    signs = {line["actor"] for line in told(lines) if line.get("view") == "web:account"}
    assert len(signs) == 1
    assert str(cast.owner.pk) not in signs
    assert logs.user_pseudonym(cast.owner.pk, "another key") not in signs


def test_what_gunicorn_quotes_is_left_out(lines: io.StringIO) -> None:
    logging.getLogger("gunicorn.error").error("Error handling request %s", f"/undangan/{TOKEN}/?e={EMAIL}")
    assert told(lines)[0]["event"] == "Error handling request"


def test_a_worker_names_its_task_and_the_request_behind_it(lines: io.StringIO) -> None:
    with bound_contextvars(task_id="tugas-1", request_id="permintaan-0002"):
        logging.getLogger("sipinter.foundation.work").warning("tried again")
    line = told(lines)[0]
    assert (line["task_id"], line["request_id"]) == ("tugas-1", "permintaan-0002")


@pytest.mark.django_db
def test_live_asks_nothing_and_ready_names_what_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client()
    assert client.get("/sehat/siap/").json() == {"status": "ok"}
    sound = health.READY
    for number, (name, _answers) in enumerate(sound):
        broken = [*sound]
        broken[number] = (name, lambda: False)
        monkeypatch.setattr(health, "READY", tuple(broken))
        answer = client.get("/sehat/siap/")
        assert (answer.status_code, answer.json()) == (503, {"status": "unavailable", "part": name})

    def gone() -> bool:
        raise DatabaseError(f"could not connect as {EMAIL}")

    monkeypatch.setattr(health, "READY", (("database", gone),))
    assert client.get("/sehat/siap/").json() == {"status": "unavailable", "part": "database"}
    assert client.get("/sehat/hidup/").json() == {"status": "ok"}


@pytest.mark.django_db
def test_an_unfinished_restore_and_missing_migrations_are_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    create_restore_mark()
    assert Client().get("/sehat/siap/").json()["part"] == "restore"
    drop_restore_mark()
    monkeypatch.setattr(health, "_current", set())
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'national'")
    assert Client().get("/sehat/siap/").json()["part"] == "migrations"


def test_live_needs_no_database() -> None:
    assert Client().get("/sehat/hidup/").status_code == 200


def test_probes_are_answered_without_encryption(settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert Client().get("/sehat/hidup/").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(("token", "given"), [("", "Bearer "), ("", ""), ("abc", "Bearer abd"), ("abc", "")])
def test_counts_are_for_the_holder_of_the_token(settings: Any, token: str, given: str) -> None:
    settings.METRICS_TOKEN = token
    assert Client().get("/metrik/", headers={"Authorization": given}).status_code == 404


def counted(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


def test_what_happens_is_counted(cast: Cast, settings: Any, django_capture_on_commit_callbacks: Any) -> None:
    settings.ROOT_URLCONF, settings.METRICS_TOKEN = __name__, "abc"
    names = (
        ("sipinter_requests_total", {"view": "changed", "method": "GET", "status": "4xx"}),
        ("sipinter_refusals_total", {"kind": "conflict"}),
        ("sipinter_changes_total", {"action": "evidence.added"}),
        ("sipinter_uploaded_bytes_total", {}),
        ("sipinter_sign_in_failures_total", {}),
        ("sipinter_request_seconds_count", {"view": "changed"}),
    )
    before = [counted(name, **labels) for name, labels in names]
    client = factories.client_for(None)
    client.get("/bentrok/")
    with django_capture_on_commit_callbacks(execute=True):
        changes: dict[str, Any] = {"size": [None, 2048]}
        record("evidence.added", "evidence:1", actor=actor_of(cast.owner), changes=changes)
    client.post("/akun/login/", {"login": cast.owner.email, "password": "bukan-ini-kata-sandinya"})
    after = [counted(name, **labels) for name, labels in names]
    assert [b - a for a, b in zip(before, after, strict=True)] == [1, 1, 1, 2048, 1, 1]
    shown = client.get("/metrik/", headers={"Authorization": "Bearer abc"})
    assert shown.status_code == 200
    assert b"sipinter_files 0.0" in shown.content
    assert EMAIL.encode() not in shown.content
    assert cast.owner.email.encode() not in shown.content


def gauges(settings: Any) -> dict[str, float]:
    settings.METRICS_TOKEN = "abc"
    shown = Client().get("/metrik/", headers={"Authorization": "Bearer abc"}).content.decode()
    lines = [line for line in shown.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _gap, value in (line.rpartition(" ") for line in lines)}


def test_the_queue_and_what_it_is_for_are_measured(cast: Cast, settings: Any) -> None:
    idle = gauges(settings)
    assert [idle[f"sipinter_{name}"] for name in ("oldest_task_seconds", "workers")] == [0, 0]
    old, tried, failed = (enqueue_task(delete_finished_tasks) for _task in range(3))
    now = timezone.now()
    Row.objects.filter(pk=old.pk).update(enqueued_at=now - timedelta(seconds=500))
    # Its next try is not due yet.
    Row.objects.filter(pk=tried.pk).update(
        enqueued_at=now - timedelta(hours=2), run_after=now + timedelta(hours=1)
    )
    Row.objects.filter(pk=failed.pk).update(status="FAILED")
    Worker.objects.create(pk="satu")
    for number, scan in enumerate(("pending", "pending", "clean", "not_scanned")):
        Blob.objects.create(
            agency=cast.agency, sha256=f"{number}", size=1, media_type="x", path="x", scan=scan
        )
    found = gauges(settings)
    assert found['sipinter_tasks{state="waiting"}'] == 2
    assert found['sipinter_tasks{state="failed"}'] == 1
    assert 500 <= found["sipinter_oldest_task_seconds"] < 560
    assert (found["sipinter_workers"], found["sipinter_files_awaiting_scan"]) == (1, 2)
    assert found["sipinter_files_awaiting_judgement"] == 0
    Blob.objects.filter(sha256="0").update(judgement="waiting", created_at=now - timedelta(seconds=300))
    found = gauges(settings)
    assert found["sipinter_files_awaiting_judgement"] == 1
    assert 300 <= found["sipinter_oldest_unjudged_file_seconds"] < 360
    Row.objects.filter(pk=tried.pk).update(run_after=now - timedelta(seconds=900))
    assert 900 <= gauges(settings)["sipinter_oldest_task_seconds"] < 960


@pytest.mark.django_db
def test_labels_do_not_grow_with_what_is_asked() -> None:
    client = Client()
    for number in range(5):
        client.generic(f"ANEH{number}", f"/tidak-ada-{number}/")
    methods = {
        sample.labels["method"]
        for metric in REGISTRY.collect()
        for sample in metric.samples
        if sample.name == "sipinter_requests_total"
    }
    assert "other" in methods
    assert not any(method.startswith("ANEH") for method in methods)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("throttled for 203.0.113.9", "throttled for …"),
        ("from [2001:db8::7]:443, 10.1.2.3:55", "from […]:443, …:55"),
        ("from fe80::1 and ::ffff:203.0.113.9", "from … and …"),
        ("Listening at: http://127.0.0.1:8000 (12)", "Listening at: http://127.0.0.1:8000 (12)"),
        ("at 12:34:56 in sipinter::x, version 1.2.3", "at 12:34:56 in sipinter::x, version 1.2.3"),
    ],
)
def test_addresses_of_machines_are_hidden(said: str, kept: str) -> None:
    assert logs.hide_personal_data(said) == kept
