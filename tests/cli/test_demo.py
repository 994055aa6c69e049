"""The demonstration loads through the services, once, and its audit trail holds."""

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from sipinter.cli.demo.people import PASSWORD, PEOPLE, demo_email
from tests import prepared


def run(var: Path, *arguments: str, demo: str = "1") -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "SIPINTER_DEMO": demo,
        "SIPINTER_VAR": str(var),
        "DJANGO_SETTINGS_MODULE": "sipinter.site.config.settings",
    }
    return subprocess.run(
        [sys.executable, "-c", "from sipinter.cli.main import main; main()", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    var = tmp_path_factory.mktemp("var")
    shutil.copytree(prepared.demonstration(), var, dirs_exist_ok=True)
    return var, prepared.said_by_the_demonstration()


def rows(var: Path, sql: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(var / "sipinter.sqlite3") as connection:
        return connection.execute(sql).fetchall()


def test_one_sign_in_of_every_role_is_printed(loaded: tuple[Path, str]) -> None:
    _var, said = loaded
    assert PASSWORD in said
    first = {person.role: demo_email(person) for person in reversed(PEOPLE)}
    assert [address for address in first.values() if address not in said] == []
    assert len(first) == 13


def test_agencies_stand_at_different_stages(loaded: tuple[Path, str]) -> None:
    var, _said = loaded
    found = rows(
        var,
        "select y.instrument_id, a.code, s.state from assessments_assessment s "
        "join agencies_agency a on a.id = s.agency_id join assessments_cycle y on y.id = s.cycle_id "
        "order by 1 desc, 2, y.year desc",
    )
    assert found == [
        ("permenpanrb-40-2018", "P.01", "filling"),
        ("permenpanrb-40-2018", "P.01", "published"),  # of last year
        ("permenpanrb-40-2018", "P.02", "clarification"),
        ("permenpanrb-40-2018", "P.03", "published"),
        ("permenpanrb-19-2025", "P.01", "filling"),
        ("permenpanrb-19-2025", "P.02", "plenary"),
        ("permenpanrb-19-2025", "P.03", "preparing"),
    ]


def test_every_file_of_the_demonstration_is_judged(loaded: tuple[Path, str]) -> None:
    var, _said = loaded
    assert rows(var, "select distinct judgement from evidence_blob") == [("taken",)]


def test_a_second_start_changes_nothing(loaded: tuple[Path, str]) -> None:
    var, _said = loaded
    before = rows(var, "select count(*) from audit_event")
    assert run(var, "demo").returncode == 0
    assert rows(var, "select count(*) from audit_event") == before


def test_the_real_history_is_there_with_its_source(loaded: tuple[Path, str]) -> None:
    var, _said = loaded
    found = rows(
        var,
        "select a.name, r.year, r.score, r.source from assessments_result r "
        "join agencies_agency a on a.id = r.agency_id where a.name = 'Mahkamah Konstitusi'",
    )
    assert [(name, year, float(str(score))) for name, year, score, _source in found] == [
        ("Mahkamah Konstitusi", 2021, 327.0)
    ]
    assert "mkri.id" in str(found[0][3])


def test_it_loads_only_as_a_demonstration(tmp_path: Path) -> None:
    done = run(tmp_path, "demo", demo="0")
    assert done.returncode != 0
    assert "Traceback" not in done.stderr


@pytest.mark.django_db
def test_broken_off_it_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    from sipinter.cli.demo import load
    from sipinter.foundation.agencies.models import Agency

    def broken_off(_rounds: object) -> None:
        assert Agency.objects.filter(is_invented=True).exists()
        raise KeyboardInterrupt

    monkeypatch.setattr(load.DemoRounds, "play", broken_off)
    with pytest.raises(KeyboardInterrupt):
        load.load_demo(lambda _said: None)
    assert not Agency.objects.exists()
