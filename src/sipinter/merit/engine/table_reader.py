"""Reading one file of a staff table with DuckDB: every column becomes int64 or text, faults are named."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from sipinter.merit.engine.table import MILLIONTHS, ColumnType, StaffColumn, StaffTable, is_parquet
from sipinter.rules.messages import Message, Refusal
from sipinter.rules.workbook_trial import require_sound_workbook

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection, DuckDBPyRelation

DECIMALS = 6  # of a figure in a table
MOST_DIGITS = 18  # of a decimal in 64 bits
FORMS: dict[ColumnType, Message] = {
    "nip": Message("a whole number of 18 digits"),
    "integer": Message("a whole number"),
    "flag": Message("true or false"),
    "date": Message("a date such as 1990-12-31"),
    "figure": Message("a figure"),
    "text": Message("text"),
}
TRUE = "('true', '1', 'yes', 'ya')"
FALSE = "('false', '0', 'no', 'tidak')"


class DuckDbReader:
    """One file of one table."""

    def __init__(self, connection: DuckDBPyConnection, path: Path, table: StaffTable) -> None:
        self.connection, self.path, self.table = connection, path, table
        self.is_parquet = is_parquet(path)

    def relation(self) -> DuckDBPyRelation:
        """The table's columns; those that the file lacks are null."""
        source = self._source()
        types = dict(zip(source.columns, map(str, source.types), strict=True))
        for column in self.table.columns:
            if column.required and column.name not in types:
                raise missing_column_refusal(self.path, column)
        if not self.is_parquet:
            self._check(source, types)
        return source.project(", ".join(self._typed(column, types) for column in self.table.columns))

    def _source(self) -> DuckDBPyRelation:
        import duckdb

        try:
            if self.is_parquet:
                return self.connection.read_parquet(str(self.path))
            if self.path.suffix == ".csv":
                return self.connection.read_csv(str(self.path), all_varchar=True, header=True)
            return self._workbook()
        except duckdb.Error as error:
            reason = str(error).splitlines()[0]
            raise Refusal(
                Message("{file}: cannot be read: {reason}", file=self.path.name, reason=reason)
            ) from None

    def _workbook(self) -> DuckDBPyRelation:
        """The first sheet, every cell as text; 18-digit numbers must be text in the sheet."""
        import pyarrow as pa
        from python_calamine import CalamineError, CalamineWorkbook

        require_sound_workbook(self.path)
        try:
            rows = CalamineWorkbook.from_path(str(self.path)).get_sheet_by_index(0).to_python()
        except (CalamineError, OSError, IndexError) as error:
            raise Refusal(
                Message("{file}: cannot be read: {reason}", file=self.path.name, reason=str(error))
            ) from None
        headings = [str(cell).strip() for cell in rows[0]] if rows else []
        columns = {
            name: pa.array([_cell(row[place]) for row in rows[1:]], pa.string())
            for place, name in enumerate(headings)
            if name
        }
        return self.connection.from_arrow(pa.table(columns))

    def _check(self, source: DuckDBPyRelation, types: dict[str, str]) -> None:
        """Refusal that names the first cell that is not what its column must hold."""
        numbered = source.project("row_number() OVER () + 1 AS row_, *")
        for column in self.table.columns:
            if column.name not in types:
                continue
            value = f"nullif(trim(\"{column.name}\"), '')"
            bad = f"{value} IS NOT NULL AND {self._expression(column, 'VARCHAR')} IS NULL"
            if column.type == "code":
                bad = f"{value} NOT IN ({_listed(column.codes)})"
            if column.type == "nip":
                bad = f"{bad} OR length({value}) <> 18"
            if column.required and not column.may_be_empty:
                bad = f"({bad}) OR {value} IS NULL"
            found = numbered.filter(bad).project(f'row_, "{column.name}"').limit(1).fetchall()
            if found:
                raise self._refused(column, *found[0])

    def _refused(self, column: StaffColumn, row: int, value: str | None) -> Refusal:
        known = ", ".join(column.codes)
        form = Message("one of: {known}", known=known) if known else FORMS[column.type]
        return Refusal(
            Message(
                "{file}: row {row}, column {column}: “{value}” is not {form}",
                file=self.path.name,
                row=row,
                column=column.name,
                value=value or "",
                form=form,
            )
        )

    def _typed(self, column: StaffColumn, types: dict[str, str]) -> str:
        if column.name not in types:
            return f'{absent_column_sql(column)} AS "{column.name}"'
        return f'{self._expression(column, types[column.name])} AS "{column.name}"'

    def _expression(self, column: StaffColumn, kind: str) -> str:
        name = f'"{column.name}"'
        if column.type == "rank" and kind == "VARCHAR" and self.is_parquet:
            # A function of one column is computed once for each entry of the file's dictionary.
            places = f"MAP([{_listed(column.codes)}], {list(range(len(column.codes)))})"
            return f"CAST(map_extract_value({places}, {name}) AS BIGINT)"
        return typed_value_sql(column, kind, name if self.is_parquet else f"nullif(trim({name}), '')")


def missing_column_refusal(path: Path, column: StaffColumn) -> Refusal:
    return Refusal(Message("{file}: column “{column}” is missing", file=path.name, column=column.name))


def absent_column_sql(column: StaffColumn) -> str:
    """SQL of a column that the file does not have."""
    return f"CAST(NULL AS {'STRING' if column.type in ('text', 'code') else 'BIGINT'})"


def typed_value_sql(column: StaffColumn, kind: str, value: str) -> str:
    """SQL, for every engine, of a value of the file's type `kind` as int64 or text; null if unfit."""
    text = kind == "VARCHAR"
    match column.type:
        case "text" | "code":
            return value if text else f"CAST({value} AS STRING)"
        case "rank":
            cases = " ".join(f"WHEN '{code}' THEN {place}" for place, code in enumerate(column.codes))
            return f"CAST(CASE {value} {cases} END AS BIGINT)" if text else f"CAST({value} AS BIGINT)"
        case "flag" if text:
            yes, no = (f"lower({value}) IN {words}" for words in (TRUE, FALSE))
            return f"CAST(CASE WHEN {yes} THEN 1 WHEN {no} THEN 0 END AS BIGINT)"
        case "date":
            day = f"TRY_CAST({value} AS DATE)" if kind != "DATE" else value
            return f"CAST(year({day}) * 10000 + month({day}) * 100 + day({day}) AS BIGINT)"
        case "figure" if exact := re.fullmatch(r"decimal\((\d+), ?(\d+)\)", kind.lower()):
            # In 64 bits where they suffice: several times as fast as 38 digits.
            digits, places = int(exact[1]), int(exact[2])
            if places <= DECIMALS and digits + DECIMALS + 1 <= MOST_DIGITS:
                return f"CAST({value} * {10**places} AS BIGINT) * {10 ** (DECIMALS - places)}"
            return _figure(value)
        case "figure":
            return _figure(value)
        case _:
            return f"TRY_CAST({value} AS BIGINT)"


def _figure(value: str) -> str:
    return f"CAST(CAST(TRY_CAST({value} AS DECIMAL(18, 6)) AS DECIMAL(38, 6)) * {MILLIONTHS} AS BIGINT)"


def _cell(value: object) -> str | None:
    """A cell as text. Excel keeps 15 digits only: a longer number is found faulty."""
    if value is None or value == "":
        return None
    if isinstance(value, float) and value.is_integer() and abs(value) < 10**15:
        return str(int(value))
    return str(value)


def _listed(codes: tuple[str, ...]) -> str:
    return ", ".join(f"'{code}'" for code in codes)
