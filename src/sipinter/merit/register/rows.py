"""From the rows as read to clean columns: blanks, repeated heads and totals go; dates and figures are read."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sipinter.merit.register.cell_macros import date_fault_sql
from sipinter.merit.register.export_kinds import ExportKind
from sipinter.merit.register.faults import CELL, KEPT, FaultTable

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

TOTALS = r"(^|\|)(grand |sub)?(total|jumlah|rekapitulasi)\b"
BLANKS = (9, 10, 13, 0xA0, 0xFEFF)
NUMBER = r"^\d{9,18}$"
# What a figure may be, and what to call the range.
RANGES = {"year": (1950, 0), "graduated": (1950, 0), "hours": (0, 2000)}


def digits_sql(cell: str) -> str:
    """SQL: a number without blanks, points and hyphens."""
    return f"regexp_replace({cell}, '[ .\u00a0-]', '', 'g')"


class RowCleaner:
    """Makes table NAME of raw_NAME for every kind that was read."""

    def __init__(self, connection: DuckDBPyConnection, faults: FaultTable, on: date) -> None:
        self.connection, self.faults, self.on = connection, faults, on

    def clean(self, kind: ExportKind) -> None:
        """Columns: source, row, every field (text, day or figure) and FIELD_text for days and figures."""
        raw, table = f"raw_{kind.name}", kind.name
        self._characters(kind, raw)
        columns = [f"clean({f.name}) AS {f.name}{'' if f.form == 'text' else '_text'}" for f in kind.fields]
        self.connection.execute(
            f"CREATE TABLE cleaned AS SELECT source, row, {', '.join(columns)} FROM {raw}"
        )
        self.connection.execute(f"DROP TABLE {raw}")
        self._rows(kind)
        parsed = ["*"]
        parsed += [f"day_of({f.name}_text) AS {f.name}" for f in kind.fields if f.form == "date"]
        parsed += [f"figure_of({f.name}_text) AS {f.name}" for f in kind.fields if f.form == "figure"]
        self.connection.execute(f"CREATE TABLE {table} AS SELECT {', '.join(parsed)} FROM cleaned")
        self.connection.execute("DROP TABLE cleaned")
        for field in kind.fields:
            if field.form == "date":
                self._days(table, field.name)
            if field.form == "figure":
                self._figures(table, field.name)

    def _characters(self, kind: ExportKind, raw: str) -> None:
        """Line breaks and characters that cannot be read are faults; every other blank becomes a blank."""
        for field in kind.fields:
            name = field.name
            self.faults.find(
                raw,
                f"contains({name}, chr(10)) OR contains({name}, chr(13))",
                "line_break",
                KEPT,
                field=name,
                value=f"regexp_replace({name}, '[\\r\\n]+', ' ', 'g')",
            )
            odd = f"contains({name}, '\ufffd') OR regexp_matches({name}, '[\\x01-\\x08\\x0e-\\x1f]')"
            self.faults.find(raw, odd, "characters", KEPT, field=name)
            blanks = " OR ".join(f"contains({name}, chr({code}))" for code in BLANKS)
            self.connection.execute(
                f"UPDATE {raw} SET {name} = regexp_replace({name}, '[\\s\u00a0\ufeff]+', ' ', 'g') WHERE {blanks}"
            )

    def _rows(self, kind: ExportKind) -> None:
        """Rows that are no records. Blank rows below the last record carry nothing and are no faults."""
        names = [f"{f.name}{'' if f.form == 'text' else '_text'}" for f in kind.fields]
        blank = f"coalesce({', '.join(names)}) IS NULL"
        self.connection.execute(f"""
            CREATE OR REPLACE TEMP TABLE ends AS
            SELECT source, coalesce(max(row) FILTER (NOT ({blank})), 0) AS last_row FROM cleaned GROUP BY source;
            DELETE FROM cleaned USING ends
            WHERE ends.source = cleaned.source AND {blank} AND row > last_row;
        """)
        self.faults.drop("cleaned", blank, "empty_row")
        marks = [kind.field(mark) for mark in kind.marks[:2]]
        repeated = " AND ".join(
            f"word({m.name}{'' if m.form == 'text' else '_text'}) IN ({', '.join(repr(h) for h in m.heads)}, '')"
            for m in marks
        )
        first = names[[f.name for f in kind.fields].index(marks[0].name)]
        self.faults.drop("cleaned", repeated, "repeated_head", value=first)
        if any(f.name == "nip" for f in kind.fields):
            whole = f"lower(concat_ws('|', {', '.join(names)}))"
            nobody = f"NOT coalesce(regexp_matches({digits_sql('nip')}, '{NUMBER}'), FALSE)"
            self.faults.drop(
                "cleaned",
                f"{nobody} AND regexp_matches({whole}, '{TOTALS}')",
                "totals",
                value=f"concat_ws(' ', {', '.join(names)})",
            )

    def _days(self, table: str, field: str) -> None:
        text = f"{field}_text"
        self.connection.execute(f"""
            INSERT INTO faults SELECT source, row, '{field}', {text}, {date_fault_sql(text)}, '', '{CELL}'
            FROM {table} WHERE {text} IS NOT NULL AND {field} IS NULL
        """)
        if field != "until":
            self.faults.find(
                table, f"{field} > DATE '{self.on}'", "future_date", KEPT, field=field, value=text
            )

    def _figures(self, table: str, field: str) -> None:
        text = f"{field}_text"
        self.faults.find(
            table, f"{text} IS NOT NULL AND {field} IS NULL", "not_a_figure", CELL, field=field, value=text
        )
        low, high = RANGES[field]
        high = high or self.on.year
        outside = (
            f"{field} NOT BETWEEN {low} AND {high} OR {field} <> floor({field}) AND '{field}' <> 'hours'"
        )
        self.faults.find(
            table, outside, "out_of_range", CELL, field=field, value=text, detail=f"'{low}-{high}'"
        )
        self.connection.execute(f"UPDATE {table} SET {field} = NULL WHERE {outside}")
