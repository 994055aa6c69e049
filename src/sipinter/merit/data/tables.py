"""The staff data model: tables, columns, codes. docs/staff-tables.md is drawn from here."""

from __future__ import annotations

from sipinter.merit.engine.table import ColumnType, StaffColumn, StaffTable
from sipinter.rules.sets.codes import EDUCATION, EXPECTATIONS, LEADERSHIP, TIERS

RATINGS = ("sangat_kurang", "kurang", "butuh_perbaikan", "baik", "sangat_baik")
AWARDS = ("none", "agency", "cross_agency", "national", "international")
TEAMS = ("none", "internal_member", "cross_member", "internal_lead", "cross_lead")
ACTING = ("none", "daily_same", "acting_same", "acting_higher", "acting_head")
BREADTH = ("unit", "units", "agencies")
GRADES = ("never", "light", "medium", "heavy", "being_served")
FITS = ("not", "near", "fits")
FEEDBACK = ("0", "1", "2", "3", "4")
SUB_ASPECTS = (
    "intellectual",
    "interpersonal",
    "self_awareness",
    "critical_thinking",
    "problem_solving",
    "emotional_intelligence",
    "growth_mindset",
    "grit",
)


def _c(
    name: str, kind: ColumnType, meaning: str, *, required: bool = False, codes: tuple[str, ...] = ()
) -> StaffColumn:
    return StaffColumn(name, kind, meaning, required, codes)


NIP = _c("nip", "nip", "employee number, 18 digits", required=True)
TIER_CODES = tuple(TIERS)

TABLES: dict[str, StaffTable] = {
    table.name: table
    for table in (
        StaffTable(
            "employee",
            "one row for each employee in service",
            (
                NIP,
                _c("name", "text", "name"),
                _c("agency", "text", "code of the agency that employs", required=True),
                _c("unit", "text", "unit, see table unit"),
                _c("post", "text", "post held, see table post"),
                _c("kind", "code", "kind of employee", codes=("pns", "pppk")),
                _c("tier", "code", "tier of the post", required=True, codes=TIER_CODES),
                _c("rank", "text", "rank, I/a to IV/e, or the PPPK's class"),
                _c("sex", "code", "sex", codes=("male", "female")),
                _c("birth_date", "date", "date of birth"),
                _c("tier_since", "date", "in the tier since"),
                _c(
                    "related_years",
                    "integer",
                    "full years of experience in the field of duty of the target post",
                ),
                _c("breadth", "rank", "where the posts so far were", codes=BREADTH),
                _c("education", "rank", "highest level of education", codes=EDUCATION),
                _c("field", "text", "field of that education"),
                _c("field_group", "text", "group of related fields"),
                _c("target_post", "text", "post that the employee is considered for, see table post"),
                _c("religion", "text", "protected attribute, for fairness only"),
                _c("region", "text", "region of origin, protected attribute, for fairness only"),
                _c("marital_status", "text", "protected attribute, for fairness only"),
                _c("disability", "flag", "protected attribute, for fairness only"),
            ),
            required=True,
            key=("nip",),
        ),
        StaffTable(
            "post",
            "one row for each post",
            (
                _c("post", "text", "code of the post", required=True),
                _c("name", "text", "name"),
                _c("agency", "text", "agency", required=True),
                _c("unit", "text", "unit"),
                _c("tier", "code", "tier", required=True, codes=TIER_CODES),
                _c("job_class", "integer", "job class, 1-17"),
                _c("field", "text", "field of education that the post asks for"),
                _c("field_group", "text", "group of related fields"),
                _c("critical", "flag", "is it a critical post?"),
                _c("standard", "text", "competence standard, see table standard"),
                _c("open_positions", "integer", "formations set but unfilled"),
            ),
            key=("post",),
        ),
        StaffTable(
            "unit",
            "one row for each unit",
            (
                _c("unit", "text", "code of the unit", required=True),
                _c("agency", "text", "agency", required=True),
                _c("parent", "text", "the unit above"),
                _c("name", "text", "name"),
            ),
            key=("unit",),
        ),
        StaffTable(
            "rating",
            "yearly performance ratings; one row an employee and year",
            (
                NIP,
                _c("year", "integer", "the year that was rated", required=True),
                _c("result", "code", "result", codes=tuple(EXPECTATIONS)),
                _c("behaviour", "code", "behaviour", codes=tuple(EXPECTATIONS)),
                _c("rating", "rank", "rating", codes=RATINGS),
                _c("feedback", "integer", "level of the 360-degree feedback, 4 (highest) to 1"),
            ),
            key=("nip", "year"),
        ),
        StaffTable(
            "assessment",
            "competence assessments",
            (
                NIP,
                _c("date", "date", "day of the assessment", required=True),
                _c("body", "text", "who assessed"),
                _c("reached", "integer", "sum of the managerial and socio-cultural levels reached"),
                _c("required", "integer", "sum of the levels required"),
                _c("jpm", "figure", "job person match in per cent; computed from the sums where empty"),
                _c("technical", "figure", "technical competence for the target post, 0-100"),
            ),
            key=("nip", "date"),
        ),
        StaffTable(
            "training",
            "trainings completed",
            (
                NIP,
                _c("date", "date", "completed on", required=True),
                _c(
                    "kind",
                    "code",
                    "kind of training",
                    required=True,
                    codes=("leadership", "functional", "technical", "seminar", "other"),
                ),
                _c("leadership", "rank", "leadership training: which", codes=LEADERSHIP),
                _c("hours", "integer", "hours of training (JP)"),
                _c("name", "text", "name"),
            ),
            key=("nip", "date", "kind"),
        ),
        StaffTable(
            "award",
            "awards received",
            (
                NIP,
                _c("date", "date", "received on", required=True),
                _c("award", "rank", "level of the award", required=True, codes=AWARDS),
            ),
            key=("nip", "date"),
        ),
        StaffTable(
            "assignment",
            "team assignments and acting posts",
            (
                NIP,
                _c("start", "date", "from", required=True),
                _c("end", "date", "until; empty while it lasts"),
                _c("team", "rank", "role in a team", codes=TEAMS),
                _c("acting", "rank", "acting post", codes=ACTING),
            ),
            key=("nip", "start"),
        ),
        StaffTable(
            "discipline",
            "disciplinary sanctions",
            (
                NIP,
                _c("date", "date", "decided on", required=True),
                _c("until", "date", "being served until"),
                _c("grade", "rank", "grade of the sanction", required=True, codes=GRADES[:4]),
            ),
            key=("nip", "date"),
        ),
        StaffTable(
            "education",
            "every education completed",
            (
                NIP,
                _c("level", "rank", "level", required=True, codes=EDUCATION),
                _c("field", "text", "field"),
                _c("field_group", "text", "group of related fields"),
                _c("year", "integer", "year of graduation"),
            ),
            key=("nip", "level"),
        ),
        StaffTable(
            "standard",
            "competence standards of posts; one row a competence",
            (
                _c("standard", "text", "code of the standard", required=True),
                _c("competence", "text", "code of the competence", required=True),
                _c("level", "integer", "level required, 1-5", required=True),
            ),
            key=("standard", "competence"),
        ),
        StaffTable(
            "competence",
            "levels reached; one row an employee, assessment and competence",
            (
                NIP,
                _c("date", "date", "day of the assessment", required=True),
                _c("competence", "text", "code of the competence", required=True),
                _c("level", "integer", "level reached, 0-5", required=True),
            ),
            key=("nip", "date", "competence"),
        ),
        StaffTable(
            "task",
            "tasks of a post (workload)",
            (
                _c("post", "text", "code of the post", required=True),
                _c("task", "text", "task", required=True),
                _c("volume", "figure", "how often a year", required=True),
                _c("minutes", "figure", "time norm of one, in minutes", required=True),
            ),
            key=("post", "task"),
        ),
        StaffTable(
            "allowance",
            "regional allowance (TPP): the agency's own basic amounts by job class",
            (
                _c("agency", "text", "agency", required=True),
                _c("job_class", "integer", "job class, 1-17", required=True),
                _c("basic", "integer", "basic amount a month, in whole rupiah", required=True),
            ),
            key=("agency", "job_class"),
        ),
        StaffTable(
            "allowance_index",
            "regional allowance (TPP): the agency's indices",
            (
                _c("agency", "text", "agency", required=True),
                _c("fiscal", "figure", "index of fiscal capacity", required=True),
                _c("cost", "figure", "index of construction cost", required=True),
                _c("performance", "figure", "index of the government's performance", required=True),
            ),
            key=("agency",),
        ),
        StaffTable(
            "achievement",
            "what the payment of a month follows; one row an employee and month",
            (
                NIP,
                _c("month", "integer", "month, YYYYMM", required=True),
                _c("productivity", "figure", "productivity, 0-100", required=True),
                _c("discipline", "figure", "discipline of attendance, 0-100", required=True),
            ),
            key=("nip", "month"),
        ),
        StaffTable(
            "attribute",
            "attributes that no score may use; for fairness only. Written by `staff import`",
            (
                NIP,
                _c("religion", "text", "religion, as a code"),
                _c("region", "text", "region of origin, as a code"),
                _c("marital_status", "text", "marital status, as a code"),
                _c("disability", "flag", "disability"),
            ),
            key=("nip",),
        ),
        StaffTable(
            "potential",
            "assessments of potential; eight sub-aspects, 0-5 each",
            (
                NIP,
                _c("date", "date", "day of the assessment", required=True),
                *(_c(code, "integer", "sub-aspect, 0-5", required=True) for code in SUB_ASPECTS),
            ),
            key=("nip", "date"),
        ),
    )
}


def render_staff_tables() -> str:
    """docs/staff-tables.md."""
    lines = [
        "# Staff tables",
        "",
        "Written by `make docs` from `merit/data/tables.py`. A folder holds one file a table:",
        "`employee.parquet`, `employee.csv` or `employee.xlsx` (Parquet first). Columns may stand in any",
        "order; further columns are passed over; a column that is not required may be missing or empty.",
        "Only `employee` must be there.",
        "",
        "| type | in the file | in a frame |",
        "|---|---|---|",
        "| nip | 18 digits (whole number or text) | int64 |",
        "| date | date, or 2026-12-31 | int64, YYYYMMDD |",
        "| figure | decimal figure, at most 6 decimals | int64, millionths |",
        "| rank | code, listed from the least to the most | int64, its place in the list (the first is 0) |",
        "| code, text | text | text |",
        "| integer, flag | whole number; true/false or 0/1 | int64 |",
        "",
        "No file `award` means that awards are not known; a file without a row of somebody means that there",
        "was none. The same holds for `assignment`, `discipline` and `training`.",
        "",
        "Beside the tables stand `facts.parquet` and `facts.json`, drawn from them for one day by the",
        "commands `import`, `sample` and `prepare` ([staff-cli.md](staff-cli.md)): no table, and not needed.",
    ]
    for table in TABLES.values():
        meaning, key = (
            f"{table.meaning[0].upper()}{table.meaning[1:]}",
            ", ".join(f"`{name}`" for name in table.key),
        )
        lines += ["", f"## {table.name}", "", f"{meaning}. What tells rows apart: {key}.", ""]
        lines += ["| column | type | required | meaning | codes |", "|---|---|---|---|---|"]
        lines += [
            f"| `{c.name}` | {c.type} | {'yes' if c.required else ''} | {c.meaning} | "
            f"{', '.join(f'`{code}`' for code in c.codes)} |"
            for c in table.columns
        ]
    return "\n".join([*lines, ""])
