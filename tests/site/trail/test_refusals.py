"""The pages of refused attempts: who reads of which, narrowing, pages by key, downloads."""

import csv
import io
import re
from datetime import timedelta

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sipinter.foundation.access.actor import NOBODY
from sipinter.foundation.audit.models import Event, Refusal
from sipinter.foundation.audit.refusals import count_refusal
from sipinter.foundation.audit.services import record
from sipinter.site.trail.queries import ROWS_A_PAGE
from sipinter.site.trail.tasks import close_hours_of_refusals
from tests.conftest import Cast
from tests.factories import actor, client_for, make_user

pytestmark = pytest.mark.django_db
PAGE = reverse("trail:refusals")


@pytest.fixture
def auditor(cast: Cast) -> Client:
    return client_for(make_user("Dewi Auditor", ("auditor", cast.supervisor)))


@pytest.fixture(autouse=True)
def _refused(cast: Cast) -> None:
    for _ in range(3):
        count_refusal("access.refused", "answer:1", actor=actor(cast.outsider), agency_id=cast.agency.pk)
    count_refusal("access.refused", "answer:2", actor=actor(cast.owner), agency_id=cast.other_agency.pk)
    count_refusal("user.sign_in_failed", "user:unknown", actor=NOBODY)


def shown(client: Client, **asked: str) -> list[str]:
    page = client.get(PAGE, asked)
    assert page.status_code == 200
    return re.findall(r"<code>([^<]+)</code>", page.content.decode())


def test_auditors_read_of_all_and_an_agency_of_its_own_doors(cast: Cast, auditor: Client) -> None:
    assert shown(auditor) == ["user:unknown", "answer:2", "answer:1"]
    assert shown(client_for(cast.owner)) == ["answer:1"]
    assert client_for(cast.team_mate).get(PAGE).status_code == 403


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"agency": "Kenanga"}, ["answer:2"]),
        ({"person": "sari"}, ["answer:1"]),
        ({"action": "user.sign_in_failed"}, ["user:unknown"]),
        ({"target": "answer:2"}, ["answer:2"]),
        ({"until": "2020-01-01"}, []),
        ({"since": "9999-12-31"}, ["user:unknown", "answer:2", "answer:1"]),
    ],
)
def test_the_search_narrows(auditor: Client, asked: dict[str, str], expected: list[str]) -> None:
    assert shown(auditor, **asked) == expected


def test_pages_go_on_where_the_one_before_ended(auditor: Client) -> None:
    for number in range(ROWS_A_PAGE):
        count_refusal("access.refused", f"evidence:{number}", actor=NOBODY)
    first = auditor.get(PAGE).content.decode()
    (after,) = re.findall(r"after=([^\"]+)", first)
    rest = auditor.get(f"{PAGE}?after={after}").content.decode()
    seen = re.findall(r"<code>([^<]+)</code>", first + rest)
    assert len(seen) == len(set(seen)) == ROWS_A_PAGE + 3


def test_a_count_changed_by_hand_says_so(auditor: Client) -> None:
    assert "Changed by hand" not in auditor.get(PAGE).content.decode()
    Refusal.objects.filter(target="answer:1").update(count=1)
    assert "Changed by hand" in auditor.get(PAGE).content.decode()


def test_both_downloads_hold_the_counts_and_are_on_record(auditor: Client) -> None:
    answer = auditor.get(reverse("trail:refusals_csv"), {"target": "answer:1"})
    (row,) = csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig")))
    assert (row["attempts"], row["action"], row["actor"]) == ("3", "access.refused", "Sari Utami")
    book = openpyxl.load_workbook(io.BytesIO(auditor.get(reverse("trail:refusals_xlsx")).content))
    assert sum(1 for _row in book.active.iter_rows()) == 4
    exported = Event.objects.filter(action="audit.exported").order_by("pk")
    assert [event.target for event in exported] == ["audit:refusals"] * 2


def test_the_auditors_home_and_the_trail_tell_how_many(auditor: Client) -> None:
    Refusal.objects.filter(target="user:unknown").update(last_at=timezone.now() - timedelta(hours=25))
    for page in (reverse("home:home"), reverse("trail:list")):
        text = auditor.get(page).content.decode()
        assert "In the last 24 hours: 4." in text
        assert PAGE in text


def test_events_from_before_stay_in_the_trail(cast: Cast, auditor: Client) -> None:
    record("access.refused", "answer:7", actor=actor(cast.outsider), agency_id=cast.agency.pk)
    page = auditor.get(reverse("trail:list"), {"action": "access.refused"}).content.decode()
    assert "answer:7" in page


def test_the_hour_is_closed_in_the_background() -> None:
    Refusal.objects.update(hour=timezone.now() - timedelta(hours=3))
    close_hours_of_refusals.func()
    assert Event.objects.filter(action="access.refusals_closed").count() == 1
