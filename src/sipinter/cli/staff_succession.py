"""`sipinter staff successors`: the best for each post, from a folder of staff tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from sipinter.cli.decorators import local_command
from sipinter.cli.help import local_option
from sipinter.cli.output import print_json, print_pairs
from sipinter.cli.staff_options import on_option, parse_day, parse_whole_number, rules_option
from sipinter.cli.staff_tables import out_option
from sipinter.merit.data.staff import Staff
from sipinter.merit.engine.output import check_output
from sipinter.merit.succession.result import compute_successors, posts_path, write_successors
from sipinter.merit.succession.targets import ALL, CRITICAL, PostChoice
from sipinter.rules.messages import Message, Refusal
from sipinter.rules.sets.succession import SCOPES


@local_command(
    "successors",
    Message("The best successors of target posts: gates, boxes first, then the score."),
    Message(
        "Beside FILE stands one row a post: its candidates by status, bench strength, what was "
        "failed or unknown."
    ),
)
@click.argument("folder", metavar="DIR")
@rules_option
@on_option
@local_option(
    "--posts",
    metavar="FILE",
    help=Message("File of target posts: the column post, and what they ask beyond the rules."),
)
@local_option("--critical", is_flag=True, help=Message("All critical posts of the table post."))
@local_option("--all", "every", is_flag=True, help=Message("All posts of the table post."))
@local_option("--best", default="3", metavar="N", help=Message("How many for each post; 3 unless given."))
@local_option(
    "--scope",
    default=SCOPES[0],
    metavar="|".join(SCOPES),
    help=Message("Candidates of the post's agency (agency, the default) or of all agencies (national)."),
)
@local_option(
    "--exclusions",
    metavar="FILE",
    help=Message("Also write who is excluded or must be checked, and why."),
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
