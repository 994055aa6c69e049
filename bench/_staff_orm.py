"""Boxes and professionalism by Django's ORM over SQLite: a loop over employees with their records.

As a careful author writes it: keys indexed, records prefetched for 500 employees at a time, days as numbers.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pandas as pd

from sipinter.merit.data.tables import ACTING, AWARDS, BREADTH, GRADES, RATINGS, SUB_ASPECTS, TEAMS
from sipinter.merit.person.professionalism import LEADERSHIP_OF
from sipinter.rules.sets.codes import EDUCATION, LEADERSHIP, post_group

from ._staff_words import (
    ACTING_POINTS,
    AWARD_POINTS,
    BREADTH_POINTS,
    FEEDBACK_POINTS,
    GRADE_POINTS,
    GROUP_POINTS,
    INDEX_GRADE,
    INDEX_RATING,
    NEEDED,
    ON_NUMBER,
    PRIME,
    RATING_POINTS,
    SCHOOL_INDEX,
    SCHOOL_POINTS,
    TEAM_POINTS,
    X_UNIT,
    YEAR,
)

NUMBERS = ("year", "feedback", "reached", "required", "hours", *SUB_ASPECTS)
DAYS = ("date", "start", "end", "until", "tier_since")
CHUNK = 500


def to_sqlite(folder: Path, database: Path) -> None:
    """The tables in SQLite, with a key and an index on the employee."""
    with sqlite3.connect(database) as connection:
        for name, columns in NEEDED.items():
            table = pd.read_parquet(folder / f"{name}.parquet", columns=list(columns))
            for column in set(table.columns) & set(DAYS):
                days = pd.to_datetime(table[column])
                table[column] = (days.dt.year * 10000 + days.dt.month * 100 + days.dt.day).astype("Int64")
            for column in set(table.columns) & set(NUMBERS):
                table[column] = table[column].astype("Int64")
            table.insert(0, "id", range(1, len(table) + 1))
            table.to_sql(name, connection, index=False, dtype={"id": "INTEGER PRIMARY KEY"})
            connection.execute(f"CREATE INDEX {name}_key ON {name} ({columns[0]})")


def models(database: Path) -> dict[str, Any]:
    """The models of the tables, on that database; for a process that uses Django for nothing else."""
    import django
    from django.conf import settings
    from django.db import models as fields

    engine = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(database)}
    settings.configure(DATABASES={"default": engine}, INSTALLED_APPS=[], USE_TZ=False)
    django.setup()
    made: dict[str, Any] = {}
    for name, columns in NEEDED.items():
        attributes: dict[str, Any] = {
            "__module__": __name__,
            "Meta": type("Meta", (), {"app_label": "bench", "db_table": name, "managed": False}),
        }
        for column in columns:
            if column == "nip" and name != "employee":
                attributes["employee"] = fields.ForeignKey(
                    made["employee"],
                    fields.DO_NOTHING,
                    to_field="nip",
                    db_column="nip",
                    related_name=name + "s",
                )
            elif column in (*NUMBERS, *DAYS):
                attributes[column] = fields.BigIntegerField(null=True)
            elif column == "nip":
                attributes[column] = fields.BigIntegerField(unique=True)
            else:
                attributes[column] = fields.TextField(null=True)
        made[name] = type(name.capitalize(), (fields.Model,), attributes)
    return made


def hash_of_objects(made: dict[str, Any]) -> tuple[int, int]:
    """The loop."""
    histories = [name for name in NEEDED if name not in ("employee", "post")]
    posts = {post.post: post for post in made["post"].objects.all()}
    people = made["employee"].objects.order_by("nip").prefetch_related(*(f"{name}s" for name in histories))
    boxes = indexes = 0
    for person in people.iterator(chunk_size=CHUNK):
        records = {name: list(getattr(person, f"{name}s").all()) for name in histories}
        box, index = _one(person, records, posts)
        boxes += box
        indexes += index
    return boxes, indexes


def _one(person: Any, of: dict[str, list[Any]], posts: dict[str, Any]) -> tuple[int, int]:
    """Hash parts of one person: of box and talent value, and of the index."""
    last = [r for r in of["rating"] if r.year == YEAR]
    rating = max((RATINGS.index(r.rating) for r in last if r.rating), default=None)
    feedback = max((r.feedback for r in last if r.feedback is not None), default=None)
    award = max((AWARDS.index(r.award) for r in of["award"] if 20210701 < r.date <= ON_NUMBER), default=0)
    begun = [r for r in of["assignment"] if r.start <= ON_NUMBER]
    team = max(
        (TEAMS.index(r.team) for r in begun if r.team and (r.end is None or r.end > 20240701)), default=0
    )
    acting = max((ACTING.index(r.acting) for r in begun if r.acting), default=0)
    tested = [r for r in of["assessment"] if r.date > 20230701]
    minds = [r for r in of["potential"] if r.date > 20230701]
    hours = sum(r.hours for r in of["training"] if r.date // 10000 == YEAR)
    grade = max((GRADES.index(r.grade) for r in of["discipline"]), default=0)
    serving = any(r.until >= ON_NUMBER for r in of["discipline"])
    fit = _fit(person, posts.get(person.target_post or person.post))
    school = SCHOOL_POINTS[EDUCATION.index(person.education)] if person.education else None
    key, index = person.nip % PRIME, _one_index(person, of["training"], rating, grade)
    hashed = 0 if index is None else key * (index * 8 % PRIME)
    if (
        None in (rating, feedback, fit, school, person.tier_since)
        or school != school
        or not tested
        or not minds
    ):
        return 0, hashed
    years = (ON_NUMBER - int(person.tier_since)) // 10000
    tenure = 100 if years >= 5 else 80 if years >= 3 else 60 if years >= 1 else 40
    jp = 100 if hours >= 20 else 80 if hours >= 10 else 60 if hours >= 5 else 40 if hours >= 1 else 0
    y = (
        RATING_POINTS[rating] * 60
        + (AWARD_POINTS[award] + TEAM_POINTS[team]) * 15
        + FEEDBACK_POINTS[feedback] * 10
    )
    y *= X_UNIT // 100
    jpm = max((r.reached * 200_000_000 + r.required) // (r.required * 2) for r in tested)
    total = max(sum(getattr(r, code) for code in SUB_ASPECTS) for r in minds)
    x = jpm * 60 + total * (X_UNIT * 5 // 8) + (jp + school + fit) * (X_UNIT // 10)
    x += (tenure + BREADTH_POINTS[BREADTH.index(person.breadth)] + ACTING_POINTS[acting]) * (X_UNIT // 30)
    x += GRADE_POINTS[4 if serving else grade] * (X_UNIT * 15 // 100)
    row, column = ((axis >= 60 * X_UNIT) + (axis >= 80 * X_UNIT) for axis in (y, x))
    box = (1, 3, 6, 2, 5, 8, 4, 7, 9)[row * 3 + column]
    return key * (((x + y + 30) // 60 * 7 + box) % PRIME), hashed


def _fit(person: Any, post: Any) -> int | None:
    if post is None or person.field is None or post.field is None:
        return None
    return 100 if person.field == post.field else 75 if person.field_group == post.field_group else 50


def _one_index(person: Any, trainings: list[Any], rating: int | None, grade: int) -> int | None:
    if rating is None or person.education is None:
        return None
    group = post_group(person.tier)
    points = GROUP_POINTS[group]
    last = [r for r in trainings if r.date // 10000 == YEAR]
    if group == "structural":
        highest = max((LEADERSHIP.index(r.leadership) for r in trainings if r.leadership), default=0)
        trained = highest >= LEADERSHIP.index(LEADERSHIP_OF[person.tier])
    else:
        trained = any(r.kind == "functional" for r in trainings)
    technical = sum(r.hours for r in last if r.kind == "technical") >= 20
    total = points[0] * trained + points[1] * technical + points[2] * any(r.kind == "seminar" for r in last)
    total += (
        SCHOOL_INDEX[EDUCATION.index(person.education)] + INDEX_RATING[rating] + INDEX_GRADE[grade]
    ) * 10
    return total * 10**6
