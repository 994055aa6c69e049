"""Successors from a folder to files: the best of each post, the posts, the exclusions, the sums."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import narwhals as nw

from sipinter.merit.data.staff import Staff
from sipinter.merit.engine.base import Engine, Frame
from sipinter.merit.engine.choice import open_engine
from sipinter.merit.engine.output import check_output, write_meta
from sipinter.merit.succession.gates import GATES, STATUSES
from sipinter.merit.succession.ranking import FIGURES, Succession, rank_successors
from sipinter.rules.messages import Message, Refusal
from sipinter.rules.sets.catalog import rules_for
from sipinter.rules.sets.model import TalentRules

STRENGTHS = ("0", "1", "2", "3+")


@dataclass(frozen=True, slots=True)
class SuccessionReport:
    """Successions and what is needed to write them. `listed`: the file of posts, None for critical posts."""

    staff: Staff
    found: Succession
    rules_id: str
    on: date
    scope: str
    best: int
    listed: Path | None

    def write(self, path: Path, exclusions: Path | None = None) -> dict[str, Any]:
        """Writes FILE, FILE's posts beside it (`posts_path`), FILE.meta.json and, if asked, the exclusions.

        Gives the content of FILE.meta.json.
        """
        for target in (path, exclusions):
            if target is not None:
                check_output(target)
        self._write(self.found.best, path, ("post", "status", "rank"), FIGURES)
        self._write(self.found.posts, posts_path(path), ("post",))
        if exclusions is not None:
            self._write(self.found.exclusions(), exclusions, ("post", "nip"))
        meta = self.meta()
        write_meta(path, meta)
        return meta

    def _write(
        self, frame: Frame, path: Path, order: tuple[str, ...], figures: list[str] | None = None
    ) -> None:
        marked = frame.with_columns(rule_id=nw.lit(self.rules_id), on=nw.lit(self.on.isoformat()))
        self.staff.engine.write(marked, path, figures or [], order)

    def meta(self) -> dict[str, Any]:
        """Origin, denominators, bench strength of the critical posts, posts without a successor."""
        return {
            "rule_id": self.rules_id,
            "on": self.on.isoformat(),
            "scope": self.scope,
            "best": self.best,
            "input_sha256": self._input(),
            "tables": {name: file.name for name, file in sorted(self.staff.used.items())},
            "posts": self.listed.name if self.listed else "critical",
            "completeness": self.completeness(),
            "bench_strength": {name: self.strength(name) for name in ("bench", "bench_soon")},
            "without_successor": self._posts(nw.col("ready") == 0),
            "without_rules": self._posts(nw.col("candidates").is_null()),
        }

    def _input(self) -> str:
        tables = self.staff.input_sha256()
        if self.listed is None:
            return tables
        with self.listed.open("rb") as file:
            posts = hashlib.file_digest(file, "sha256").hexdigest()
        return hashlib.sha256(f"{tables} {posts}\n".encode()).hexdigest()

    def completeness(self) -> dict[str, Any]:
        """Posts; candidates of all posts by status; how many fail each gate, or lack what it asks for."""
        counts = ["candidates", *STATUSES]
        gates = [f"{what}_{code}" for what in ("failed", "unknown") for code in GATES]
        row = self.staff.engine.rows(
            self.found.posts.select(
                posts=nw.len(), **{name: nw.col(name).sum() for name in (*counts, *gates)}
            )
        )[0]
        found: dict[str, Any] = {name: int(row[name] or 0) for name in ("posts", *counts)}
        for what in ("failed", "unknown"):
            found[what] = {code: n for code in GATES if (n := int(row[f"{what}_{code}"] or 0))}
        return found

    def strength(self, column: str) -> dict[str, int]:
        """How many critical posts have 0, 1, 2, 3 or more who are ready (`bench_soon`: or soon will be)."""
        critical = self.found.posts.filter(nw.col("critical") == 1)
        rows = self.staff.engine.rows(critical.group_by(column).agg(posts=nw.len()))
        found = {row[column]: int(row["posts"]) for row in rows}
        return {strength: found.get(strength, 0) for strength in STRENGTHS}

    def _posts(self, holds: nw.Expr) -> list[str]:
        rows = self.staff.engine.rows(self.found.posts.filter(holds).select("post"))
        return sorted(row["post"] for row in rows)


def posts_path(path: Path) -> Path:
    """successors.csv -> successors.posts.csv."""
    return path.with_name(f"{path.stem}.posts{path.suffix}")


def successors_report(
    folder: Path,
    on: date,
    rules_id: str | None = None,
    engine: Engine | None = None,
    *,
    listed: Path | None = None,
    scope: str = "agency",
    best: int = 20,
) -> SuccessionReport:
    """The best successors of the listed posts, or of the critical ones, of the staff in a folder."""
    if best < 1:
        raise Refusal(Message("{what}: {value} is not above 0", what="--best", value=best))
    rules = rules_for(TalentRules, on, rules_id)
    staff = Staff(folder, engine or open_engine())
    found = rank_successors(staff, rules, listed, scope, best, on)
    return SuccessionReport(staff, found, rules.header.id, on, scope, best, listed)
