"""SQL macros that make sense of one cell, whatever its dress."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MONTHS = {
    "januari": 1,
    "january": 1,
    "jan": 1,
    "februari": 2,
    "february": 2,
    "pebruari": 2,
    "feb": 2,
    "maret": 3,
    "march": 3,
    "mar": 3,
    "april": 4,
    "apr": 4,
    "mei": 5,
    "may": 5,
    "juni": 6,
    "june": 6,
    "jun": 6,
    "juli": 7,
    "july": 7,
    "jul": 7,
    "agustus": 8,
    "august": 8,
    "agu": 8,
    "aug": 8,
    "september": 9,
    "sept": 9,
    "sep": 9,
    "oktober": 10,
    "october": 10,
    "okt": 10,
    "oct": 10,
    "november": 11,
    "nopember": 11,
    "nov": 11,
    "desember": 12,
    "december": 12,
    "des": 12,
    "dec": 12,
}
DATES = (
    "['%d-%m-%Y', '%Y-%m-%d', '%d-%m-%Y %H:%M:%S', '%Y-%m-%d %H:%M:%S', '%d-%m-%Y %H:%M', '%Y-%m-%d %H:%M']"
)


def define_macros(connection: DuckDBPyConnection) -> None:
    """Macros: clean (text or null), day_of (a date from 1900 to 2100 or null), figure_of, word (a code)."""
    months = ", ".join(f"'{name}': '-{number}-'" for name, number in MONTHS.items())
    connection.execute(f"""
        CREATE MACRO bare(x) AS trim(ltrim(trim(x), '''’‘`'));
        CREATE MACRO clean(x) AS CASE WHEN bare(x) IN ('', '-', 'null', 'NULL', 'Null', '(null)', 'NaN', '\\N')
                                 THEN NULL ELSE bare(x) END;
        CREATE MACRO named(x) AS
            regexp_replace(x, '[ -]*[A-Za-z]+[ -]*',
                coalesce(MAP {{{months}}}[lower(regexp_extract(x, '[A-Za-z]+'))], '-?-'));
        CREATE MACRO written(x) AS
            CASE WHEN regexp_matches(x, '^\\d{{1,2}}[ -]*[A-Za-z]{{3,9}}[ -]*\\d{{4}}$') THEN named(x)
                 WHEN contains(x, 'T') AND contains(x, ':') THEN left(replace(x, 'T', ' '), 19)
                 ELSE replace(replace(x, '/', '-'), '.', '-') END;
        CREATE MACRO serial(x) AS
            CASE WHEN regexp_matches(x, '^\\d{{5}}([.,]\\d+)?$')
                 THEN DATE '1899-12-30' + left(x, 5)::INTEGER END;
        CREATE MACRO any_day(x) AS
            coalesce(CASE WHEN length(x) = 10 AND x[3] = '-' AND x[6] = '-'
                          THEN try_strptime(x, '%d-%m-%Y')::DATE END,
                     serial(x), try_strptime(written(x), {DATES})::DATE);
        CREATE MACRO day_of(x) AS CASE WHEN year(any_day(x)) BETWEEN 1900 AND 2100 THEN any_day(x) END;
        CREATE MACRO day_number(d) AS year(d) * 10000 + month(d) * 100 + day(d);
        CREATE MACRO figure_of(x) AS TRY_CAST(
            CASE WHEN regexp_matches(x, '^-?\\d{{1,3}}(\\.\\d{{3}})+,\\d+$') THEN replace(replace(x, '.', ''), ',', '.')
                 ELSE replace(x, ',', '.') END AS DECIMAL(18, 4));
        CREATE MACRO word(x) AS lower(regexp_replace(x, '[^A-Za-z0-9]', '', 'g'));
    """)


def date_fault_sql(text: str) -> str:
    """SQL: the code of the fault of a text that `day_of` does not understand."""
    shape = r"^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|^\d{5}|^\d{1,2}[ -]*[A-Za-z]{3,9}[ -]*\d{4}$"
    return f"CASE WHEN regexp_matches({text}, '{shape}') THEN 'impossible_date' ELSE 'not_a_date' END"
