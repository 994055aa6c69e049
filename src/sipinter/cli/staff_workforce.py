"""Computations on posts, heads, ratings, training and allowances, written to a file."""

from __future__ import annotations

from pathlib import Path

from sipinter.cli.help import local_option
from sipinter.cli.output import print_json, print_pairs
from sipinter.cli.staff_options import parse_day, parse_figure, parse_whole_number
from sipinter.cli.staff_tables import table_command, write_and_print
from sipinter.merit.data.staff import Staff
from sipinter.merit.engine.output import check_output
from sipinter.merit.population.incentive import compute_incentives
from sipinter.merit.population.retirement import compute_projection, compute_retirements
from sipinter.merit.population.training import compute_training_needs
from sipinter.merit.population.training_plan import compute_training_plan, read_courses, write_training_plan
from sipinter.merit.population.workload import compute_workload
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
    staff, when = Staff.from_folder(Path(folder)), parse_day("--on", on)
    write_and_print(compute_workload(staff, when, rules_id, growth=share, units=units), out, as_json)


@table_command(
    "projection",
    Message("Heads of every post and unit: due, leaving in each of five years, staying, not known."),
)
def projection_command(folder: str, rules_id: str | None, on: str | None, out: str, as_json: bool) -> None:
    check_output(Path(out))
    result = compute_projection(Staff.from_folder(Path(folder)), parse_day("--on", on), rules_id)
    write_and_print(result, out, as_json)


@table_command("retirement", Message("Who retires when, in order of the day."))
@local_option("--years", metavar="N", help=Message("Only who is due within so many years."))
def retirement_command(
    folder: str, rules_id: str | None, on: str | None, out: str, years: str | None, as_json: bool
) -> None:
    check_output(Path(out))
    within = parse_whole_number("--years", years) if years is not None else None
    staff, when = Staff.from_folder(Path(folder)), parse_day("--on", on)
    write_and_print(compute_retirements(staff, when, rules_id, years=within), out, as_json)


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
    staff, when = Staff.from_folder(Path(folder)), parse_day("--on", on)
    write_and_print(compute_incentives(staff, when, rules_id, month=which), out, as_json)


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
    staff = Staff.from_folder(Path(folder))
    if courses is None and budget is None:
        write_and_print(compute_training_needs(staff, when, rules_id, units=units), out, as_json)
        return
    if courses is None or budget is None or units:
        raise Refusal(Message("a plan needs --courses and --budget, and is not made by unit"))
    offered = read_courses(Path(courses), rules_for(CompetenceRules, when, rules_id))
    needs = compute_training_needs(staff, when, rules_id)
    money = parse_whole_number("--budget", budget)
    plan = compute_training_plan(needs, offered, money)
    summary = write_training_plan(plan, needs, money, Path(out))
    if as_json:
        print_json({**summary, "out": out})
    else:
        print_pairs((key, str(value)) for key, value in summary.items())
