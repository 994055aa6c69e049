"""`sipinter staff successors`: the best for each post, from a folder of staff tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from sipinter.cli.decorators import local_command
from sipinter.cli.language import LocalOption
from sipinter.cli.output import print_json, print_pairs
from sipinter.cli.staff_options import on_option, parse_day, parse_whole_number, rules_option
from sipinter.cli.staff_tables import out_option
from sipinter.merit.data.staff import Staff
from sipinter.merit.engine.output import check_output
from sipinter.merit.succession.result import compute_successors, posts_path, write_successors
from sipinter.merit.succession.targets import ALL, CRITICAL, PostChoice
from sipinter.rules.messages import Message, Refusal
from sipinter.rules.sets.succession import SCOPES


@local_command("successors")
@click.argument("folder", metavar="DIR")
@rules_option
@on_option
@click.option(
    "--posts",
    metavar="FILE",
    cls=LocalOption,
    help="File of target posts: the column post, and what they ask beyond the rules.",
)
@click.option("--critical", is_flag=True, cls=LocalOption, help="All critical posts of the table post.")
@click.option("--all", "every", is_flag=True, cls=LocalOption, help="All posts of the table post.")
@click.option(
    "--best", default="3", metavar="N", cls=LocalOption, help="How many for each post; 3 unless given."
)
@click.option(
    "--scope",
    default=SCOPES[0],
    metavar="|".join(SCOPES),
    cls=LocalOption,
    help="Candidates of the post's agency (agency, the default) or of all agencies (national).",
)
@click.option(
    "--exclusions",
    metavar="FILE",
    cls=LocalOption,
    help="Also write who is excluded or must be checked, and why.",
)
@out_option
def successors_command(
    folder: str,
    rules_id: str | None,
    on: str | None,
    posts: str | None,
    critical: bool,
    every: bool,
    best: str,
    scope: str,
    exclusions: str | None,
    out: str,
    as_json: bool,
) -> None:
    """The best successors of target posts: gates, boxes first, then the score.

    Beside FILE stands one row a post: its candidates by status, bench strength, what was failed or unknown.
    """
    chosen = _choose_posts(posts, critical, every)
    _check_scope(scope)
    excluded = Path(exclusions) if exclusions else None
    for path in (Path(out), excluded):
        if path is not None:
            check_output(path)
    result = compute_successors(
        Staff.from_folder(Path(folder)),
        parse_day("--on", on),
        rules_id,
        posts=chosen,
        scope=scope,
        best=parse_whole_number("--best", best),
    )
    meta = write_successors(result, Path(out), excluded)
    if as_json:
        print_json({**meta, "out": out, "posts_out": str(posts_path(Path(out))), "exclusions": exclusions})
        return
    print_pairs((key, str(value)) for key, value in _sums(meta).items())


def _sums(meta: dict[str, Any]) -> dict[str, object]:
    """What is printed of the sums."""
    counts = {key: value for key, value in meta["completeness"].items() if isinstance(value, int)}
    bench = {
        f"{name} {strength}": posts
        for name, strengths in meta["bench_strength"].items()
        for strength, posts in strengths.items()
    }
    without = {key: len(meta[key]) for key in ("without_successor", "without_rules")}
    return {"rule_id": meta["rule_id"], "on": meta["on"], **counts, **bench, **without}


def _choose_posts(listed: str | None, critical: bool, every: bool) -> PostChoice:
    """The posts of the one option that was given; Refusal for none and for several."""
    chosen: list[PostChoice] = [Path(listed)] if listed is not None else []
    chosen += [choice for choice, given in ((CRITICAL, critical), (ALL, every)) if given]
    if len(chosen) != 1:
        raise Refusal(Message("give one of --posts FILE, --critical and --all"))
    return chosen[0]


def _check_scope(scope: str) -> None:
    """Refusal for a scope that there is not."""
    if scope not in SCOPES:
        raise Refusal(
            Message(
                "{what}: “{value}” is not one of: {known}",
                what="--scope",
                value=scope,
                known=", ".join(SCOPES),
            )
        )
