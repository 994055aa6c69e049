"""What an engine is told of a table: its columns, their types, which of them a file must have.

Inside frames every column is int64 or text, so that no engine wraps or rounds: a date is YYYYMMDD, a
figure is in millionths, a code of ascending worth is its place in the list (`rank`), a flag is 0 or 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sipinter.rules.messages import Message, Refusal

ColumnType = Literal["nip", "text", "code", "rank", "integer", "date", "figure", "flag"]
MILLIONTHS = 1_000_000  # units of a figure in a frame
PARQUET = ".parquet"
SUFFIXES = (PARQUET, ".csv", ".xlsx")


@dataclass(frozen=True, slots=True)
class StaffColumn:
    """One column: what it means, whether every row must have it (or, where it may be empty, the table),
    which codes it may hold.
    """

    name: str
    type: ColumnType
    meaning: str
    required: bool = False
    codes: tuple[str, ...] = ()
    may_be_empty: bool = False


@dataclass(frozen=True, slots=True)
class StaffTable:
    """One table: a file of that name in the folder. `required`: without it nothing can be computed.

    `key`: the columns that tell its rows apart; equal keys may occur.
    """

    name: str
    meaning: str
    columns: tuple[StaffColumn, ...]
    required: bool = False
    key: tuple[str, ...] = ()

    def column(self, name: str) -> StaffColumn:
        return next(column for column in self.columns if column.name == name)


def is_parquet(path: Path) -> bool:
    """Is the file read as Parquet? By its suffix or, where it has none, by its first bytes."""
    if path.suffix:
        return path.suffix == PARQUET
    with path.open("rb") as file:
        return file.read(4) == b"PAR1"


def check_table_file(path: Path) -> None:
    """Refusal for a file that no engine reads."""
    if path.suffix not in SUFFIXES:
        raise Refusal(Message("{path}: must end in one of: {known}", path=path, known=", ".join(SUFFIXES)))
    if not path.is_file():
        raise Refusal(Message("{path}: there is no such file", path=path))
