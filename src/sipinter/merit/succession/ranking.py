"""Succession of a whole staff: gates, boxes first, then score, N best for each post, bench strength.

A candidate for a post is whoever comes from a feeder tier within the scope and does not hold the post
(PermenPANRB 3/2020 as amended by 20/2025; gates by PP 11/2017 and Peraturan BKN 26/2019 art. 29(4)).
Candidates are ranked once for every profile of posts that ask the same, then dealt out to the posts.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date

import narwhals as nw

from sipinter.merit.data.staff import Staff
from sipinter.merit.engine.base import Frame
from sipinter.merit.engine.exact import UNIT
from sipinter.merit.engine.lookup import lookup_code, lookup_step
from sipinter.merit.engine.table import MILLIONTHS
from sipinter.merit.succession.candidates import INFO, order_candidates, succession_candidates
from sipinter.merit.succession.gates import (
    EXCLUDED,
    GATES,
    MASKS,
    STATUSES,
    TO_CHECK,
    gate_in_mask,
    gate_masks,
    gate_names,
    post_checks,
    readiness_status,
)
from sipinter.merit.succession.targets import (
    PostChoice,
    overridden_thresholds,
    post_requirements,
    requirement_profiles,
    target_posts,
)
from sipinter.rules.messages import Message, Refusal
from sipinter.rules.sets.model import SuccessionRules, TalentRules

BEST = (
    "post",
    "post_agency",
    "post_tier",
    "status",
    "rank",
    "nip",
    "agency",
    "unit",
    "holds",
    "tier",
    "box",
    "talent_value",
    "technical",
    "score",
    "failed",
    "unknown",
)
FIGURES = ("talent_value", "technical", "score")


@dataclass(frozen=True, slots=True)
class Succession:
    """The groups of all target posts.

    `best`: the N best of each status for each post, with their gates by name and as bits; `posts`: one row a
    post with its counts; `pool`: the candidates by tier of target post; `pairs`: profile and candidate with
    status and gates.
    """

    targets: Frame
    pool: Frame
    pairs: Frame
    posts: Frame
    best: Frame

    def exclusions(self) -> Frame:
        """Every candidate of every post that is excluded or must be checked, and why."""
        out = self.pairs.filter(nw.col("status") >= TO_CHECK)
        return _dealt(self.targets, out).select(
            "post",
            "nip",
            status=lookup_code(nw.col("status"), dict(enumerate(STATUSES))),
            failed=gate_names(nw.col("fails")),
            unknown=gate_names(nw.col("unknown")),
        )


def succession_rules(rules: TalentRules) -> SuccessionRules:
    """The succession part of the rules. Refusal when they have none."""
    if rules.succession is None:
        raise Refusal(Message("the rules {id} say nothing on succession", id=rules.header.id))
    return rules.succession


def rank_successors(
    staff: Staff, rules: TalentRules, posts: PostChoice, scope: str, best: int, on: date
) -> Succession:
    """The succession of the chosen posts; `best` of each status for each of them."""
    succession, engine = succession_rules(rules), staff.engine
    targets = target_posts(staff, posts, scope)
    tiers = {row["for_tier"] for row in engine.rows(targets.group_by("for_tier").agg(n=nw.len()))}
    ruled = {tier: gates for tier, gates in succession.gates.items() if tier in tiers}
    if not ruled:
        raise Refusal(Message("no target post is of a tier that the rules have gates for"))
    succession = replace(succession, gates=ruled)
    # Only thresholds that some post sets itself are compared pair by pair; all others once a candidate, of
    # whom there are far fewer.
    own = overridden_thresholds(staff, targets)
    pool = succession_candidates(staff, rules, succession, scope, own, on)
    matching = PostMatching(
        gate_masks(post_checks(succession, own, on)),
        _feeds(targets) if "feeder_posts" in own else None,
        ("for_tier", "agency") if scope == "agency" else ("for_tier",),
    )
    # Posts that ask the same share a ranking, in which whoever holds one of them still stands. Holders are
    # judged against their own post apart, to be taken out of its list and of its counts.
    holding = post_requirements(targets, scope).with_columns(post=nw.col("target"))
    held = engine.keep(matching.judged(holding, pool, "target", "post"))
    held_most = engine.rows(held.group_by("target").agg(n=nw.len()).select(n=nw.col("n").max()))[0]["n"]
    # Of so many, as many as N are left when those who hold the post have been taken out.
    first = best + int(held_most or 0)
    ordered = order_candidates(engine, pool, succession.groups[scope])
    asking = requirement_profiles(targets, scope)
    ranked = engine.keep(_first(matching.judged(asking, ordered, "profile", also="place"), "profile", first))
    pairs = matching.judged(asking, pool, "profile")
    counted = engine.keep(_counted(targets, pairs, held, ruled))
    return Succession(targets, pool, pairs, counted, _listed(targets, ranked, pool, best))


@dataclass(frozen=True, slots=True)
class PostMatching:
    """How posts and candidates meet: on `keys`; gates of the post, lists of feeder posts where there are."""

    gates: Mapping[str, nw.Expr]
    feeds: Frame | None
    keys: tuple[str, ...]

    def judged(self, asking: Frame, pool: Frame, key: str, *keys: str, also: str | None = None) -> Frame:
        """Every pair with status and gates; `holds` is the candidate's post."""
        # The many on the left: engines deal those out to their threads, and look the others up.
        pairs = pool.join(asking, on=[*self.keys, *keys], how="inner")
        if self.feeds is not None:
            # `feeds` stays empty where the list does not name the candidate's post: the gate `feeder`.
            pairs = pairs.join(self.feeds, on=["post_feeder_posts", "post"], how="left")
        # Candidate and post are asked about different gates, so no bit is set twice and the sum is the union.
        whole = pairs.with_columns(**{name: nw.col(name) + self.gates[name] for name in MASKS})
        return whole.with_columns(status=readiness_status()).select(
            key, "nip", "for_tier", *([also] if also else []), "status", "fails", "unknown", holds="post"
        )


def _feeds(targets: Frame) -> Frame:
    """Every list of feeder posts, one row a post in it."""
    lists = targets.filter(nw.col("feeder_posts") != "").select(post_feeder_posts="feeder_posts").unique()
    split = lists.with_columns(post=nw.col("post_feeder_posts").str.split(";")).explode("post")
    trimmed = split.with_columns(post=nw.col("post").str.strip_chars(), feeds=nw.lit(1).cast(nw.Int64))
    return trimmed.filter(nw.col("post") != "").unique()


def _first(pairs: Frame, key: str, best: int) -> Frame:
    """The first of each status, numbered by `rank`; nobody who is excluded."""
    open_to = pairs.filter(nw.col("status") < EXCLUDED)
    # `place` is one order of the whole pool and knows no ties: every engine numbers the same people alike.
    ranked = open_to.with_columns(rank=nw.col("place").rank("ordinal").over(key, "status").cast(nw.Int64))
    return ranked.filter(nw.col("rank") <= best)


def _dealt(targets: Frame, pairs: Frame) -> Frame:
    """The pairs of each profile for each of its posts, but for those who hold the post."""
    dealt = targets.select("profile", "post").join(pairs, on="profile", how="inner")
    # Whoever holds no post must not be lost to a comparison with null.
    return dealt.filter(nw.col("holds").fill_null("") != nw.col("post"))


def _listed(targets: Frame, ranked: Frame, pool: Frame, best: int) -> Frame:
    """The best of each post with what they are ranked by."""
    posts = targets.select("post", post_agency="agency", post_tier="for_tier")
    info = pool.select("nip", "for_tier", *(name for name in INFO if name != "post"))
    first = _first(_dealt(targets, ranked.drop("rank")), "post", best)
    whole = first.join(posts, on="post", how="inner").join(info, on=["nip", "for_tier"], how="inner")
    return whole.select(
        "post",
        "post_agency",
        "post_tier",
        "rank",
        "nip",
        "agency",
        "unit",
        "holds",
        "tier",
        "box",
        "talent_value",
        "score",
        status=lookup_code(nw.col("status"), dict(enumerate(STATUSES))),
        technical=nw.col("technical") * (UNIT // MILLIONTHS),
        failed=gate_names(nw.col("fails")),
        unknown=gate_names(nw.col("unknown")),
        fails="fails",
        unknowns="unknown",
    ).select(*BEST, "fails", "unknowns")


def _counted(targets: Frame, pairs: Frame, held: Frame, ruled: Collection[str]) -> Frame:
    """Candidates of each post by status, how many fail or lack what, and the strength of the bench."""
    counts = [name for name, _ in _totals()]
    own = _sums(held, "target").rename({**{name: f"held_{name}" for name in counts}, "target": "post"})
    joined = targets.join(_sums(pairs, "profile"), on="profile", how="left").join(own, on="post", how="left")
    has_rules = nw.col("for_tier").is_in(list(ruled))
    # Null where the rules have no gates for the tier: nobody was judged, which is not "nobody is ready".
    left = {
        name: nw.when(has_rules).then(nw.col(name).fill_null(0) - nw.col(f"held_{name}").fill_null(0))
        for name in counts
    }
    whole = joined.with_columns(**left)
    return (
        whole.with_columns(
            bench=_bench(nw.col("ready")), bench_soon=_bench(nw.col("ready") + nw.col("ready_soon"))
        )
        .select("post", "agency", "critical", *counts, "bench", "bench_soon", tier="for_tier")
        .select(
            "post",
            "agency",
            "tier",
            "critical",
            "candidates",
            *STATUSES,
            "bench",
            "bench_soon",
            *counts[len(STATUSES) + 1 :],
        )
    )


def _sums(pairs: Frame, key: str) -> Frame:
    """Counts by status and gate: first by what is equal, so that the gates are told apart on few rows."""
    equal = pairs.group_by(key, "status", "fails", "unknown").agg(n=nw.len().cast(nw.Int64))
    people = nw.col("n")
    staged = equal.with_columns(
        **{name: nw.when(holds).then(people).otherwise(nw.lit(0)) for name, holds in _totals()}
    )
    return staged.group_by(key).agg(**{name: nw.col(name).sum().cast(nw.Int64) for name, _ in _totals()})


def _totals() -> list[tuple[str, nw.Expr]]:
    """What is counted, and of which pairs."""
    status = nw.col("status")
    excluded, unsure = status == EXCLUDED, status == TO_CHECK
    return [
        ("candidates", status >= 0),
        *((name, status == place) for place, name in enumerate(STATUSES)),
        *((f"failed_{code}", excluded & gate_in_mask(nw.col("fails"), code)) for code in GATES),
        *((f"unknown_{code}", unsure & gate_in_mask(nw.col("unknown"), code)) for code in GATES),
    ]


def _bench(ready: nw.Expr) -> nw.Expr:
    return lookup_step(ready, [(3, "3+"), (2, "2"), (1, "1"), (0, "0")])
