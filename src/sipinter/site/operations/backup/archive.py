"""The file: a plain tar whose every byte has a hash, a header's checksum or must be nought.

manifest.json       version, migrations, engine, tables, and the SHA-256 of every member up to files.jsonl.gz
rows/<table>.jsonl.gz, certificates/<name>, checkpoints/<name>
files.jsonl.gz      path, size and SHA-256 of every stored file
files/<path>        evidence and decisions as they stand in the storage
end.json            the SHA-256 of manifest.json and what could not be had: a file without it is not finished
"""

import gzip
import hashlib
import json
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

FORMAT = 1
CHUNK = 1024 * 1024
MANIFEST, FILES, END = "manifest.json", "files.jsonl.gz", "end.json"
LARGEST_JSON = 16 * 1024 * 1024


class BackupError(Exception):
    """Not done, and why; nothing was changed."""


class BackupDamaged(BackupError):
    """The file is cut off, changed or no backup; the sentence names the member."""


@dataclass(frozen=True)
class StoredFile:
    """A file that a row names."""

    path: str
    size: int
    sha256: str


@dataclass
class BackupContents:
    """What a whole and undamaged backup holds."""

    manifest: dict[str, Any]
    end: dict[str, Any]
    offsets: dict[str, tuple[int, int]] = field(default_factory=dict)  # of all members but the stored files


def to_json_bytes(value: object) -> bytes:
    return json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False).encode()


def append_member(archive: IO[bytes], name: str, size: int, chunks: Iterator[bytes]) -> str:
    """Write one member at the archive's position; its SHA-256. BackupDamaged when it is not `size` long."""
    info = tarfile.TarInfo(name)
    info.size = size
    archive.write(info.tobuf(tarfile.USTAR_FORMAT))
    digest, written = hashlib.sha256(), 0
    for chunk in chunks:
        archive.write(chunk)
        digest.update(chunk)
        written += len(chunk)
    if written != size:
        raise BackupDamaged(f"{name}: {written} bytes instead of {size}")
    archive.write(b"\0" * (-size % tarfile.BLOCKSIZE))
    return digest.hexdigest()


def chunks_of(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(CHUNK):
        yield chunk


def complete_members(path: Path) -> Iterator[tuple[str, int]]:
    """Name and end of each member that was written to its last byte, for a backup that goes on."""
    length = path.stat().st_size
    with path.open("rb") as file:
        position = 0
        while position < length:
            file.seek(position)
            try:
                info = _header(file)
            except tarfile.TarError:
                return
            position = _end_of(info)
            if position > length:
                return
            yield info.name, position


def _header(file: IO[bytes]) -> tarfile.TarInfo:
    """The header at the file's position; TarError when there is none. Written as ustar, it is one block."""
    position = file.tell()
    info = tarfile.TarInfo.frombuf(file.read(tarfile.BLOCKSIZE), "utf-8", "strict")
    info.offset_data = position + tarfile.BLOCKSIZE
    return info


def _end_of(info: tarfile.TarInfo) -> int:
    return info.offset_data + info.size + (-info.size % tarfile.BLOCKSIZE)


class MemberReader:
    """Reads a backup's members in order, each against the hash that it must have."""

    def __init__(self, file: IO[bytes], name: str) -> None:
        self.file, self.name, self.position = file, name, 0

    def member(self, expected: str, size: int | None, keep: Callable[[bytes], object]) -> str:
        """Hand the member's bytes to `keep`; their SHA-256. BackupDamaged when it is not `expected`."""
        self.file.seek(self.position)
        try:
            info = _header(self.file)
        except (tarfile.TarError, UnicodeError, ValueError):
            place = f"at byte {self.position}, before {expected}"
            raise BackupDamaged(f"{self.name}: cut off or damaged {place}") from None
        if info.name != expected or not info.isreg() or (size is not None and info.size != size):
            raise BackupDamaged(f"{self.name}: {info.name[:120]!r} stands where {expected} should")
        digest, left = hashlib.sha256(), info.size
        self.file.seek(info.offset_data)
        self.data = (info.offset_data, info.size)
        while left:
            chunk = self.file.read(min(CHUNK, left))
            if not chunk:
                raise BackupDamaged(f"{self.name}: cut off within {expected}")
            digest.update(chunk)
            keep(chunk)
            left -= len(chunk)
        padding = -info.size % tarfile.BLOCKSIZE
        if self.file.read(padding) != b"\0" * padding:
            raise BackupDamaged(f"{self.name}: cut off or damaged behind {expected}")
        self.position = _end_of(info)
        return digest.hexdigest()

    def json(self, expected: str) -> tuple[dict[str, Any], str]:
        """A member that is a JSON object, and its SHA-256."""
        kept = bytearray()

        def keep(chunk: bytes) -> None:
            kept.extend(chunk)
            if len(kept) > LARGEST_JSON:
                raise BackupDamaged(f"{self.name}: {expected} is too large")

        digest = self.member(expected, None, keep)
        try:
            value = json.loads(bytes(kept))
        except ValueError:
            raise BackupDamaged(f"{self.name}: {expected} is damaged") from None
        if not isinstance(value, dict):
            raise BackupDamaged(f"{self.name}: {expected} is damaged")
        return value, digest


def verify_backup(path: Path) -> BackupContents:
    """Read the whole backup against its hashes, nothing kept in memory. BackupDamaged names what is wrong."""
    with path.open("rb") as file:
        walk = MemberReader(file, path.name)
        try:
            return _verified(walk)
        except (KeyError, TypeError, AttributeError):
            raise BackupDamaged(f"{path.name}: its manifest or its end is damaged") from None


def _verified(walk: MemberReader) -> BackupContents:
    manifest, manifest_hash = walk.json(MANIFEST)
    if manifest.get("program") != "sipinter":
        raise BackupDamaged(f"{walk.name}: not a backup of SIPINTER")
    if manifest["format"] > FORMAT:
        raise BackupError(f"{walk.name}: made by the newer version {manifest['version']}; install that first")
    contents = BackupContents(manifest, {})
    for name, size, digest in manifest["members"]:
        if walk.member(name, size, _dropped) != digest:
            raise BackupDamaged(f"{walk.name}: {name} is damaged")
        contents.offsets[name] = walk.data
    contents.end, missing = _verified_files(walk, contents)
    if contents.end["manifest"] != manifest_hash:
        raise BackupDamaged(f"{walk.name}: {MANIFEST} is damaged")
    if sorted(contents.end["missing"]) != missing or walk.file.read().strip(b"\0"):
        raise BackupDamaged(f"{walk.name}: {END} is damaged")
    return contents


def _verified_files(walk: MemberReader, contents: BackupContents) -> tuple[dict[str, Any], list[str]]:
    """Every stored file in its order; one that is not there must be named in end.json."""
    missing: list[str] = []
    for stored in stored_files(walk.file, contents):
        if _next_name(walk) != f"files/{stored.path}":
            missing.append(stored.path)
            continue
        if walk.member(f"files/{stored.path}", stored.size, _dropped) != stored.sha256:
            raise BackupDamaged(f"{walk.name}: files/{stored.path} is damaged")
    end, _digest = walk.json(END)
    walk.file.seek(walk.position)
    return end, sorted(missing)


def _next_name(walk: MemberReader) -> str:
    walk.file.seek(walk.position)
    try:
        return _header(walk.file).name
    except (tarfile.TarError, UnicodeError, ValueError):
        raise BackupDamaged(f"{walk.name}: cut off or damaged at byte {walk.position}") from None


def _dropped(_chunk: bytes) -> None:
    """Verifying keeps nothing."""


class MemberFile:
    """A member as a readable file of its own; the archive's position is set at each read."""

    def __init__(self, file: IO[bytes], offset: int, size: int) -> None:
        self._file, self._at, self._end = file, offset, offset + size

    def read(self, count: int = -1) -> bytes:
        left = self._end - self._at
        self._file.seek(self._at)
        data = self._file.read(left if count < 0 else min(count, left))
        self._at += len(data)
        return data


def member_values(file: IO[bytes], contents: BackupContents, name: str) -> Iterator[Any]:
    """The JSON values of a *.jsonl.gz member, one at a time."""
    section = MemberFile(file, *contents.offsets[name])
    with gzip.GzipFile(fileobj=section, mode="rb") as unpacked:  # type: ignore[call-overload]
        for line in unpacked:
            yield json.loads(line)


def stored_files(file: IO[bytes], contents: BackupContents) -> Iterator[StoredFile]:
    """Path, size and SHA-256 of every file that the backup's rows name."""
    for path, size, digest in member_values(file, contents, FILES):
        yield StoredFile(path, size, digest)
