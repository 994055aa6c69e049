"""The cache that nodes share in the database: counts of attempts, read and written at most requests."""

from datetime import UTC, datetime
from typing import Any

from django.core.cache.backends.db import BaseDatabaseCache
from django.db import connections, router
from django.utils import timezone

from .signed import SignedCache

NEVER = datetime(9999, 12, 31, tzinfo=UTC)


class CacheTable(SignedCache, BaseDatabaseCache):
    """The table of `createcachetable`, read and written in one statement a call.

    Django's own counts all rows and asks for the row before every write, in a transaction of its own. Rows
    that have run out are removed by `forget_expired`, not while somebody waits.
    """

    def __init__(self, table: str, params: dict[str, Any]) -> None:
        super().__init__(table, params)
        self.table = table

    def read_texts(self, names: list[str]) -> dict[str, str]:
        marks = ", ".join(["%s"] * len(names))
        sql = f"SELECT cache_key, value FROM {{table}} WHERE cache_key IN ({marks}) AND expires > %s"  # noqa: S608 - marks
        return dict(self._ask(sql, [*names, self._time(timezone.now())]))

    def write_text(self, name: str, text: str, expires: float | None) -> None:
        self._put("", name, text, expires)

    def add_text(self, name: str, text: str, expires: float | None) -> bool:
        return self._put(" WHERE kept.expires <= %s", name, text, expires, self._time(timezone.now()))

    def remove_text(self, name: str, text: str) -> bool:
        sql = "DELETE FROM {table} WHERE cache_key = %s AND value = %s RETURNING 1"
        return bool(self._ask(sql, [name, text]))

    def delete(self, key: str, version: int | None = None) -> bool:
        """Remove what stands there; whether something did."""
        sql = "DELETE FROM {table} WHERE cache_key = %s RETURNING 1"
        return bool(self._ask(sql, [self.make_and_validate_key(key, version=version)]))

    def clear(self) -> None:
        """Remove everything."""
        self._ask("DELETE FROM {table} RETURNING 1", [])

    def forget_expired(self) -> int:
        """Remove what has run out; how many rows."""
        sql = "DELETE FROM {table} WHERE expires <= %s RETURNING 1"
        return len(self._ask(sql, [self._time(timezone.now())]))

    def _put(self, condition: str, name: str, text: str, expires: float | None, *more: Any) -> bool:
        """Whether the row was written: the condition is on one that stands there."""
        sql = (
            "INSERT INTO {table} AS kept (cache_key, value, expires) VALUES (%s, %s, %s) "
            "ON CONFLICT (cache_key) DO UPDATE SET value = excluded.value, expires = excluded.expires"
        )
        until = NEVER if expires is None else datetime.fromtimestamp(expires, tz=UTC)
        return bool(self._ask(f"{sql}{condition} RETURNING 1", [name, text, self._time(until), *more]))

    def _ask(self, sql: str, values: list[Any]) -> list[Any]:
        """The rows that a statement gives."""
        connection = connections[router.db_for_write(self.cache_model_class)]
        table = connection.ops.quote_name(self.table)
        with connection.cursor() as cursor:
            cursor.execute(sql.format(table=table), values)
            rows: list[Any] = cursor.fetchall()
            return rows

    def _time(self, moment: datetime) -> Any:
        ops = connections[router.db_for_write(self.cache_model_class)].ops
        return ops.adapt_datetimefield_value(moment)
