"""The cache of one machine: a file for each value."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from .signed import SignedCache

NEVER = 253_402_214_400  # the last day of the year 9999
# Used by whoever is alone with the folder.
LOCK, UNFINISHED = "lock", "unfinished"


class CacheFolder(SignedCache):
    """Files named by the hash of their key. The time of a file is when it runs out: cleaning reads none."""

    def __init__(self, folder: str | Path, params: dict[str, Any]) -> None:
        super().__init__(params)
        self.folder = Path(folder)

    def read_texts(self, names: list[str]) -> dict[str, str]:
        found = {name: self._text(name) for name in names}
        return {name: text for name, text in found.items() if text is not None}

    def write_text(self, name: str, text: str, expires: float | None) -> None:
        with self._locked():
            self._put(name, text, expires)

    def add_text(self, name: str, text: str, expires: float | None) -> bool:
        with self._locked():
            if self._path(name).exists():
                return False
            self._put(name, text, expires)
            return True

    def remove_text(self, name: str, text: str) -> bool:
        with self._locked():
            if self._text(name) != text:
                return False
            self._path(name).unlink()
            return True

    def delete(self, key: str, version: int | None = None) -> bool:
        """Remove what stands there; whether something did."""
        try:
            self._path(self.make_and_validate_key(key, version=version)).unlink()
        except FileNotFoundError:
            return False
        return True

    def clear(self) -> None:
        """Remove everything."""
        self._remove_until(float("inf"))

    def forget_expired(self) -> int:
        """Remove what has run out; how many files."""
        return self._remove_until(time.time())

    def _remove_until(self, moment: float) -> int:
        removed = 0
        with self._locked():
            for path in self.folder.iterdir():
                if path.name != LOCK and path.stat().st_mtime <= moment:
                    path.unlink()
                    removed += 1
        return removed

    def _path(self, name: str) -> Path:
        return self.folder / sha256(name.encode()).hexdigest()

    def _text(self, name: str) -> str | None:
        try:
            return self._path(name).read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return None

    def _put(self, name: str, text: str, expires: float | None) -> None:
        until = NEVER if expires is None else expires
        unfinished = self.folder / UNFINISHED
        unfinished.write_text(text, encoding="utf-8")
        os.utime(unfinished, (until, until))
        unfinished.replace(self._path(name))

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Alone with the folder, of all processes of the machine."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self.folder / LOCK).open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
