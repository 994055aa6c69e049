"""Invented staff: tables of any size with the national shares, the same for the same seed.

Counts of tiers follow the national figures (about 19,500 JPT, 95,000 administrators, 301,000 pengawas of
5,588,245; 1,988,655 PPPK); shares of education, sex, age, functional tiers and records are invented.
Every value is drawn from a hash of (row, column, seed), so that no order of execution matters.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from sipinter.merit.data.tables import SUB_ASPECTS
from sipinter.merit.engine.duckdb import DuckDb
from sipinter.merit.engine.memory import memory_limit, refuse_out_of_memory
from sipinter.merit.engine.output import make_output_folder
from sipinter.rules.messages import Message, Refusal
from sipinter.rules.sets.catalog import rules_for
from sipinter.rules.sets.codes import RANKS
from sipinter.rules.sets.model import CompetenceRules

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

NATIONAL = 5_588_245
YEAR = 2026
PER_UNIT, PER_POST = 40, 6
# Per 100,000 employees.
TIER_SHARES = {
    "jpt_utama": 1,
    "jpt_madya": 12,
    "jpt_pratama": 336,
    "administrator": 1_700,
    "pengawas": 5_386,
    "jf_ahli_utama": 150,
    "jf_ahli_madya": 7_500,
    "jf_ahli_muda": 16_500,
    "jf_ahli_pertama": 21_000,
    "jf_penyelia": 3_000,
    "jf_mahir": 3_500,
    "jf_terampil": 5_500,
    "jf_pemula": 500,
    "pelaksana": 34_915,
}
PPPK_SHARE = 100_000 * 1_988_655 // NATIONAL
EDUCATION_SHARES = {
    "sd": 400,
    "sltp": 700,
    "slta": 14_000,
    "d1": 300,
    "d2": 1_600,
    "d3": 10_000,
    "d4": 4_000,
    "s1": 56_000,
    "s2": 12_400,
    "s3": 600,
}
RATING_SHARES = {
    "sangat_kurang": 100,
    "kurang": 400,
    "butuh_perbaikan": 2_500,
    "baik": 82_000,
    "sangat_baik": 15_000,
}
FIELDS = ("hukum", "pemerintahan", "ekonomi", "akuntansi", "teknik", "informatika", "kesehatan", "kedokteran")
RELIGIONS = {
    "islam": 87_000,
    "kristen": 7_500,
    "katolik": 3_100,
    "hindu": 1_700,
    "buddha": 600,
    "khonghucu": 100,
}
REGIONS = {"jawa": 46_000, "sumatera": 24_000, "sulawesi": 10_000, "kalimantan": 8_000, "timur": 12_000}
GIVEN = (
    "Ayu",
    "Budi",
    "Citra",
    "Dewi",
    "Eko",
    "Fajar",
    "Gita",
    "Hadi",
    "Indah",
    "Joko",
    "Kartika",
    "Lestari",
)
FAMILY = (
    "Pratama",
    "Saputra",
    "Wijaya",
    "Santoso",
    "Siregar",
    "Nasution",
    "Lubis",
    "Wibowo",
    "Hidayat",
    "Utami",
)


@dataclass(frozen=True, slots=True)
class Sample:
    """How many, how complete. `gaps`: share of records that are lacking; `faults`: share of wrong NIPs."""

    agencies: int
    employees: int
    seed: int
    gaps: float = 0.1
    faults: float = 0.0

    def check(self) -> None:
        """Refusal for figures that make no sample."""
        for what, value, top in (
            ("--agencies", self.agencies, 10_000),
            ("--employees", self.employees, 50_000_000),
        ):
            if not 1 <= value <= top:
                raise Refusal(
                    Message("{what}: {value} is not between 1 and {max}", what=what, value=value, max=top)
                )
        for what, share in (("--gaps", self.gaps), ("--faults", self.faults)):
            if not 0 <= share <= 1:
                raise Refusal(
                    Message("{what}: {value} is not between 0 and {max}", what=what, value=share, max=1)
                )


def write_sample(sample: Sample, folder: Path) -> dict[str, int]:
    """Writes the tables as Parquet; gives the rows of each."""
    sample.check()
    make_output_folder(folder)
    memory = memory_limit()  # numbering takes the whole staff at once
    engine = DuckDb(memory=memory)
    writer = _Writer(engine.connection, sample, folder)
    with refuse_out_of_memory(memory):
        return _written(writer)


def _written(writer: _Writer) -> dict[str, int]:
    writer.people()
    return {
        name: writer.write(name, query)
        for name, query in {
            "employee": writer.employee(),
            "post": writer.post(),
            "unit": writer.unit(),
            "rating": writer.rating(),
            "assessment": writer.assessment(),
            "potential": writer.potential(),
            "training": writer.training(),
            "award": writer.award(),
            "assignment": writer.assignment(),
            "discipline": writer.discipline(),
            "standard": writer.standard(),
            "competence": writer.competence(),
            "task": writer.task(),
        }.items()
    }


class _Writer:
    def __init__(self, connection: DuckDBPyConnection, sample: Sample, folder: Path) -> None:
        self.connection, self.sample, self.folder = connection, sample, folder

    def write(self, name: str, query: str) -> int:
        target = str(self.folder / f"{name}.parquet").replace("'", "''")
        done = self.connection.execute(f"COPY ({query}) TO '{target}' (FORMAT parquet, COMPRESSION zstd)")
        return int(done.fetchall()[0][0])

    def draw(self, column: str, key: str = "i") -> str:
        """A whole number from 0 to 99,999."""
        return f"(hash({key}, '{column}', {self.sample.seed}) % 100000)::BIGINT"

    def pick(self, column: str, shares: dict[str, int]) -> str:
        """One of the codes by its share of 100,000; the last takes what is left."""
        cases, total = [], 0
        for code, share in shares.items():
            total += share
            cases.append(f"WHEN {self.draw(column)} < {total} THEN '{code}'")
        return f"CASE {' '.join(cases)} ELSE '{list(shares)[-1]}' END"

    def one_of(self, column: str, values: tuple[str, ...]) -> str:
        listed = ", ".join(f"'{value}'" for value in values)
        return f"([{listed}])[1 + {self.draw(column)} % {len(values)}]"

    def complete(self, column: str) -> str:
        """Is this record there? All but a share of `gaps`."""
        return f"{self.draw('gap ' + column)} >= {int(self.sample.gaps * 100_000)}"

    def people(self) -> None:
        """What the other columns of the employees depend on; PPPK hold no structural posts."""
        s = self.sample
        age_days = f"(23 * 366 + {self.draw('age')} * (34 * 365) / 100000)::INTEGER"
        self.connection.execute(f"""
            CREATE TABLE people AS
            SELECT *, (birth + to_years(19 + (career * (age - 19) / 100000)::INTEGER))::DATE AS appointed,
                   CASE WHEN kind = 'pppk' AND tier NOT LIKE 'jf%' THEN 'pelaksana' ELSE tier END AS held
            FROM (SELECT i, i % {s.agencies} AS a, date '{YEAR}-01-01' - {age_days} AS birth,
                         {age_days} // 366 AS age, {self.draw("career")} AS career,
                         CASE WHEN {self.draw("kind")} < {PPPK_SHARE} THEN 'pppk' ELSE 'pns' END AS kind,
                         CASE WHEN {self.draw("sex")} < 56000 THEN 2 ELSE 1 END AS sex,
                         {self.pick("tier", TIER_SHARES)} AS tier
                  FROM range({s.employees}) r(i))
        """)
        # Sequence numbers make the NIP unique among those of one day of birth, month and sex.
        self.connection.execute("""
            CREATE TABLE staff AS
            SELECT p.* EXCLUDE (tier, career), stem * 1000 + n AS nip FROM (
                SELECT *, row_number() OVER (PARTITION BY stem ORDER BY i) AS n FROM (
                    SELECT *, ((year(birth) * 10000 + month(birth) * 100 + day(birth))::BIGINT * 1000000
                               + CASE WHEN kind = 'pppk' THEN (2021 + i % 5) * 100 + 21 + 3 * (i % 2)
                                      ELSE year(appointed) * 100 + month(appointed) END) * 10 + sex AS stem
                    FROM people)) p
            WHERE n < 1000
        """)

    def employee(self) -> str:
        agency, units = "'A' || lpad((a + 1)::VARCHAR, 4, '0')", self._units()
        fault = int(self.sample.faults * 100_000)
        return f"""
            SELECT CASE WHEN {self.draw("fault")} < {fault} THEN nip - nip % 10000 + 9000 + nip % 1000
                        ELSE nip END AS nip,
                   {self.one_of("given", GIVEN)} || ' ' || {self.one_of("family", FAMILY)} AS name,
                   {agency} AS agency,
                   {agency} || '-U' || ({self.draw("post")} % {self._posts()} % {units}) AS unit,
                   {self._post()} AS post, kind, held AS tier,
                   CASE WHEN sex = 1 THEN 'male' ELSE 'female' END AS sex, birth AS birth_date,
                   CASE WHEN {self.complete("tier_since")}
                        THEN greatest(appointed, {self._before("tenure", 4400)})
                   END AS tier_since,
                   {self._rank()} AS rank,
                   CASE WHEN {self.complete("related_years")}
                        THEN least(greatest(age - 24, 0), {self.draw("related")} % 25) END AS related_years,
                   {self.pick("breadth", {"unit": 45_000, "units": 43_000, "agencies": 12_000})} AS breadth,
                   CASE WHEN {self.complete("education")} THEN {self._education()} END AS education,
                   CASE WHEN {self.complete("field")} THEN {self._field(self._schooled())} END AS field,
                   CASE WHEN {self.complete("field")} THEN {self._group(self._schooled())} END AS field_group,
                   CASE WHEN {self.draw("target")} < 3000 THEN {self._post("target post")} END AS target_post,
                   {self.pick("religion", RELIGIONS)} AS religion, {self.pick("region", REGIONS)} AS region,
                   ({self.draw("disability")} < 200)::INTEGER AS disability
            FROM staff ORDER BY nip, i"""

    def _rank(self) -> str:
        """The rank of a civil servant by tier, four of them to each; PPPK have classes of their own."""
        least = {"jpt": 13, "administrator": 12, "pengawas": 9, "jf_ahli": 9}
        cases = " ".join(f"WHEN held LIKE '{tier}%' THEN {place}" for tier, place in least.items())
        place = f"CASE {cases} ELSE 5 END + {self.draw('rank')} % 4"
        listed = ", ".join(f"'{rank}'" for rank in RANKS)
        pns = f"kind = 'pns' AND {self.complete('rank')}"
        return f"CASE WHEN {pns} THEN ([{listed}])[1 + {place}] WHEN kind = 'pppk' THEN 'IX' END"

    def _before(self, column: str, days: int) -> str:
        """A day of the so many before this year."""
        return f"date '{YEAR}-01-01' - ({self.draw(column)} % {days})::INTEGER"

    def _units(self) -> int:
        return max(1, self.sample.employees // self.sample.agencies // PER_UNIT)

    def _posts(self) -> int:
        return max(1, self.sample.employees // self.sample.agencies // PER_POST)

    def _post(self, column: str = "post") -> str:
        return f"'A' || lpad((a + 1)::VARCHAR, 4, '0') || '-P' || ({self.draw(column)} % {self._posts()})"

    def _schooled(self) -> str:
        """The row whose field of education this is: that of the post for 6 of 10, else one's own."""
        post = f"a * {self._posts()} + {self.draw('post')} % {self._posts()}"
        return f"CASE WHEN {self.draw('fits')} < 60000 THEN {post} ELSE i END"

    def _education(self) -> str:
        """Structural and expert posts are held by graduates."""
        drawn = self.pick("education", EDUCATION_SHARES)
        senior = "held LIKE 'jpt%' OR held LIKE 'jf_ahli%' OR held IN ('administrator', 'pengawas')"
        graduate = self.pick("graduate", {"s1": 62_000, "s2": 35_000, "s3": 3_000})
        return f"CASE WHEN {senior} THEN {graduate} ELSE {drawn} END"

    def _field(self, key: str) -> str:
        listed = ", ".join(f"'{value}'" for value in FIELDS)
        return f"([{listed}])[1 + {self.draw('field', key)} % {len(FIELDS)}]"

    def _group(self, key: str) -> str:
        """Two neighbouring fields form a group."""
        return f"'G' || ({self.draw('field', key)} % {len(FIELDS)}) // 2"

    def post(self) -> str:
        """Every agency's posts; their fields are those that 6 of 10 holders have (see `_schooled`)."""
        tiers = self.pick("post tier", TIER_SHARES)
        return f"""
            SELECT 'A' || lpad((i // {self._posts()} + 1)::VARCHAR, 4, '0')
                       || '-P' || (i % {self._posts()}) AS post,
                   'Jabatan ' || (i % {self._posts()}) AS name,
                   'A' || lpad((i // {self._posts()} + 1)::VARCHAR, 4, '0') AS agency, {tiers} AS tier,
                   'A' || lpad((i // {self._posts()} + 1)::VARCHAR, 4, '0')
                       || '-U' || (i % {self._posts()} % {self._units()}) AS unit,
                   (5 + {self.draw("class")} % 12)::INTEGER AS job_class,
                   {self._field("i")} AS field, {self._group("i")} AS field_group,
                   ({self.draw("critical")} < 10000)::INTEGER AS critical,
                   'S-' || ({tiers}) AS standard,
                   CASE WHEN {self.draw("open")} < 8000 THEN 1 ELSE 0 END AS open_positions
            FROM range({self.sample.agencies * self._posts()}) r(i) ORDER BY i"""

    def unit(self) -> str:
        units = self._units()
        return f"""
            SELECT 'A' || lpad((i // {units} + 1)::VARCHAR, 4, '0') || '-U' || (i % {units}) AS unit,
                   'A' || lpad((i // {units} + 1)::VARCHAR, 4, '0') AS agency,
                   CASE WHEN i % {units} > 0
                        THEN 'A' || lpad((i // {units} + 1)::VARCHAR, 4, '0') || '-U' || ((i % {units}) // 5)
                   END AS parent,
                   'Unit ' || (i % {units}) AS name
            FROM range({self.sample.agencies * units}) r(i) ORDER BY i"""

    def rating(self) -> str:
        feedback = (
            f"1 + (({self.draw('feedback')} > 3000)::INTEGER + ({self.draw('feedback')} > 15000)::INTEGER"
        )
        return f"""
            SELECT nip, {YEAR - 1} AS year, {self.pick("rating", RATING_SHARES)} AS rating,
                   CASE WHEN {self.complete("feedback")}
                        THEN {feedback} + ({self.draw("feedback")} > 65000)::INTEGER) END AS feedback
            FROM staff WHERE {self.complete("rating")} ORDER BY nip"""

    def assessment(self) -> str:
        technical = f"(50 + {self.draw('technical')} % 5000 / 100)::DECIMAL(9, 2)"
        return f"""
            SELECT nip, date '{YEAR}-01-01' - ({self.draw("assessed")} % 1400)::INTEGER AS date,
                   'Pusat Penilaian Kompetensi' AS body,
                   {self._sum(55, "jpm")} AS reached, {self._required()} AS required,
                   CASE WHEN held NOT LIKE 'jf%' THEN {technical} END AS technical
            FROM staff WHERE {self.complete("assessment")} ORDER BY nip"""

    def _required(self) -> str:
        """Nine competences at the level of the tier."""
        return f"9 * {self._level()}"

    def _sum(self, least: int, column: str) -> str:
        """A sum of levels from `least` per cent of the required."""
        return f"(9 * {self._level()} * ({least} + {self.draw(column)} % {106 - least}) // 100)::INTEGER"

    def _level(self) -> str:
        levels = rules_for(CompetenceRules, date(YEAR, 1, 1)).required_levels
        cases = " ".join(f"WHEN '{tier}' THEN {level}" for tier, level in levels.items())
        return f"CASE held {cases} END"

    def potential(self) -> str:
        aspects = ", ".join(f"(2 + {self.draw(code)} % 4)::INTEGER AS {code}" for code in SUB_ASPECTS)
        return f"""
            SELECT nip, date '{YEAR}-01-01' - ({self.draw("potential")} % 1200)::INTEGER AS date, {aspects}
            FROM staff WHERE {self.complete("potential")} ORDER BY nip"""

    def training(self) -> str:
        """A training of the year before for 8 of 10, a seminar for half, the post's own training for most."""
        levels = {"pengawas": "pkp", "administrator": "pka", "jpt_pratama": "pkn_ii"}
        cases = " ".join(f"WHEN '{tier}' THEN '{code}'" for tier, code in levels.items())
        level = f"CASE held {cases} ELSE 'pkn_i' END"
        last = f"date '{YEAR - 1}-01-01' + ({self.draw('trained')} % 365)::INTEGER"
        own = "held LIKE 'jf%' OR held LIKE 'jpt%' OR held IN ('administrator', 'pengawas')"
        return f"""
            SELECT nip, date, kind, leadership, hours FROM (
                SELECT i, 1 AS n, nip, {last} AS date, 'technical' AS kind, NULL AS leadership,
                       (2 + {self.draw("hours")} % 40)::INTEGER AS hours
                FROM staff WHERE {self.draw("technical training")} < 80000
                UNION ALL
                SELECT i, 2, nip, {last}, 'seminar', NULL, 6 FROM staff WHERE {self.draw("seminar")} < 50000
                UNION ALL
                SELECT i, 3, nip, date '{YEAR - 4}-06-01', 'leadership', {level}, 200
                FROM staff WHERE ({own}) AND held NOT LIKE 'jf%' AND {self.draw("own training")} < 75000
                UNION ALL
                SELECT i, 3, nip, date '{YEAR - 4}-06-01', 'functional', NULL, 80
                FROM staff WHERE held LIKE 'jf%' AND {self.draw("own training")} < 75000
            ) ORDER BY nip, n"""

    def award(self) -> str:
        levels = {"agency": 60_000, "cross_agency": 34_000, "national": 5_500, "international": 500}
        return f"""
            SELECT nip, date '{YEAR}-01-01' - ({self.draw("awarded")} % 3000)::INTEGER AS date,
                   {self.pick("award", levels)} AS award
            FROM staff WHERE {self.draw("has award")} < 30000 ORDER BY nip"""

    def assignment(self) -> str:
        teams = {
            "internal_member": 60_000,
            "cross_member": 20_000,
            "internal_lead": 15_000,
            "cross_lead": 5_000,
        }
        acting = {"daily_same": 55_000, "acting_same": 30_000, "acting_higher": 14_900, "acting_head": 100}
        begun = f"date '{YEAR}-01-01' - ({self.draw('begun')} % 1500)::INTEGER"
        return f"""
            SELECT nip, {begun} AS start, {begun} + 180 AS end,
                   {self.pick("team", teams)} AS team,
                   CASE WHEN {self.draw("has acting")} < 15000
                        THEN {self.pick("acting", acting)} END AS acting
            FROM staff WHERE {self.draw("has assignment")} < 45000 ORDER BY nip"""

    def discipline(self) -> str:
        grades = {"light": 70_000, "medium": 22_000, "heavy": 8_000}
        decided = f"date '{YEAR}-01-01' - ({self.draw('decided')} % 4000)::INTEGER"
        return f"""
            SELECT nip, {decided} AS date, {decided} + 365 AS until, {self.pick("grade", grades)} AS grade
            FROM staff WHERE {self.draw("sanctioned")} < 1500 ORDER BY nip"""

    def standard(self) -> str:
        """The standard of every tier: its level in each competence."""
        rules = rules_for(CompetenceRules, date(YEAR, 1, 1))
        rows = ", ".join(
            f"('S-{tier}', '{competence.code}', {level})"
            for tier, level in rules.required_levels.items()
            for competence in rules.competences
        )
        return f"SELECT * FROM (VALUES {rows}) s(standard, competence, level) ORDER BY ALL"

    def competence(self) -> str:
        """Levels reached at the assessment: most at the level required, some one below or above."""
        codes = [competence.code for competence in rules_for(CompetenceRules, date(YEAR, 1, 1)).competences]
        listed = ", ".join(f"'{code}'" for code in codes)
        drawn = f"(hash(i, c, {self.sample.seed}) % 100)"
        return f"""
            SELECT nip, date '{YEAR}-01-01' - ({self.draw("assessed")} % 1400)::INTEGER AS date,
                   c AS competence,
                   least(5, greatest(0, {self._level()}
                       + CASE WHEN {drawn} < 22 THEN -1 WHEN {drawn} > 90 THEN 1 ELSE 0 END))::INTEGER
                       AS level
            FROM staff, (SELECT unnest([{listed}]) AS c)
            WHERE {self.complete("assessment")} ORDER BY nip, c"""

    def task(self) -> str:
        """Four tasks of every post, for about as many people as hold one."""
        minutes = "[30, 60, 240, 1200]"
        return f"""
            SELECT 'A' || lpad((i // {self._posts()} + 1)::VARCHAR, 4, '0')
                       || '-P' || (i % {self._posts()}) AS post,
                   'Tugas ' || t AS task,
                   greatest(1, {PER_POST} * 75000 * (60 + hash(i, t, {self.sample.seed}) % 90) // 400
                            // ({minutes})[t])::DECIMAL(18, 2) AS volume,
                   ({minutes})[t]::DECIMAL(18, 2) AS minutes
            FROM range({self.sample.agencies * self._posts()}) r(i), range(1, 5) n(t) ORDER BY i, t"""
