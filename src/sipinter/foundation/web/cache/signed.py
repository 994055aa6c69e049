"""What every cache of ours does: values are JSON, signed with their key and the moment they run out."""

import logging
import time
from abc import abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.signing import BadSignature, Signer

logger = logging.getLogger("sipinter.foundation.web.cache")


@dataclass(frozen=True)
class StoredValue:
    """A value and when it runs out, in seconds since 1970; None: never."""

    value: Any
    expires: float | None


class SignedCache(BaseCache):
    """A cache that whoever can write to its store can empty, but put nothing into.

    Texts in the store are signed with the secret key (earlier ones still read), each for its key: a text that
    was made elsewhere, moved to another key or made to last longer counts as none, is removed and logged. The
    signature is checked before anything is parsed. What was valid once can be put back until it runs out.
    Values must be JSON (TypeError); a tuple comes back as a list.
    """

    @abstractmethod
    def read_texts(self, names: list[str]) -> dict[str, str]:
        """The texts that the store has of these names; what has run out may be left out."""

    @abstractmethod
    def write_text(self, name: str, text: str, expires: float | None) -> None:
        """Keep the text, in the place of another."""

    @abstractmethod
    def add_text(self, name: str, text: str, expires: float | None) -> bool:
        """Keep the text unless one stands there, at once for all processes; whether it is kept."""

    @abstractmethod
    def remove_text(self, name: str, text: str) -> bool:
        """Remove the text if it still stands there; whether it did."""

    def forget_expired(self) -> int:
        """Remove what has run out, where the store does not do so by itself; how many."""
        return 0

    def get_many(self, keys: Iterable[str], version: int | None = None) -> dict[str, Any]:
        """What has not run out of `keys`."""
        names = {self.make_and_validate_key(key, version=version): key for key in keys}
        texts = self.read_texts(list(names)) if names else {}
        found = {names[name]: self._checked(name, text) for name, text in texts.items()}
        return {key: stored.value for key, stored in found.items() if stored}

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        """The value, or `default`."""
        return self.get_many([key], version).get(key, default)

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        """Keep the value for `timeout` seconds, in the place of another."""
        name, expires = self.make_and_validate_key(key, version=version), self.get_backend_timeout(timeout)
        self.write_text(name, _sign(name, value, expires), expires)

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Keep the value unless something stands there that has not run out; whether it is kept."""
        name, expires = self.make_and_validate_key(key, version=version), self.get_backend_timeout(timeout)
        text = _sign(name, value, expires)
        if self.add_text(name, text, expires):
            return True
        there = self.read_texts([name]).get(name)
        return there is not None and not self._checked(name, there) and self.add_text(name, text, expires)

    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Let what stands there run out `timeout` seconds from now; False where nothing does."""
        nothing = object()
        value = self.get(key, nothing, version)
        if value is nothing:
            return False
        self.set(key, value, timeout, version)
        return True

    def _checked(self, name: str, text: str) -> StoredValue | None:
        """What the text says; None, and the text is gone, where it has run out or is not ours."""
        try:
            expires, value = _signer(name).unsign_object(text)
        except BadSignature:
            if self.remove_text(name, text):
                logger.warning(
                    "removed from the cache: a value that this installation did not sign for its key"
                )
            return None
        if expires is not None and expires <= time.time():
            self.remove_text(name, text)
            return None
        return StoredValue(value, expires)


def _signer(name: str) -> Signer:
    return Signer(salt=f"sipinter.foundation.web.cache:{name}")


def _sign(name: str, value: Any, expires: float | None) -> str:
    return _signer(name).sign_object([expires, value])
