"""Successors of the posts of a staff, and their files: the best, the posts, the exclusions, the sums."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import narwhals as nw

from sipinter.merit.data.result import Result, write_frame
from sipinter.merit.data.staff import Staff, file_sha256
from sipinter.merit.engine.base import Engine
from sipinter.merit.engine.output import check_output, write_meta
from sipinter.merit.succession.gates import GATES, STATUSES
from sipinter.merit.succession.ranking import BEST, FIGURES, Succession, rank_successors
from sipinter.merit.succession.targets import CRITICAL, PostChoice
from sipinter.rules.messages import Message, Refusal
from sipinter.rules.sets.catalog import rules_for
from sipinter.rules.sets.model import TalentRules

STRENGTHS = ("0", "1", "2", "3+")


@dataclass(frozen=True, slots=True)
class SuccessionResult(Result):
    """The best of every post as `frame`: the columns BEST, and gates as bits (`gates_of_mask`) in `fails` and
    `unknowns`.

    `completeness` counts posts and their candidates; `succession` has the other frames.
    """

    succession: Succession
    scope: str
    best: int
    posts: PostChoice

    def meta(self) -> dict[str, Any]:
        """Origin, denominators, bench strength of the critical posts, posts without a successor."""
        origin = self.origin()
        if isinstance(self.posts, Path):
            both = f"{origin['input_sha256']} {file_sha256(self.posts)}\n"
            origin["input_sha256"] = hashlib.sha256(both.encode()).hexdigest()
        return {
            "rule_id": origin["rule_id"],
            "on": origin["on"],
            "scope": self.scope,
            "best": self.best,
            "input_sha256": origin["input_sha256"],
            "tables": origin["tables"],
            "posts": self.posts.name if isinstance(self.posts, Path) else self.posts,
            "completeness": dict(self.completeness),
            "bench_strength": {name: self.bench_strength(name) for name in ("bench", "bench_soon")},
            "without_successor": self._posts(nw.col("ready") == 0),
            "without_rules": self._posts(nw.col("candidates").is_null()),
        }

    def bench_strength(self, column: str) -> dict[str, int]:
        """How many critical posts have 0, 1, 2, 3 or more who are ready (`bench_soon`: or soon will be)."""
        critical = self.succession.posts.filter(nw.col("critical") == 1)
        rows = self.staff.engine.rows(critical.group_by(column).agg(posts=nw.len()))
        found = {row[column]: int(row["posts"]) for row in rows}
        return {strength: found.get(strength, 0) for strength in STRENGTHS}

    def _posts(self, holds: nw.Expr) -> list[str]:
        rows = self.staff.engine.rows(self.succession.posts.filter(holds).select("post"))
        return sorted(row["post"] for row in rows)


def compute_successors(
    staff: Staff,
    on: date,
    rules_id: str | None = None,
    *,
    posts: PostChoice = CRITICAL,
    scope: str = "agency",
    best: int = 20,
) -> SuccessionResult:
    """The best successors of the posts of a file, of the critical ones or of ALL, in one pass.

    `best`: how many of each status for a post. Refusal for less than one, and where no post can be ranked.
    """
    if best < 1:
        raise Refusal(Message("{what}: {value} is not above 0", what="--best", value=best))
    rules = rules_for(TalentRules, on, rules_id)
    found = rank_successors(staff, rules, posts, scope, best, on)
    return SuccessionResult(
        frame=found.best,
        figures=FIGURES,
        completeness=_count_candidates(staff.engine, found),
        staff=staff,
        rules_id=rules.header.id,
        on=on,
        order=("post", "status", "rank"),
        succession=found,
        scope=scope,
        best=best,
        posts=posts,
    )


def _count_candidates(engine: Engine, found: Succession) -> dict[str, Any]:
    """Posts; candidates of all posts by status; how many fail each gate, or lack what it asks for."""
    counts = ["candidates", *STATUSES]
    gates = [f"{what}_{code}" for what in ("failed", "unknown") for code in GATES]
    sums = {name: nw.col(name).sum() for name in (*counts, *gates)}
    row = engine.rows(found.posts.select(posts=nw.len(), **sums))[0]
    counted: dict[str, Any] = {name: int(row[name] or 0) for name in ("posts", *counts)}
    for what in ("failed", "unknown"):
        counted[what] = {code: n for code in GATES if (n := int(row[f"{what}_{code}"] or 0))}
    return counted


def write_successors(result: SuccessionResult, path: Path, exclusions: Path | None = None) -> dict[str, Any]:
    """Writes FILE, FILE's posts beside it (`posts_path`), FILE.meta.json and, if asked, the exclusions.

    Gives the content of FILE.meta.json. Refusal for a file that cannot be written.
    """
    for target in (path, exclusions):
        if target is not None:
            check_output(target)
    write_frame(result, result.frame.select(*BEST), path, result.figures, result.order)
    write_frame(result, result.succession.posts, posts_path(path), (), ("post",))
    if exclusions is not None:
        write_frame(result, result.succession.exclusions(), exclusions, (), ("post", "nip"))
    meta = result.meta()
    write_meta(path, meta)
    return meta


def posts_path(path: Path) -> Path:
    """successors.csv -> successors.posts.csv."""
    return path.with_name(f"{path.stem}.posts{path.suffix}")
