"""Ways to forge the trail, or what the acts made, for who rules the database: each is found.

All begin with one round, played to its published result and signed, and events after the last checkpoint. The
attacker has every right in the database, and where a case says so the folder of checkpoints or the clock, but
neither the audit key nor the signing key. `-s` prints each way, what it was found as, and how long that took.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
from django.db import connection
from django.test import TestCase
from django.utils import timezone
from pytest_django import Settings

from sipinter.assessment.decisions.services import decisions
from sipinter.foundation.access.actor import system_actor
from sipinter.foundation.accounts.models import Membership
from sipinter.foundation.agencies.models import Agency
from sipinter.foundation.audit import triggers
from sipinter.foundation.audit.checkpoints import checkpoint_stem, make_checkpoint
from sipinter.foundation.audit.models import Chain, Checkpoint, Event
from sipinter.foundation.audit.services import hash_event, hashed_content, record, record_rows
from sipinter.foundation.audit.verification import TrailFault, verify_trail
from tests.assessment.round import Round
from tests.unguarded import EMPTY, intruder

pytestmark = pytest.mark.django_db


@dataclass
class Target:
    """What is attacked."""

    round: Round
    folder: Path
    monkeypatch: pytest.MonkeyPatch
    copies: Path | None = None
    cursor: Any = None
    chain: Chain = field(init=False)
    nation: Chain = field(init=False)

    def __post_init__(self) -> None:
        self.chain = Chain.objects.get(agency=self.round.agency)
        self.nation = Chain.objects.get(agency=None)

    def sql(self, statement: str, *values: Any) -> None:
        self.cursor.execute(statement, values)

    def set(self, table: str, values: str, where: str = "1 = 1") -> None:
        self.sql(f"UPDATE {table} SET {values} WHERE {where}")
        assert self.cursor.rowcount > 0

    def append(self, chain: Chain, **columns: Any) -> Event:
        """One more event in `chain`, with its hash, and the head moved on."""
        event = Event.objects.filter(chain=chain).order_by("position").reverse()[0]
        event.pk, event.position, event.previous_hash = None, event.position + 1, event.hash
        for name, value in columns.items():
            setattr(event, name, value)
        event.hash = hash_event(event.previous_hash, hashed_content(event))
        event.save(force_insert=True)
        self.head(chain, event)
        return event

    def head(self, chain: Chain, event: Event) -> None:
        self.sql(
            "UPDATE audit_chain SET length = %s, head = %s WHERE id = %s",
            event.position,
            event.hash,
            chain.pk,
        )

    def rewrite(self, chain: Chain) -> None:
        """Recompute every hash of the chain."""
        previous = ""
        for event in list(Event.objects.filter(chain=chain).order_by("position")):
            event.previous_hash, event.hash = previous, hash_event(previous, hashed_content(event))
            self.sql(
                "UPDATE audit_event SET previous_hash = %s, hash = %s WHERE id = %s",
                previous,
                event.hash,
                event.pk,
            )
            previous = event.hash
            self.head(chain, event)

    def cut(self, chain: Chain, length: int) -> None:
        """Remove what comes after `length` and set the head back."""
        self.sql("DELETE FROM audit_event WHERE chain_id = %s AND position > %s", chain.pk, length)
        self.head(chain, Event.objects.get(chain=chain, position=length))

    def remove_files(self, *checkpoints: Checkpoint) -> None:
        for checkpoint in checkpoints:
            for path in self.folder.glob(f"{checkpoint_stem(checkpoint)}.*"):
                path.unlink()

    def at_another_time(self, distance: timedelta) -> pytest.MonkeyPatch:
        now, today = timezone.now() + distance, timezone.localdate() + distance
        patched = pytest.MonkeyPatch()
        patched.setattr(timezone, "now", lambda: now)
        patched.setattr(timezone, "localdate", lambda *args, **kwargs: today)
        return patched


@pytest.fixture(scope="module", autouse=True)
def played(module_transaction: None) -> tuple[Round, Path]:
    """A round with its results, one checkpoint before it was published, one after, and events after that."""
    folder = Path(tempfile.mkdtemp(prefix="checkpoints-"))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("django.conf.settings.CHECKPOINTS", folder)
        played = Round(quick=False)
        for agency in Agency.objects.all():
            made = Membership.objects.filter(agency=agency)
            record_rows(made, actor=system_actor(), agency_id=agency.pk)
        played.decide()
        make_checkpoint(actor=system_actor())
        decisions.publish_decision(played.assessment, actor=played.who("plenary"))
        make_checkpoint(actor=system_actor())
        record("cycle.dates_changed", "cycle:1", actor=system_actor())
        for n in range(3):
            record("evidence.read", f"evidence:{n}", actor=system_actor(), agency_id=played.agency.pk)
    return played, folder


@pytest.fixture
def target(
    played: tuple[Round, Path], settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Target:
    settings.CHECKPOINTS, settings.AUDIT_HEADS = tmp_path / "checkpoints", tmp_path / "heads"
    shutil.copytree(played[1], settings.CHECKPOINTS)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return Target(played[0], settings.CHECKPOINTS, monkeypatch)


Way = Callable[[Target], Any]
WAYS: dict[str, tuple[str, str, Way]] = {}


def way(kind: str, engine: str = "") -> Callable[[Way], Way]:
    """A way that is found as (at least) `kind`; `engine`: only there."""

    def add(function: Way) -> Way:
        WAYS[function.__name__.removeprefix("_")] = (kind, engine, function)
        return function

    return add


def changed(name: str, table: str, values: str, where: str = "1 = 1") -> None:
    """A column of a business row."""
    WAYS[name] = ("row changed", "", lambda target: target.set(table, values, where))


FIRST_ANSWER = "id = (SELECT MIN(id) FROM assessments_answer)"
A_READER = "id = (SELECT MIN(id) FROM accounts_membership WHERE role = 'team')"

# --- rows (S4, S5) -------------------------------------------------------------------------------------
changed("score_of_a_result", "assessments_result", "score = 399.9")
changed("index_of_a_result", "assessments_result", '"index" = 0.99')
changed("category_of_a_result", "assessments_result", "category = 'x'")
changed("result_no_longer_current", "assessments_result", "is_current = FALSE")
changed("all_verified_levels", "assessments_answer", "verified_level = 4")
changed("one_verified_level", "assessments_answer", "verified_level = 4", FIRST_ANSWER)
changed("one_claimed_level", "assessments_answer", "claimed_level = 4", FIRST_ANSWER)
changed("a_note", "assessments_answer", "note = 'x'", FIRST_ANSWER)
changed("a_verdict", "assessments_answer", "verdict = 'change'", FIRST_ANSWER)
changed("a_reason", "assessments_answer", "reason = 'x'", FIRST_ANSWER)
changed("one_decided_level", "assessments_answer", "decided_level = 4", FIRST_ANSWER)
changed("score_of_a_decision", "assessments_decision", "score = 399.9")
changed("index_of_a_decision", "assessments_decision", '"index" = 0.99')
changed("category_of_a_decision", "assessments_decision", "category = 'x'")
changed("number_of_a_decision", "assessments_decision", "number = 'X/1'")
changed("validity_of_a_decision", "assessments_decision", "valid_until = '2040-01-01'")
changed("hash_of_a_signed_paper", "assessments_decisiondocument", f"sha256 = '{'0' * 64}'")
changed("role_raised", "accounts_membership", "role = 'administrator'", A_READER)
changed("scope_widened", "accounts_membership", "scope = '[\"3\"]'", A_READER)
changed("membership_ended_silently", "accounts_membership", "ended_at = started_at", A_READER)


@way("row unknown")
def _administrator_by_insert(target: Target) -> None:
    target.sql(
        "INSERT INTO accounts_membership (user_id, agency_id, role, scope, unit, started_at)"
        " SELECT user_id, agency_id, 'administrator', '[]', '', started_at FROM accounts_membership"
        f" WHERE {A_READER}"
    )


@way("row unknown")
def _result_by_insert(target: Target) -> None:
    target.sql(
        'INSERT INTO assessments_result (agency_id, year, round, instrument_id, score, "index", category,'
        " source, is_current) SELECT agency_id, year - 1, round, instrument_id, 399, 0.9, category, 'x',"
        " is_current FROM assessments_result"
    )


@way("row removed")
def _answer_removed(target: Target) -> None:
    target.sql("DELETE FROM assessments_answerevidence")
    target.sql(f"DELETE FROM assessments_answer WHERE {FIRST_ANSWER}")


@way("row removed")
def _result_removed(target: Target) -> None:
    target.sql("DELETE FROM assessments_resultaspect")
    target.sql("DELETE FROM assessments_result")


@way("changed")
def _row_and_its_digest_changed(target: Target) -> None:
    target.set("assessments_answer", "verified_level = 4", FIRST_ANSWER)
    target.sql("UPDATE audit_event SET rows = '{}' WHERE action = 'answer.judged'")


@way("forged")
def _row_its_digest_and_all_hashes_changed(target: Target) -> None:
    target.set("assessments_answer", "verified_level = 4", FIRST_ANSWER)
    target.sql("UPDATE audit_event SET rows = '{}' WHERE action = 'answer.judged'")
    target.rewrite(target.chain)


# --- events (S7 a, b, h) -------------------------------------------------------------------------------
@way("forged")
def _event_in_somebody_elses_name(target: Target) -> None:
    target.append(target.chain, actor_name="Orang Lain")


@way("forged")
def _event_in_somebody_elses_name_then_signed(target: Target) -> None:
    target.append(target.chain, actor_name="Orang Lain")
    make_checkpoint(actor=system_actor())


@way("not sealed")
def _event_without_a_seal(target: Target) -> None:
    target.append(target.chain, mac="")


@way("forged")
def _seal_of_another_event(target: Target) -> None:
    target.append(target.chain, mac=Event.objects.get(chain=target.nation, position=1).mac)


@way("not sealed")
def _all_seals_of_a_chain_removed(target: Target) -> None:
    target.sql("UPDATE audit_event SET mac = '' WHERE chain_id = %s", target.chain.pk)


@way("forged")
def _all_seals_removed_as_if_before_there_were_keys(target: Target) -> None:
    target.sql("UPDATE audit_event SET mac = '' WHERE chain_id = %s", target.chain.pk)
    target.append(target.chain, action="audit.keys_begun", mac="0" * 64)


@way("shorter than at checkpoint")
def _end_cut_past_the_checkpoint(target: Target) -> None:
    target.cut(target.chain, target.chain.length - 4)


@way("row unknown")
def _end_cut_after_the_checkpoint(target: Target) -> None:
    """With what those acts made still in the tables."""
    row = Membership.objects.filter(agency=target.round.agency).first()
    assert row is not None
    row.pk, row.role = None, "reader"
    row.save(force_insert=True)
    length = Chain.objects.get(pk=target.chain.pk).length
    record("membership.started", row, actor=system_actor(), agency_id=target.round.agency.pk, rows=[row])
    target.cut(target.chain, length)


@way("gone since seen")
def _end_cut_after_the_checkpoint_without_a_trace(target: Target) -> None:
    """The acts left no row; only the machine that wrote them knows."""
    length = Chain.objects.get(pk=target.chain.pk).length
    for number in range(2):
        with TestCase.captureOnCommitCallbacks(execute=True):
            record(f"evidence.{number}", "evidence:9", actor=system_actor(), agency_id=target.round.agency.pk)
    target.cut(target.chain, length)


@way("gone since seen")
def _end_cut_and_other_events_in_its_place(target: Target) -> None:
    """Sealed, for the application itself was brought to write them."""
    length = Chain.objects.get(pk=target.chain.pk).length
    with TestCase.captureOnCommitCallbacks(execute=True):
        record("evidence.read", "evidence:9", actor=system_actor(), agency_id=target.round.agency.pk)
    target.cut(target.chain, length)
    record("evidence.read", "evidence:10", actor=system_actor(), agency_id=target.round.agency.pk)


@way("backdated")
def _clock_set_back_for_the_second_event(target: Target) -> None:
    patched = target.at_another_time(timedelta(days=-300))
    record("evidence.read", "evidence:9", actor=system_actor(), agency_id=target.round.agency.pk)
    patched.undo()


@way("backdated")
def _clock_set_back_in_the_nations_chain(target: Target) -> None:
    patched = target.at_another_time(timedelta(days=-300))
    record("cycle.dates_changed", "cycle:1", actor=system_actor())
    patched.undo()


@way("in the future")
def _clock_set_ahead(target: Target) -> None:
    patched = target.at_another_time(timedelta(days=300))
    record("evidence.read", "evidence:9", actor=system_actor(), agency_id=target.round.agency.pk)
    patched.undo()


# --- checkpoints (S7 d, e, f, g, h) --------------------------------------------------------------------
@way("forged")
def _all_written_anew_and_no_checkpoint_left(target: Target) -> None:
    target.sql("DELETE FROM audit_event WHERE action = 'audit.checkpoint_made'")
    for chain in Chain.objects.all():
        for position, event in enumerate(Event.objects.filter(chain=chain).order_by("position"), 1):
            target.sql("UPDATE audit_event SET position = %s WHERE id = %s", position, event.pk)
        target.rewrite(chain)
    target.remove_files(*Checkpoint.objects.all())
    target.sql("DELETE FROM audit_checkpoint")


@way("checkpoint removed")
def _last_checkpoint_undone_with_its_file(target: Target) -> None:
    """Found by the copies that are kept elsewhere."""
    target.copies = target.folder.parent / "copies"
    shutil.copytree(target.folder, target.copies)
    made = Event.objects.filter(action="audit.checkpoint_made").order_by("position").reverse()[0]
    target.cut(target.nation, made.position - 1)
    last = Checkpoint.objects.order_by("number").reverse()[0]
    target.remove_files(last)
    target.sql("DELETE FROM audit_checkpoint WHERE number = %s", last.number)


@way("checkpoint removed")
def _one_checkpoint_fewer(target: Target) -> None:
    first = Checkpoint.objects.order_by("number")[0]
    target.remove_files(first)
    target.sql("DELETE FROM audit_checkpoint WHERE number = %s", first.number)


@way("stale")
def _nobody_signs_for_thirty_days(target: Target) -> None:
    now = timezone.now() + timedelta(days=30)
    target.monkeypatch.setattr(timezone, "now", lambda: now)


@way("no copies")
def _empty_folder_of_copies(target: Target) -> None:
    target.copies = target.folder.parent / "empty"
    target.copies.mkdir()


@way("checkpoint out of order")
def _checkpoint_of_an_earlier_day(target: Target) -> None:
    patched = target.at_another_time(timedelta(days=-3))
    make_checkpoint(actor=system_actor())
    patched.undo()


# --- what refuses changes (S7 c); after this the cursor's own guard is not put back ---------------------
def guard(name: str, engine: str, *statements: str) -> None:
    def attack(target: Target) -> None:
        for statement in statements:
            target.sql(statement)

    WAYS[name] = ("unguarded", engine, attack)


GUARDS = {
    "sqlite": {
        "trigger_dropped": ("DROP TRIGGER audit_event_no_update",),
        "trigger_that_does_nothing": (
            "DROP TRIGGER audit_event_no_update",
            "CREATE TRIGGER audit_event_no_update BEFORE UPDATE ON audit_event BEGIN SELECT 1; END",
        ),
        "trigger_of_the_head_that_does_nothing": (
            "DROP TRIGGER audit_chain_no_update",
            "CREATE TRIGGER audit_chain_no_update BEFORE UPDATE ON audit_chain BEGIN SELECT 1; END",
        ),
        "trigger_on_another_table": (
            "DROP TRIGGER audit_event_no_update",
            "CREATE TRIGGER audit_event_no_update BEFORE UPDATE ON agencies_agency BEGIN SELECT 1; END",
        ),
        "trigger_that_removes_what_is_written": (
            "CREATE TRIGGER x AFTER INSERT ON audit_event BEGIN SELECT 1; END",
        ),
    },
    "postgresql": {
        "trigger_dropped": ("DROP TRIGGER audit_event_no_update ON audit_event",),
        "trigger_disabled": ("ALTER TABLE audit_event DISABLE TRIGGER audit_event_no_update",),
        "trigger_for_replicas_only": (
            "ALTER TABLE audit_event ENABLE REPLICA TRIGGER audit_event_no_update",
        ),
        "trigger_that_a_replica_does_not_fire": (
            "ALTER TABLE audit_event ENABLE TRIGGER audit_event_no_update",
        ),
        "function_emptied": (EMPTY,),
        "trigger_on_another_table": (
            "DROP TRIGGER audit_event_no_update ON audit_event",
            "CREATE TRIGGER audit_event_no_update BEFORE UPDATE ON agencies_agency"
            " FOR EACH ROW EXECUTE FUNCTION audit_refuse()",
        ),
        "rule_instead": ("CREATE RULE x AS ON DELETE TO audit_event DO INSTEAD NOTHING",),
        "trigger_that_removes_what_is_written": (
            "CREATE TRIGGER x AFTER INSERT ON audit_event FOR EACH ROW EXECUTE FUNCTION audit_refuse()",
        ),
    },
}
for _engine, _ways in GUARDS.items():
    for _name, _statements in _ways.items():
        guard(f"{_engine}: {_name}", _engine, *_statements)


def found(target: Target) -> list[TrailFault]:
    return list(verify_trail(target.copies, state=True))


@pytest.mark.parametrize("name", sorted(WAYS))
def test_each_way_is_found(target: Target, name: str) -> None:
    kind, engine, attack = WAYS[name]
    if engine and engine != connection.vendor:
        pytest.skip(f"a way on {engine}")
    if kind == "unguarded":
        with connection.cursor() as target.cursor:
            attack(target)
    else:
        with intruder() as target.cursor:
            attack(target)
    began = perf_counter()
    faults = found(target)
    took = perf_counter() - began
    print(f"\n{connection.vendor}: {name}: {kind}, {took:.2f} s")
    assert kind in {fault.kind for fault in faults}


def test_an_untouched_round_has_no_fault(target: Target) -> None:
    assert found(target) == []
    assert triggers.weak_triggers(connection) == []
