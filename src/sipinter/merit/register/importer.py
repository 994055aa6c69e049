"""`staff import`: the national register's exports to staff tables, faults.csv and completeness.json.

The rows pass through a database in a temporary file, so that memory stays bounded; every check is one
statement over all rows. What is not carried over is a fault on record; identity numbers, telephone,
addresses and the like are not read at all.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from sipinter.merit.engine.output import make_output_folder
from sipinter.merit.register import cell_macros
from sipinter.merit.register.completeness import count_completeness
from sipinter.merit.register.export_kinds import (
    COURSES,
    KINDS,
    LEADERSHIP,
    POSTS,
    SANCTIONS,
    STAFF,
    UNITS,
    ExportKind,
)
from sipinter.merit.register.faults import FaultTable
from sipinter.merit.register.histories import RegisterHistories, history_queries
from sipinter.merit.register.people import RegisterPeople
from sipinter.merit.register.rows import RowCleaner
from sipinter.merit.register.sources import ExportSource, SourceFault, open_sources
from sipinter.rules.messages import Message, Refusal
from sipinter.rules.sets.catalog import rules_for
from sipinter.rules.sets.model import IdentityRules, PerformanceRules, RetirementRules

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MEMORY = "1500MB"
# Which exports a table comes from. Without any of them it is not written: not known is not none.
FROM: dict[str, tuple[ExportKind, ...]] = {
    "employee": (STAFF,),
    "attribute": (STAFF,),
    "post": (STAFF,),
    "unit": (STAFF, UNITS),
    "rating": (next(kind for kind in KINDS if kind.name == "rating"),),
    "training": (LEADERSHIP, COURSES),
    "discipline": (SANCTIONS,),
    "education": (next(kind for kind in KINDS if kind.name == "education"),),
    "assignment": (POSTS,),
}
Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class StaffImportResult:
    """What was read (rows by file), written (rows by table), and found (faults by code)."""

    read: dict[str, int]
    written: dict[str, int]
    faults: int
    by_code: dict[str, int]
    completeness: dict[str, Any]


@dataclass(slots=True)
class _Reading:
    """Counts the rows of a source while they stream by."""

    source: ExportSource
    progress: Progress
    rows: int = 0
    names: list[str] = field(default_factory=list)

    def batches(self) -> Iterator[pa.RecordBatch]:
        for batch in self.source.batches():
            self.rows += batch.num_rows
            self.progress(self.source.label, self.rows)
            yield batch.select(self.names)


def import_exports(
    paths: Sequence[Path],
    out: Path,
    on: date,
    *,
    translate: Callable[[str], str] = str,
    progress: Progress = lambda label, rows: None,
) -> StaffImportResult:
    """Reads the exports and writes the folder. Refusal for a file or folder that cannot be used at all."""
    import duckdb

    sources, notes = _opened(paths)
    make_output_folder(out)
    with tempfile.TemporaryDirectory(prefix="sipinter-import-", dir=out) as scratch:
        connection = duckdb.connect(str(Path(scratch) / "rows.db"))
        connection.execute(f"SET memory_limit = '{MEMORY}'; SET temp_directory = '{scratch}'")
        try:
            cell_macros.define_macros(connection)
            faults = FaultTable(connection)
            read = _load(connection, faults, sources, notes, progress)
            progress("", 0)
            _check(connection, faults, on)
            written = _write(connection, out, {source.heads.kind.name for source in sources})
            by_code = faults.count()
            count = faults.write(out / "faults.csv", translate)
        finally:
            connection.close()
    found = {
        "on": on.isoformat(),
        "read": read,
        "written": written,
        "faults": {"all": count, **by_code},
        **count_completeness(out, on),
    }
    (out / "completeness.json").write_text(
        json.dumps(found, ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
    )
    return StaffImportResult(read, written, count, by_code, found)


def _opened(paths: Sequence[Path]) -> tuple[list[ExportSource], list[tuple[str, SourceFault]]]:
    sources: list[ExportSource] = []
    notes: list[tuple[str, SourceFault]] = []
    for path in paths:
        found, odd = open_sources(path)
        sources += found
        notes += [(path.name, note) for note in odd]
    if not any(source.heads.kind is STAFF for source in sources):
        raise Refusal(
            Message("none of the files is the export of the staff itself (nip_baru, tanggal_lahir, …)")
        )
    return sources, notes


def _load(
    connection: DuckDBPyConnection,
    faults: FaultTable,
    sources: Sequence[ExportSource],
    notes: Sequence[tuple[str, SourceFault]],
    progress: Progress,
) -> dict[str, int]:
    for kind in KINDS:
        columns = ", ".join(f"{f.name} VARCHAR" for f in kind.fields)
        connection.execute(f"CREATE TABLE raw_{kind.name} (source INTEGER, row BIGINT, {columns})")
    read: dict[str, int] = {}
    for number, source in enumerate(sources):
        reading = _Reading(source, progress, names=["row", *source.heads.places])
        schema = pa.schema([("row", pa.int64()), *((name, pa.string()) for name in source.heads.places)])
        stream = pa.RecordBatchReader.from_batches(schema, reading.batches())
        listed = ", ".join(source.heads.places)
        _streamed(
            connection,
            f"INSERT INTO raw_{source.heads.kind.name} (source, row, {listed})"
            f" SELECT {number}, row, {listed} FROM stream",
            stream,
        )
        connection.execute("INSERT INTO labels VALUES (?, ?)", [number, source.label])
        for name, place in source.heads.places.items():
            heading = source.headings[place].strip()
            connection.execute("INSERT INTO headings VALUES (?, ?, ?)", [number, name, heading])
        for note in source.notes:
            faults.note(number, note.row, note.column, note.value, note.code, note.outcome)
        label = source.label if source.label not in read else f"{source.label} ({number + 1})"
        read[label] = reading.rows
    for number, (label, note) in enumerate(notes, start=len(sources)):
        connection.execute("INSERT INTO labels VALUES (?, ?)", [number, label])
        faults.note(number, note.row, note.column, note.value, note.code, note.outcome)
    return read


def _streamed(connection: DuckDBPyConnection, statement: str, stream: pa.RecordBatchReader) -> None:
    import duckdb

    connection.register("stream", stream)
    try:
        connection.execute(statement)
    except duckdb.Error as error:
        cause = error.__cause__ or error.__context__
        if isinstance(cause, Refusal):
            raise cause from None
        reason = str(error).splitlines()[0]
        raise Refusal(Message("the files cannot be read: {reason}", reason=reason)) from None
    finally:
        connection.unregister("stream")


def _check(connection: DuckDBPyConnection, faults: FaultTable, on: date) -> None:
    cleaner = RowCleaner(connection, faults, on)
    for kind in KINDS:
        cleaner.clean(kind)
    histories = RegisterHistories(connection, faults, rules_for(PerformanceRules, on))
    histories.units()
    RegisterPeople(connection, faults, rules_for(IdentityRules, on), rules_for(RetirementRules, on), on).run()
    histories.run()


def _write(connection: DuckDBPyConnection, out: Path, given: set[str]) -> dict[str, int]:
    written = {}
    for name, query in history_queries().items():
        if not given & {kind.name for kind in FROM[name]}:
            continue
        target = str(out / f"{name}.parquet").replace("'", "''")
        done = connection.execute(
            f"COPY ({query}) TO '{target}' (FORMAT parquet, COMPRESSION zstd)"
        ).fetchall()
        written[name] = int(done[0][0])
    return written
