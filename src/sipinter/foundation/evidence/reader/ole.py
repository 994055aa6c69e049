"""Office files of before 2007 (.doc, .xls, .ppt): OLE compound files, [MS-CFB]."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from .faults import DAMAGED, ENCRYPTED, FOREIGN, TRUNCATED, ReaderFault

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
HEADER = 512
LAST_SECTOR = 0xFFFFFFFA
SECTORS = 200_000
# Stream that only this kind of file has -> the type of the file.
STREAMS = {
    "worddocument": "application/msword",
    "workbook": "application/vnd.ms-excel",
    "book": "application/vnd.ms-excel",
    "powerpoint document": "application/vnd.ms-powerpoint",
}
LOCKED = {"encryptedpackage", "encryptedsummary", "encryptioninfo"}
MACROS = {"_vba_project", "_vba_project_cur", "vba", "macros"}
# Files put in as objects, [MS-OLEDS] 2.3.6.
ENCLOSED = {"\x01ole10native", "package"}
FILEPASS = 0x002F


@dataclass(frozen=True)
class DirectoryEntry:
    """One entry of the directory."""

    name: str
    start: int
    size: int


class CompoundFile:
    """The directory of a compound file, read with bounds on every step."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self.file, self.size = file, size
        header = file.read(HEADER)
        if len(header) < HEADER or not header.startswith(MAGIC):
            raise ReaderFault(DAMAGED)
        shift = struct.unpack_from("<H", header, 30)[0]
        if shift not in (9, 12):
            raise ReaderFault(DAMAGED)
        self.sector = 1 << shift
        self.first_directory = struct.unpack_from("<I", header, 48)[0]
        self.mini_limit = struct.unpack_from("<I", header, 56)[0]
        self.fat_sectors = [n for n in struct.unpack_from("<109I", header, 76) if n < LAST_SECTOR]
        self.extended = struct.unpack_from("<I", header, 68)[0]

    def read(self, number: int) -> bytes:
        """One sector; ReaderFault(truncated) when the file ends before it."""
        position = (number + 1) * self.sector
        if position >= self.size:
            raise ReaderFault(TRUNCATED)
        self.file.seek(position)
        return self.file.read(self.sector)

    def all_fat_sectors(self) -> Iterator[int]:
        """Numbers of the sectors that hold the allocation table."""
        yield from self.fat_sectors
        following, steps = self.extended, 0
        while following < LAST_SECTOR and steps < SECTORS:
            numbers = struct.unpack(f"<{self.sector // 4}I", self.read(following).ljust(self.sector, b"\xff"))
            yield from (n for n in numbers[:-1] if n < LAST_SECTOR)
            following, steps = numbers[-1], steps + 1

    def chain(self, start: int) -> Iterator[int]:
        """Sector numbers of one stream."""
        per_sector = self.sector // 4
        table = list(self.all_fat_sectors())
        steps = 0
        while start < LAST_SECTOR:
            yield start
            steps += 1
            if steps > SECTORS or start // per_sector >= len(table):
                raise ReaderFault(DAMAGED)
            row = self.read(table[start // per_sector])
            if len(row) < (start % per_sector + 1) * 4:
                raise ReaderFault(TRUNCATED)
            start = struct.unpack_from("<I", row, (start % per_sector) * 4)[0]

    def entries(self) -> Iterator[DirectoryEntry]:
        """The directory."""
        for number in self.chain(self.first_directory):
            data = self.read(number)
            for offset in range(0, len(data) - 127, 128):
                length = struct.unpack_from("<H", data, offset + 64)[0]
                if 2 <= length <= 64:
                    name = data[offset : offset + length - 2].decode("utf-16-le", "replace")
                    start, size = struct.unpack_from("<IQ", data, offset + 116)
                    yield DirectoryEntry(name, start, size & 0xFFFFFFFF)

    def beginning(self, entry: DirectoryEntry) -> bytes:
        """First sector of a stream that has sectors of its own; empty for a very small one."""
        return self.read(entry.start) if entry.size >= self.mini_limit else b""


def inspect_ole(path: str) -> dict[str, Any]:
    """Type and flags of the compound file at `path`.

    ReaderFault: foreign (an installer, a mail message ...), encrypted, truncated, damaged.
    """
    with Path(path).open("rb") as file:
        compound = CompoundFile(file, Path(path).stat().st_size)
        entries = {entry.name.lower(): entry for entry in compound.entries()}
        if LOCKED & entries.keys():
            raise ReaderFault(ENCRYPTED)
        kinds = [name for name in STREAMS if name in entries]
        if not kinds:
            raise ReaderFault(FOREIGN)
        main = entries[kinds[0]]
        check_main_stream(compound, main)
        if needs_password(kinds[0], compound.beginning(main)):
            raise ReaderFault(ENCRYPTED)
    flags = ["legacy", *(["macros"] if MACROS & entries.keys() else [])]
    if ENCLOSED & entries.keys():
        flags.append("embedded_files")
    return {"media_type": STREAMS[kinds[0]], "pages": None, "flags": flags}


def check_main_stream(compound: CompoundFile, main: DirectoryEntry) -> None:
    """ReaderFault(truncated) when the file ends before the last sector of its main stream."""
    if main.size >= compound.mini_limit:
        for number in compound.chain(main.start):
            if (number + 1) * compound.sector >= compound.size:
                raise ReaderFault(TRUNCATED)


def needs_password(kind: str, beginning: bytes) -> bool:
    """True when the main stream says that its content needs a password."""
    if kind == "worddocument":  # [MS-DOC] FibBase, bit fEncrypted
        return len(beginning) >= 12 and bool(struct.unpack_from("<H", beginning, 10)[0] & 0x0100)
    if kind in {"workbook", "book"}:  # [MS-XLS] record FilePass among the first records
        offset = 0
        for _ in range(6):
            if offset + 4 > len(beginning):
                return False
            record, length = struct.unpack_from("<HH", beginning, offset)
            if record == FILEPASS:
                return True
            offset += 4 + length
    return False
