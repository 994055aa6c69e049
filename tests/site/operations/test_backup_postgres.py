"""From SQLite to PostgreSQL and back, and killed on the way; on a private PostgreSQL."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from deploy.postgres import Postgres, postgres

from .conftest import Site, Timed, copy_of, trust_of
from .test_backup import KILLS, assert_goes_on, assert_same, killed_within, manifest

_numbers = count(1)


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    with postgres() as running:
        yield running


def site_on(server: Postgres, var: Path) -> Site:
    """A site with a new empty database."""
    return Site(var, {"SIPINTER_DATABASE_URL": server.create(f"site{next(_numbers)}")})


def test_over_to_postgresql_and_back(
    shown: Site, kept: Path, restored: Timed, trusting: list[str], server: Postgres, tmp_path: Path
) -> None:
    there = site_on(server, tmp_path / "there")
    there.done("restore", *trusting, str(kept))
    assert_same(shown, kept, there, tmp_path)
    moved = tmp_path / "again.tar"
    assert manifest(moved)["engine"] == "postgresql"
    back = copy_of(restored, tmp_path / "back")
    with sqlite3.connect(back.var / "sipinter.sqlite3") as database:
        database.execute("update accounts_user set name = 'Diubah'")
    back.done("restore", "--force", *trust_of(there), str(moved))
    (tmp_path / "back-again").mkdir()
    assert_same(shown, kept, back, tmp_path / "back-again")
    assert_goes_on(there)


def test_a_restore_killed_on_postgresql_goes_on(
    shown: Site, kept: Path, restored: Timed, trusting: list[str], server: Postgres, tmp_path: Path
) -> None:
    chance = random.Random(13)
    for turn in range(KILLS):
        site = site_on(server, tmp_path / str(turn))
        killed_within(
            site.start("restore", *trusting, str(kept)), chance.uniform(0.4, 1.5) * restored.seconds
        )
        done = site.run("restore", *trusting, str(kept))
        assert done.returncode == 0 or "--force" in done.stderr, done.stderr
        folder = tmp_path / f"copy-{turn}"
        folder.mkdir()
        assert_same(shown, kept, site, folder)
