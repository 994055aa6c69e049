"""The cache behind the counts of attempts: files of one machine, the database, or Redis."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

TABLE = "sipinter_cache"


def cache_settings(url: str, folder: Path) -> dict[str, Any]:
    """Django's setting for `url`: empty (files under `folder`), "database", or redis://..."""
    if not url:
        return {
            "BACKEND": "sipinter.foundation.web.cache.folder.CacheFolder",
            "LOCATION": folder,
        }
    if url == "database":  # its table is made after the migrations (foundation/accounts/apps.py)
        return {"BACKEND": "sipinter.foundation.web.cache.table.CacheTable", "LOCATION": TABLE}
    if urlsplit(url).scheme in {"redis", "rediss"}:
        return {"BACKEND": "sipinter.foundation.web.cache.redis_server.CacheOnRedis", "LOCATION": url}
    raise ImproperlyConfigured("SIPINTER_CACHE_URL: expected nothing, database, or redis://host:port/number")
