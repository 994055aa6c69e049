"""Fifty and more ways to tamper with the audit trail by SQL or in the checkpoints' folder: each is found.

Every case starts from the same trail: two agencies' chains and the nation's, one checkpoint of yesterday,
one of today, and events after it. Who tampers drops the triggers first, and puts them back.
"""

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from django.db import connection, transaction
from django.utils import timezone

from sipinter.cli.main import main
from sipinter.foundation.access.actor import system_actor
from sipinter.foundation.audit import triggers
from sipinter.foundation.audit.checkpoints import checkpoint_stem, make_checkpoint
from sipinter.foundation.audit.models import Chain, Checkpoint, Event
from sipinter.foundation.audit.services import hash_event, hashed_content, record
from sipinter.foundation.audit.verification import verify_trail

from ...factories import actor
from ...unguarded import intruder

LENGTH = 6  # events of each agency at the last checkpoint; two more come after it


@dataclass
class Trail:
    """What the cases tamper with."""

    cursor: Any
    one: Chain
    two: Chain
    nation: Chain
    people: tuple[int, int]
    folder: Path

    def sql(self, statement: str, *values: Any) -> None:
        self.cursor.execute(statement, values)

    def event(self, position: int, chain: Chain | None = None) -> Event:
        return Event.objects.get(chain=chain or self.one, position=position)

    def update(self, position: int, chain: Chain | None = None, /, **columns: Any) -> None:
        """Set columns of one event."""
        names = ", ".join(f"{name} = %s" for name in columns)
        where = (chain or self.one).pk, position
        self.sql(
            f"UPDATE audit_event SET {names} WHERE chain_id = %s AND position = %s",
            *(as_stored(value) for value in columns.values()),
            *where,
        )

    def remove(self, position: int, chain: Chain | None = None) -> None:
        self.sql(
            "DELETE FROM audit_event WHERE chain_id = %s AND position = %s", (chain or self.one).pk, position
        )

    def head(self, length: int, head: str, chain: Chain | None = None) -> None:
        self.sql(
            "UPDATE audit_chain SET length = %s, head = %s WHERE id = %s",
            length,
            head,
            (chain or self.one).pk,
        )

    def close_ranks(self, chain: Chain | None = None) -> None:
        """Number the events anew, recompute every hash, and set the head: a chain that is sound in itself."""
        chain = chain or self.one
        previous, position = "", 0
        for event in list(Event.objects.filter(chain=chain).order_by("position", "id")):
            position += 1
            event.position = position
            event.previous_hash, event.hash = previous, hash_event(previous, hashed_content(event))
            self.sql(
                "UPDATE audit_event SET position = %s, previous_hash = %s, hash = %s WHERE id = %s",
                position,
                previous,
                event.hash,
                event.pk,
            )
            previous = event.hash
        self.head(position, previous, chain)

    def insert(self, position: int, chain: Chain | None = None, **columns: Any) -> None:
        """One more event, a copy of the first with other `columns`."""
        event = self.event(1, chain)
        event.pk, event.position = None, position
        for name, value in columns.items():
            setattr(event, name, value)
        event.save(force_insert=True)

    def checkpoint(self, number: int, /, **columns: Any) -> None:
        names = ", ".join(f"{name} = %s" for name in columns)
        self.sql(f"UPDATE audit_checkpoint SET {names} WHERE number = %s", *columns.values(), number)

    def path(self, number: int, ending: str = "txt") -> Path:
        return self.folder / f"{checkpoint_stem(Checkpoint.objects.get(number=number))}.{ending}"


def as_stored(value: Any) -> Any:
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return json.dumps(value) if isinstance(value, dict) else value


def happen(trail_agency: Any, by: Any, numbers: Iterator[int] | range) -> None:
    for n in numbers:
        record(
            "answer.saved",
            f"answer:{n}",
            actor=by,
            agency_id=trail_agency.pk,
            changes={"note": ["", f"Catatan {n} “é”"], "claimed_level": [n, n + 1]},
        )


@pytest.fixture
def trail(cast: Any, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Trail]:
    settings.CHECKPOINTS = tmp_path / "checkpoints"
    rina, sari = actor(cast.owner), actor(cast.outsider)
    helper = system_actor(on_behalf_of=rina)
    yesterday = timezone.localdate() - timedelta(days=1)
    happen(cast.agency, rina, range(2))
    happen(cast.other_agency, sari, range(LENGTH))
    with monkeypatch.context() as patched:
        patched.setattr(timezone, "localdate", lambda *args, **kwargs: yesterday)
        make_checkpoint(actor=system_actor())
    happen(cast.agency, helper, range(2, 4))
    happen(cast.agency, rina, range(4, LENGTH))
    make_checkpoint(actor=system_actor())
    happen(cast.agency, rina, range(LENGTH, LENGTH + 2))
    chains = {chain.agency_id: chain for chain in Chain.objects.all()}
    with transaction.atomic():  # undone before foreign keys are checked
        yield Trail(
            connection.cursor(),
            chains[cast.agency.pk],
            chains[cast.other_agency.pk],
            chains[None],
            (cast.owner.pk, cast.outsider.pk),
            settings.CHECKPOINTS,
        )
        transaction.set_rollback(True)


Case = Callable[[Trail], Any]
CASES: dict[str, tuple[str, Case]] = {}


def case(kind: str) -> Callable[[Case], Case]:
    """A way to tamper, found as (at least) `kind`."""

    def add(function: Case) -> Case:
        CASES[function.__name__.removeprefix("_")] = (kind, function)
        return function

    return add


def changing(name: str, kind: str, make: Callable[[Trail], dict[str, Any]], position: int = 3) -> None:
    CASES[name] = (kind, lambda trail: trail.update(position, **make(trail)))


def later(trail: Trail, **distance: float) -> dict[str, Any]:
    return {"at": trail.event(3).at + timedelta(**distance)}


def altered(trail: Trail, **pairs: Any) -> dict[str, Any]:
    return {"changes": trail.event(3).changes | pairs}


# --- one column of one event ---------------------------------------------------------------------------
changing("actor_swapped", "changed", lambda t: {"actor_id": t.people[1]})
changing("actor_removed", "changed", lambda t: {"actor_id": None}, position=1)
changing("name_changed", "changed", lambda t: {"actor_name": "Orang Lain"})
changing("name_by_look_alike", "changed", lambda t: {"actor_name": "Rіna Lestari"}, position=1)
changing("name_in_another_normal_form", "changed", lambda t: {"actor_name": "Rina Lestari "}, position=1)
changing("role_changed", "changed", lambda t: {"actor_role": "pyb"})
changing("role_emptied", "changed", lambda t: {"actor_role": ""})
changing("on_behalf_of_somebody_else", "changed", lambda t: {"on_behalf_of_id": t.people[1]})
changing("on_behalf_of_nobody", "changed", lambda t: {"on_behalf_of_id": None})
changing("on_behalf_name_changed", "changed", lambda t: {"on_behalf_name": "Sari Utami"})
changing("on_behalf_added", "changed", lambda t: {"on_behalf_of_id": t.people[1]}, position=1)
changing("on_behalf_both_removed", "changed", lambda t: {"on_behalf_of_id": None, "on_behalf_name": ""})
changing("agency_changed", "changed", lambda t: {"agency_id": t.two.agency_id})
changing("agency_removed", "changed", lambda t: {"agency_id": None})
changing("action_changed", "changed", lambda t: {"action": "answer.judged"})
changing("target_changed", "changed", lambda t: {"target": "answer:99"})
changing("moved_by_a_microsecond", "changed", lambda t: later(t, microseconds=1))
changing("moved_by_a_year", "changed", lambda t: later(t, days=-365))
changing("request_changed", "changed", lambda t: {"request_id": "00000000"})
changing("position_beyond_the_end", "missing", lambda t: {"position": 99})
changing("previous_hash_changed", "changed", lambda t: {"previous_hash": "0" * 64})
changing("previous_hash_emptied", "changed", lambda t: {"previous_hash": ""})
changing("hash_changed", "changed", lambda t: {"hash": "0" * 64})
changing("hash_in_capitals", "changed", lambda t: {"hash": t.event(3).hash.upper()})
changing("level_altered", "changed", lambda t: altered(t, claimed_level=[2, 4]))
changing("level_as_text", "changed", lambda t: altered(t, claimed_level=["2", 3]))
changing("level_as_fraction", "changed", lambda t: altered(t, claimed_level=[2.5, 3]))
changing("empty_for_nothing", "changed", lambda t: altered(t, note=[None, "Catatan 2 “é”"]))
changing("field_added", "changed", lambda t: altered(t, remark=["", "x"]))
changing("changes_emptied", "changed", lambda t: {"changes": {}})
changing("from_and_to_exchanged", "changed", lambda t: altered(t, claimed_level=[3, 2]))
changing("note_by_look_alike", "changed", lambda t: altered(t, note=["", "Catatаn 2 “é”"]))
changing("note_in_another_normal_form", "changed", lambda t: altered(t, note=["", "Catatan 2 “e\u0301”"]))
changing("national_event_changed", "changed", lambda t: {"action": "cycle.opened"})
CASES["national_event_changed"] = ("changed", lambda t: t.update(1, t.nation, action="cycle.opened"))


# --- events removed, moved, added ----------------------------------------------------------------------
@case("missing")
def _first_removed(trail: Trail) -> None:
    trail.remove(1)


@case("missing")
def _middle_removed(trail: Trail) -> None:
    trail.remove(3)


@case("missing")
def _several_removed(trail: Trail) -> None:
    trail.sql("DELETE FROM audit_event WHERE chain_id = %s AND position IN (2, 3, 5)", trail.one.pk)


@case("end cut")
def _last_removed(trail: Trail) -> None:
    trail.remove(LENGTH + 2)


@case("shorter than at checkpoint")
def _end_removed_and_head_set(trail: Trail) -> None:
    trail.sql("DELETE FROM audit_event WHERE chain_id = %s AND position >= %s", trail.one.pk, LENGTH)
    trail.head(LENGTH - 1, trail.event(LENGTH - 1).hash)


@case("changed")
def _middle_removed_and_renumbered(trail: Trail) -> None:
    trail.remove(3)
    for position in range(4, LENGTH + 3):
        trail.update(position, position=position - 1)


@case("not as at checkpoint")
def _middle_removed_and_all_hashes_recomputed(trail: Trail) -> None:
    trail.remove(3)
    trail.close_ranks()


@case("not as at checkpoint")
def _first_removed_and_all_hashes_recomputed(trail: Trail) -> None:
    trail.remove(1)
    trail.close_ranks()


@case("not as at checkpoint")
def _changed_and_all_hashes_recomputed(trail: Trail) -> None:
    trail.update(3, actor_name="Orang Lain")
    trail.close_ranks()


@case("reordered")
def _changed_and_its_own_hash_recomputed(trail: Trail) -> None:
    event = trail.event(3)
    event.actor_name = "Orang Lain"
    trail.update(3, actor_name=event.actor_name, hash=hash_event(event.previous_hash, hashed_content(event)))


@case("changed")
def _two_swapped(trail: Trail) -> None:
    for before, after in [(3, 99), (4, 3), (99, 4)]:
        trail.update(before, position=after)


@case("reordered")
def _two_swapped_and_all_hashes_recomputed(trail: Trail) -> None:
    for before, after in [(3, 99), (4, 3), (99, 4)]:
        trail.update(before, position=after)
    trail.close_ranks()


@case("changed")
def _identities_of_two_swapped(trail: Trail) -> None:
    one, two = trail.event(3), trail.event(4)
    trail.update(3, action=two.action, target=two.target, changes=two.changes)
    trail.update(4, action=one.action, target=one.target, changes=one.changes)


@case("changed")
def _one_added_at_the_end(trail: Trail) -> None:
    trail.insert(LENGTH + 3)


@case("end added")
def _one_added_at_the_end_with_its_hash(trail: Trail) -> None:
    last = trail.event(LENGTH + 2)
    last.pk, last.position, last.previous_hash = None, LENGTH + 3, last.hash
    last.hash = hash_event(last.previous_hash, hashed_content(last))
    last.save(force_insert=True)


@case("not as at checkpoint")
def _one_put_in_and_all_hashes_recomputed(trail: Trail) -> None:
    for position in range(LENGTH + 2, 2, -1):
        trail.update(position, position=position + 1)
    trail.insert(3)
    trail.close_ranks()


@case("backdated")
def _one_added_at_the_end_from_before_the_checkpoint(trail: Trail) -> None:
    for position in range(LENGTH + 1, LENGTH + 3):
        trail.update(position, at=trail.event(1).at - timedelta(days=2))
    trail.close_ranks()


@case("changed")
def _moved_to_another_chain(trail: Trail) -> None:
    trail.update(LENGTH + 2, chain_id=trail.two.pk, position=LENGTH + 1)


@case("wrong agency")
def _moved_to_another_chain_and_all_recomputed(trail: Trail) -> None:
    trail.update(LENGTH + 2, chain_id=trail.two.pk, position=LENGTH + 1)
    trail.close_ranks(trail.one)
    trail.close_ranks(trail.two)


@case("not as at checkpoint")
def _chains_of_two_agencies_exchanged(trail: Trail) -> None:
    for before, after in [(trail.one.pk, 0), (trail.two.pk, trail.one.pk), (0, trail.two.pk)]:
        trail.sql("UPDATE audit_event SET chain_id = %s WHERE chain_id = %s", after, before)


# --- chains --------------------------------------------------------------------------------------------
@case("end cut")
def _length_raised(trail: Trail) -> None:
    trail.sql("UPDATE audit_chain SET length = length + 1 WHERE id = %s", trail.one.pk)


@case("end added")
def _length_lowered(trail: Trail) -> None:
    trail.sql("UPDATE audit_chain SET length = length - 1 WHERE id = %s", trail.one.pk)


@case("head changed")
def _head_changed(trail: Trail) -> None:
    trail.head(LENGTH + 2, "0" * 64)


@case("wrong agency")
def _agencies_of_two_chains_exchanged(trail: Trail) -> None:
    for chain, agency in [
        (trail.two, None),
        (trail.one, trail.two.agency_id),
        (trail.two, trail.one.agency_id),
    ]:
        if agency is None:  # out of the way, past the rule of one chain each
            trail.sql("UPDATE audit_chain SET agency_id = %s WHERE id = %s", 10**6, chain.pk)
        else:
            trail.sql("UPDATE audit_chain SET agency_id = %s WHERE id = %s", agency, chain.pk)


@case("chain removed")
def _chain_removed(trail: Trail) -> None:
    trail.sql("DELETE FROM audit_chain WHERE id = %s", trail.one.pk)


@case("chain removed")
def _chain_removed_with_its_events(trail: Trail) -> None:
    trail.sql("DELETE FROM audit_event WHERE chain_id = %s", trail.one.pk)
    trail.sql("DELETE FROM audit_chain WHERE id = %s", trail.one.pk)


@case("chain removed")
def _nation_removed_with_its_events(trail: Trail) -> None:
    trail.sql("DELETE FROM audit_event WHERE chain_id = %s", trail.nation.pk)
    trail.sql("DELETE FROM audit_chain WHERE id = %s", trail.nation.pk)


@case("shorter than at checkpoint")
def _chain_emptied_and_set_to_nothing(trail: Trail) -> None:
    trail.sql("DELETE FROM audit_event WHERE chain_id = %s", trail.one.pk)
    trail.head(0, "")


@case("chain added")
def _empty_chain_added(trail: Trail) -> None:
    trail.sql("INSERT INTO audit_chain (agency_id, length, head) VALUES (%s, 0, '')", 10**6)


@case("chain added")
def _second_chain_of_the_nation(trail: Trail) -> None:
    """Sound in itself, with an event of the real one."""
    trail.sql("DROP INDEX one_chain_each")
    trail.sql("INSERT INTO audit_chain (id, agency_id, length, head) VALUES (%s, NULL, 0, '')", 10**6)
    trail.sql(
        "UPDATE audit_event SET chain_id = %s WHERE chain_id = %s AND position = 2", 10**6, trail.nation.pk
    )
    trail.close_ranks(trail.nation)
    trail.close_ranks(Chain.objects.get(pk=10**6))


@case("chain removed")
def _chain_made_anew_under_another_number(trail: Trail) -> None:
    """Events and hashes untouched, the chain's row replaced."""
    trail.sql("UPDATE audit_event SET chain_id = %s WHERE chain_id = %s", 10**6, trail.one.pk)
    trail.sql("UPDATE audit_chain SET id = %s WHERE id = %s", 10**6, trail.one.pk)


@case("not as at checkpoint")
def _whole_agency_written_anew(trail: Trail) -> None:
    """A consistent story in which somebody else did everything."""
    trail.sql(
        "UPDATE audit_event SET actor_id = %s, actor_name = 'Sari Utami' WHERE chain_id = %s",
        trail.people[1],
        trail.one.pk,
    )
    trail.close_ranks()


# --- checkpoints ---------------------------------------------------------------------------------------
@case("checkpoint removed")
def _last_checkpoint_removed(trail: Trail) -> None:
    trail.sql("DELETE FROM audit_checkpoint WHERE number = 2")


@case("checkpoint removed")
def _first_checkpoint_removed(trail: Trail) -> None:
    trail.sql("DELETE FROM audit_checkpoint WHERE number = 1")


@case("checkpoint removed")
def _all_checkpoints_removed_with_their_files(trail: Trail) -> None:
    trail.sql("DELETE FROM audit_checkpoint")
    for path in list(trail.folder.iterdir()):
        move_away(trail, path)


@case("checkpoint forged")
def _checkpoint_text_changed(trail: Trail) -> None:
    text = Checkpoint.objects.get(number=2).text
    trail.checkpoint(2, text=text.replace(f" {LENGTH} ", f" {LENGTH - 1} ", 1))


@case("checkpoint forged")
def _signature_removed(trail: Trail) -> None:
    trail.checkpoint(2, signature="")


@case("checkpoint forged")
def _signature_of_another_checkpoint(trail: Trail) -> None:
    trail.checkpoint(2, signature=Checkpoint.objects.get(number=1).signature)


@case("checkpoint forged")
def _certificate_named_wrongly(trail: Trail) -> None:
    trail.checkpoint(2, certificate="0" * 64)


@case("checkpoint changed")
def _sum_of_checkpoint_changed(trail: Trail) -> None:
    trail.checkpoint(2, sha256="0" * 64)


@case("checkpoint changed")
def _checkpoints_exchanged(trail: Trail) -> None:
    for before, after in [(1, 99), (2, 1), (99, 2)]:
        trail.checkpoint(before, number=after)


@case("checkpoint changed")
def _day_of_checkpoint_changed(trail: Trail) -> None:
    trail.checkpoint(2, day=timezone.localdate() + timedelta(days=3))


@case("checkpoint forged")
def _signed_anew_with_another_key(trail: Trail) -> None:
    """A chain written anew, and a checkpoint to match it, by somebody with a key of their own."""
    before = trail.event(LENGTH).hash
    trail.update(3, actor_name="Orang Lain")
    trail.close_ranks()
    text = Checkpoint.objects.get(number=2).text.replace(before, trail.event(LENGTH).hash)
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    signature = base64.b64encode(key.sign(text.encode(), PKCS1v15(), hashes.SHA256())).decode()
    trail.checkpoint(2, text=text, signature=signature)


@case("checkpoint unknown")
def _checkpoint_added(trail: Trail) -> None:
    last = Checkpoint.objects.get(number=2)
    last.pk, last.number, last.day = None, 3, last.day + timedelta(days=1)
    last.save(force_insert=True)


@case("checkpoint file changed")
def _file_changed(trail: Trail) -> None:
    write(trail, trail.path(2), trail.path(2).read_bytes().replace(b"chains 3", b"chains 4"))


@case("checkpoint file changed")
def _line_end_added_to_file(trail: Trail) -> None:
    write(trail, trail.path(1), trail.path(1).read_bytes() + b"\n")


@case("checkpoint file changed")
def _signature_file_changed(trail: Trail) -> None:
    write(trail, trail.path(2, "sig"), b"x" * 384)


@case("checkpoint file missing")
def _file_removed(trail: Trail) -> None:
    move_away(trail, trail.path(1))


@case("checkpoint file missing")
def _signature_file_removed(trail: Trail) -> None:
    move_away(trail, trail.path(2, "sig"))


@case("checkpoint removed")
def _file_added(trail: Trail) -> None:
    write(trail, trail.folder / "2020-01-01.txt", b"SIPINTER audit checkpoint 1\n")


@case("checkpoint file changed")
def _files_of_two_days_exchanged(trail: Trail) -> None:
    one, two = trail.path(1).read_bytes(), trail.path(2).read_bytes()
    write(trail, trail.path(1), two)
    write(trail, trail.path(2), one)


def write(trail: Trail, path: Path, content: bytes) -> None:
    path.unlink(missing_ok=True)
    path.write_bytes(content)


def move_away(trail: Trail, path: Path) -> None:
    path.unlink()


def kinds() -> list[str]:
    return [fault.kind for fault in verify_trail()]


def test_there_are_fifty_kinds() -> None:
    assert len(CASES) >= 50


@pytest.mark.parametrize("name", sorted(CASES))
def test_tampering_is_found(trail: Trail, name: str) -> None:
    kind, tamper = CASES[name]
    with intruder():
        tamper(trail)
    assert kind in kinds()


def test_an_untouched_trail_has_no_fault(trail: Trail) -> None:
    assert kinds() == []


def test_json_that_is_only_written_differently_is_no_change(trail: Trail) -> None:
    changes = trail.event(3).changes
    text = json.dumps(dict(reversed(list(changes.items()))), indent=3, ensure_ascii=False)
    with intruder():
        trail.sql(
            "UPDATE audit_event SET changes = %s WHERE chain_id = %s AND position = 3", text, trail.one.pk
        )
    assert kinds() == []


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL refuses such values itself")
@pytest.mark.parametrize("column", ["at", "changes"])
def test_a_value_that_cannot_be_read_is_named(trail: Trail, column: str) -> None:
    with intruder():
        trail.sql("PRAGMA ignore_check_constraints = ON")
        trail.sql(
            f"UPDATE audit_event SET {column} = '{{rusak' WHERE chain_id = %s AND position = 3", trail.one.pk
        )
        trail.sql("PRAGMA ignore_check_constraints = OFF")
    assert "unreadable" in kinds()


@pytest.mark.django_db
def test_a_missing_trigger_is_named(settings: Any, tmp_path: Path) -> None:
    settings.CHECKPOINTS = tmp_path
    assert triggers.weak_triggers(connection) == []
    with connection.cursor() as cursor:
        on = " ON audit_event" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER audit_event_no_update{on}")
    assert [(fault.kind, fault.about) for fault in verify_trail()] == [("unguarded", "audit_event_no_update")]


@pytest.mark.django_db
def test_the_command_says_what_it_found(cast: Any, tmp_path: Path, settings: Any) -> None:
    settings.CHECKPOINTS = tmp_path
    happen(cast.agency, actor(cast.owner), range(3))
    runner = CliRunner()
    assert "1" in runner.invoke(main, ["--lang", "en", "audit", "checkpoint"]).output
    sound = runner.invoke(main, ["--lang", "en", "audit", "verify"])
    assert (sound.exit_code, "no fault" in sound.output) == (0, True)
    with intruder() as cursor:
        cursor.execute("UPDATE audit_event SET actor_name = 'x' WHERE position = 2")
    broken = runner.invoke(main, ["--lang", "en", "audit", "verify"])
    chain = Chain.objects.get(agency=cast.agency).pk
    assert broken.exit_code == 1
    assert f"changed: chain {chain}, position 2: the event was changed" in broken.output
    told = json.loads(runner.invoke(main, ["audit", "verify", "--json"]).stdout)
    assert [(f["kind"], f["position"]) for f in told["faults"]] == [("changed", 2)]
