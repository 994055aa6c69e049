"""One employee, found in the tables of a staff and explained by the functions of `person/explain.py`."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from pathlib import Path

import narwhals as nw

from sipinter.merit.data.staff import Staff
from sipinter.merit.person.explain import Explanation, PersonRules, explain_rows
from sipinter.merit.person.facts import READERS, PersonRows, Row, held_post
from sipinter.rules.messages import Message, Refusal

HISTORIES = (*READERS, "competence")


def explain_person(folder: Path, nip: int, on: date, rules_id: str | None = None) -> Explanation:
    """The map (by `rules_id`), professionalism, competence and retirement of one employee.

    Refusal when nobody in the folder has that number.
    """
    rules = PersonRules.in_force(on, rules_id)
    rows = person_rows(Staff.from_folder(folder), nip)
    if not rows["employee"]:
        raise Refusal(Message("{path}: nobody has the number {nip}", path=folder, nip=nip))
    return explain_rows(rows, rules, on)


def person_rows(staff: Staff, nip: int) -> PersonRows:
    """The rows of one employee by table, its posts and their standards; no key for a table that is not there.

    No employee's row where nobody has the number.
    """
    own = {name: _rows(staff, name, "nip", (nip,)) for name in ("employee", *HISTORIES)}
    employee = next(iter(own["employee"] or ()), {})
    posts = _rows(staff, "post", "post", (employee.get("post"), employee.get("target_post")))
    standard = held_post(employee, posts or ()).get("standard")
    found = {**own, "post": posts, "standard": _rows(staff, "standard", "standard", (standard,))}
    return {name: rows for name, rows in found.items() if rows is not None}


def _rows(staff: Staff, name: str, column: str, values: Collection[int | str | None]) -> list[Row] | None:
    """The table's rows with one of the values; None where there is no such table."""
    frame = staff.table(name)
    known = {value for value in values if value is not None}
    if frame is None or not known:
        return None if frame is None else []
    return list(staff.engine.rows(frame.filter(nw.col(column).is_in(sorted(known, key=str)))))
