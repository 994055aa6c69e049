"""A role of PostgreSQL for the running site: it may add to the audit trail, and change nothing of it.

The owner of the tables makes it, and goes on to bring the database up to date. Whoever gets hold of the
site's own connection can then neither drop nor switch off the triggers.
"""

from django.apps import apps
from django.db import connection, transaction
from psycopg import sql

from .triggers import FUNCTION, TABLES

# What the application itself does to them. A chain's head moves on by these two columns.
RIGHTS = {
    "audit_event": "SELECT, INSERT",
    "audit_checkpoint": "SELECT, INSERT",
    "audit_checkpointstamp": "SELECT, INSERT",
    "audit_chain": "SELECT, INSERT, UPDATE (length, head)",
}
MIGRATIONS = "django_migrations"


def role_statements(name: str) -> list[str]:
    """The statements that make the role `name`, or give it its rights again after an upgrade.

    To be run by the owner of the tables. The role has no password until somebody gives it one.
    """
    role = sql.Identifier(name)
    statements = [
        sql.SQL(
            "DO $$ BEGIN CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;"
            " EXCEPTION WHEN duplicate_object THEN NULL; END $$"
        ).format(role),
        sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(role),
        sql.SQL("REVOKE CREATE ON SCHEMA public FROM PUBLIC, {}").format(role),
        sql.SQL("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {}").format(role),
    ]
    for table in _tables():
        rights = sql.SQL(RIGHTS.get(table, "SELECT, INSERT, UPDATE, DELETE"))
        if table == MIGRATIONS:
            rights = sql.SQL("SELECT")
        statements.append(sql.SQL("GRANT {} ON {} TO {}").format(rights, sql.Identifier(table), role))
    statements += [
        sql.SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}").format(role),
        sql.SQL("REVOKE ALL ON FUNCTION {}() FROM PUBLIC, {}").format(sql.Identifier(FUNCTION), role),
    ]
    return [statement.as_string(None) for statement in statements]


def _tables() -> list[str]:
    """Every table that is there: those of the models, and the cache's, which has no model."""
    there = set(connection.introspection.table_names())
    return sorted(there) if there else sorted(model._meta.db_table for model in apps.get_models())


def make_database_role(name: str) -> None:
    """Run them, whole or not at all, as whoever this connection signs in as."""
    statements = role_statements(name)
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def owns_trail() -> bool:
    """Whether this connection could drop what guards the trail: it owns a table of it, or is a superuser.

    False on SQLite, where there are no roles: whoever opens the file owns all.
    """
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT bool_or(pg_has_role(current_user, relowner, 'MEMBER')) FROM pg_class"
            " WHERE oid = ANY(%s::regclass[])",
            [list(TABLES)],
        )
        (owns,) = cursor.fetchone()
    return bool(owns)
