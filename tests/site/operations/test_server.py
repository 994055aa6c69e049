"""gunicorn with two processes: one page of counts, one form of log."""

from __future__ import annotations

import json
import shutil
import urllib.error
import urllib.request
from pathlib import Path

from deploy.process import Program, free_port, listening, running
from tests import prepared

from .conftest import COMMAND, Site

TOKEN = "kunci-hitungan"


def fetched(url: str, **headers: str) -> tuple[int, str]:
    request = urllib.request.Request(url, headers={"Accept-Language": "en", **headers})
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, ""


def test_counts_of_all_processes_come_together_and_the_log_is_json(tmp_path: Path) -> None:
    site = Site(
        tmp_path / "var",
        {"SIPINTER_METRICS_TOKEN": TOKEN, "SIPINTER_LOG_FORMAT": "json", "SIPINTER_LOG_LEVEL": "INFO"},
    )
    shutil.copytree(prepared.migrated(), site.var)
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    log = tmp_path / "log"
    server = Program(
        "gunicorn",
        [*COMMAND, "serve", "--bind", f"127.0.0.1:{port}", "--workers", "2"],
        log=log,
        ready=lambda: listening(port),
        environment=site.environment,
    )
    with running(server):
        for _ in range(30):
            assert fetched(f"{address}/sehat/siap/?surat=rina@contoh.go.id")[0] == 200
        assert fetched(f"{address}/metrik/")[0] == 404
        _status, counts = fetched(f"{address}/metrik/", Authorization=f"Bearer {TOKEN}")
    line = 'sipinter_requests_total{method="GET",status="2xx",view="operations:ready"} 30.0'
    assert line in counts.splitlines()
    said = log.read_text()
    assert "rina@" not in said
    entries = [json.loads(row) for row in said.splitlines() if not row.startswith("SIPINTER: ")]
    assert {"sipinter.request", "gunicorn.error"} <= {entry["logger"] for entry in entries}
    asked = [entry for entry in entries if entry.get("view") == "operations:ready"]
    assert len({entry["request_id"] for entry in asked}) == 30
