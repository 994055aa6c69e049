"""A new key for the seals: what the earlier one sealed holds, and it seals nothing any more."""

from typing import Any

import pytest
from click.testing import CliRunner

from sipinter.cli.audit import audit_group
from sipinter.foundation.access.actor import system_actor
from sipinter.foundation.access.errors import Denied
from sipinter.foundation.audit.models import Chain, Event
from sipinter.foundation.audit.queries import is_sealed
from sipinter.foundation.audit.rotation import rotate_key
from sipinter.foundation.audit.services import hash_event, hashed_content, record
from sipinter.foundation.audit.verification import verify_chain
from sipinter.site.operations.checks.site import check_audit_key
from tests.factories import actor
from tests.unguarded import intruder

pytestmark = pytest.mark.django_db
OLD, NEW = "2mQ-" + "zX9cV4bN7mK1jH6gF3dS8aP5oI0uY2tR" * 2, "9pL-" + "qW3eR5tY7uI9oP1aS2dF4gH6jK8lZ0xC" * 2


@pytest.fixture(autouse=True)
def with_the_old_key(cast: Any, settings: Any) -> None:
    settings.AUDIT_KEY, settings.AUDIT_KEY_FALLBACKS = OLD, []
    for agency_id in (None, cast.agency.pk, cast.other_agency.pk):
        write(agency_id)
        write(agency_id)


def write(agency_id: int | None) -> Event:
    return record("answer.saved", "answer:1", actor=system_actor(), agency_id=agency_id)


def change_key(settings: Any) -> None:
    settings.AUDIT_KEY, settings.AUDIT_KEY_FALLBACKS = NEW, [OLD]


def kinds() -> list[str]:
    return [fault.kind for chain in Chain.objects.order_by("pk") for fault in verify_chain(chain)]


def test_without_the_earlier_key_nothing_is_known_as_ours(settings: Any) -> None:
    settings.AUDIT_KEY = NEW
    assert set(kinds()) == {"forged"}


def test_each_chain_goes_on_with_the_new_key_and_all_before_still_holds(settings: Any, cast: Any) -> None:
    change_key(settings)
    write(cast.agency.pk)
    assert kinds() == ["earlier key"] * 2
    assert [finding.variable for finding in check_audit_key()] == ["SIPINTER_AUDIT_KEY_FALLBACKS"]
    done = CliRunner().invoke(audit_group, ["--lang", "en", "rotate-key"])
    assert "2 chains" in done.output
    assert rotate_key(actor=system_actor()) == 0
    assert kinds() == []
    assert list(check_audit_key()) == []
    assert all(is_sealed(event) for event in Event.objects.all())
    assert Event.objects.filter(action="audit.key_changed").count() == 2


def test_whoever_got_the_earlier_key_writes_nothing_after_the_change(settings: Any, cast: Any) -> None:
    change_key(settings)
    rotate_key(actor=system_actor())
    settings.AUDIT_KEY = OLD  # the intruder's
    forged = write(cast.agency.pk)
    change_key(settings)
    assert kinds() == ["forged"]
    assert not is_sealed(forged)


def test_nor_does_a_chain_written_anew_with_the_earlier_key_hold(settings: Any, cast: Any) -> None:
    change_key(settings)
    rotate_key(actor=system_actor())
    chain = Chain.objects.get(agency=cast.agency)
    first = Event.objects.filter(chain=chain).order_by("position")[0]
    with intruder() as cursor:
        cursor.execute("DELETE FROM audit_event WHERE chain_id = %s AND position > 1", [chain.pk])
        cursor.execute("UPDATE audit_chain SET length = 1, head = %s WHERE id = %s", [first.hash, chain.pk])
    settings.AUDIT_KEY = OLD
    write(cast.agency.pk)
    change_key(settings)
    assert kinds() == ["earlier key"]


def test_an_event_before_the_change_cannot_be_replaced(settings: Any, cast: Any) -> None:
    change_key(settings)
    rotate_key(actor=system_actor())
    event = Event.objects.filter(agency=cast.agency).order_by("position")[0]
    event.action = "answer.judged"
    with intruder() as cursor:
        cursor.execute(
            "UPDATE audit_event SET action = %s, hash = %s WHERE id = %s",
            [event.action, hash_event("", hashed_content(event)), event.pk],
        )
    assert {"forged", "reordered"} <= set(kinds())


def test_only_the_system_and_the_administrator_change_it(settings: Any, cast: Any) -> None:
    with pytest.raises(Denied):
        rotate_key(actor=actor(cast.owner))
