"""The file: a plain tar whose every byte has a hash, a header's checksum or must be nought.

manifest.json       version, migrations, engine, tables, and the SHA-256 of every member up to files.jsonl.gz
rows/<table>.jsonl.gz, certificates/<name>, checkpoints/<name>
files.jsonl.gz      path, size and SHA-256 of every stored file
files/<path>        evidence and decisions as they stand in the storage
end.json            the SHA-256 of manifest.json and what could not be had: a file without it is not finished
signature.json      the signature of end.json and its certificate; not in the first format
"""

import gzip
import hashlib
import json
import re
import tarfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext as _

FORMAT = 2
CHUNK = 1024 * 1024
MANIFEST, FILES, END, SIGNATURE = "manifest.json", "files.jsonl.gz", "end.json", "signature.json"
LARGEST_JSON = 16 * 1024 * 1024
LONGEST_PATH = 200  # as the columns that name files
LONGEST_LINE = LARGEST_JSON  # of a row, or of what is said of a stored file
MOST_MISSING = 100_000  # stored files that could not be had when the backup was made
MOST_UNPACKED = 50  # bytes of the list of files to one of its packed form: hashes hardly become shorter
UNDER_WAY = frozenset({"incoming", "uploads"})  # folders of the storage whose files no backup holds
_MEMBER = re.compile(
    r"rows/[a-z_]+\.[a-z0-9_]+\.jsonl\.gz|(?:certificates|checkpoints)/[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}"
)
# What a member raises that is not what it should be.
BROKEN = (
    LookupError,
    TypeError,
    AttributeError,
    ValueError,
    EOFError,
    OverflowError,
    gzip.BadGzipFile,
    zlib.error,
)


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
    end_bytes: bytes = b""
    signature: dict[str, Any] | None = None
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
        raise BackupDamaged(
            _("%(name)s: %(written)s bytes instead of %(size)s")
            % {"name": name, "written": written, "size": size}
        )
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
    if info.size < 0:
        raise tarfile.HeaderError("a size below nought")
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
            raise BackupDamaged(
                _("%(name)s: cut off or damaged at byte %(position)s, before %(member)s")
                % {"name": self.name, "position": self.position, "member": expected}
            ) from None
        if info.name != expected or not info.isreg() or (size is not None and info.size != size):
            raise BackupDamaged(
                _("%(name)s: %(found)r stands where %(member)s should")
                % {"name": self.name, "found": info.name[:120], "member": expected}
            )
        digest, left = hashlib.sha256(), info.size
        self.file.seek(info.offset_data)
        self.data = (info.offset_data, info.size)
        while left:
            chunk = self.file.read(min(CHUNK, left))
            if not chunk:
                raise BackupDamaged(
                    _("%(name)s: cut off within %(member)s") % {"name": self.name, "member": expected}
                )
            digest.update(chunk)
            keep(chunk)
            left -= len(chunk)
        padding = -info.size % tarfile.BLOCKSIZE
        if self.file.read(padding) != b"\0" * padding:
            raise BackupDamaged(
                _("%(name)s: cut off or damaged behind %(member)s") % {"name": self.name, "member": expected}
            )
        self.position = _end_of(info)
        return digest.hexdigest()

    def json(self, expected: str) -> tuple[dict[str, Any], bytes]:
        """A member that is a JSON object, and its bytes."""
        kept = bytearray()

        def keep(chunk: bytes) -> None:
            kept.extend(chunk)
            if len(kept) > LARGEST_JSON:
                raise BackupDamaged(
                    _("%(name)s: %(member)s is too large") % {"name": self.name, "member": expected}
                )

        self.member(expected, None, keep)
        try:
            value = json.loads(bytes(kept))
        except (ValueError, RecursionError):
            value = None
        if not isinstance(value, dict):
            raise damaged_member(self.name, expected)
        return value, bytes(kept)


def damaged_member(name: str, member: str) -> BackupDamaged:
    """To be raised: `member` is not what it was when the backup was made."""
    return BackupDamaged(_("%(name)s: %(member)s is damaged") % {"name": name, "member": member})


def verify_backup(file: IO[bytes], name: str) -> BackupContents:
    """Read the whole backup against its hashes, nothing kept in memory. BackupDamaged names what is wrong.

    Who made it is not looked at (`signature.require_signature`); every path in it stays inside its place.
    """
    walk = MemberReader(file, name)
    try:
        return _verified(walk)
    except (
        KeyError,
        TypeError,
        AttributeError,
        ValueError,
        EOFError,
        OverflowError,
        gzip.BadGzipFile,
        zlib.error,
    ):
        raise BackupDamaged(_("%(name)s: its manifest or its end is damaged") % {"name": name}) from None


def _verified(walk: MemberReader) -> BackupContents:
    manifest, manifest_bytes = walk.json(MANIFEST)
    if manifest.get("program") != "sipinter":
        raise BackupDamaged(_("%(name)s: not a backup of SIPINTER") % {"name": walk.name})
    if manifest["format"] > FORMAT:
        raise BackupError(
            _("%(name)s: made by the newer version %(version)s; install that first")
            % {"name": walk.name, "version": manifest["version"]}
        )
    contents = BackupContents(manifest, {})
    for name, size, digest in manifest["members"]:
        _require_member(name, walk.name)
        if walk.member(name, size, _dropped) != digest:
            raise damaged_member(walk.name, name)
        contents.offsets[name] = walk.data
    missing = _verified_files(walk, contents)
    contents.end, contents.end_bytes = walk.json(END)
    if contents.end["manifest"] != hashlib.sha256(manifest_bytes).hexdigest():
        raise damaged_member(walk.name, MANIFEST)
    if sorted(contents.end["missing"]) != missing:
        raise damaged_member(walk.name, END)
    if manifest["format"] > 1 and _next_name(walk) == SIGNATURE:
        contents.signature, _bytes = walk.json(SIGNATURE)
    walk.file.seek(walk.position)
    if any(chunk.strip(b"\0") for chunk in chunks_of(walk.file)):
        raise damaged_member(walk.name, END)
    return contents


def _require_member(name: str, backup: str) -> None:
    """BackupDamaged when a member would be put anywhere but among its like."""
    if name != FILES and not _MEMBER.fullmatch(name):
        raise BackupDamaged(
            _("%(name)s: %(member)r has no place in a backup") % {"name": backup, "member": name[:120]}
        )


def _require_path(path: str, backup: str) -> None:
    """BackupDamaged when a stored file would be put outside the storage, or among what is under way there."""
    parts = path.split("/")
    is_sound = path.isprintable() and "\\" not in path and ":" not in path and len(path) <= LONGEST_PATH
    if not is_sound or len(parts) < 2 or parts[0] in UNDER_WAY or {"", ".", ".."} & set(parts):
        raise BackupDamaged(
            _("%(name)s: the path %(path)r leads out of the storage") % {"name": backup, "path": path[:120]}
        )


def _verified_files(walk: MemberReader, contents: BackupContents) -> list[str]:
    """Every stored file in its order; one that is not there must be named in end.json."""
    missing: list[str] = []
    for stored in stored_files(walk.file, contents):
        _require_path(stored.path, walk.name)
        if _next_name(walk) != f"files/{stored.path}":
            missing.append(stored.path)
            if len(missing) > MOST_MISSING:
                raise damaged_member(walk.name, FILES)
            continue
        if walk.member(f"files/{stored.path}", stored.size, _dropped) != stored.sha256:
            raise damaged_member(walk.name, f"files/{stored.path}")
    return sorted(missing)


def _next_name(walk: MemberReader) -> str:
    """Name of the member at the reader's position; empty where the archive ends in noughts."""
    walk.file.seek(walk.position)
    block = walk.file.read(tarfile.BLOCKSIZE)
    if block and not block.strip(b"\0"):
        return ""
    walk.file.seek(walk.position)
    try:
        return _header(walk.file).name
    except (tarfile.TarError, UnicodeError, ValueError):
        raise BackupDamaged(
            _("%(name)s: cut off or damaged at byte %(position)s")
            % {"name": walk.name, "position": walk.position}
        ) from None


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
    """The JSON values of a *.jsonl.gz member, one at a time.

    ValueError for a line that is none or too long, and for a list of files that unpacks to more than it can.
    """
    offset, size = contents.offsets[name]
    room = MOST_UNPACKED * (size + CHUNK) if name == FILES else None
    with gzip.GzipFile(fileobj=MemberFile(file, offset, size), mode="rb") as unpacked:  # type: ignore[call-overload]
        while line := unpacked.readline(LONGEST_LINE + 1):
            if len(line) > LONGEST_LINE or (room is not None and unpacked.tell() > room):
                raise ValueError("too long")
            try:
                yield json.loads(line)
            except RecursionError:
                raise ValueError("too deep") from None


def stored_files(file: IO[bytes], contents: BackupContents) -> Iterator[StoredFile]:
    """Path, size and SHA-256 of every file that the backup's rows name."""
    for path, size, digest in member_values(file, contents, FILES):
        yield StoredFile(path, size, digest)
