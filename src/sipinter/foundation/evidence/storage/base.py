"""What every storage of evidence can do, whatever lies behind it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

CHUNK = 256 * 1024


@dataclass(frozen=True)
class StorageEntry:
    """One stored file: its name, bytes, and when it was written."""

    name: str
    size: int
    written: datetime


class ByteStream(Protocol):
    """A stretch of a stored file, read in chunks; `close` may come before the end."""

    def __iter__(self) -> Iterator[bytes]: ...
    def close(self) -> None: ...


class EvidenceStorage(Protocol):
    """Every method raises NotAnswering when the storage does not do its work."""

    def put_once(self, name: str, local: Path, sha256: str) -> bool:
        """Store the file `local` as `name`, whole or not at all; False when the name is taken."""

    def stretch(self, name: str, start: int, length: int | None) -> ByteStream:
        """`length` bytes (None: to the end) from `start`; FileNotFoundError when there is no such file."""

    def size_of(self, name: str) -> int | None:
        """Bytes of a stored file; None when there is none."""

    def remove(self, *names: str) -> None:
        """Remove stored files (one to a thousand); nothing happens for a name that is not there."""

    def walk(self, prefix: str) -> Iterator[StorageEntry]:
        """Everything in the folder `prefix` and under it ("": in the whole storage)."""
