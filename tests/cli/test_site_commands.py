"""Commands that need the site: what they print, refuse and leave behind."""

import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from django.test import Client
from pytest_django import Settings

from sipinter.cli.main import main
from sipinter.cli.metrics_folder import shared_metrics_folder
from sipinter.foundation.accounts.models import Membership, User
from sipinter.site.operations.checks import run_checks
from tests.conftest import Cast
from tests.factories import PASSWORD, make_agency

ROOT = Path(__file__).parents[2]


def run(*arguments: str, stdin: str | None = None) -> Result:
    return CliRunner(env={"SIPINTER_LANG": "en"}).invoke(main, list(arguments), input=stdin)


def run_apart(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, with these settings only."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SIPINTER_")}
    return subprocess.run(
        [sys.executable, "-m", "sipinter.cli.main", *arguments],
        env={**kept, "DJANGO_SETTINGS_MODULE": "sipinter.site.config.settings", **variables},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.django_db
def test_checks_are_a_line_each_and_an_error_ends_with_1(settings: Settings) -> None:
    settings.SECRET_KEY = "short"
    found = list(run_checks(production=True))
    errors = [finding for finding in found if finding.level == "error"]
    assert errors
    shown, told = run("check", "--deploy"), run("check", "--deploy", "--json")
    assert (shown.exit_code, told.exit_code) == (1, 1)
    assert json.loads(told.stdout) == [asdict(finding) for finding in found]
    lines = shown.stdout.splitlines()
    assert lines == [f"{f.level:<5}  {f.variable}: {f.wrong}; {f.do}" for f in found]


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({}, "SIPINTER_SECRET_KEY"),
        ({"SIPINTER_DEMO": "1", "SIPINTER_NODES": "two"}, "SIPINTER_NODES"),
        ({"SIPINTER_DEMO": "perhaps"}, "SIPINTER_DEMO"),
    ],
)
def test_settings_that_cannot_be_read_are_one_finding(variables: dict[str, str], named: str) -> None:
    done = run_apart("check", "--json", **variables)
    (finding,) = json.loads(done.stdout)
    assert (done.returncode, finding["level"], finding["variable"]) == (1, "error", named)
    assert finding["do"] == "see docs/settings.md"


def test_without_its_settings_a_command_ends_with_their_sentence() -> None:
    done = run_apart("evidence", "scan")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "SIPINTER_SECRET_KEY must be set (see docs/settings.md)\n"


def test_docs_writes_the_pages_that_stand_in_the_repository(tmp_path: Path) -> None:
    shown = run("docs", "--folder", str(tmp_path))
    written = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()}
    assert shown.stdout.split() == [str(tmp_path / name) for name in ("workflow.md", "staff-tables.md")]
    assert written == {name: (ROOT / "docs" / name).read_text(encoding="utf-8") for name in written}


@pytest.mark.django_db
def test_the_first_administrator_is_made_once(cast: Cast) -> None:
    Membership.objects.filter(role="administrator").delete()
    body = make_agency("Badan Contoh", "lpnk")
    words = ["administrator", "wulan@contoh.go.id", "Wulan"]
    refused = [
        (run(*words, "TIDAK-ADA", "--password", PASSWORD), "no agency with the code TIDAK-ADA"),
        (run(*words, body.code, "--password", "wulan"), "password"),
        (run("administrator", "bukan-surel", "Wulan", body.code, "--password", PASSWORD), "mail"),
    ]
    for result, said in refused:
        assert (result.exit_code, said in result.output) == (1, True), result.output
    assert not User.objects.filter(email="wulan@contoh.go.id").exists()
    made = run(*words, body.code, stdin=f"{PASSWORD}\n{PASSWORD}\n")
    assert (made.exit_code, PASSWORD in made.output) == (0, False)
    held = Membership.objects.get(role="administrator")
    assert (held.user.email, held.agency, held.user.check_password(PASSWORD)) == (
        "wulan@contoh.go.id",
        body,
        True,
    )
    again = run("administrator", "lain@contoh.go.id", "Lain", body.code, "--password", PASSWORD)
    assert (again.exit_code, "administrator already" in again.output) == (1, True)


@pytest.mark.django_db
def test_the_first_administrator_gets_a_link_for_the_second_factor(cast: Cast, settings: Settings) -> None:
    settings.MFA_REQUIRED_ROLES = ["administrator"]
    Membership.objects.filter(role="administrator").delete()
    body = make_agency("Badan Contoh", "lpnk")
    made = run("administrator", "wulan@contoh.go.id", "Wulan", body.code, "--password", PASSWORD)
    again = run("enrolment", "wulan@contoh.go.id")
    for result in (made, again):
        assert result.exit_code == 0, result.output
        link = result.output.splitlines()[-1]
        assert link.startswith("http://127.0.0.1:8000/akun/dua-langkah/?kode=")
    browser = Client(headers={"accept-language": "en"})
    browser.post("/akun/login/", {"login": "wulan@contoh.go.id", "password": PASSWORD})
    code = link.rpartition("=")[2]
    assert f'value="{code}"' in browser.get(link).content.decode()
    assert browser.post("/akun/dua-langkah/kode/", {"code": code}).status_code == 302
    assert browser.session["may_set_up_second_factor"]
    for email, said in [("tidak.ada@contoh.go.id", "nobody"), (cast.owner.email, "no second factor")]:
        refused = run("enrolment", email)
        assert (refused.exit_code, said in refused.output) == (1, True), refused.output


@pytest.mark.django_db
def test_scanning_needs_a_scanner_and_tells_what_waits(cast: Cast, settings: Settings) -> None:
    settings.CLAMD = ""
    none = run("evidence", "scan")
    assert (none.exit_code, "SIPINTER_CLAMD is empty" in none.stderr) == (1, True)
    settings.CLAMD = "127.0.0.1:1"
    done = run("evidence", "scan")
    assert (done.exit_code, done.stdout) == (0, "0 files scanned, 0 still wait\n")


@pytest.mark.parametrize(
    ("content", "said"), [(None, "there is no such file"), (b"", ""), (b"not a backup" * 100, "")]
)
def test_what_is_no_backup_is_refused_before_anything_changes(
    tmp_path: Path, content: bytes | None, said: str
) -> None:
    file = tmp_path / "sipinter.tar"
    if content is not None:
        file.write_bytes(content)
    result = run("restore", str(file), "--force")
    assert (result.exit_code, result.stdout) == (2, "")
    last = result.stderr.splitlines()[-1]
    assert said in last
    assert last not in ("", "checking the file")


def test_a_server_of_uploads_has_no_worker_beside_it() -> None:
    result = run("serve", "--uploads", "--with-worker")
    assert (result.exit_code, "exclude each other" in result.stderr) == (2, True)


def test_the_shared_folder_of_counts_goes_with_the_process_that_made_it(monkeypatch: Any) -> None:
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", "")
    with shared_metrics_folder():
        folder = Path(os.environ["PROMETHEUS_MULTIPROC_DIR"])
        child = os.fork()
        if not child:
            os._exit(leave_in_child(folder))
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert folder.is_dir()
    assert not folder.exists()


def leave_in_child(folder: Path) -> int:
    """What a web process does on its way out: a folder of its own goes, its parent's stays."""
    with shared_metrics_folder():
        own = Path(os.environ["PROMETHEUS_MULTIPROC_DIR"])
    return int(own == folder or own.exists() or not folder.is_dir())


@pytest.mark.parametrize(("threads", "kind"), [(1, "sync"), (32, "gthread")])
def test_only_uploads_are_served_by_threads(threads: int, kind: str) -> None:
    from sipinter.cli.server import GunicornSite

    site = GunicornSite("127.0.0.1:0", 3, threads=threads).cfg
    assert (site.worker_class_str, site.threads, site.workers) == (kind, threads, 3)
    assert (site.preload_app, site.address) == (True, [("127.0.0.1", 0)])
