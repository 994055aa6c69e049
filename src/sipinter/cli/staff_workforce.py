"""Computations on posts, heads, ratings, training and allowances, written to a file."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from sipinter.cli.help import local_option
from sipinter.cli.output import print_json, print_pairs
from sipinter.cli.staff_options import parse_day, parse_figure, parse_whole_number
from sipinter.cli.staff_tables import table_command, write_report
from sipinter.merit.engine.output import check_output, write_meta
from sipinter.merit.population import workforce_reports
from sipinter.merit.population.report import StaffReport
from sipinter.merit.population.training import TrainingPlan, read_courses
from sipinter.rules.messages import Message, Refusal
from sipinter.rules.sets.catalog import rules_for
from sipinter.rules.sets.model import CompetenceRules

units_option = local_option("--units", is_flag=True, help=Message("One row a unit."))


@table_command(
    "workload", Message("Need, efficiency and position of every post from its tasks, and five years ahead.")
)
@units_option
@local_option(
    "--growth",
    default="0",
    metavar="PERCENT",
    help=Message("Growth of the work a year, in per cent."),
)
def workload_command(
    folder: str, rules_id: str | None, on: str | None, out: str, units: bool, growth: str, as_json: bool
) -> None:
    check_output(Path(out))
    share = parse_figure("--growth", growth) / 100
    write_report(
        workforce_reports.workload_report(
            Path(folder), parse_day("--on", on), rules_id, growth=share, units=units
        ),
        out,
        as_json,
    )


@table_command(
    "projection",
    Message("Heads of every post and unit: due, leaving in each of five years, staying, not known."),
)
def projection_command(folder: str, rules_id: str | None, on: str | None, out: str, as_json: bool) -> None:
    check_output(Path(out))
    write_report(
        workforce_reports.projection_report(Path(folder), parse_day("--on", on), rules_id), out, as_json
    )


@table_command("retirement", Message("Who retires when, in order of the day."))
@local_option("--years", metavar="N", help=Message("Only who is due within so many years."))
def retirement_command(
    folder: str, rules_id: str | None, on: str | None, out: str, years: str | None, as_json: bool
) -> None:
    check_output(Path(out))
    within = parse_whole_number("--years", years) if years is not None else None
    write_report(
        workforce_reports.retirement_report(Path(folder), parse_day("--on", on), rules_id, years=within),
        out,
        as_json,
    )


@table_command(
    "incentive",
    Message("Regional allowance of a month: basic amount x indices, paid by productivity and discipline."),
)
@local_option("--month", metavar="YYYYMM", help=Message("The month; the one before the day by default."))
def incentive_command(
    folder: str, rules_id: str | None, on: str | None, out: str, month: str | None, as_json: bool
) -> None:
    check_output(Path(out))
    which = parse_whole_number("--month", month) if month else None
    write_report(
        workforce_reports.incentive_report(Path(folder), parse_day("--on", on), rules_id, month=which),
        out,
        as_json,
    )


@table_command(
    "training",
    Message("Needs of training of everybody, or with --courses and --budget the best plan, proven."),
    Message(
        "Columns of the courses: course, competence (empty for hours only), levels, hours, cost, places."
    ),
)
@units_option
@local_option("--courses", metavar="FILE", help=Message("Courses on offer (CSV), for a plan."))
@local_option("--budget", metavar="RUPIAH", help=Message("What the plan may cost."))
def training_command(
    folder: str,
    rules_id: str | None,
    on: str | None,
    out: str,
    units: bool,
    courses: str | None,
    budget: str | None,
    as_json: bool,
) -> None:
    check_output(Path(out))
    when = parse_day("--on", on)
    if courses is None and budget is None:
        write_report(
            workforce_reports.training_report(Path(folder), when, rules_id, units=units), out, as_json
        )
        return
    if courses is None or budget is None or units:
        raise Refusal(Message("a plan needs --courses and --budget, and is not made by unit"))
    offered = read_courses(Path(courses), rules_for(CompetenceRules, when, rules_id))
    report = workforce_reports.training_report(Path(folder), when, rules_id)
    money = parse_whole_number("--budget", budget)
    plan = workforce_reports.training_plan(report, offered, money)
    _planned(report, plan, money, Path(out), as_json)


def _planned(report: StaffReport, plan: TrainingPlan, budget: int, out: Path, as_json: bool) -> None:
    """The plan's rows (CSV or JSON) and its meta."""
    rows = [
        {
            "nip": str(nip),
            "course": course.course,
            "competence": course.competence,
            "levels": levels,
            "hours": hours,
            "cost": course.cost,
            "rule_id": report.rules_id,
            "on": report.on.isoformat(),
        }
        for nip, course, levels, hours in plan.places
    ]
    if out.suffix == ".parquet":
        raise Refusal(Message("{path}: a plan is written as .csv or .json", path=out))
    if out.suffix == ".json":
        out.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    else:
        with out.open("w", encoding="utf-8", newline="") as file:
            names = ["nip", "course", "competence", "levels", "hours", "cost", "rule_id", "on"]
            writer = csv.DictWriter(file, names, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    summary = {
        "rule_id": report.rules_id,
        "on": report.on.isoformat(),
        "budget": budget,
        "cost": plan.cost,
        "places": len(rows),
        "levels_closed": plan.levels,
        "hours_covered": plan.hours,
        "optimal": plan.optimal,
    }
    write_meta(out, {**summary, "input_sha256": report.staff.input_sha256()})
    if as_json:
        print_json({**summary, "out": str(out)})
    else:
        print_pairs((key, str(value)) for key, value in summary.items())
