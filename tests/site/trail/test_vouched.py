"""Every table is either vouched for by the trail, or docs/audit.md says why it is not."""

import re
from pathlib import Path

from django.apps import apps

from sipinter.foundation.audit.rows import TABLES

PAGE = Path(__file__).parents[3] / "docs" / "audit.md"


def excused() -> list[str]:
    """The tables of the page's list, as often as they stand there."""
    _before, _heading, rest = PAGE.read_text(encoding="utf-8").partition(
        "### Tables that the trail does not vouch for"
    )
    rows = [line.split("|") for line in rest.partition("\n## ")[0].splitlines() if line.startswith("| `")]
    assert all(row[2].strip() for row in rows)
    return [name for row in rows for name in re.findall(r"`([a-z]+\.[A-Za-z]+)`", row[1])]


def test_no_table_is_forgotten() -> None:
    ours = {
        model._meta.label: model for model in apps.get_models() if model.__module__.startswith("sipinter.")
    }
    vouched = {table.model._meta.label for table in TABLES.values()}
    assert vouched <= ours.keys()
    assert sorted(excused()) == sorted(ours.keys() - vouched)
