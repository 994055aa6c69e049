"""The employees of an export: numbers, duplicates, changed numbers, then every cell against its codes."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sipinter.merit.register import codes
from sipinter.merit.register.codes import education_level_sql, lookup_sql, match_pattern_sql
from sipinter.merit.register.faults import CELL, KEPT, FaultTable
from sipinter.merit.register.rows import digits_sql
from sipinter.rules.sets.model import IdentityRules, RetirementRules

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


class RegisterPeople:
    """Makes tables `person` (one row an employee taken over) and `keys` (number or id -> employee)."""

    def __init__(
        self,
        connection: DuckDBPyConnection,
        faults: FaultTable,
        identity: IdentityRules,
        retirement: RetirementRules,
        on: date,
    ) -> None:
        self.connection, self.faults, self.on = connection, faults, on
        self.identity, self.retirement = identity, retirement

    def run(self) -> None:
        self._numbers()
        self._duplicates()
        self._changed()
        self._keys()
        self._checks()
        self._tiers()
        self._places()

    def _numbers(self) -> None:
        drop = self.faults.drop
        drop("staff", "nip IS NULL", "no_nip", field="nip", value="coalesce(name, '')")
        drop("staff", r"regexp_matches(nip, '^\d([.,]\d+)?[eE]\+?\d+$')", "nip_rounded", field="nip")
        drop("staff", rf"NOT regexp_matches({digits_sql('nip')}, '^\d{{18}}$')", "nip_form", field="nip")
        pppk = ", ".join(str(code) for code in self.identity.pppk_codes)
        self.connection.execute(f"""
            CREATE TABLE numbered AS
            SELECT * EXCLUDE (nip, old_nip), {digits_sql("nip")} AS nip, {digits_sql("old_nip")} AS old_nip,
                   try_strptime(left({digits_sql("nip")}, 8), '%Y%m%d')::DATE AS nip_birth,
                   substr({digits_sql("nip")}, 9, 4)::INTEGER AS nip_year,
                   substr({digits_sql("nip")}, 13, 2)::INTEGER AS nip_month,
                   CASE substr({digits_sql("nip")}, 15, 1) WHEN '1' THEN 'male' WHEN '2' THEN 'female' END AS nip_sex,
                   CASE WHEN substr({digits_sql("nip")}, 13, 2)::INTEGER IN ({pppk}) THEN 'pppk' ELSE 'pns' END
                       AS nip_kind
            FROM staff;
            DROP TABLE staff;
        """)

    def _duplicates(self) -> None:
        columns = [
            name
            for (name,) in self.connection.execute(
                "SELECT column_name FROM duckdb_columns() WHERE table_name = 'numbered'"
            ).fetchall()
            if name not in ("source", "row")
        ]
        whole = "concat_ws(chr(31), " + ", ".join(f"coalesce({c}::VARCHAR, '')" for c in columns) + ")"
        self._drop_ranked(f"PARTITION BY nip, {whole} ORDER BY source, row", "duplicate")
        self._drop_ranked(
            "PARTITION BY nip ORDER BY greatest(tmt_post, tmt_rank) DESC NULLS LAST, source DESC, row DESC",
            "duplicate_differs",
        )

    def _drop_ranked(self, window: str, code: str) -> None:
        """Takes out all but the first row of each window, among numbers that stand more than once."""
        self.connection.execute(f"""
            CREATE OR REPLACE TABLE spare AS
            SELECT source, row, first_row FROM (
                SELECT source, row, row_number() OVER w AS place, first_value(row) OVER w AS first_row
                FROM numbered WHERE nip IN (SELECT nip FROM numbered GROUP BY nip HAVING count(*) > 1)
                WINDOW w AS ({window})) WHERE place > 1
        """)
        self.faults.find(
            "spare JOIN numbered USING (source, row)",
            "TRUE",
            code,
            "row dropped",
            field="nip",
            detail="first_row::VARCHAR",
        )
        self.connection.execute(
            "DELETE FROM numbered WHERE (source, row) IN (SELECT (source, row) FROM spare)"
        )

    def _changed(self) -> None:
        """The row of an old number goes where the row of the new number names it."""
        self.connection.execute("""
            CREATE TABLE changed AS
            SELECT old.source, old.row, old.nip, max(new.nip) AS newer
            FROM numbered old JOIN numbered new ON new.old_nip = old.nip AND new.nip <> old.nip
            WHERE old.old_nip IS DISTINCT FROM new.nip GROUP BY ALL
        """)
        self.faults.find("changed", "TRUE", "nip_changed", "row dropped", field="nip", detail="newer")
        self.connection.execute("""
            CREATE TABLE keys_of_changed AS SELECT n.pns_id AS key, c.newer AS nip
            FROM changed c JOIN numbered n USING (source, row) WHERE n.pns_id IS NOT NULL;
            DELETE FROM numbered WHERE (source, row) IN (SELECT (source, row) FROM changed);
        """)

    def _keys(self) -> None:
        """A key that names two employees names none; an employee's own number comes before any other key."""
        self.connection.execute("""
            CREATE TABLE keys AS
            SELECT key, any_value(nip) AS nip FROM (
                SELECT pns_id AS key, nip FROM numbered WHERE pns_id IS NOT NULL
                UNION SELECT old_nip, nip FROM numbered WHERE old_nip IS NOT NULL
                UNION SELECT key, nip FROM keys_of_changed
            ) WHERE key NOT IN (SELECT nip FROM numbered) GROUP BY key HAVING count(DISTINCT nip) = 1
            UNION ALL SELECT nip, nip FROM numbered
        """)

    def _checks(self) -> None:
        find = self.faults.find
        self._identity()
        for field, table in (("sex", codes.SEXES), ("religion", codes.RELIGIONS), ("marital", codes.MARITAL)):
            # Protected attributes are told by their row only: as free text they go nowhere.
            find(
                "numbered",
                f"{field} IS NOT NULL AND {lookup_sql(field, table)} IS NULL",
                f"{field}_unknown",
                CELL,
                field=field,
                value=field if field == "sex" else "''",
            )
        find(
            "numbered",
            f"{lookup_sql('sex', codes.SEXES)} <> nip_sex",
            "sex_nip",
            KEPT,
            field="sex",
            detail="nip_sex",
        )
        find(
            "numbered",
            "birth <> nip_birth",
            "birth_nip",
            KEPT,
            field="birth",
            value="birth_text",
            detail="nip_birth::VARCHAR",
        )
        find(
            "numbered",
            "birth IS NULL AND nip_birth IS NOT NULL",
            "birth_missing",
            KEPT,
            field="birth",
            value="birth_text",
            detail="nip_birth::VARCHAR",
        )
        stated = "CASE WHEN regexp_matches(lower(kind), 'pppk|p3k|perjanjian') THEN 'pppk' ELSE 'pns' END"
        find(
            "numbered",
            f"kind IS NOT NULL AND {stated} <> nip_kind",
            "kind_nip",
            KEPT,
            field="kind",
            detail="nip_kind",
        )
        find(
            "numbered",
            f"rank IS NOT NULL AND NOT regexp_matches(rank, '{codes.RANK}')",
            "rank_unknown",
            CELL,
            field="rank",
        )
        level = education_level_sql("level", "level_id")
        find(
            "numbered",
            f"coalesce(level, level_id) IS NOT NULL AND {level} IS NULL",
            "level_unknown",
            CELL,
            field="level",
            value="coalesce(level, level_id)",
        )
        for later, earlier in (("tmt_pns", "tmt_cpns"), ("tmt_post", "birth"), ("tmt_cpns", "birth")):
            find(
                "numbered",
                f"{later} < {earlier}",
                "date_order",
                KEPT,
                field=later,
                value=f"{later}_text",
                detail=f"'{earlier} ' || {earlier}::VARCHAR",
            )
        self.faults.drop(
            "numbered",
            f"regexp_matches(lower(standing), '{codes.OUT_OF_SERVICE}')",
            "out_of_service",
            field="standing",
        )
        self.faults.drop(
            "numbered",
            "coalesce(agency, home) IS NULL",
            "agency_missing",
            field="agency",
            value="coalesce(agency, '')",
        )

    def _identity(self) -> None:
        find, age = self.faults.find, self.identity.minimum_age
        dated = "nip_birth IS NOT NULL AND nip_year BETWEEN 1900 AND 2100"
        impossible = f"""NOT ({dated} AND nip_sex IS NOT NULL AND right(nip, 3) <> '000'
                         AND (nip_month BETWEEN 1 AND 12 OR nip_kind = 'pppk'))"""
        appointed = """CASE WHEN nip_kind = 'pppk' THEN make_date(nip_year, 12, 31)
                       WHEN nip_month BETWEEN 1 AND 12 THEN make_date(nip_year, nip_month, 1) END"""
        find("numbered", impossible, "nip_impossible", KEPT, field="nip")
        find(
            "numbered",
            f"{dated} AND {appointed} < nip_birth + to_years({age})",
            "nip_young",
            KEPT,
            field="nip",
            detail=f"'{age}'",
        )
        later = f"nip_birth > DATE '{self.on}' OR nip_year > {self.on.year}"
        find("numbered", f"{dated} AND ({later})", "nip_future", KEPT, field="nip")

    def _tiers(self) -> None:
        """Structural posts by the echelon of the latest post, else of the unit; the others by name."""
        structural = "post_kind IN ('1', '01') OR lower(post_kind_name) LIKE '%struktural%'"
        executing = "post_kind IN ('4', '04') OR regexp_matches(lower(post_kind_name), 'umum|pelaksana')"
        self.connection.execute(f"""
            CREATE TABLE tiered AS
            SELECT p.*,
                   CASE WHEN {structural} THEN coalesce({lookup_sql("h.echelon", codes.ECHELONS)},
                                                        {lookup_sql("u.echelon", codes.ECHELONS)})
                        WHEN {executing} THEN 'pelaksana'
                        ELSE {match_pattern_sql("post_name", codes.FUNCTIONAL)} END AS tier,
                   {education_level_sql("level", "level_id")} AS schooling
            FROM numbered p
            LEFT JOIN (SELECT nip, arg_max(echelon, coalesce(since, DATE '1900-01-01')) AS echelon
                       FROM (SELECT k.nip, h.echelon, h.since FROM post_history h
                             JOIN keys k ON k.key = coalesce({digits_sql("h.nip")}, h.pns_id)
                             WHERE coalesce({lookup_sql("h.appointment", codes.APPOINTMENTS)}, 'none') = 'none'
                               AND h.echelon IS NOT NULL)
                       GROUP BY nip) h USING (nip)
            LEFT JOIN unit u ON u.unit = p.unit;
            DROP TABLE numbered;
        """)
        self.faults.drop(
            "tiered",
            "tier IS NULL",
            "tier_unknown",
            field="post_name",
            value="coalesce(post_name, post_kind_name, '')",
        )
        ages = " ".join(f"WHEN '{tier}' THEN {age}" for tier, age in self.retirement.ages.items())
        due = f"(date_trunc('month', coalesce(birth, nip_birth) + to_years(CASE tier {ages} END)) + INTERVAL 1 MONTH)::DATE"
        self.faults.find(
            "tiered",
            f"{due} < DATE '{self.on}'",
            "past_retirement",
            KEPT,
            field="birth",
            value="birth_text",
            detail=f"({due})::VARCHAR",
        )

    def _places(self) -> None:
        """Units that the list lacks are added from the employees."""
        listed = "(SELECT count(*) FROM unit) > 0"
        self.faults.find(
            "tiered",
            f"unit IS NOT NULL AND {listed} AND unit NOT IN (SELECT unit FROM unit)",
            "unit_unknown",
            KEPT,
            field="unit",
        )
        rank_fault = """tiered t JOIN (SELECT k.nip AS who, arg_max(r.rank, r.since) AS latest
            FROM rank_history r JOIN keys k ON k.key = coalesce(regexp_replace(r.nip, '[ .-]', '', 'g'), r.pns_id)
            WHERE r.rank IS NOT NULL GROUP BY 1) r ON r.who = t.nip"""
        self.faults.find(rank_fault, "latest <> rank", "rank_history", KEPT, field="rank", detail="latest")
