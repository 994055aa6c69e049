"""Triggers that refuse to change or remove what the audit trail holds, for both databases.

They stop an accident and an application gone wrong. Somebody who may drop triggers is found by
`audit.verification`, which also compares their definitions.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

TABLES = ("audit_event", "audit_checkpoint", "audit_chain")
# A chain's head only ever moves on by one event. For PostgreSQL in the words in which it shows it again.
_MOVES_ON = {
    "sqlite": "NEW.id = OLD.id AND NEW.agency_id IS OLD.agency_id AND NEW.length = OLD.length + 1",
    "postgresql": (
        "new.id = old.id AND NOT new.agency_id IS DISTINCT FROM old.agency_id"
        " AND new.length = (old.length + 1)"
    ),
}
FUNCTION = "audit_refuse"
_BODY = """
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END """
CREATE_FUNCTION = f"CREATE OR REPLACE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $${_BODY}$$"


def trigger_names(vendor: str) -> list[str]:
    """The names of all triggers."""
    found = [f"{table}_no_{verb}" for table in TABLES for verb in ("update", "delete")]
    if vendor == "postgresql":
        found += [f"{table}_no_truncate" for table in TABLES]
    return found


def create_triggers(connection: BaseDatabaseWrapper) -> None:
    """Put every trigger in place (none of them may be there)."""
    is_postgresql = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        if is_postgresql:
            cursor.execute(CREATE_FUNCTION)
        for name in trigger_names(connection.vendor):
            cursor.execute(_definition(connection.vendor, name))
            if is_postgresql:  # for a session that claims to be a replica, too
                cursor.execute(f"ALTER TABLE {_table_of(name)} ENABLE ALWAYS TRIGGER {name}")


def drop_triggers(connection: BaseDatabaseWrapper) -> None:
    """Take every trigger away."""
    with connection.cursor() as cursor:
        for name in trigger_names(connection.vendor):
            on = f" ON {_table_of(name)}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")


def weak_triggers(connection: BaseDatabaseWrapper) -> list[str]:
    """What does not guard the trail as it should: triggers and (PostgreSQL) the function they call.

    Missing, switched off, on another table, of another definition; and whatever stands on the tables beside
    them that could undo a write: other triggers, rules.
    """
    find = {"sqlite": _weak_on_sqlite, "postgresql": _weak_on_postgresql}[connection.vendor]
    return sorted(find(connection))


def _weak_on_sqlite(connection: BaseDatabaseWrapper) -> set[str]:
    wanted = {name: _definition("sqlite", name) for name in trigger_names("sqlite")}
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'")
        there = {name: sql for name, table, sql in cursor.fetchall() if table in TABLES or name in wanted}
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        tables = {name for (name,) in cursor.fetchall()}
        # The schema of the connection itself: a trigger of the same name there is another one.
        cursor.execute("SELECT name FROM sqlite_temp_master WHERE type = 'trigger'")
        passing = {name for (name,) in cursor.fetchall()}
    return {
        *(name for name in wanted if there.get(name) != wanted[name]),
        *(there.keys() - wanted.keys()),
        *(set(TABLES) - tables),
        *passing,
    }


def _weak_on_postgresql(connection: BaseDatabaseWrapper) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.tgname, pg_get_triggerdef(t.oid, true), t.tgenabled = 'A'"
            " FROM pg_trigger t WHERE NOT t.tgisinternal AND t.tgrelid = ANY(%s::regclass[])",
            [list(TABLES)],
        )
        there = {name: (definition, always) for name, definition, always in cursor.fetchall()}
        cursor.execute(
            "SELECT p.prosrc = %s AND l.lanname = 'plpgsql' AND p.proconfig IS NULL"
            " FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang"
            " JOIN pg_trigger t ON t.tgfoid = p.oid"
            " WHERE t.tgrelid = ANY(%s::regclass[]) AND NOT t.tgisinternal",
            [_BODY, list(TABLES)],
        )
        is_function_whole = all(whole for (whole,) in cursor.fetchall())
        cursor.execute(
            "SELECT rulename FROM pg_rewrite WHERE ev_class = ANY(%s::regclass[])"
            " UNION ALL SELECT polname FROM pg_policy WHERE polrelid = ANY(%s::regclass[])",
            [list(TABLES), list(TABLES)],
        )
        beside = {name for (name,) in cursor.fetchall()}
    wanted = {name: (_definition("postgresql", name), True) for name in trigger_names("postgresql")}
    return {
        *(name for name in wanted if there.get(name) != wanted[name]),
        *(there.keys() - wanted.keys()),
        *beside,
        *(() if is_function_whole else (f"{FUNCTION}()",)),
    }


def _table_of(name: str) -> str:
    return name.rpartition("_no_")[0]


def _definition(vendor: str, name: str) -> str:
    """The statement that makes the trigger `name`."""
    table, _, verb = name.rpartition("_no_")
    when = f"NOT ({_MOVES_ON[vendor]})" if name == "audit_chain_no_update" else ""
    return {"sqlite": _sqlite, "postgresql": _postgresql}[vendor](name, table, verb.upper(), when)


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
        f"EXECUTE FUNCTION {FUNCTION}()"
    )
