"""Opening an export: its kind by its heads, its rows as text in batches, whatever the file's dress.

Text files may be UTF-8, UTF-16 or Windows-1252, separated by ; , tab or |, with lines broken inside
quotes. Workbooks are read sheet by sheet. Rows are numbered as a spreadsheet shows them.
"""

from __future__ import annotations

import codecs
import csv
import io
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa

from sipinter.merit.register.export_kinds import ExportHeadings, recognise_headings
from sipinter.rules.messages import Message, Refusal
from sipinter.rules.workbook_trial import require_sound_workbook

SEPARATORS = (";", ",", "\t", "|")
HEAD_ROWS = 20
MOST_COLUMNS = 1_000  # of an export; the register's widest has some 70
SAMPLE_BYTES = 1 << 18
BLOCK_BYTES = 1 << 23
CHUNK_ROWS = 20_000
WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
EXACT = 10**15  # Excel keeps 15 digits


@dataclass(slots=True)
class SourceFault:
    """A fault found while reading, before the rows are looked at."""

    row: int
    column: str
    value: str
    code: str
    outcome: str


@dataclass(slots=True)
class ExportSource(ABC):
    """A file, or one sheet of it, of a known kind. `notes` grow while `batches` are read."""

    path: Path
    label: str
    heads: ExportHeadings
    head_row: int
    headings: Sequence[str]
    notes: list[SourceFault] = field(default_factory=list)

    @abstractmethod
    def batches(self) -> Iterator[pa.RecordBatch]:
        """Batches of the fields read (text) and `row`."""

    def note_heads(self) -> None:
        """What is odd about the heads."""
        for code, columns in (
            ("unknown_column", self.heads.unknown),
            ("repeated_column", self.heads.repeated),
        ):
            for _, heading in columns:
                self.notes.append(SourceFault(self.head_row, heading, heading, code, "column dropped"))
        for missing in self.heads.missing:
            self.notes.append(SourceFault(self.head_row, missing.spelling, "", "missing_column", "kept"))

    def batch(self, rows: Sequence[int], columns: dict[str, list[str | None]]) -> pa.RecordBatch:
        data = {"row": pa.array(rows, pa.int64())}
        data.update({name: pa.array(cells, pa.string()) for name, cells in columns.items()})
        return pa.record_batch(data)

    def from_cells(self, numbered: Sequence[tuple[int, Sequence[str]]]) -> pa.RecordBatch:
        """A batch of rows of cells; short rows are filled up."""
        return self.batch(
            [row for row, _ in numbered],
            {
                name: [cells[place] if place < len(cells) else None for _, cells in numbered]
                for name, place in self.heads.places.items()
            },
        )


def open_sources(path: Path) -> tuple[list[ExportSource], list[SourceFault]]:
    """The recognised parts of a file, and notes on parts that are not. Refusal when there is none."""
    if not path.is_file():
        raise Refusal(Message("{file}: the file does not exist", file=path.name))
    try:
        if path.suffix.lower() in WORKBOOKS:
            return _sheets(path)
        return [_text(path)], []
    except OSError as error:
        reason = error.strerror or str(error)
        raise Refusal(Message("{file}: cannot be read: {reason}", file=path.name, reason=reason)) from None


def _unknown(path: Path) -> Refusal:
    return Refusal(Message("{file}: no row of heads of a known export was found", file=path.name))


def _head(rows: Sequence[Sequence[str]]) -> tuple[int, ExportHeadings] | None:
    """Place and heads of the row that has most known columns."""
    found = [
        (place, heads)
        for place, row in enumerate(rows)
        if len(row) <= MOST_COLUMNS and (heads := recognise_headings(row)) is not None
    ]
    return max(found, key=lambda item: (len(item[1].places), -item[0]), default=None)


# Text files


@dataclass(slots=True)
class TextSource(ExportSource):
    encoding: str = "utf-8"
    separator: str = ","
    skipped_lines: int = 0

    def batches(self) -> Iterator[pa.RecordBatch]:
        from pyarrow import csv as arrow

        odd: list[tuple[int, str]] = []

        def keep(row: Any) -> str:
            odd.append((row.number - self.skipped_lines, row.text))
            return "skip"

        names = [f"c{place}" for place in range(len(self.headings))]
        wanted = {f"c{place}": name for name, place in self.heads.places.items()}
        try:
            with self._opened() as file:
                reader = arrow.open_csv(
                    file,
                    arrow.ReadOptions(
                        use_threads=False,
                        block_size=BLOCK_BYTES,
                        column_names=names,
                        skip_rows=self.skipped_lines,
                    ),
                    arrow.ParseOptions(
                        delimiter=self.separator,
                        newlines_in_values=True,
                        ignore_empty_lines=False,
                        invalid_row_handler=keep,
                    ),
                    arrow.ConvertOptions(
                        column_types=dict.fromkeys(names, pa.string()), include_columns=list(wanted)
                    ),
                )
                yield from self._numbered(reader, odd, list(wanted.values()))
        except pa.ArrowInvalid as error:
            if "Empty CSV" in str(error):
                return
            reason = str(error).splitlines()[0]
            raise Refusal(
                Message("{file}: cannot be read: {reason}", file=self.label, reason=reason)
            ) from None
        rows = [mended for number, text in odd if (mended := self._mended(number, text)) is not None]
        if rows:
            yield self.from_cells(rows)

    def _opened(self) -> Any:
        if self.encoding == "utf-8":
            return self.path.open("rb")
        return _AsUtf8(self.path, self.encoding)

    def _numbered(
        self, reader: Any, odd: list[tuple[int, str]], names: list[str]
    ) -> Iterator[pa.RecordBatch]:
        """Batches with the rows' numbers: rows set aside by the parser take theirs too."""
        import numpy as np

        done = 0
        for batch in reader:
            # How many whole rows stood before each row set aside.
            before = np.array([number - 1 - place for place, (number, _) in enumerate(odd)], dtype=np.int64)
            whole = np.arange(done, done + batch.num_rows, dtype=np.int64)
            rows = whole + np.searchsorted(before, whole, side="right") + self.head_row + 1
            done += batch.num_rows
            yield pa.RecordBatch.from_arrays([pa.array(rows), *batch.columns], ["row", *names])

    def _mended(self, number: int, text: str) -> tuple[int, Sequence[str]] | None:
        """A row of too few cells filled up, of empty cells too many cut; None for a row that is dropped."""
        row, width = self.head_row + number, len(self.headings)
        cells = next(csv.reader(io.StringIO(text, newline=""), delimiter=self.separator), [])
        if not any(cell.strip() for cell in cells):
            return row, [""] * width
        if len(cells) < width:
            self.notes.append(SourceFault(row, "", str(len(cells)), "too_few_cells", "kept"))
            return row, cells
        if any(cell.strip() for cell in cells[width:]):
            self.notes.append(SourceFault(row, "", str(len(cells)), "too_many_cells", "row dropped"))
            return None
        return row, cells[:width]


class _AsUtf8:
    """A text file of another encoding, read as UTF-8; bytes that it does not have become U+FFFD."""

    closed = False

    def __init__(self, path: Path, encoding: str) -> None:
        self.text = path.open(encoding=encoding, errors="replace", newline="")

    def __enter__(self) -> _AsUtf8:
        return self

    def __exit__(self, *_: object) -> None:
        self.text.close()

    def read(self, size: int = -1) -> bytes:
        # At most three bytes a character; pyarrow asks for bytes and must not get more.
        return self.text.read(max(1, size // 4) if size > 0 else -1).encode()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False

    def writable(self) -> bool:
        return False

    def close(self) -> None:
        self.text.close()


def _text(path: Path) -> TextSource:
    encoding = _encoding(path)
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        sample = file.read(SAMPLE_BYTES).lstrip("\ufeff")
    best: TextSource | None = None
    for separator in SEPARATORS:
        made = _separated(path, sample, separator, encoding)
        if made and (best is None or len(made.heads.places) > len(best.heads.places)):
            best = made
    if best is None:
        raise _unknown(path)
    best.note_heads()
    if encoding == "cp1252":
        best.notes.append(SourceFault(0, "", "Windows-1252", "encoding", "kept"))
    return best


def _separated(path: Path, sample: str, separator: str, encoding: str) -> TextSource | None:
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=separator)
    rows, lines = [], []
    try:
        for row in islice(reader, HEAD_ROWS):
            rows.append(row)
            lines.append(reader.line_num)
    except csv.Error:
        return None
    found = _head(rows)
    if found is None:
        return None
    place, heads = found
    return TextSource(
        path,
        path.name,
        heads,
        place + 1,
        rows[place],
        encoding=encoding,
        separator=separator,
        skipped_lines=lines[place],
    )


def _encoding(path: Path) -> str:
    """By its mark, else UTF-8 if the whole file is, else Windows-1252. UTF-16 is known without a mark too."""
    with path.open("rb") as file:
        start = file.read(4096)
        if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        if start.count(0) > len(start) // 4:
            return "utf-16-le" if start[1:2] == b"\0" else "utf-16-be"
        decoder = codecs.getincrementaldecoder("utf-8")()
        file.seek(0)
        try:
            while block := file.read(1 << 20):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8"


# Workbooks


@dataclass(slots=True)
class SheetSource(ExportSource):
    sheet: Any = None

    def batches(self) -> Iterator[pa.RecordBatch]:
        rows = _rows(self.sheet)
        for chunk in iter(lambda: list(islice(rows, CHUNK_ROWS)), []):
            numbered = [
                (row, [register_cell_text(cell) for cell in cells])
                for row, cells in chunk
                if row > self.head_row
            ]
            if numbered:
                yield self.from_cells(numbered)


def _rows(sheet: Any) -> Iterator[tuple[int, list[Any]]]:
    """Rows with their numbers as the spreadsheet shows them."""
    return enumerate(sheet.iter_rows(), start=1)


def _sheets(path: Path) -> tuple[list[ExportSource], list[SourceFault]]:
    from python_calamine import CalamineError, CalamineWorkbook

    sources: list[ExportSource] = []
    notes: list[SourceFault] = []
    require_sound_workbook(path)
    try:
        book = CalamineWorkbook.from_path(str(path))
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            top = list(islice(_rows(sheet), HEAD_ROWS))
            found = _head([[register_cell_text(cell) for cell in cells] for _, cells in top])
            if found:
                place, heads = found
                row, cells = top[place]
                label = path.name if len(book.sheet_names) == 1 else f"{path.name} [{name}]"
                made = SheetSource(
                    path, label, heads, row, [register_cell_text(c) for c in cells], sheet=sheet
                )
                made.note_heads()
                sources.append(made)
            elif top:
                notes.append(SourceFault(0, "", name, "unknown_sheet", "sheet dropped"))
    except CalamineError as error:
        raise Refusal(
            Message("{file}: cannot be read: {reason}", file=path.name, reason=str(error))
        ) from None
    if not sources:
        raise _unknown(path)
    return sources, notes


def register_cell_text(value: object) -> str:
    """A cell as text. A number of more digits than Excel keeps stays recognisable as one."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        if value.is_integer() and abs(value) < EXACT:
            return str(int(value))
        return f"{value:.14e}" if abs(value) >= EXACT else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)
