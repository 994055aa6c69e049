"""The database's address: read as the client library does, refused without repeating the password."""

from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from sipinter.site.config import env


def read(monkeypatch: pytest.MonkeyPatch, url: str, **given: Any) -> dict[str, Any]:
    monkeypatch.setenv("SIPINTER_DATABASE_URL", url)
    return env.get_database(
        "SIPINTER_DATABASE_URL", **{"sqlite": Path("x"), "pool": 4, "seconds": 30, **given}
    )


def test_no_address_means_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    found = read(monkeypatch, " ")
    assert (found["ENGINE"], found["NAME"]) == ("django.db.backends.sqlite3", Path("x"))


def test_every_part_of_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    found = read(monkeypatch, "postgresql://merit:a%40b%2F@db.contoh.go.id:5433/nasional?sslmode=require")
    assert found["ENGINE"] == "django.db.backends.postgresql"
    parts = {name: found[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}
    assert parts == {
        "NAME": "nasional",
        "USER": "merit",
        "PASSWORD": "a@b/",
        "HOST": "db.contoh.go.id",
        "PORT": "5433",
    }
    assert found["OPTIONS"]["sslmode"] == "require"
    assert "statement_timeout=30s" in found["OPTIONS"]["options"]


@pytest.mark.parametrize(
    "url",
    [
        "mysql://merit:rahasia@db/nasional",
        "postgresql://merit:rahasia@db:port/nasional",
        "postgresql://merit:rahasia@db:99999/nasional",
        "postgresql://merit:rahasia@db",
        "postgresql://merit:rahasia%zz@db/nasional",
        "postgresql://merit:rahasia@db/nasional?warna=biru",
        "rahasia",
    ],
)
def test_what_is_no_address_is_refused_without_repeating_it(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    with pytest.raises(ImproperlyConfigured, match="SIPINTER_DATABASE_URL") as refusal:
        read(monkeypatch, url)
    assert "rahasia" not in str(refusal.value)


@pytest.mark.parametrize("given", [{"pool": 0}, {"seconds": -1}])
def test_a_pool_and_time_outs_that_make_no_sense(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, int]
) -> None:
    with pytest.raises(ImproperlyConfigured):
        read(monkeypatch, "postgresql://merit@db/nasional", **given)


def test_hours_and_lists_of_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIPINTER_X", " 2, 7,7 ")
    assert env.get_int_list("SIPINTER_X", "") == (7, 2)
    for wrong in ("2,-1", "2;7", "dua", "²"):
        monkeypatch.setenv("SIPINTER_X", wrong)
        with pytest.raises(ImproperlyConfigured, match="SIPINTER_X"):
            env.get_int_list("SIPINTER_X", "")
    monkeypatch.setenv("SIPINTER_X", "23")
    assert env.get_hour("SIPINTER_X", 7) == 23
    for wrong in ("24", "-1"):
        monkeypatch.setenv("SIPINTER_X", wrong)
        with pytest.raises(ImproperlyConfigured, match="SIPINTER_X"):
            env.get_hour("SIPINTER_X", 7)
