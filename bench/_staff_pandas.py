"""Boxes and professionalism with pandas, as somebody writes them who knows it well: no loop, no `apply`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from sipinter.merit.data.tables import ACTING, AWARDS, BREADTH, GRADES, RATINGS, SUB_ASPECTS, TEAMS
from sipinter.merit.person.professionalism import LEADERSHIP_OF
from sipinter.rules.sets.codes import EDUCATION, LEADERSHIP, TIERS, post_group

from ._staff_words import (
    ACTING_POINTS,
    AWARD_POINTS,
    BREADTH_POINTS,
    FEEDBACK_POINTS,
    FIT_POINTS,
    GRADE_POINTS,
    GROUP_POINTS,
    INDEX_GRADE,
    INDEX_RATING,
    NEEDED,
    NEEDED_FACTS,
    ON_NUMBER,
    PRIME,
    RATING_POINTS,
    SCHOOL_INDEX,
    SCHOOL_POINTS,
    TEAM_POINTS,
    X_UNIT,
    YEAR,
)


def _number(days: pd.Series) -> pd.Series:
    stamps = pd.to_datetime(days)
    return stamps.dt.year * 10000 + stamps.dt.month * 100 + stamps.dt.day


def hash_of_histories(folder: Path) -> tuple[int, int]:
    """From the tables: merges of grouped tables, then whole columns."""
    return _hash(
        _facts(
            {
                name: pd.read_parquet(folder / f"{name}.parquet", columns=list(columns))
                for name, columns in NEEDED.items()
            }
        )
    )


def hash_of_facts(folder: Path) -> tuple[int, int]:
    """From the prepared facts."""
    return _hash(pd.read_parquet(folder / "facts.parquet", columns=list(NEEDED_FACTS)))


def _points(codes: pd.Series, points: Sequence[int]) -> pd.Series:
    """Looked up in an array: several times faster than `Series.map` with a dictionary."""
    known = codes.notna().to_numpy()
    places = codes.fillna(0).to_numpy().astype("int64")
    return pd.Series(np.where(known, np.array(points, dtype="float64")[places], np.nan), index=codes.index)


def _hash(frame: pd.DataFrame) -> tuple[int, int]:
    """Figures below 2**53 are exact in float64, which keeps what is not known as NaN."""
    y = _points(frame.rating, RATING_POINTS) * 60 + _points(frame.award, AWARD_POINTS) * 15
    y = y + _points(frame.assignment, TEAM_POINTS) * 15 + _points(frame.feedback, FEEDBACK_POINTS) * 10
    y = y * (X_UNIT // 100)
    experience = _steps(frame.tenure, (1, 3, 5), (40, 60, 80, 100)) + _points(frame.breadth, BREADTH_POINTS)
    experience = experience + _points(frame.acting, ACTING_POINTS)
    hours = _steps(frame.hours, (1, 5, 10, 20), (0, 40, 60, 80, 100))
    grade = _points(frame.grade.where(frame.serving == 0, 4), GRADE_POINTS)
    x = frame.jpm * 60.0 + frame.potential * float(X_UNIT * 5 // 8) + experience * (X_UNIT // 30)
    x = x + (hours + _points(frame.education, SCHOOL_POINTS) + _points(frame.fit, FIT_POINTS)) * (
        X_UNIT // 10
    )
    x = x + grade * (X_UNIT * 15 // 100)
    return _summed(frame.nip, (x + y + 30) // 60 * 7 + _box(y, x)), _summed(frame.nip, _index(frame) * 8)


def _summed(nip: pd.Series, mixed: pd.Series) -> int:
    """Over those who have the figure."""
    known = mixed.notna().to_numpy()
    figures = mixed.to_numpy()[known].astype("int64")
    return int(((nip.to_numpy()[known] % PRIME) * (figures % PRIME)).sum())


def _steps(figures: pd.Series, bounds: Sequence[int], points: Sequence[int]) -> pd.Series:
    values = figures.to_numpy(dtype="float64")
    found = np.array(points, dtype="float64")[np.searchsorted(bounds, np.nan_to_num(values), side="right")]
    return pd.Series(np.where(np.isnan(values), np.nan, found), index=figures.index)


def _box(y: pd.Series, x: pd.Series) -> pd.Series:
    rows, columns = ((axis >= 60 * X_UNIT).astype("int64") + (axis >= 80 * X_UNIT) for axis in (y, x))
    return _points((rows * 3 + columns).where(y.notna() & x.notna()), (1, 3, 6, 2, 5, 8, 4, 7, 9))


def _ranks(codes: pd.Series, order: tuple[str, ...]) -> pd.Series:
    return codes.map({code: place for place, code in enumerate(order)})


def _facts(t: dict[str, pd.DataFrame]) -> pd.DataFrame:
    people = t["employee"]
    frame = people.assign(
        tenure=(ON_NUMBER - _number(people.tier_since)) // 10000,
        education=_ranks(people.education, EDUCATION),
        breadth=_ranks(people.breadth, BREADTH),
    )
    frame["wanted"] = frame.target_post.fillna(frame.post)
    post = t["post"].rename(columns={"post": "wanted", "field": "f", "field_group": "g"})[
        ["wanted", "f", "g"]
    ]
    frame = frame.merge(post, on="wanted", how="left")
    known = frame.field.notna() & frame.f.notna()
    near = (frame.field_group == frame.g).map({True: 1, False: 0})
    frame["fit"] = near.where(frame.field != frame.f, 2).where(known)
    rating = t["rating"][t["rating"].year == YEAR]
    rating = rating.assign(rating=_ranks(rating.rating, RATINGS)).groupby("nip")[["rating", "feedback"]].max()
    award = t["award"].assign(award=_ranks(t["award"].award, AWARDS), day=_number(t["award"].date))
    award = award[(award.day > 20210701) & (award.day <= ON_NUMBER)].groupby("nip")[["award"]].max()
    work = t["assignment"]
    work = work[_number(work.start) <= ON_NUMBER]
    recent = work.end.isna() | (_number(work.end) > 20240701)
    work = work.assign(assignment=_ranks(work.team, TEAMS).where(recent), acting=_ranks(work.acting, ACTING))
    tested = t["assessment"].assign(day=_number(t["assessment"].date))
    tested = tested[tested.day > 20230701]
    jpm = (tested.reached.astype("int64") * 200_000_000 + tested.required) // (tested.required * 2)
    mind = t["potential"].assign(day=_number(t["potential"].date))
    mind = mind[mind.day > 20230701]
    for part in (
        rating,
        award,
        work.groupby("nip")[["assignment", "acting"]].max(),
        tested.assign(jpm=jpm).groupby("nip")[["jpm"]].max(),
        mind.assign(potential=mind[list(SUB_ASPECTS)].sum(axis=1)).groupby("nip")[["potential"]].max(),
        _training(t["training"]),
        _discipline(t["discipline"]),
    ):
        frame = frame.merge(part, on="nip", how="left")
    zero = [
        "award",
        "assignment",
        "acting",
        "hours",
        "technical_hours",
        "seminar",
        "leadership",
        "functional",
        "grade",
        "serving",
    ]
    frame[zero] = frame[zero].fillna(0)
    return frame


def _training(table: pd.DataFrame) -> pd.DataFrame:
    last = _number(table.date) // 10000 == YEAR
    return (
        table.assign(
            hours=table.hours.where(last),
            technical_hours=table.hours.where(last & (table.kind == "technical")),
            seminar=(last & (table.kind == "seminar")).astype(int),
            leadership=_ranks(table.leadership, LEADERSHIP),
            functional=(table.kind == "functional").astype(int),
        )
        .groupby("nip")
        .agg(
            {
                "hours": "sum",
                "technical_hours": "sum",
                "seminar": "max",
                "leadership": "max",
                "functional": "max",
            }
        )
    )


def _discipline(table: pd.DataFrame) -> pd.DataFrame:
    serving = (_number(table.until) >= ON_NUMBER).astype(int)
    return (
        table.assign(grade=_ranks(table.grade, GRADES), serving=serving)
        .groupby("nip")[["grade", "serving"]]
        .max()
    )


def _index(frame: pd.DataFrame) -> pd.Series:
    group = frame.tier.map({tier: post_group(tier) for tier in TIERS})
    own = frame.tier.map({tier: LEADERSHIP.index(code) for tier, code in LEADERSHIP_OF.items()})
    trained = (frame.leadership >= own).where(group == "structural", frame.functional == 1)
    worth = [group.map({name: points[place] for name, points in GROUP_POINTS.items()}) for place in range(3)]
    competence = (
        worth[0] * trained + worth[1] * (frame.technical_hours >= 20) + worth[2] * (frame.seminar == 1)
    )
    rest = _points(frame.education, SCHOOL_INDEX) + _points(frame.rating, INDEX_RATING)
    return (competence + (rest + _points(frame.grade, INDEX_GRADE)) * 10) * 10**6
