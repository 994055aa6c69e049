"""From SQLite to PostgreSQL and back, and killed on the way; on a private PostgreSQL."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from deploy.postgres import Postgres, postgres

from .conftest import Site
from .test_backup import KILLS, assert_same, killed_within, manifest, tables

_numbers = count(1)


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    with postgres() as running:
        yield running


def site_on(server: Postgres, var: Path) -> Site:
    """A site with a new empty database."""
    return Site(var, {"SIPINTER_DATABASE_URL": server.create(f"site{next(_numbers)}")})


def test_over_to_postgresql_and_back(shown: Site, kept: Path, server: Postgres, tmp_path: Path) -> None:
    there = site_on(server, tmp_path / "there")
    there.done("restore", str(kept))
    assert_same(shown, kept, there, tmp_path)
    moved = tmp_path / "moved.tar"
    there.done("backup", str(moved))
    assert manifest(moved)["engine"] == "postgresql"
    back = Site(tmp_path / "back")
    back.done("restore", str(moved))
    (tmp_path / "again.tar").unlink()
    assert_same(shown, kept, back, tmp_path)


def test_numbers_go_on_and_what_is_there_is_replaced_only_by_force(
    kept: Path, server: Postgres, tmp_path: Path
) -> None:
    site = site_on(server, tmp_path / "var")
    site.done("restore", str(kept))
    code = (
        "from sipinter.accounts.models import User; last = User.objects.order_by('-pk').first().pk;"
        "print(User.objects.create_user('baru@contoh.go.id', 'x', name='Baru').pk > last)"
    )
    assert site.done("manage", "shell", "--no-imports", "-c", code).strip() == "True"
    assert site.run("restore", str(kept)).returncode == 2
    site.done("restore", "--force", str(kept))
    site.done("backup", str(tmp_path / "again.tar"))
    assert tables(tmp_path / "again.tar") == tables(kept)


def test_a_restore_killed_on_postgresql_goes_on(
    shown: Site, kept: Path, server: Postgres, tmp_path: Path
) -> None:
    chance = random.Random(13)
    timed = site_on(server, tmp_path / "timed")
    started = time.monotonic()
    timed.done("restore", str(kept))
    length = time.monotonic() - started
    for turn in range(KILLS):
        site = site_on(server, tmp_path / str(turn))
        killed_within(site.start("restore", str(kept)), chance.uniform(0.4, 1.0) * length)
        done = site.run("restore", str(kept))
        assert done.returncode == 0 or "--force" in done.stderr, done.stderr
        folder = tmp_path / f"copy-{turn}"
        folder.mkdir()
        assert_same(shown, kept, site, folder)
