"""Files for the readers of the command line: tables, exports and backups that were made to harm."""

import gzip
import hashlib
import io
import os
import struct
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from sipinter.site.operations.backup import archive
from tests.foundation.evidence import making

from .bombs import MB, OPENING, SHEET_PARTS, XML_TOKENS, cells, changed, one_cell, opened

HEADS = b"NIP BARU;PNS ID;NAMA;GOL ID\n"
CSV_TOKENS = (
    b'"',
    b'""',
    b";",
    b",",
    b"\t",
    b"|",
    b"\n",
    b"\r",
    b'"\n',
    b'a"',
    b"'",
    b"\0",
    b"=A1;",
    b"\xff",
    b"1;2\n",
)
ANSWER_HEADS = b"participant,post,paper\n"
TAR_TOKENS = (b"\0", b"[", b'{"a":', b'"', b"\x1f\x8b", b"manifest.json", b"-", b"\xff")


@dataclass(frozen=True)
class Reading:
    """A file by its name, how it is made, and the words of the command that reads it."""

    name: str
    make: Callable[[Path], None]
    words: tuple[str, ...]

    def __str__(self) -> str:
        return f"{' '.join(self.words[:2])} {self.name}"


IMPORT = ("staff", "import", "{file}", "--out", "{folder}/out", "--no-facts")
TABLE = ("staff", "map", "{folder}")
APPLICANTS = ("staff", "open-selection", "{file}")
PARTICIPANTS = ("selection", "rank", "{file}")
ANSWERS = ("score", "{file}")
RESTORE = ("restore", "{file}", "--force", "--unsigned")
TEXT_READERS = {
    "export.csv": (IMPORT, HEADS),
    "person.csv": (TABLE, b"nip,name\n"),
    "applicants.csv": (APPLICANTS, ANSWER_HEADS),
    "participants.csv": (PARTICIPANTS, b"participant,formation\n"),
    "answers.csv": (ANSWERS, b"code,level\n"),
}
BOOK_READERS = {
    "export.xlsx": IMPORT,
    "person.xlsx": TABLE,
    "applicants.xlsx": APPLICANTS,
    "participants.xlsx": PARTICIPANTS,
    "answers.xlsx": ANSWERS,
}


def plain(name: str, body: Callable[[], bytes]) -> Callable[[Path], None]:
    """What writes this body under this name into a folder."""
    return lambda folder: (folder / name).write_bytes(body()) and None


def parquet(footer: bytes, length: int | None = None) -> bytes:
    """A file whose list of contents is this."""
    return (
        b"PAR1" + bytes(64) + footer + struct.pack("<I", len(footer) if length is None else length) + b"PAR1"
    )


def repeated_parquet() -> bytes:
    """Ten million rows that are all the same, in a few bytes."""
    target = io.BytesIO()
    column = pa.DictionaryArray.from_arrays(pa.array([0] * 10_000_000, pa.int8()), pa.array(["a" * 1000]))
    pq.write_table(pa.table({"nip": column}), target, compression="zstd")
    return target.getvalue()


def broken_parquet(place: int) -> bytes:
    """A sound table of which one byte is another."""
    target = io.BytesIO()
    pq.write_table(pa.table({"nip": ["199001012015011001"], "name": ["Wulan"]}), target)
    body = bytearray(target.getvalue())
    body[place] ^= 0xFF
    return bytes(body)


def backup(
    manifest: bytes | dict[str, object] | None = None,
    files: bytes = b"",
    *,
    members: tuple[tuple[str, bytes], ...] = (),
    end: dict[str, object] | None = None,
) -> bytes:
    """A backup whose hashes all fit, around members of a stranger's."""
    packed = files if files[:2] == b"\x1f\x8b" else gzip.compress(files)
    inner = (*members, (archive.FILES, packed))
    told = {
        "program": "sipinter",
        "format": 2,
        "version": "0.1.0",
        "at": "2026-11-01T00:00:00+00:00",
        "engine": "sqlite",
        "migrations": [],
        "tables": {},
        "members": [[name, len(body), hashlib.sha256(body).hexdigest()] for name, body in inner],
    }
    if isinstance(manifest, dict):
        told |= manifest
    first = manifest if isinstance(manifest, bytes) else archive.to_json_bytes(told)
    last = {"manifest": hashlib.sha256(first).hexdigest(), "missing": []} | (end or {})
    target = io.BytesIO()
    for name, body in ((archive.MANIFEST, first), *inner, (archive.END, archive.to_json_bytes(last))):
        archive.append_member(target, name, len(body), iter([body]))
    target.write(bytes(1024))
    return target.getvalue()


def header(size: bytes, kind: bytes = tarfile.REGTYPE) -> bytes:
    """A first member whose size is claimed to be this, and noughts."""
    info = tarfile.TarInfo(archive.MANIFEST)
    info.type = kind
    block = bytearray(info.tobuf(tarfile.USTAR_FORMAT))
    block[124:136] = size
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block) + b"{}" + bytes(2 * MB)


def list_lines(count: int, line: bytes) -> bytes:
    """The list of files with the same line over and over, packed."""
    target = io.BytesIO()
    with gzip.GzipFile("", "wb", 9, target, mtime=0) as packed:
        for _ in range(count // 1000):
            packed.write(line * 1000)
    return target.getvalue()


SUM = "0" * 64
BACKUPS: dict[str, Callable[[], bytes]] = {
    "size below nought": lambda: header(b"\xff" * 12),
    "size of a million terabytes": lambda: header(b"\x80" + b"\0" * 3 + b"\x0f" * 8),
    "a folder as manifest": lambda: header(b"0" * 11 + b"\0", tarfile.DIRTYPE),
    "a symbolic link as manifest": lambda: header(b"0" * 11 + b"\0", tarfile.SYMTYPE),
    "a device as manifest": lambda: header(b"0" * 11 + b"\0", tarfile.CHRTYPE),
    "lists in lists": lambda: backup(b"[" * OPENING),
    "objects in objects": lambda: backup(b'{"a":' * (OPENING // 5)),
    "a number of two million digits": lambda: backup(b'{"program": ' + b"9" * OPENING + b"}"),
    "a list of files that is one line": lambda: backup(None, b"[" * (300 * MB)),
    "a list of files in lists": lambda: backup(None, b"[" * OPENING),
    "thirty million files": lambda: backup(None, list_lines(30_000_000, f'["a/b",1,"{SUM}"]\n'.encode())),
    "a list of a gigabyte of noughts": lambda: backup(None, bytes(1000 * MB)),
    "a file outside": lambda: backup(None, f'["../../etc/passwd",1,"{SUM}"]\n'.encode()),
    "a file at the root": lambda: backup(None, f'["/etc/passwd",1,"{SUM}"]\n'.encode()),
    "a file of the size of nothing known": lambda: backup(None, f'["a/b",1e400,"{SUM}"]\n'.encode()),
    "a member outside": lambda: backup(members=(("rows/../../x.jsonl.gz", b"x"),)),
    "a million members": lambda: backup({"members": [["rows/a.b.jsonl.gz", 1, SUM]] * 300_000}),
    "migrations that are numbers": lambda: backup({"migrations": [[1, 2]] * 1000}),
    "tables that nobody has": lambda: backup({"tables": {"a.b": {"rows": 1, "digest": "x", "columns": []}}}),
    "cut off": lambda: backup()[:700],
    "an age file without end": lambda: b"age-encryption.org/v1\n" + b"-> X25519 " * (OPENING // 10),
}
PARQUETS: dict[str, Callable[[], bytes]] = {
    "claims four gigabytes": lambda: parquet(b"x" * 100, 0xFFFFFFFF),
    "lists in lists": lambda: parquet(b"\x19\xfc" * MB),
    "structures in structures": lambda: parquet(b"\x1c" * OPENING),
    "a length without end": lambda: parquet(b"\x15" + b"\xff" * OPENING),
    "ten million rows": repeated_parquet,
    **{
        f"byte {place}": lambda place=place: broken_parquet(place) for place in (4, 9, 30, -9, -20, -60, -200)
    },  # type: ignore[misc]
}
BOOKS: dict[str, Callable[[], bytes]] = {
    "three million cells": lambda: cells(3_000_000),
    "a cell far away": lambda: one_cell("XFD1048576"),
    "four hundred megabytes of noughts": lambda: changed(
        making.workbook(), "xl/worksheets/sheet1.xml", bytes(390 * MB)
    ),
    "no archive": lambda: b"PK\x03\x04" + os.urandom(1000),
}


def readings() -> Iterator[Reading]:
    """Every file at every reader of the command line."""
    for name, (words, heads) in TEXT_READERS.items():
        for token in CSV_TOKENS:
            for before in (b"", heads):
                kind = f"{token!r} behind heads" if before else repr(token)
                body = lambda token=token, before=before: before + opened(token)  # noqa: E731
                yield Reading(f"{name} {kind}", plain(name, body), words)  # type: ignore[arg-type]
        yield Reading(
            f"{name} two bytes a letter",
            plain(name, lambda heads=heads: b"\xff\xfe" + (heads + b"a;" * MB).decode().encode("utf-16-le")),  # type: ignore[misc]
            words,
        )
    for name, words in BOOK_READERS.items():
        for known_as, make in BOOKS.items():
            yield Reading(f"{name} {known_as}", plain(name, make), words)
        for token in XML_TOKENS:
            for part in SHEET_PARTS:
                body = lambda token=token, part=part: changed(  # noqa: E731
                    making.workbook(), part, b"<r>" + opened(token)
                )
                yield Reading(f"{name} {token!r} in {part}", plain(name, body), words)  # type: ignore[arg-type]
    for known_as, make in PARQUETS.items():
        yield Reading(f"person.parquet {known_as}", plain("person.parquet", make), TABLE)
    for known_as, make in BACKUPS.items():
        yield Reading(f"backup {known_as}", plain("kept.tar", make), RESTORE)
    for token in TAR_TOKENS:
        yield Reading(f"backup {token!r}", plain("kept.tar", lambda token=token: opened(token)), RESTORE)  # type: ignore[misc]
