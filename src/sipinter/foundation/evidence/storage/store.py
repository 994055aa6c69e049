"""Where the bytes lie: content-addressed, written once, in the storage that the settings name.

blobs/<agency>/<first two of the hash>/<hash>       what was sent in
quarantine/<agency>/<first two of the hash>/<hash>  what the scanner found to be harmful; never handed out
derived/<agency>/<first two>/<hash>/<name>          what the page shows of it; may be removed at any time
incoming/                                           being received; local, never handed out
"""

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, cast

from django.conf import settings
from django.core.files.storage import FileSystemStorage, storages

from ..models import Blob
from ..receiving.refusals import storage_error
from .base import ByteStream, EvidenceStorage, StorageEntry

DERIVED_VERSION = "1"
AT_ONCE = 1000  # an S3 server takes no longer list
BLOBS, QUARANTINE, DERIVED = "blobs", "quarantine", "derived"


def blob_name(agency_id: int, sha256: str, folder: str = BLOBS) -> str:
    """Name of a file in the storage."""
    return f"{folder}/{agency_id}/{sha256[:2]}/{sha256}"


def derived_folder(blob: Blob) -> str:
    """Where everything made from a blob lies."""
    return f"{DERIVED}/{blob.agency_id}/{blob.sha256[:2]}/{blob.sha256}"


def derived_name(blob: Blob, name: str) -> str:
    """Name of something made from a blob."""
    return f"{derived_folder(blob)}/{DERIVED_VERSION}-{name}"


def _storage() -> EvidenceStorage:
    return cast("EvidenceStorage", storages["default"])


def _local() -> FileSystemStorage | None:
    storage = storages["default"]
    return storage if isinstance(storage, FileSystemStorage) else None


def incoming_folder() -> Path:
    """Folder for files being received: within the storage when that is local, so that they can be linked."""
    local = _local()
    folder = Path(local.path("incoming")) if local else Path(settings.INCOMING_FILES)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def incoming_file() -> Iterator[IO[bytes]]:
    """A new local file to write into; gone at the end unless it was put into the storage.

    NotAnswering when the disk does not take it.
    """
    try:
        with tempfile.NamedTemporaryFile(dir=incoming_folder(), delete=False) as file:
            try:
                yield file
            finally:
                Path(file.name).unlink(missing_ok=True)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise storage_error(error) from error


def flushed_path(file: IO[bytes]) -> Path:
    """Path of a file made by `incoming_file`, with everything written so far in it."""
    file.flush()
    return Path(str(file.name))


def put_file(name: str, local: Path, sha256: str) -> bool:
    """Store the finished file `local` as `name`, once; False when it was there already.

    What lies there with another size is damaged, since the name says what it holds: it gives way to the
    sound file. NotAnswering when the storage did not take it whole.
    """
    storage = _storage()
    if storage.put_once(name, local, sha256):
        return True
    size = local.stat().st_size
    if storage.size_of(name) == size:
        return False
    storage.remove(name)
    is_new = storage.put_once(name, local, sha256)
    if not is_new and storage.size_of(name) != size:
        raise storage_error(f"{name} was not stored whole")
    return is_new


def put_bytes(name: str, content: bytes) -> None:
    """Store `content` as `name`, once."""
    with incoming_file() as file:
        file.write(content)
        put_file(name, flushed_path(file), hashlib.sha256(content).hexdigest())


def read_range(name: str, start: int = 0, length: int | None = None) -> ByteStream:
    """Part of a stored file, read as it is asked for; FileNotFoundError when it is not there."""
    return _storage().stretch(name, start, length)


def get_bytes(name: str) -> bytes | None:
    """What is stored as `name`; None when nothing is."""
    try:
        with closing(read_range(name)) as chunks:
            return b"".join(chunks)
    except FileNotFoundError:
        return None


def size_of(name: str) -> int | None:
    """Bytes stored as `name`; None when nothing is."""
    return _storage().size_of(name)


def remove_files(*names: str) -> None:
    """Remove what is stored under these names."""
    for first in range(0, len(names), AT_ONCE):
        _storage().remove(*names[first : first + AT_ONCE])


def walk_files(prefix: str) -> Iterator[StorageEntry]:
    """Everything stored in the folder `prefix`."""
    return _storage().walk(prefix)


def digest_of(name: str) -> tuple[int, str]:
    """Size and SHA-256 (hex) of what is stored as `name`; FileNotFoundError when nothing is."""
    digest, size = hashlib.sha256(), 0
    with closing(read_range(name)) as chunks:
        for chunk in chunks:
            digest.update(chunk)
            size += len(chunk)
    return size, digest.hexdigest()


@contextmanager
def local_path(blob: Blob) -> Iterator[Path]:
    """The blob as a local file: its own where the storage is local, else a copy for the time.

    FileNotFoundError when the storage has lost it.
    """
    if local := _local():
        path = Path(local.path(blob.path))
        path.stat()
        yield path
        return
    with incoming_file() as file:
        with closing(read_range(blob.path)) as chunks:
            for chunk in chunks:
                file.write(chunk)
        yield flushed_path(file)
