"""What several machines must share."""

from collections.abc import Iterator

from django.conf import settings
from django.core.files.storage import FileSystemStorage, storages
from django.db import connection

from ..finding import Finding, error_finding, note_finding

SHARED_CACHES = frozenset(
    {
        "sipinter.foundation.web.cache.table.CacheTable",
        "sipinter.foundation.web.cache.redis_server.CacheOnRedis",
    }
)


def check_shared_database() -> Iterator[Finding]:
    if connection.vendor != "sqlite":
        return
    do = "set SIPINTER_DATABASE_URL to a PostgreSQL database"
    if settings.NODES > 1:
        yield error_finding(
            "SIPINTER_DATABASE_URL", "SQLite serves one machine, and there are several nodes", do
        )
    else:
        yield note_finding("SIPINTER_DATABASE_URL", "SQLite lets one process write at a time", do)


def check_shared_storage() -> Iterator[Finding]:
    is_local = isinstance(storages["default"], FileSystemStorage)
    if is_local and settings.NODES > 1:
        yield error_finding(
            "SIPINTER_STORAGE_URL",
            "evidence lies in a folder of one machine, and there are several nodes",
            "set it to an S3 bucket",
        )


def check_shared_cache() -> Iterator[Finding]:
    if settings.NODES > 1 and settings.CACHES["default"]["BACKEND"] not in SHARED_CACHES:
        yield error_finding(
            "SIPINTER_CACHE_URL",
            "counts of failed sign-ins are kept by each machine for itself",
            "set it to database or redis://host:port/number",
        )
