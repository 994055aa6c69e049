"""The register's histories as staff tables: whose rows they are, then every cell against its codes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sipinter.merit.register import codes
from sipinter.merit.register.codes import education_level_sql, lookup_sql, match_pattern_sql
from sipinter.merit.register.export_kinds import HISTORIES
from sipinter.merit.register.faults import CELL, KEPT, ROW, FaultTable
from sipinter.merit.register.rows import digits_sql
from sipinter.rules.sets.model import PerformanceRules

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MOST_SHOWN = 6  # units of a cycle in its sentence


class RegisterHistories:
    """Gives every history's rows their employee, and drops what cannot be told, on record."""

    def __init__(
        self, connection: DuckDBPyConnection, faults: FaultTable, performance: PerformanceRules
    ) -> None:
        self.connection, self.faults, self.performance = connection, faults, performance

    def units(self) -> None:
        """The list of units; runs before the people."""
        self.faults.drop("unit", "unit IS NULL", "empty_row", value="coalesce(name, '')")
        self.connection.execute("""
            CREATE TABLE spare_unit AS SELECT source, row, unit, first_row FROM (
                SELECT source, row, unit, row_number() OVER w AS place, first_value(row) OVER w AS first_row
                FROM unit WINDOW w AS (PARTITION BY unit ORDER BY source, row)) WHERE place > 1
        """)
        self.faults.find(
            "spare_unit", "TRUE", "unit_duplicate", ROW, field="unit", detail="first_row::VARCHAR"
        )
        self.connection.execute(
            "DELETE FROM unit WHERE (source, row) IN (SELECT (source, row) FROM spare_unit)"
        )
        odd = "parent IS NOT NULL AND (parent = unit OR parent NOT IN (SELECT unit FROM unit))"
        self.faults.find("unit", odd, "unit_parent", CELL, field="parent")
        self.connection.execute(f"UPDATE unit SET parent = NULL WHERE {odd}")
        self._cut_cycles()

    def _cut_cycles(self) -> None:
        """No unit may stand above itself: the units of a cycle lose the one above, for none can be told wrong."""
        # Few units hang on no root; only those are followed one by one.
        loose = self.connection.execute("""
            WITH RECURSIVE rooted(unit) AS (
                SELECT unit FROM unit WHERE parent IS NULL
                UNION ALL
                SELECT below.unit FROM rooted JOIN unit AS below ON below.parent = rooted.unit)
            SELECT unit, parent FROM unit WHERE unit NOT IN (SELECT unit FROM rooted)
        """).fetchall()
        self.connection.execute("CREATE TABLE unit_cycle (unit VARCHAR, way VARCHAR)")
        cycles = find_cycles({str(unit): str(parent) for unit, parent in loose})
        if not cycles:
            return
        self.connection.executemany("INSERT INTO unit_cycle VALUES (?, ?)", sorted(cycles.items()))
        way = "(SELECT way FROM unit_cycle c WHERE c.unit = unit.unit)"
        within = "unit IN (SELECT unit FROM unit_cycle)"
        self.faults.find("unit", within, "unit_cycle", CELL, field="parent", detail=way)
        self.connection.execute(f"UPDATE unit SET parent = NULL WHERE {within}")

    def run(self) -> None:
        """After the people: tables NAME get `who`, the employee's number."""
        for kind in HISTORIES:
            self._owners(kind.name)
        self._ratings()
        self._trainings()
        self._sanctions()
        self._schools()
        find = self.faults.find
        known = lookup_sql("appointment", codes.APPOINTMENTS)
        find(
            "post_history",
            f"appointment IS NOT NULL AND {known} IS NULL",
            "appointment_unknown",
            CELL,
            field="appointment",
        )
        self.faults.drop(
            "post_history", "since IS NULL AND since_text IS NULL", "not_a_date", field="since", value="''"
        )

    def _owners(self, name: str) -> None:
        """By number, else by id. Rows of nobody who was taken over are dropped."""
        self.connection.execute(f"""
            CREATE TABLE owned AS
            SELECT h.*, coalesce(n.nip, i.nip) AS who, n.nip AS by_number, i.nip AS by_id FROM {name} h
            LEFT JOIN keys n ON n.key = {digits_sql("h.nip")} LEFT JOIN keys i ON i.key = h.pns_id
            ORDER BY h.source, h.row;
            DROP TABLE {name};
            ALTER TABLE owned RENAME TO {name};
        """)
        value = "coalesce(nip, pns_id, '')"
        self.faults.drop(
            name,
            "who IS NULL OR who NOT IN (SELECT nip FROM tiered)",
            "person_unknown",
            field="nip",
            value=value,
        )
        self.faults.find(
            name, "by_number <> by_id", "person_mismatch", KEPT, field="nip", value=value, detail="by_number"
        )
        self.faults.find(
            name,
            f"{digits_sql('nip')} <> who AND by_number IS NOT NULL",
            "old_number",
            KEPT,
            field="nip",
            detail="who",
        )

    def _ratings(self) -> None:
        find = self.faults.find
        for field in ("result", "behaviour"):
            known = lookup_sql(field, codes.EXPECTATIONS)
            find(
                "rating", f"{field} IS NOT NULL AND {known} IS NULL", "expectation_unknown", CELL, field=field
            )
        rating = lookup_sql("rating", codes.RATINGS)
        find("rating", f"rating IS NOT NULL AND {rating} IS NULL", "rating_unknown", CELL, field="rating")
        result, behaviour = (lookup_sql(f, codes.EXPECTATIONS) for f in ("result", "behaviour"))
        cases = ", ".join(
            f"'{row} {column}': '{code}'" for (row, column), code in self.performance.matrix.items()
        )
        given = f"MAP {{{cases}}}[{result} || ' ' || {behaviour}]"
        find("rating", f"{rating} <> {given}", "rating_matrix", KEPT, field="rating", detail=given)
        self._need("rating", "year", "year_text")
        self._once("rating", "who, year")

    def _trainings(self) -> None:
        for name in ("leadership", "course"):
            self._need(name, "finished", "finished_text")

    def _sanctions(self) -> None:
        grade = lookup_sql("grade", codes.GRADES)
        self.faults.drop(
            "discipline", f"{grade} IS NULL", "grade_unknown", field="grade", value="coalesce(grade, '')"
        )
        self._need("discipline", "decided", "decided_text")
        find = self.faults.find
        find(
            "discipline",
            "until < decided",
            "date_order",
            KEPT,
            field="until",
            value="until_text",
            detail="'decided ' || decided::VARCHAR",
        )

    def _schools(self) -> None:
        level = education_level_sql("level", "level_id")
        self.faults.drop(
            "education",
            f"{level} IS NULL",
            "level_unknown",
            field="level",
            value="coalesce(level, level_id, '')",
        )

    def _need(self, name: str, field: str, text: str) -> None:
        """A row without its day or year counts nowhere: it is dropped, on record as such."""
        self.connection.execute(f"""
            UPDATE faults SET outcome = '{ROW}' WHERE field = '{field}' AND outcome = '{CELL}'
            AND (source, row) IN (SELECT (source, row) FROM {name} WHERE {field} IS NULL);
        """)
        code = "not_a_date" if field in ("finished", "decided") else "not_a_figure"
        self.faults.find(name, f"{text} IS NULL", code, ROW, field=field, value="''")
        self.connection.execute(f"DELETE FROM {name} WHERE {field} IS NULL")

    def _once(self, name: str, key: str) -> None:
        """One row a key: the later one counts."""
        self.connection.execute(f"""
            CREATE OR REPLACE TABLE spare AS SELECT source, row, last_row FROM (
                SELECT source, row, row_number() OVER w AS place, first_value(row) OVER w AS last_row
                FROM {name} WINDOW w AS (PARTITION BY {key} ORDER BY source DESC, row DESC)) WHERE place > 1
        """)
        self.faults.find(
            f"spare JOIN {name} USING (source, row)",
            "TRUE",
            "duplicate_differs",
            ROW,
            field="nip",
            value="who",
            detail="last_row::VARCHAR",
        )
        self.connection.execute(
            f"DELETE FROM {name} WHERE (source, row) IN (SELECT (source, row) FROM spare)"
        )


def history_queries() -> dict[str, str]:
    """The staff tables as queries."""
    level = education_level_sql("level", "level_id")
    appointment = lookup_sql("appointment", codes.APPOINTMENTS)
    history_tier = f"coalesce({lookup_sql('h.echelon', codes.ECHELONS)}, {match_pattern_sql('h.post_name', codes.FUNCTIONAL)})"
    definite = f"coalesce({lookup_sql('h.appointment', codes.APPOINTMENTS)}, 'none') = 'none'"
    post = "coalesce(post_id, word(post_name)) || '@' || coalesce(t.unit, t.agency, t.home)"
    school = r"nullif(trim(regexp_replace(lower(school), '^(s|d)-?[ivx1-4]+[ /.-]+|^(sma|smk|slta)[ /.-]+', '')), '')"
    return {
        "employee": f"""
            SELECT t.nip::BIGINT AS nip, t.name, coalesce(t.agency, t.home) AS agency, t.unit, {post} AS post,
                   nip_kind AS kind, t.tier,
                   CASE WHEN regexp_matches(t.rank, '{codes.RANK}') THEN t.rank END AS rank,
                   coalesce({lookup_sql("t.sex", codes.SEXES)}, nip_sex) AS sex,
                   coalesce(birth, nip_birth) AS birth_date,
                   coalesce(h.since, t.tmt_post) AS tier_since,
                   CASE WHEN b.agencies > 1 THEN 'agencies' WHEN b.units > 1 THEN 'units'
                        WHEN b.units = 1 THEN 'unit' END AS breadth,
                   schooling AS education, {school} AS field
            FROM tiered t
            LEFT JOIN (SELECT h.who, h.tier, min(h.since) AS since FROM (
                           SELECT who, since, {history_tier} AS tier FROM post_history h WHERE {definite}) h
                       GROUP BY ALL) h ON h.who = t.nip AND h.tier = t.tier
            LEFT JOIN (SELECT who, count(DISTINCT agency) AS agencies, count(DISTINCT unit) AS units
                       FROM post_history h WHERE {definite} GROUP BY who) b ON b.who = t.nip
            ORDER BY t.nip""",
        "attribute": f"""
            SELECT nip::BIGINT AS nip, {lookup_sql("religion", codes.RELIGIONS)} AS religion,
                   {lookup_sql("marital", codes.MARITAL)} AS marital_status FROM tiered ORDER BY nip""",
        "post": f"""
            SELECT {post} AS post, any_value(post_name ORDER BY nip) AS name,
                   any_value(coalesce(agency, home) ORDER BY nip) AS agency, any_value(unit ORDER BY nip) AS unit,
                   any_value(tier ORDER BY nip) AS tier
            FROM tiered t WHERE coalesce(post_id, post_name) IS NOT NULL GROUP BY 1 ORDER BY 1""",
        "unit": """
            SELECT unit, agency, parent, name FROM unit WHERE agency IS NOT NULL
            UNION ALL
            SELECT unit, any_value(coalesce(agency, home) ORDER BY nip), NULL, any_value(unit_name ORDER BY nip)
            FROM tiered WHERE unit NOT IN (SELECT unit FROM unit WHERE agency IS NOT NULL) GROUP BY unit
            ORDER BY unit""",
        "rating": f"""
            SELECT who::BIGINT AS nip, year::INTEGER AS year, {lookup_sql("result", codes.EXPECTATIONS)} AS result,
                   {lookup_sql("behaviour", codes.EXPECTATIONS)} AS behaviour,
                   {lookup_sql("rating", codes.RATINGS)} AS rating FROM rating ORDER BY who, year""",
        "training": f"""
            SELECT nip, date, kind, leadership, hours, name FROM (
                SELECT who::BIGINT AS nip, finished AS date,
                       CASE WHEN {match_pattern_sql("course", codes.LEADERSHIP)} IS NULL THEN 'other' ELSE 'leadership' END
                           AS kind,
                       {match_pattern_sql("course", codes.LEADERSHIP)} AS leadership,
                       CASE WHEN hours <= 2000 THEN round(hours)::INTEGER END AS hours, course AS name
                FROM leadership
                UNION ALL
                SELECT who::BIGINT, finished,
                       coalesce({match_pattern_sql("course_kind", codes.COURSES)}, {match_pattern_sql("course", codes.COURSES)}, 'other'),
                       NULL, round(hours)::INTEGER, course FROM course
            ) ORDER BY ALL""",
        "discipline": f"""
            SELECT who::BIGINT AS nip, decided AS date, until, {lookup_sql("grade", codes.GRADES)} AS grade
            FROM discipline ORDER BY ALL""",
        "education": f"""
            SELECT who::BIGINT AS nip, {level} AS level, {school} AS field, year::INTEGER AS year
            FROM education ORDER BY ALL""",
        "assignment": f"""
            SELECT who::BIGINT AS nip, since AS start, NULL::DATE AS end, {appointment} AS acting
            FROM post_history WHERE since IS NOT NULL AND {appointment} NOT IN ('none') ORDER BY ALL""",
    }


def find_cycles(parents: Mapping[str, str]) -> dict[str, str]:
    """Every unit that stands above itself, with the way from it up to itself ("A > B > A").

    `parents`: unit -> the unit above; who hangs on no root leads into a cycle, and is not in it.
    """
    found: dict[str, str] = {}
    seen: set[str] = set()
    for start in parents:
        way: list[str] = []
        unit: str | None = start
        while unit is not None and unit not in seen:
            seen.add(unit)
            way.append(unit)
            unit = parents.get(unit)
        if unit in way:
            cycle = way[way.index(unit) :]
            for place, member in enumerate(cycle):
                around = [*cycle[place:], *cycle[:place], member]
                found[member] = " > ".join(
                    around if len(around) <= MOST_SHOWN else [*around[:MOST_SHOWN], "…"]
                )
    return found
