"""The cache that nodes share on a Redis server; needs the Python library `redis`."""

import math
import time
from functools import cached_property
from typing import Any

from django.core.cache.backends.redis import RedisCacheClient

from .signed import SignedCache

REMOVE_IF_SAME = (
    "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0"
)


class PlainText:
    """What Redis keeps is the signed text as it is; Django's own serializer would run what it reads."""

    def dumps(self, text: str) -> bytes:
        return text.encode()

    def loads(self, data: bytes) -> str:
        return data.decode(errors="replace")


class CacheOnRedis(SignedCache):
    """Redis forgets by itself what has run out."""

    def __init__(self, url: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        self.url = url

    @cached_property
    def client(self) -> RedisCacheClient:
        """Connections to the server, opened when first asked."""
        return RedisCacheClient([self.url], serializer=f"{__name__}.PlainText")

    def read_texts(self, names: list[str]) -> dict[str, str]:
        return {str(name): text for name, text in self.client.get_many(names).items()}

    def write_text(self, name: str, text: str, expires: float | None) -> None:
        self.client.set(name, text, _seconds_until(expires))

    def add_text(self, name: str, text: str, expires: float | None) -> bool:
        return bool(self.client.add(name, text, _seconds_until(expires)))

    def remove_text(self, name: str, text: str) -> bool:
        return bool(self.client.get_client(name, write=True).eval(REMOVE_IF_SAME, 1, name, text.encode()))

    def delete(self, key: str, version: int | None = None) -> bool:
        """Remove what stands there; whether something did."""
        return bool(self.client.delete(self.make_and_validate_key(key, version=version)))

    def clear(self) -> None:
        """Remove everything."""
        self.client.clear()


def _seconds_until(expires: float | None) -> int | None:
    """Whole seconds, no fewer than it lasts; 0 where it has run out, None for ever."""
    return None if expires is None else max(0, math.ceil(expires - time.time()))
