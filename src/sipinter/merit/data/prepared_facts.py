"""Facts computed once and kept beside the tables: `facts.parquet`, and `facts.json` that says of what.

They serve only for the day, the look-backs, the rules, the program and the very contents of the tables
they were computed from; else the facts are computed anew, so that results never depend on them.
"""

from __future__ import annotations

import hashlib
import inspect
import json
from collections.abc import Collection
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from sipinter.merit.data import fact_rules, facts, tables
from sipinter.merit.data.fact_rules import IDENTITY, FactWindows
from sipinter.merit.data.facts import PERSON, READERS, employee_facts
from sipinter.merit.data.staff import Staff, file_sha256
from sipinter.merit.engine import base, dates, lookup, merge, table, table_reader
from sipinter.merit.engine.base import Engine, Frame
from sipinter.rules.sets.catalog import rules_for
from sipinter.rules.sets.model import PerformanceRules, TalentRules

FACTS, NOTE = "facts.parquet", "facts.json"
ALWAYS = ("employee",)


def prepare_facts(
    folder: Path, on: date, rules_id: str | None = None, engine: Engine | None = None
) -> dict[str, Any]:
    """Computes the facts of a day once, for every later computation of that day and its look-backs.

    Gives what `facts.json` says. `rules_id` names the talent rules, else those in force.
    """
    rules = rules_for(TalentRules, on, rules_id)
    return write_facts(folder, FactWindows.of(rules, on), rules_for(PerformanceRules, on), engine)


def write_facts(
    folder: Path, windows: FactWindows, performance: PerformanceRules, engine: Engine | None = None
) -> dict[str, Any]:
    """Computes and writes the facts of a day; gives what `facts.json` says."""
    staff = Staff.from_folder(folder, engine)
    # Hashed before they are read: a table that changes meanwhile makes facts that do not fit.
    hashes = staff.hashes((*ALWAYS, "post", *READERS))
    (folder / NOTE).unlink(missing_ok=True)
    partial = folder / f"partial-{FACTS}"
    known = employee_facts(staff, windows, performance, carried=(*IDENTITY, *PERSON))
    staff.engine.write(known, partial, (), ("nip",))
    partial.replace(folder / FACTS)
    note = {
        **_computed_for(windows, performance),
        "tables": hashes,
        "facts_sha256": file_sha256(folder / FACTS),
    }
    (folder / NOTE).write_text(json.dumps(note, indent=2) + "\n", encoding="utf-8")
    return note


def load_facts(
    staff: Staff,
    windows: FactWindows,
    performance: PerformanceRules,
    wanted: Collection[str] | None = None,
    carried: Collection[str] = IDENTITY,
) -> Frame:
    """`employee_facts`, from the prepared file where it fits: it has all columns, and everybody."""
    used = (*ALWAYS, "post", *READERS) if wanted is None else (*ALWAYS, *wanted)
    if staff.folder is None or not _fits(staff.folder, staff, windows, performance, used):
        return employee_facts(staff, windows, performance, wanted, carried)
    # The result comes from the tables, and says so.
    staff.used.update({name: path for name in used if (path := staff.path(name))})
    return staff.engine.scan(staff.folder / FACTS)


def _fits(
    folder: Path,
    staff: Staff,
    windows: FactWindows,
    performance: PerformanceRules,
    used: Collection[str],
) -> bool:
    note, expected = _note(folder), _computed_for(windows, performance)
    years = [name for name in expected["years"] if name in used]
    return (
        all(note.get(name) == expected[name] for name in ("on", "performance_rules", "program"))
        and all(note["years"].get(name) == expected["years"][name] for name in years)
        and staff.hashes(used) == {name: note["tables"].get(name) for name in used}
        and (folder / FACTS).exists()
        and file_sha256(folder / FACTS) == note.get("facts_sha256")
    )


def _computed_for(windows: FactWindows, performance: PerformanceRules) -> dict[str, Any]:
    years = asdict(windows)
    on = years.pop("on")
    return {
        "on": on.isoformat(),
        "years": years,
        "performance_rules": performance.header.sha256,
        "program": _program(),
    }


def _program() -> str:
    """Hash of what decides how facts come out of tables."""
    total = hashlib.sha256()
    for module in (facts, fact_rules, base, dates, lookup, merge, table_reader, table, tables):
        total.update(inspect.getsource(module).encode())
    return total.hexdigest()


def _note(folder: Path) -> dict[str, Any]:
    """What `facts.json` says; nothing where it is not there or is not ours."""
    try:
        note = json.loads((folder / NOTE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    sound = isinstance(note, dict) and all(isinstance(note.get(key), dict) for key in ("years", "tables"))
    return note if sound else {}
