"""The audit trail: written with the change it records, and tamper-evident."""

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.http import Http404
from django.test import RequestFactory

from sipinter.foundation.access.actor import system_actor
from sipinter.foundation.accounts.fetching import fetch_or_404
from sipinter.foundation.accounts.models import Membership
from sipinter.foundation.audit.models import Chain, Event, Refusal
from sipinter.foundation.audit.queries import events_about
from sipinter.foundation.audit.services import record, target_of
from sipinter.foundation.audit.verification import verify_chain

from ...factories import actor
from ...unguarded import intruder


def happen(agency, count=3, by=None):
    """`count` events in the chain of `agency`; the chain."""
    for n in range(count):
        record(
            "answer.saved",
            f"answer:{n}",
            actor=by or system_actor(),
            agency_id=agency.pk,
            changes={"level": [n, n + 1]},
        )
    return Chain.objects.get(agency=agency)


def sql(statement, *values):
    with intruder() as cursor:
        cursor.execute(statement, values)


def found(chain):
    chain.refresh_from_db()
    return [(fault.kind, fault.position) for fault in verify_chain(chain)]


def test_an_event_tells_who_did_what_from_what_to_what(cast):
    event = record(
        "membership.ended",
        cast.team_mate.memberships.get(),
        actor=actor(cast.owner),
        agency_id=cast.agency.pk,
        changes={"role": ["team", None]},
    )
    event.refresh_from_db()
    assert (event.actor, event.who, event.actor_role) == (cast.owner, "Rina Lestari", "keeper")
    assert event.target == f"membership:{cast.team_mate.memberships.get().pk}"
    assert event.changes == {"role": ["team", None]}


def test_an_untouched_chain_holds(cast):
    assert found(happen(cast.agency)) == []


@pytest.mark.parametrize(
    "change",
    [
        "changes = '{\"level\": [0, 4]}'",
        "actor_name = 'Orang lain'",
        "actor_role = 'verifier'",
        "action = 'answer.removed'",
        "target = 'answer:99'",
        "at = '2020-01-01 00:00:00'",
        "request_id = 'x'",
        "agency_id = NULL",
        "hash = 'x'",
    ],
)
def test_a_row_changed_by_hand_is_found(cast, change):
    chain = happen(cast.agency)
    sql(f"UPDATE audit_event SET {change} WHERE chain_id = %s AND position = 2", chain.pk)
    assert ("changed", 2) in found(chain)


@pytest.mark.parametrize(("position", "reason"), [(1, "missing"), (2, "missing"), (3, "end cut")])
def test_a_row_removed_by_hand_is_found(cast, position, reason):
    chain = happen(cast.agency)
    sql("DELETE FROM audit_event WHERE chain_id = %s AND position = %s", chain.pk, position)
    assert found(chain)[0] == (reason, position)


def test_rows_changed_in_order_are_found(cast):
    chain = happen(cast.agency)
    for before, after in [(1, 99), (2, 1), (99, 2)]:
        sql(
            "UPDATE audit_event SET position = %s WHERE chain_id = %s AND position = %s",
            after,
            chain.pk,
            before,
        )
    assert [position for _kind, position in found(chain)] == [1, 2, 3]


def test_a_row_added_by_hand_is_found(cast):
    chain = happen(cast.agency)
    last = chain.events.get(position=3)
    last.pk, last.position, last.previous_hash = None, 4, last.hash
    last.save(force_insert=True)
    assert ("changed", 4) in found(chain)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET actor_name = 'x'",
        "DELETE FROM audit_event",
        "DELETE FROM audit_chain",
        "UPDATE audit_chain SET length = length - 1",
        "UPDATE audit_chain SET head = 'x'",
        "UPDATE audit_chain SET length = length + 1, agency_id = NULL",
    ],
)
def test_an_accident_is_refused_by_the_database(cast, statement):
    happen(cast.agency)
    refused = pytest.raises(IntegrityError, match="append-only")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_work_in_the_background_names_who_it_is_for(cast):
    record(
        "answer.saved",
        "answer:1",
        actor=system_actor(on_behalf_of=actor(cast.owner)),
        agency_id=cast.agency.pk,
    )
    event = Event.objects.get()
    assert (event.actor, event.actor_role) == (None, "system")
    assert (event.on_behalf_of, event.for_whom) == (cast.owner, "Rina Lestari")
    chain = Chain.objects.get()
    sql("UPDATE audit_event SET on_behalf_name = 'Orang lain'")
    assert found(chain) == [("changed", 1)]
    sql("UPDATE audit_event SET on_behalf_name = '', on_behalf_of_id = NULL")
    assert found(chain) == [("changed", 1)]


def test_each_agency_has_its_own_chain_and_the_nation_one(cast):
    one, two = happen(cast.agency, 2), happen(cast.other_agency, 1)
    record("cycle.opened", "cycle:1", actor=system_actor())
    national = Chain.objects.get(agency=None)
    assert (one.length, two.length, national.length) == (2, 1, 1)
    sql("UPDATE audit_event SET action = 'x' WHERE chain_id = %s", one.pk)
    assert len(found(one)) > 0
    assert (found(two), found(national)) == ([], [])


def test_history_is_about_the_asked_only(cast):
    happen(cast.agency)
    assert [event.target for event in events_about(["answer:0", "answer:2"])] == ["answer:2", "answer:0"]
    assert target_of(cast.agency, "3.4") == f"agency:{cast.agency.pk}:3.4"


@pytest.mark.django_db(transaction=True)
def test_what_is_undone_leaves_no_event(cast):
    chain = happen(cast.agency, 1)

    def change_and_fail():
        with transaction.atomic():
            Membership.objects.filter(user=cast.team_mate).delete()
            record("membership.ended", "membership:1", actor=system_actor(), agency_id=cast.agency.pk)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        change_and_fail()
    assert (Event.objects.count(), cast.team_mate.memberships.count(), found(chain)) == (1, 1, [])


@pytest.mark.django_db(transaction=True)
def test_a_refusal_is_kept_though_the_request_ends_in_404(cast):
    request = RequestFactory().get("/tim/7/")
    request.actor = actor(cast.outsider)
    row = cast.team_mate.memberships.get()
    with pytest.raises(Http404):
        fetch_or_404(request, Membership.objects.all(), pk=row.pk)
    counted = Refusal.objects.get()
    assert (counted.action, counted.actor, counted.agency) == ("access.refused", cast.outsider, cast.agency)
    assert (counted.target, counted.count) == (f"membership:{row.pk}", 1)
    assert not Event.objects.exists()
    # Views run outside a transaction: otherwise the 404 would take the record with it.
    assert settings.DATABASES["default"].get("ATOMIC_REQUESTS", False) is False


@pytest.mark.parametrize("number", [2**63, 10**30])
def test_a_number_that_no_row_can_have_is_not_found(cast, number):
    """Asked for through another table, too, where Django hands it to the database as it is."""
    request = RequestFactory().get("/tim/7/")
    request.actor = actor(cast.owner)
    for lookup in ({"pk": number}, {"agency_id": number}):
        with pytest.raises(Http404):
            fetch_or_404(request, Membership.objects.all(), **lookup)
    assert not Refusal.objects.exists()


def test_a_row_that_does_not_exist_is_no_refusal(cast):
    request = RequestFactory().get("/tim/7/")
    request.actor = actor(cast.outsider)
    with pytest.raises(Http404):
        fetch_or_404(request, Membership.objects.all(), pk=10**9)
    assert Event.objects.count() == 0


def test_ones_own_row_is_fetched_without_a_trace(cast):
    request = RequestFactory().get("/tim/7/")
    request.actor = actor(cast.owner)
    row = cast.team_mate.memberships.get()
    assert fetch_or_404(request, Membership.objects.all(), pk=row.pk) == row
    assert Event.objects.count() == 0
