"""The role of the running site on PostgreSQL: the site is whole with it, the trail is out of its reach."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from click.testing import CliRunner
from django.db import ProgrammingError, connection, transaction
from django.urls import reverse

from sipinter.cli.audit import audit_group
from sipinter.foundation.access.actor import system_actor
from sipinter.foundation.audit.checkpoints import make_checkpoint
from sipinter.foundation.audit.database_role import make_database_role, owns_trail, role_statements
from sipinter.foundation.audit.models import Event
from sipinter.foundation.audit.services import record
from sipinter.foundation.audit.verification import verify_trail
from sipinter.foundation.work.worker import drain_queue
from sipinter.site.operations.checks.dependencies import check_database_role
from tests.assessment.round import Round
from tests.factories import client_for

pytestmark = pytest.mark.django_db
NAME = "sipinter_app"


@pytest.fixture(autouse=True)
def only_on_postgresql(db: None) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no roles")


@contextmanager
def as_the_site() -> Iterator[Any]:
    """As if the site had signed in with the role."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {NAME}")
        try:
            yield cursor
        finally:
            cursor.execute("RESET ROLE")


def test_a_whole_round_is_played_with_it(settings: Any, tmp_path: Any) -> None:
    """From invitation to publication, the queue, a checkpoint, the pages, the check of the trail."""
    settings.CHECKPOINTS = tmp_path
    make_database_role(NAME)
    with as_the_site():
        assert not owns_trail()
        played = Round(quick=False)
        played.decide()
        drain_queue()
        make_checkpoint(actor=system_actor())
        client = client_for(played.users["keeper"])
        assert client.get(reverse("trail:list")).status_code == 200
        kinds = {fault.kind for fault in verify_trail()}
    assert kinds == set()
    assert list(verify_trail()) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET actor_name = 'x'",
        "UPDATE audit_chain SET agency_id = NULL",
        "UPDATE audit_checkpoint SET text = 'x'",
        "DELETE FROM audit_event",
        "DELETE FROM audit_chain",
        "TRUNCATE audit_event CASCADE",
        "ALTER TABLE audit_event DISABLE TRIGGER audit_event_no_update",
        "ALTER TABLE audit_event ADD COLUMN x text",
        "DROP TRIGGER audit_event_no_update ON audit_event",
        "CREATE RULE x AS ON DELETE TO audit_event DO INSTEAD NOTHING",
        "CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RETURN NULL; END $$",
        "DROP TABLE audit_event CASCADE",
        "SET session_replication_role = replica",
        "DELETE FROM django_migrations",
        "CREATE TABLE x (id int)",
    ],
)
def test_the_trail_is_out_of_its_reach(statement: str) -> None:
    record("answer.saved", "answer:1", actor=system_actor())
    make_database_role(NAME)
    with as_the_site() as cursor:
        record("answer.saved", "answer:1", actor=system_actor())
        with pytest.raises(ProgrammingError, match=r"denied|must be owner"), transaction.atomic():
            cursor.execute(statement)
    assert Event.objects.count() == 2


def test_the_check_tells_whose_connection_it_is() -> None:
    make_database_role(NAME)
    assert [finding.level for finding in check_database_role()] == ["note"]
    with as_the_site():
        assert list(check_database_role()) == []


def test_the_command_prints_what_it_would_do_and_does_it() -> None:
    shown = CliRunner().invoke(audit_group, ["--lang", "en", "role", "--name", NAME])
    assert all(statement in shown.output for statement in role_statements(NAME))
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_roles WHERE rolname = %s", [NAME])
        assert cursor.fetchone() == (0,)
        done = CliRunner().invoke(audit_group, ["--lang", "en", "role", "--name", NAME, "--apply"])
        assert done.exit_code == 0, done.output
        cursor.execute("SELECT count(*) FROM pg_roles WHERE rolname = %s", [NAME])
        assert cursor.fetchone() == (1,)
