"""Facts computed once and kept beside the tables: `facts.parquet`, and `facts.json` that says of what.

They serve only for the day, the look-backs, the rules and the very contents of the tables they were
computed from; else the facts are computed anew, so that results never depend on whether they are there.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sipinter.merit.engine import Engine, Frame, Staff, file_sha256, open_engine
from sipinter.merit.facts import READERS, Windows, facts
from sipinter.rules.sets.model import PerformanceRules

FORM = 1  # to be raised when `facts` gives other columns or other values
FACTS, NOTE = "facts.parquet", "facts.json"
ALWAYS = ("employee",)


def prepare(
    folder: Path, windows: Windows, performance: PerformanceRules, engine: Engine | None = None
) -> dict[str, Any]:
    """Computes and writes the facts of a day; gives what `facts.json` says."""
    staff = Staff(folder, engine or open_engine())
    (folder / NOTE).unlink(missing_ok=True)
    partial = folder / f"partial-{FACTS}"
    staff.engine.write(facts(staff, windows, performance), partial, (), ("nip",))
    partial.replace(folder / FACTS)
    note = {
        "form": FORM,
        **_computed_for(windows, performance),
        "tables": staff.hashes((*ALWAYS, "post", *READERS)),
        "facts_sha256": file_sha256(folder / FACTS),
    }
    (folder / NOTE).write_text(json.dumps(note, indent=2) + "\n", encoding="utf-8")
    return note


def known_facts(
    staff: Staff, windows: Windows, performance: PerformanceRules, wanted: Collection[str] | None = None
) -> Frame:
    """`facts`, from the prepared file where it fits."""
    tables = (*ALWAYS, "post", *READERS) if wanted is None else (*ALWAYS, *wanted)
    note = _note(staff.folder)
    if not _fits(note, staff, windows, performance, tables):
        return facts(staff, windows, performance, wanted)
    # The result comes from the tables, and says so.
    staff.used.update({name: path for name in tables if (path := staff.path(name))})
    return staff.engine.scan(staff.folder / FACTS)


def _fits(
    note: Mapping[str, Any],
    staff: Staff,
    windows: Windows,
    performance: PerformanceRules,
    tables: Collection[str],
) -> bool:
    expected = _computed_for(windows, performance)
    years = [name for name in expected["years"] if name in tables]
    return (
        note.get("form") == FORM
        and all(note.get(name) == expected[name] for name in ("on", "performance_rules"))
        and all(note["years"].get(name) == expected["years"][name] for name in years)
        and staff.hashes(tables) == {name: note["tables"].get(name) for name in tables}
        and (staff.folder / FACTS).exists()
        and file_sha256(staff.folder / FACTS) == note["facts_sha256"]
    )


def _computed_for(windows: Windows, performance: PerformanceRules) -> dict[str, Any]:
    years = asdict(windows)
    on = years.pop("on")
    return {"on": on.isoformat(), "years": years, "performance_rules": performance.header.sha256}


def _note(folder: Path) -> dict[str, Any]:
    """What `facts.json` says; nothing where it is not there or is not ours."""
    try:
        note = json.loads((folder / NOTE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    sound = isinstance(note, dict) and all(isinstance(note.get(key), dict) for key in ("years", "tables"))
    return note if sound else {}
