"""What is wrong with an export: one row a fault, its sentence, and what became of the value."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sipinter.rules.messages import Message

if TYPE_CHECKING:
    from collections.abc import Callable

    from duckdb import DuckDBPyConnection

KEPT, CELL, ROW = "kept", "cell dropped", "row dropped"

# {detail}: what the value was held against.
SENTENCES: dict[str, Message] = {
    "unknown_column": Message("this column is not of the export that the file was taken for"),
    "repeated_column": Message("the column is given twice; the first is read"),
    "missing_column": Message("the column is missing"),
    "encoding": Message("the file is not UTF-8; it was read as Windows-1252"),
    "unknown_sheet": Message("the sheet has no heads of a known export"),
    "too_few_cells": Message("the row has fewer cells than the heads; the rest is empty"),
    "too_many_cells": Message("the row has more cells than the heads, so its columns cannot be told"),
    "repeated_head": Message("the heads are repeated"),
    "totals": Message("a row of totals, not a person"),
    "empty_row": Message("the row has nothing in the columns that are read"),
    "characters": Message("characters that cannot be read, or control characters"),
    "line_break": Message("the cell has line breaks; they were made blanks"),
    "not_a_date": Message("not a date"),
    "impossible_date": Message("a date that does not exist, or lies outside 1900 to 2100"),
    "future_date": Message("the date lies in the future"),
    "date_order": Message("lies before {detail}"),
    "no_nip": Message("the employee number is empty"),
    "nip_rounded": Message("a spreadsheet has rounded the employee number"),
    "nip_form": Message("the employee number has not 18 digits"),
    "nip_impossible": Message("cannot be an employee number: date of birth, month, sex or sequence"),
    "nip_young": Message("appointed before the age of {detail}, by the employee number"),
    "nip_future": Message("the dates in the employee number lie in the future"),
    "duplicate": Message("the same row stands in row {detail} already"),
    "duplicate_differs": Message("the employee has another row, {detail}, that is newer or stands later"),
    "nip_changed": Message("the employee has a new number, {detail}"),
    "sex_unknown": Message("not a code of a sex"),
    "sex_nip": Message("the employee number says {detail}"),
    "birth_nip": Message("the employee number says {detail}"),
    "birth_missing": Message("empty; taken from the employee number: {detail}"),
    "kind_nip": Message("the employee number says {detail}"),
    "rank_unknown": Message("not a rank"),
    "rank_history": Message("the latest entry of the ranks is {detail}"),
    "tier_unknown": Message("the tier of the post cannot be told"),
    "level_unknown": Message("not a level of education"),
    "religion_unknown": Message("not a known religion"),
    "marital_unknown": Message("not a known marital status"),
    "agency_missing": Message("the agency is empty"),
    "out_of_service": Message("not in service"),
    "past_retirement": Message("past the age of retirement, {detail}"),
    "unit_unknown": Message("the unit is not in the list of units"),
    "person_unknown": Message("no such person among the employees taken over"),
    "person_mismatch": Message("the two keys of the row name two employees; {detail} was taken"),
    "old_number": Message("an old number; the employee has the number {detail}"),
    "not_a_figure": Message("not a figure"),
    "out_of_range": Message("lies outside {detail}"),
    "expectation_unknown": Message("not an expectation (di atas, sesuai, di bawah)"),
    "rating_unknown": Message("not a rating"),
    "rating_matrix": Message("result and behaviour give {detail}"),
    "grade_unknown": Message("not a grade of discipline"),
    "unit_duplicate": Message("the unit stands in row {detail} already"),
    "unit_parent": Message("the unit above is not in the list of units, or is the unit itself"),
    "unit_cycle": Message("the units above lead back to the unit itself: {detail}"),
    "appointment_unknown": Message("not a kind of appointment"),
}


class FaultTable:
    """The table of faults of one import."""

    def __init__(self, connection: DuckDBPyConnection) -> None:
        self.connection = connection
        connection.execute("""
            CREATE TABLE faults (source INTEGER, row BIGINT, field VARCHAR, value VARCHAR, code VARCHAR,
                                 detail VARCHAR, outcome VARCHAR);
            CREATE TABLE labels (source INTEGER, label VARCHAR);
            CREATE TABLE headings (source INTEGER, field VARCHAR, heading VARCHAR);
        """)

    def note(self, source: int, row: int, column: str, value: str, code: str, outcome: str) -> None:
        """One fault found in passing; the column is named as in the file."""
        self.connection.execute(
            "INSERT INTO faults VALUES (?, ?, ?, ?, ?, '', ?)",
            [source, row, f"={column}" if column else "", value, code, outcome],
        )

    def find(
        self,
        table: str,
        where: str,
        code: str,
        outcome: str,
        *,
        field: str = "",
        value: str = "",
        detail: str = "''",
    ) -> int:
        """Records the rows of a table for which an SQL condition holds; gives how many."""
        known = value or field or "''"
        return self._counted(f"""
            INSERT INTO faults
            SELECT source, row, '{field}', {known}, '{code}', {detail}, '{outcome}' FROM {table} WHERE {where}
        """)

    def drop(
        self, table: str, where: str, code: str, *, field: str = "", value: str = "", detail: str = "''"
    ) -> int:
        """Records rows and takes them out of the table."""
        found = self.find(table, where, code, ROW, field=field, value=value, detail=detail)
        if found:
            self.connection.execute(f"DELETE FROM {table} WHERE {where}")
        return found

    def _counted(self, statement: str) -> int:
        return int(self.connection.execute(statement).fetchall()[0][0])

    def count(self) -> dict[str, int]:
        """Faults by code."""
        rows = self.connection.execute(
            "SELECT code, count(*) FROM faults GROUP BY code ORDER BY code"
        ).fetchall()
        return {str(code): int(count) for code, count in rows}

    def write(self, path: Path, translate: Callable[[str], str]) -> int:
        """faults.csv: file, row, column, value, why, outcome, fault; gives how many."""
        self.connection.execute("CREATE TABLE sentences (code VARCHAR, sentence VARCHAR)")
        self.connection.executemany(
            "INSERT INTO sentences VALUES (?, ?)",
            [(code, translate(sentence.template)) for code, sentence in SENTENCES.items()],
        )
        target = str(path).replace("'", "''")
        return self._counted(f"""
            COPY (
                SELECT label AS file, nullif(row, 0) AS row,
                       CASE WHEN field LIKE '=%' THEN field[2:] ELSE coalesce(heading, field) END AS "column",
                       left(value, 200) AS value, replace(sentence, '{{detail}}', coalesce(detail, '')) AS why,
                       outcome, code AS fault
                FROM faults JOIN labels USING (source) JOIN sentences USING (code)
                LEFT JOIN headings USING (source, field)
                ORDER BY source, faults.row, "column", fault, value
            ) TO '{target}' (FORMAT csv, HEADER)
        """)
