"""Refused attempts: few rows however many attempts, in nobody's chain, and nothing of them to be undone."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sipinter.foundation.access.actor import NOBODY, system_actor
from sipinter.foundation.audit import refusals
from sipinter.foundation.audit.models import Chain, Event, Refusal
from sipinter.foundation.audit.refusals import (
    CLOSED,
    close_refusals,
    count_refusal,
    is_refusal_sealed,
    refusal_faults,
)
from sipinter.foundation.audit.verification import verify_trail

from ...conftest import Cast
from ...factories import actor, client_for

pytestmark = pytest.mark.django_db


def earlier(hours: int = 2) -> None:
    """Let all that was counted have happened some hours ago."""
    for row in Refusal.objects.all():
        row.hour -= timedelta(hours=hours)
        row.last_at -= timedelta(hours=hours)
        row.mac = refusals.seal_refusal(row)
        row.save()


def found() -> list[tuple[str, str]]:
    return [(fault.kind, fault.about) for fault in verify_trail() if fault.kind.startswith("refusal")]


def test_a_hundred_and_fifty_attempts_are_one_row_outside_the_other_agencys_chain(cast: Cast) -> None:
    client = client_for(cast.outsider)
    path = reverse("accounts:member", args=[cast.team_mate.memberships.get().pk])
    assert {client.get(path).status_code for _ in range(150)} == {404}
    row = Refusal.objects.get()
    assert (row.count, row.actor, row.agency) == (150, cast.outsider, cast.agency)
    assert not Event.objects.exists()
    assert not Chain.objects.exists()


def test_failed_sign_ins_of_strangers_leave_the_nations_chain_alone(cast: Cast) -> None:
    for n in range(30):
        sent = {"login": f"orang{n}@contoh.go.id", "password": "salah-sekali-ya"}
        Client(REMOTE_ADDR=f"192.0.2.{n}").post(reverse("account_login"), sent)
    row = Refusal.objects.get()
    assert (row.target, row.actor, row.count) == ("user:unknown", None, 30)
    assert "192.0.2" not in str(list(Refusal.objects.values()))
    assert not Event.objects.exists()


def test_persons_objects_actions_and_hours_are_kept_apart(cast: Cast) -> None:
    for who in (cast.outsider, cast.team_mate):
        for target in ("answer:1", "answer:2"):
            count_refusal("access.refused", target, actor=actor(who), agency_id=cast.agency.pk)
    count_refusal("user.second_factor_failed", "answer:1", actor=actor(cast.outsider))
    earlier(1)
    count_refusal("access.refused", "answer:1", actor=actor(cast.outsider), agency_id=cast.agency.pk)
    assert [row.count for row in Refusal.objects.all()] == [1] * 6


def test_one_person_makes_only_so_many_rows(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusals, "MOST_ROWS", 3)
    for number in range(10):
        count_refusal(
            "access.refused", f"answer:{number}", actor=actor(cast.outsider), agency_id=cast.agency.pk
        )
    rows = {row.target: row.count for row in Refusal.objects.all()}
    assert rows == {"answer:0": 1, "answer:1": 1, "answer:2": 1, "others": 7}


def test_a_count_ends_at_a_thousand_and_writes_nothing_more(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    monkeypatch.setattr(refusals, "MOST", 3)
    for _ in range(4):
        count_refusal("access.refused", "answer:1", actor=NOBODY)
    assert Refusal.objects.get().count == 3
    with django_assert_num_queries(3):  # savepoint, read, release
        count_refusal("access.refused", "answer:1", actor=NOBODY)


def test_an_hour_that_is_over_is_closed_once_on_record(cast: Cast) -> None:
    for _ in range(3):
        count_refusal("access.refused", "answer:1", actor=actor(cast.outsider), agency_id=cast.agency.pk)
    assert close_refusals(actor=system_actor()) == 0  # it is still counted
    earlier()
    assert [close_refusals(actor=system_actor()) for _ in range(2)] == [1, 0]
    event = Event.objects.get(action=CLOSED)
    told = {name: pair[1] for name, pair in event.changes.items()}
    assert (event.agency, told["rows"], told["attempts"]) == (None, 1, 3)
    assert found() == []


def closed_hour(cast: Cast) -> Refusal:
    for target in ("answer:1", "answer:2"):
        count_refusal("access.refused", target, actor=actor(cast.outsider), agency_id=cast.agency.pk)
    earlier()
    close_refusals(actor=system_actor())
    assert found() == []
    return Refusal.objects.earliest("pk")


@pytest.mark.parametrize(
    "change",
    [{"count": 7}, {"target": "answer:9"}, {"actor": None}, {"last_at": timezone.now()}, {"mac": ""}],
)
def test_a_row_changed_by_hand_is_found(cast: Cast, change: dict[str, Any]) -> None:
    count_refusal("access.refused", "answer:1", actor=actor(cast.outsider), agency_id=cast.agency.pk)
    row = Refusal.objects.get()
    assert is_refusal_sealed(row)
    Refusal.objects.update(**change)
    assert found() == [("refusal forged", f"refusal:{row.pk}")]


def test_a_row_removed_from_a_closed_hour_is_found(cast: Cast) -> None:
    row = closed_hour(cast)
    row.delete()
    assert [kind for kind, _about in found()] == ["refusals changed"]


def test_a_whole_closed_hour_removed_is_found(cast: Cast) -> None:
    closed_hour(cast)
    Refusal.objects.all().delete()
    assert [kind for kind, _about in refusal_faults()] == ["refusals changed"]


def test_an_hour_said_to_be_closed_that_no_event_knows_is_found(cast: Cast) -> None:
    count_refusal("access.refused", "answer:1", actor=actor(cast.outsider))
    Refusal.objects.update(closed=True)
    assert [kind for kind, _about in refusal_faults()] == ["refusals changed"]
