"""The cache that nodes share in the database: counts of attempts, read and written at most requests."""

import base64
import pickle
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.db import DatabaseCache
from django.db import connections, router
from django.utils import timezone

NEVER = datetime(9999, 12, 31, tzinfo=UTC)


class CacheTable(DatabaseCache):
    """Django's table, written in one statement a call.

    Django's own counts all rows and asks for the row before every write, in a transaction of its own. Rows
    that have run out are removed by `forget_expired`, not while somebody waits.
    """

    def __init__(self, table: str, params: dict[str, Any]) -> None:
        super().__init__(table, params)
        self.table = table

    def get_many(self, keys: Iterable[str], version: int | None = None) -> dict[str, Any]:
        """What has not run out of `keys` (one query)."""
        names = {self.make_and_validate_key(key, version=version): key for key in keys}
        if not names:
            return {}
        marks = ", ".join(["%s"] * len(names))
        found = self._ask(
            f"SELECT cache_key, value FROM {{table}} WHERE cache_key IN ({marks}) AND expires > %s",  # noqa: S608 - marks
            [*names, self._time(timezone.now())],
        )
        return {names[name]: pickle.loads(base64.b64decode(value)) for name, value in found}  # noqa: S301

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        """Keep the value for `timeout` seconds, in the place of another."""
        self._put("", self.make_and_validate_key(key, version=version), value, timeout)

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Keep the value unless something stands there that has not run out; whether it is kept."""
        name = self.make_and_validate_key(key, version=version)
        return self._put(" WHERE kept.expires <= %s", name, value, timeout, self._time(timezone.now()))

    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Let what stands there run out `timeout` seconds from now; False where nothing does."""
        name = self.make_and_validate_key(key, version=version)
        sql = "UPDATE {table} SET expires = %s WHERE cache_key = %s AND expires > %s RETURNING 1"
        return bool(self._ask(sql, [self._expires(timeout), name, self._time(timezone.now())]))

    def _put(self, condition: str, name: str, value: Any, timeout: Any, *more: Any) -> bool:
        """Whether the row was written: the condition is on one that stands there."""
        sql = (
            "INSERT INTO {table} AS kept (cache_key, value, expires) VALUES (%s, %s, %s) "
            "ON CONFLICT (cache_key) DO UPDATE SET value = excluded.value, expires = excluded.expires"
        )
        kept = base64.b64encode(pickle.dumps(value, pickle.HIGHEST_PROTOCOL)).decode()
        return bool(self._ask(f"{sql}{condition} RETURNING 1", [name, kept, self._expires(timeout), *more]))

    def _expires(self, timeout: Any) -> Any:
        seconds = self.get_backend_timeout(timeout)
        return self._time(NEVER if seconds is None else datetime.fromtimestamp(seconds, tz=UTC))

    def forget_expired(self) -> int:
        """Remove what has run out; how many rows."""
        sql = "DELETE FROM {table} WHERE expires <= %s RETURNING 1"
        return len(self._ask(sql, [self._time(timezone.now())]))

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
