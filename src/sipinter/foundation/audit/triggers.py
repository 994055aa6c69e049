"""Triggers that refuse to change or remove what the audit trail holds, for both databases.

They stop an accident and an application gone wrong. Somebody who may drop triggers is found by
`audit.verification`, which also tells when one of them is missing.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

FULL = ("audit_event", "audit_checkpoint")
# A chain's head only ever moves on by one event.
_MOVES_ON = {
    "sqlite": "NEW.id = OLD.id AND NEW.agency_id IS OLD.agency_id AND NEW.length = OLD.length + 1",
    "postgresql": (
        "NEW.id = OLD.id AND NEW.agency_id IS NOT DISTINCT FROM OLD.agency_id AND NEW.length = OLD.length + 1"
    ),
}
_FUNCTION = """
CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$
"""


def trigger_names(vendor: str) -> list[str]:
    """The names of all triggers."""
    found = [f"{table}_no_{verb}" for table in (*FULL, "audit_chain") for verb in ("update", "delete")]
    if vendor == "postgresql":
        found += [f"{table}_no_truncate" for table in (*FULL, "audit_chain")]
    return found


def create_triggers(connection: BaseDatabaseWrapper) -> None:
    """Put every trigger in place (none of them may be there)."""
    make = {"sqlite": _sqlite, "postgresql": _postgresql}[connection.vendor]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_FUNCTION)
        for name in trigger_names(connection.vendor):
            table, _, verb = name.rpartition("_no_")
            when = f"NOT ({_MOVES_ON[connection.vendor]})" if name == "audit_chain_no_update" else ""
            cursor.execute(make(name, table, verb.upper(), when))


def drop_triggers(connection: BaseDatabaseWrapper) -> None:
    """Take every trigger away."""
    with connection.cursor() as cursor:
        for name in trigger_names(connection.vendor):
            on = f" ON {name.rpartition('_no_')[0]}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")


def missing_triggers(connection: BaseDatabaseWrapper) -> list[str]:
    """Triggers that are not there, or (PostgreSQL) switched off."""
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.vendor == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D'"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        there = {name for (name,) in cursor.fetchall()}
    return [name for name in trigger_names(connection.vendor) if name not in there]


def _sqlite(name: str, table: str, verb: str, when: str) -> str:
    condition = f"WHEN {when} " if when else ""
    return (
        f"CREATE TRIGGER {name} BEFORE {verb} ON {table} {condition}"
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    )


def _postgresql(name: str, table: str, verb: str, when: str) -> str:
    each = "STATEMENT" if verb == "TRUNCATE" else "ROW"
    condition = f"WHEN ({when}) " if when else ""
    return (
        f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH {each} {condition}"
        "EXECUTE FUNCTION audit_refuse()"
    )
