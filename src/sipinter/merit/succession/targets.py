"""Target posts of a succession: which they are, and what each asks beyond the rules of its tier.

Posts that ask the same of the same candidates share one `profile`, so that candidates are ranked once for
all of them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import narwhals as nw

from sipinter.merit.data.staff import Staff
from sipinter.merit.engine.base import Frame
from sipinter.merit.engine.table import StaffColumn, StaffTable, check_table_file
from sipinter.rules.messages import Message, Refusal
from sipinter.rules.sets.codes import EDUCATION, LEADERSHIP, RANKS

# Thresholds that a file of posts may set; empty cells leave those of the tier.
THRESHOLDS = (
    "minimum_rank",
    "minimum_education",
    "years_in_tier",
    "training",
    "maximum_age",
    "related_years",
)
POSTS = StaffTable(
    "posts",
    "target posts of a succession, with what they ask beyond the rules of their tier",
    (
        StaffColumn("post", "text", "code of the post", required=True),
        StaffColumn("minimum_rank", "rank", "lowest rank", codes=RANKS),
        StaffColumn("minimum_education", "rank", "lowest level of education", codes=EDUCATION),
        StaffColumn("field", "text", "field of education; that of the table post where empty"),
        StaffColumn("field_group", "text", "group of related fields"),
        StaffColumn("years_in_tier", "integer", "full years in the tier to come from"),
        StaffColumn("training", "rank", "leadership training", codes=LEADERSHIP),
        StaffColumn("feeder_posts", "text", "posts to come from, separated by semicolons"),
        StaffColumn("maximum_age", "integer", "highest age"),
        StaffColumn("related_years", "integer", "years of related experience"),
    ),
)
# Target posts are those of a file, or of the table `post`: the critical ones, or all.
CRITICAL: Literal["critical"] = "critical"
ALL: Literal["all"] = "all"
PostChoice = Path | Literal["critical", "all"]
FIELDS = ("field", "field_group", "feeder_posts")
SEPARATOR = "\x1f"
NONE = -1


def target_posts(staff: Staff, posts: PostChoice, scope: str) -> Frame:
    """The chosen posts: post, for_tier, critical, what they ask, profile.

    Texts that are not given are "", figures -1. Refusal for a post that is unknown or given twice.
    """
    post = staff.need("post").select(
        "post", "agency", "critical", for_tier="tier", own_field="field", own_group="field_group"
    )
    frame = _listed(staff, post, posts) if isinstance(posts, Path) else _from_table(post, posts)
    whole = frame.with_columns(
        *(nw.col(name).fill_null("") for name in FIELDS),
        *(nw.col(name).fill_null(NONE).cast(nw.Int64) for name in (*THRESHOLDS, "critical")),
    )
    keys = ["for_tier", *FIELDS, *THRESHOLDS, *(["agency"] if scope == "agency" else [])]
    key = nw.concat_str(*(nw.col(name).cast(nw.String) for name in keys), separator=SEPARATOR)
    profiled = whole.with_columns(key=key).with_columns(profile=nw.col("key").rank("dense").cast(nw.Int64))
    return staff.engine.keep(profiled.drop("key"))


def _from_table(post: Frame, chosen: str) -> Frame:
    """The posts as the table has them: nothing is asked beyond the rules."""
    none = nw.lit(None).cast(nw.Int64)
    wanted = post.filter(nw.col("critical") == 1) if chosen == CRITICAL else post
    return wanted.rename({"own_field": "field", "own_group": "field_group"}).with_columns(
        feeder_posts=nw.lit(""), **dict.fromkeys(THRESHOLDS, none)
    )


def _listed(staff: Staff, post: Frame, path: Path) -> Frame:
    check_table_file(path)
    wanted = staff.engine.read(path, POSTS)
    _once(staff, wanted, path)
    frame = staff.engine.keep(wanted.join(post, on="post", how="left"))
    unknown = staff.engine.rows(frame.filter(nw.col("for_tier").is_null()).select(post=nw.col("post").min()))
    if unknown[0]["post"] is not None:
        raise Refusal(
            Message("{file}: post {post} is not in the table post", file=path.name, post=unknown[0]["post"])
        )
    own = nw.col("field").is_null()
    return frame.with_columns(
        field=nw.coalesce("field", "own_field"),
        field_group=nw.when(own)
        .then(nw.coalesce("field_group", "own_group"))
        .otherwise(nw.col("field_group")),
    ).drop("own_field", "own_group")


def _once(staff: Staff, wanted: Frame, path: Path) -> None:
    counted = wanted.group_by("post").agg(rows=nw.len()).filter(nw.col("rows") > 1)
    twice = staff.engine.rows(counted.select(post=nw.col("post").min()))[0]["post"]
    if twice is not None:
        raise Refusal(Message("{file}: post {post} is given twice", file=path.name, post=twice))


def post_requirements(targets: Frame, scope: str) -> Frame:
    """One row a post: `target`, its profile, whose candidates it takes, what it asks (`post_...`)."""
    keys = ["profile", "for_tier", *(["agency"] if scope == "agency" else [])]
    return targets.select(
        *keys, *(nw.col(name).alias(f"post_{name}") for name in (*FIELDS, *THRESHOLDS)), target="post"
    )


def requirement_profiles(targets: Frame, scope: str) -> Frame:
    """One row a profile."""
    return post_requirements(targets, scope).drop("target").unique()


def overridden_thresholds(staff: Staff, targets: Frame) -> set[str]:
    """The thresholds that at least one post sets itself, and "feeder_posts" where one lists them."""
    most = {name: nw.col(name).max() for name in THRESHOLDS}
    feeders = nw.when(nw.col("feeder_posts") != "").then(nw.lit(1)).otherwise(nw.lit(NONE)).max()
    found = staff.engine.rows(targets.select(**most, feeder_posts=feeders))[0]
    return {name for name, value in found.items() if value is not None and value > NONE}
