"""The auditors' search: who reads what, narrowing, pages by key, one event, export."""

import ast
import csv
import io
import re
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

import sipinter
from sipinter.foundation.access.actor import system_actor
from sipinter.foundation.accounts.models import User
from sipinter.foundation.audit.models import Event
from sipinter.foundation.audit.services import record
from sipinter.site.trail.labels import ACTIONS
from sipinter.site.trail.queries import NOT_FOR_THE_AGENCY, ROWS_A_PAGE
from tests.factories import actor, client_for, make_user
from tests.unguarded import intruder

pytestmark = pytest.mark.django_db


@pytest.fixture
def auditor(cast: Any) -> Client:
    return client_for(make_user("Dewi Auditor", ("auditor", cast.supervisor)))


def happen(cast: Any, count: int = 3) -> None:
    for n in range(count):
        record(
            "answer.saved",
            f"answer:{n}",
            actor=actor(cast.owner),
            agency_id=cast.agency.pk,
            changes={"note": ["", f"Catatan “é” ke-{n}"]},
        )
    record("answer.saved", "answer:900", actor=actor(cast.outsider), agency_id=cast.other_agency.pk)
    record("cycle.opened", "cycle:1", actor=system_actor(on_behalf_of=actor(cast.owner)))


def targets(client: Client, **asked: str) -> list[str]:
    response = client.get(reverse("trail:list"), asked)
    assert response.status_code == 200
    return re.findall(r"<code>([^<]+)</code>", response.content.decode())


def test_an_auditor_reads_every_chain_newest_first(cast: Any, auditor: Client) -> None:
    happen(cast)
    assert targets(auditor) == ["cycle:1", "answer:900", "answer:2", "answer:1", "answer:0"]


@pytest.mark.parametrize("role", ["keeper", "pyb", "ppk"])
def test_an_agency_reads_its_own_only_without_what_was_not_handed_over(cast: Any, role: str) -> None:
    happen(cast)
    for action in NOT_FOR_THE_AGENCY:
        record(action, "answer:1", actor=system_actor(), agency_id=cast.agency.pk)
    client = client_for(make_user("Kepala", (role, cast.agency)))
    assert targets(client) == ["answer:2", "answer:1", "answer:0"]
    assert targets(client, agency="Kenanga") == []
    foreign = Event.objects.get(target="answer:900")
    assert client.get(reverse("trail:event", args=[foreign.pk])).status_code == 404
    hidden = Event.objects.filter(action="answer.judged").get()
    assert client.get(reverse("trail:event", args=[hidden.pk])).status_code == 404


@pytest.mark.parametrize("role", ["team", "employee", "verifier", "coordinator", "administrator", "reader"])
@pytest.mark.parametrize("name", ["trail:list", "trail:csv", "trail:xlsx"])
def test_nobody_else_reads_it(cast: Any, role: str, name: str) -> None:
    agency = cast.agency if role in ("team", "employee") else cast.supervisor
    client = client_for(make_user("Orang", (role, agency)))
    assert client.get(reverse(name)).status_code == 403
    assert not Event.objects.filter(action="audit.exported").exists()


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"agency": "Kenanga"}, ["answer:900"]),
        ({"person": "Sari"}, ["answer:900"]),
        ({"person": "Rina"}, ["cycle:1", "answer:2", "answer:1", "answer:0"]),
        ({"person": "tidak ada"}, []),
        ({"action": "cycle.opened"}, ["cycle:1"]),
        ({"target": "answer:1"}, ["answer:1"]),
        ({"text": "“é” ke-2"}, ["answer:2"]),
        ({"text": "100%"}, []),
        ({"until": "2020-01-01"}, []),
    ],
)
def test_the_search_narrows(cast: Any, auditor: Client, asked: dict[str, str], expected: list[str]) -> None:
    happen(cast)
    assert targets(auditor, **asked) == expected


def test_days_are_whole_days(cast: Any, auditor: Client) -> None:
    happen(cast)
    today = timezone.localdate()
    assert len(targets(auditor, since=today.isoformat(), until=today.isoformat())) == 5
    assert targets(auditor, since=(today + timedelta(days=1)).isoformat()) == []


@pytest.mark.parametrize(
    "bad", [{"since": "besok"}, {"action": "x"}, {"after": "x_y"}, {"after": "2026-01-01_1"}]
)
def test_what_does_not_hold_narrows_nothing(cast: Any, auditor: Client, bad: dict[str, str]) -> None:
    happen(cast)
    assert len(targets(auditor, **bad)) == 5


def test_pages_go_on_after_the_last_event(cast: Any, auditor: Client) -> None:
    happen(cast, ROWS_A_PAGE + 10)
    with intruder() as cursor:  # many at one moment
        cursor.execute("UPDATE audit_event SET at = (SELECT MIN(at) FROM audit_event)")
    first = auditor.get(reverse("trail:list")).content.decode()
    (older,) = re.findall(r'href="([^"]+)" rel="next"', first)
    second = auditor.get(reverse("trail:list") + unescape(older)).content.decode()
    shown = [int(pk) for pk in re.findall(r'href="/jejak-audit/(\d+)/"', first + second)]
    assert shown == list(Event.objects.order_by("-pk").values_list("pk", flat=True))
    assert 'rel="next"' not in second


def test_the_number_of_queries_is_constant(cast: Any, auditor: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            auditor.get(reverse("trail:list"))
        return len(captured)

    happen(cast, 1)
    queries()  # the first request notes down that the session is in use
    few = queries()
    happen(cast, ROWS_A_PAGE)
    assert queries() == few


def test_an_event_shows_from_and_to_and_whether_it_holds(cast: Any, auditor: Client) -> None:
    happen(cast)
    event = Event.objects.get(target="answer:1")
    page = auditor.get(reverse("trail:event", args=[event.pk])).content.decode()
    assert "Catatan “é” ke-1" in page
    assert event.hash in page
    assert "stands as it was written: its hash fits" in page
    with intruder() as cursor:
        cursor.execute("UPDATE audit_event SET actor_name = 'x' WHERE id = %s", [event.pk])
    assert "Changed by hand" in auditor.get(reverse("trail:event", args=[event.pk])).content.decode()


def test_the_export_is_guarded_and_on_record(cast: Any, auditor: Client) -> None:
    User.objects.filter(pk=cast.owner.pk).update(name='=HYPERLINK("http://x")')
    cast.owner.refresh_from_db()
    happen(cast)
    response = auditor.get(reverse("trail:csv"), {"person": "HYPERLINK", "action": "answer.saved"})
    rows = list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode())))
    assert {row["actor"] for row in rows} == {'\'=HYPERLINK("http://x")'}
    assert len(rows) == 3
    event = Event.objects.get(action="audit.exported")
    assert event.changes == {
        "kind": [None, "csv"],
        "person": [None, "HYPERLINK"],
        "action": [None, "answer.saved"],
    }
    book = openpyxl.load_workbook(io.BytesIO(auditor.get(reverse("trail:xlsx")).content))
    sheet = book.worksheets[0]
    assert sheet.max_row == 1 + 7  # the events, the export before, and this one
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_an_agency_s_export_is_in_its_own_chain(cast: Any) -> None:
    happen(cast)
    client = client_for(cast.owner)
    response = client.get(reverse("trail:csv"))
    assert b"answer:900" not in b"".join(response.streaming_content)
    assert Event.objects.get(action="audit.exported").agency == cast.agency


def recorded() -> set[str]:
    """Every action that the code records: constants, and names of constants in the same module."""
    found = set()
    for path in Path(sipinter.__file__).parent.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        constants = {
            target.id: node.value.value
            for node in tree.body
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "record" and node.args:
                action = node.args[0]
                if isinstance(action, ast.Constant):
                    found.add(action.value)
                elif isinstance(action, ast.Name):
                    found.add(constants.get(action.id, f"{path.name}: {action.id}"))
    return found


def test_every_action_has_a_sentence() -> None:
    assert recorded() - set(ACTIONS) == set()
