"""The bytes of uploads under way, as parts in the storage that every node reaches:
uploads/<upload>/<start>-<chance>. Nothing here is handed out.
"""

import hashlib
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import IO

from django.http import UnreadablePostError

from ..models import Upload
from ..storage import store

FOLDER = "uploads"
READ = 16 * 1024
CHUNK = 64 * 1024
PART = 4 * 1024 * 1024  # on a quick line a scan of some pages comes whole: nothing is read back
PART_SECONDS = 10.0

Read = Callable[[int], bytes]


@dataclass(frozen=True)
class UploadPiece:
    """What was read into a local file: how many bytes, their digest, and whether more may come."""

    count: int
    digest: bytes
    is_last: bool


def fill_piece(
    file: IO[bytes], read: Read, most: int, *, whole: bool = False, algorithm: str = "sha256"
) -> UploadPiece:
    """Write what comes to `file`, up to `most` bytes, or a part's worth of them unless `whole`.

    A part is closed after some seconds too, so that little is lost on a slow link. A connection that
    is cut ends it like the end of the request: what came is there.
    """
    limit = most if whole else min(most, PART)
    digest = hashlib.new(algorithm, usedforsecurity=False)
    until, count = time.monotonic() + PART_SECONDS, 0
    while count < limit and (whole or time.monotonic() < until):
        chunk = _next(read, min(READ, limit - count))
        if not chunk:
            return UploadPiece(count, digest.digest(), True)
        digest.update(chunk)
        file.write(chunk)
        count += len(chunk)
    return UploadPiece(count, digest.digest(), count == most)


def _next(read: Read, size: int) -> bytes:
    try:
        return read(size)
    except (OSError, UnreadablePostError):
        return b""


def store_part(upload: Upload, file: IO[bytes]) -> str:
    """Store what was written to `file` as the next part; its name in the storage."""
    name = f"{FOLDER}/{upload.token}/{upload.offset:012d}-{secrets.token_hex(4)}"
    path = store.flushed_path(file)
    with path.open("rb") as written:
        sha256 = hashlib.file_digest(written, "sha256").hexdigest()
    store.put_file(name, path, sha256)
    return name


def remove_parts(token: str) -> None:
    """Remove everything stored of an upload."""
    store.remove_files(*(entry.name for entry in store.walk_files(f"{FOLDER}/{token}")))


def stored_tokens() -> set[str]:
    """The uploads that something is stored of."""
    return {entry.name.split("/")[1] for entry in store.walk_files(FOLDER)}


class UploadBytesLost(Exception):
    """Stored bytes of an upload are no longer there."""


class CompleteUpload:
    """A complete upload, in the form that `evidence.services.receive_file` takes: parts, then the last bytes.

    `paths`: where the parts lie in the storage.
    """

    def __init__(self, upload: Upload, last: IO[bytes]) -> None:
        self.name: str | None = upload.name
        self.size = upload.size
        self.paths = list(upload.parts.values_list("path", flat=True))
        self._last = last

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        """The bytes in order, in the sizes that the storage gives; UploadBytesLost when some are missing."""
        count = 0
        try:
            for chunk in self._all():
                count += len(chunk)
                yield chunk
        except FileNotFoundError as error:
            raise UploadBytesLost from error
        if count != self.size:
            raise UploadBytesLost

    def _all(self) -> Iterator[bytes]:
        for path in self.paths:
            with closing(store.read_range(path)) as part:
                yield from part
        with store.flushed_path(self._last).open("rb") as last:
            while chunk := last.read(CHUNK):
                yield chunk
