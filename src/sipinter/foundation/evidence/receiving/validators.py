"""Taking one file in: bytes to disk while hashing and counting; what it is by its first bytes, and inside."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import IO, Any, Protocol

from ..reader.faults import TOO_HARD, ReaderFault
from ..reading_turns import read_once
from . import refusals
from .media import (
    BY_EXTENSION,
    HEAD,
    TAKEN,
    Media,
    describe_content,
    known_media,
    reader_operation,
    supposed_media,
)
from .names import split_extension

CHUNK = 64 * 1024
WHOLE = 30  # seconds for all pages of a scan


class UploadSource(Protocol):
    """What arrives: Django's uploaded files and files opened by Django have this form."""

    name: str | None

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]: ...


@dataclass(frozen=True)
class ReceivedFile:
    """A file's bytes, lying at `path`."""

    path: Path
    sha256: str
    size: int
    head: bytes


@dataclass(frozen=True)
class FileFacts:
    """What the reader found in a file."""

    media: Media
    pages: int | None
    flags: tuple[str, ...]


def receive_bytes(chunks: Iterable[bytes], file: IO[bytes], *, limit: int) -> ReceivedFile:
    """Write `chunks` to `file`; Invalid as soon as more than `limit` bytes came, or when none did."""
    digest, size, head = hashlib.sha256(), 0, b""
    for chunk in chunks:
        size += len(chunk)
        if size > limit:
            raise refusals.too_large_error(limit)
        if len(head) < HEAD:
            head = (head + chunk)[:HEAD]
        digest.update(chunk)
        file.write(chunk)
    if not size:
        raise refusals.empty_file_error()
    file.flush()
    return ReceivedFile(Path(str(file.name)), digest.hexdigest(), size, head)


def check_first_bytes(head: bytes, name: str) -> Media:
    """What the file is held for; Invalid when its first bytes are of no taken kind, or deny its name.

    Nothing is parsed: bytes are compared.
    """
    extension = split_extension(name)[1]
    if not reader_operation(head):
        raise refusals.unknown_type_error(describe_content(head), extension)
    if media := known_media(head):
        check_extension(media, name)
    return supposed_media(head, extension)


def examine_file(path: Path, sha256: str) -> FileFacts:
    """Kind, pages and flags by the file's own structure; ReaderFault when it is not taken."""
    with path.open("rb") as file:
        operation = reader_operation(file.read(HEAD))
    found = _inspected(operation, path, sha256)
    return FileFacts(TAKEN[found["media_type"]], found["pages"], tuple(found["flags"]))


def _inspected(operation: str, path: Path, sha256: str) -> dict[str, Any]:
    """What the reader says of the file; a scan's pages are looked at one by one, TOO_HARD after WHOLE."""
    until = monotonic() + WHOLE
    found: dict[str, Any] = read_once(operation, path, sha256)
    if operation == "inspect_picture":
        for number in range(2, found["pages"] + 1):
            if monotonic() > until:
                raise ReaderFault(TOO_HARD)
            read_once("inspect_frame", path, sha256, number=number)
    return found


def check_extension(media: Media, name: str) -> None:
    """Invalid when the name's extension says another kind than the content is."""
    extension = split_extension(name)[1]
    if extension and BY_EXTENSION.get(extension) is not media:
        raise refusals.misnamed_file_error(media, extension)
