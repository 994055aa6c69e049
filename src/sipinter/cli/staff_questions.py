"""Small questions about staff: no files, JSON on stdout (docs/staff-cli.md)."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from sipinter.cli.help import local_option
from sipinter.cli.language import localised_text, translate_message
from sipinter.cli.output import EXIT_FAULT, print_json
from sipinter.cli.staff_options import (
    json_command,
    parse_day,
    parse_figure,
    parse_whole_number,
    round_for_display,
)
from sipinter.merit.data import code_parser
from sipinter.merit.data.result import write_result
from sipinter.merit.data.staff import Staff
from sipinter.merit.engine.exact import DECIMALS
from sipinter.merit.engine.output import check_output
from sipinter.merit.person import box, competence, discipline, performance, retirement, workload
from sipinter.merit.person import nip as numbers
from sipinter.merit.population.performance import compute_ratings
from sipinter.rules.messages import Message, Refusal
from sipinter.rules.sets.catalog import rules_for
from sipinter.rules.sets.codes import EXPECTATIONS, POTENTIALS, RATINGS, TIERS
from sipinter.rules.sets.model import (
    CompetenceRules,
    DisciplineRules,
    IdentityRules,
    PerformanceRules,
    RetirementRules,
    TalentRules,
    WorkloadRules,
)


@json_command(
    "box",
    Message("Box, levels, talent value and follow-up of a performance Y and a potential X, 0-100 each."),
)
@click.argument("performance", metavar="Y")
@click.argument("potential", metavar="X")
@local_option("--technical", metavar="FIGURE", help=Message("Technical competence for a target post, 0-100."))
@local_option("--tier", metavar="TIER", help=Message("Tier of the target post."))
def box_command(
    performance: str,
    potential: str,
    technical: str | None,
    tier: str | None,
    rules_id: str | None,
    on: str | None,
) -> None:
    when = parse_day("--on", on)
    rules = rules_for(TalentRules, when, rules_id)
    found = box.place_in_box(rules, parse_figure("Y", performance), parse_figure("X", potential))
    answer: dict[str, object] = {
        "rules": rules.header.id,
        "on": when.isoformat(),
        "performance": round_for_display(found.performance, DECIMALS),
        "potential": round_for_display(found.potential, DECIMALS),
        "performance_level": found.performance_level,
        "performance_level_name": localised_text(EXPECTATIONS[found.performance_level]),
        "potential_level": found.potential_level,
        "potential_level_name": localised_text(POTENTIALS[found.potential_level]),
        "box": found.box,
        "talent_value": round_for_display(found.talent_value, DECIMALS),
    }
    if technical is not None or tier is not None:
        post = code_parser.parse_tier(tier or "")
        figure = parse_figure("--technical", technical or "")
        box.check_axis_range("--technical", figure, box.HUNDRED)
        answer["target_tier"] = post
        answer["target_value"] = round_for_display(
            box.target_value(rules, post, found.talent_value, figure), DECIMALS
        )
    print_json({**answer, "follow_up": [localised_text(step) for step in found.follow_up]})


@json_command(
    "nip", Message("The parts of an employee number of 18 digits; exit code 2 when it cannot be one.")
)
@click.argument("nip", metavar="NIP")
def nip_command(nip: str, rules_id: str | None, on: str | None) -> None:
    when = parse_day("--on", on)
    rules = rules_for(IdentityRules, when, rules_id)
    try:
        found = numbers.parse_nip(nip, rules, when)
    except Refusal as refusal:
        sentence = translate_message(refusal.message)
        print_json({"rules": rules.header.id, "nip": nip, "valid": False, "fault": sentence})
        click.echo(sentence, err=True)
        sys.exit(EXIT_FAULT)
    month = f"-{found.appointed_month:02}" if found.appointed_month else ""
    print_json(
        {
            "rules": rules.header.id,
            "nip": found.nip,
            "valid": True,
            "kind": found.kind,
            "birth_date": found.birth_date.isoformat(),
            "appointed": f"{found.appointed_year:04}{month}",
            "pppk_code": found.code,
            "sex": found.sex,
            "sequence": found.sequence,
        }
    )


@json_command(
    "sanction", Message("The sanction for so many days of absence without a valid reason in a year.")
)
@click.argument("days", metavar="DAYS")
@local_option("--consecutive", metavar="N", help=Message("The longest row of days absent."))
def sanction_command(days: str, consecutive: str | None, rules_id: str | None, on: str | None) -> None:
    rules = rules_for(DisciplineRules, parse_day("--on", on), rules_id)
    absent = parse_whole_number("DAYS", days)
    in_a_row = parse_whole_number("--consecutive", consecutive) if consecutive is not None else 0
    found = discipline.absence_sanction(rules, absent, in_a_row)
    print_json(
        {
            "rules": rules.header.id,
            "days": absent,
            "consecutive": in_a_row if consecutive is not None else None,
            "sanction": found.code,
            "sanction_name": localised_text(found.title),
            "grade": found.grade,
        }
    )


@json_command(
    "jpm", Message("JPM of the sums of levels, with its categories for filling posts and for mapping.")
)
@click.argument("reached", metavar="REACHED")
@click.argument("required", metavar="REQUIRED")
def jpm_command(reached: str, required: str, rules_id: str | None, on: str | None) -> None:
    rules = rules_for(CompetenceRules, parse_day("--on", on), rules_id)
    found = competence.job_person_match(
        rules, parse_whole_number("REACHED", reached), parse_whole_number("REQUIRED", required)
    )
    print_json(
        {
            "rules": rules.header.id,
            "jpm": round_for_display(found.percent, rules.decimals),
            "gap": found.gap,
            "filling": found.filling.code,
            "mapping": found.mapping.code,
        }
    )


@json_command(
    "need", Message("Posts needed for so many minutes of work a year, and the efficiency of the holders.")
)
@click.argument("minutes", metavar="MINUTES")
@local_option("--holders", metavar="N", help=Message("How many hold the post now."))
def need_command(minutes: str, holders: str | None, rules_id: str | None, on: str | None) -> None:
    rules = rules_for(WorkloadRules, parse_day("--on", on), rules_id)
    present = parse_whole_number("--holders", holders) if holders is not None else None
    total = parse_figure("MINUTES", minutes)
    found = workload.workload_need(rules, total, present)
    print_json(
        {
            "rules": rules.header.id,
            "minutes": round_for_display(total),
            "effective_minutes": rules.effective_minutes,
            "load": round_for_display(found.load),
            "need": found.need,
            "holders": present,
            "balance": None if present is None else present - found.need,
            "efficiency": round_for_display(found.efficiency),
            "grade": found.grade.code if found.grade else None,
        }
    )


@json_command(
    "rating",
    Message("The yearly rating of a result and a behaviour: “di atas”, “sesuai” or “di bawah” (ekspektasi)."),
    Message(
        "With a folder DIR and --out: everybody's rating as given and by the matrix, or their distribution."
    ),
)
@click.argument("result", metavar="RESULT|DIR")
@click.argument("behaviour", metavar="BEHAVIOUR", required=False)
@local_option("--out", metavar="FILE", help=Message("With DIR: the ratings of a whole staff, to a file."))
@local_option(
    "--organisation",
    metavar="RATING",
    help=Message("The organisation's rating: its distribution is checked, one row an agency or unit."),
)
@local_option("--units", is_flag=True, help=Message("One row a unit."))
@local_option("--year", metavar="YEAR", help=Message("The year rated; the year before the day by default."))
def rating_command(
    result: str,
    behaviour: str | None,
    out: str | None,
    organisation: str | None,
    units: bool,
    year: str | None,
    rules_id: str | None,
    on: str | None,
) -> None:
    when = parse_day("--on", on)
    if out is not None:
        check_output(Path(out))
        asked = parse_whole_number("--year", year) if year else None
        staff = Staff.from_folder(Path(result))
        rated = compute_ratings(staff, when, rules_id, year=asked, organisation=organisation, units=units)
        print_json({**write_result(rated, Path(out)), "out": out})
        return
    rules = rules_for(PerformanceRules, when, rules_id)
    row, column = (
        code_parser.parse_expectation(result, "RESULT"),
        code_parser.parse_expectation(behaviour or "", "BEHAVIOUR"),
    )
    code = performance.performance_rating(rules, row, column)
    print_json(
        {
            "rules": rules.header.id,
            "result": row,
            "behaviour": column,
            "rating": code,
            "rating_name": localised_text(RATINGS[code]),
        }
    )


@json_command(
    "retire", Message("The day of retirement of somebody born on BIRTHDATE (as 1990-12-31) in a tier.")
)
@click.argument("birth_date", metavar="BIRTHDATE")
@click.argument("tier", metavar="TIER")
def retire_command(birth_date: str, tier: str, rules_id: str | None, on: str | None) -> None:
    when = parse_day("--on", on)
    rules = rules_for(RetirementRules, when, rules_id)
    code = code_parser.parse_tier(tier)
    born = parse_day("BIRTHDATE", birth_date)
    if born > when:
        raise Refusal(Message("{what}: {value} lies after {on}", what="BIRTHDATE", value=born, on=when))
    retires = retirement.retirement_date(rules, born, code)
    print_json(
        {
            "rules": rules.header.id,
            "birth_date": born.isoformat(),
            "tier": code,
            "tier_name": localised_text(TIERS[code]),
            "age": rules.ages[code],
            "retires_on": retires.isoformat(),
            "retired": retires <= when,
        }
    )
