"""Server time and queries of the workspace on SQLite: a page <= 60 ms and <= 15 queries, a save <= 30 ms.

A full assessment: 37 indicators filled in, two documents and a note at each, in a database file of its own
with the settings of production (WAL, static files by their manifest).
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import django

RUNS = 60
WARM_UP = 5


def main() -> None:
    """Prints the medians."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sipinter.site.config.settings_test")
    django.setup()
    with full_assessment() as (client, assessment):
        base = f"/penilaian/{assessment.pk}"
        pages = {
            "indicator with evidence": (f"{base}/3.4/", " (<= 60 ms, <= 15 queries)"),
            "overview": (f"{base}/ringkasan/", ""),
            "completeness": (f"{base}/kelengkapan/", ""),
            "easiest route": (f"{base}/jalur/", ""),
            "history": (f"{base}/riwayat/", ""),
            "home": ("/beranda/", ""),
        }
        for name, (address, limit) in pages.items():
            milliseconds, queries = measured(lambda turn, address=address: client.get(address))
            print(f"{name}: median {milliseconds:.0f} ms, {queries} queries{limit}")
        here = measured(lambda turn: client.post(f"{base}/3.4/hadir/", {"version": 1}))
        print(f"who else has it open: median {here[0]:.0f} ms, {here[1]} queries")
        milliseconds, queries = measured(saving(client, assessment))
        print(f"save an answer: median {milliseconds:.0f} ms, {queries} queries (<= 30 ms)")


def measured(visit: Callable[[int], Any]) -> tuple[float, int]:
    """Median milliseconds of `visit(turn)`, and the queries of one visit. Every answer must be 200."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    times = []
    for turn in range(WARM_UP + RUNS):
        begun = perf_counter()
        response = visit(turn)
        times.append(perf_counter() - begun)
        assert response.status_code == 200, response.status_code
    with CaptureQueriesContext(connection) as queries:
        visit(WARM_UP + RUNS)
    return median(times[WARM_UP:]) * 1000, len(queries)


def saving(client: Any, assessment: Any) -> Callable[[int], Any]:
    """A visit that saves one indicator as the page's script does; every turn changes level and note."""

    def save(turn: int) -> Any:
        version = assessment.answers.values_list("version", flat=True).get(code="3.4")
        ticks = [1, 2, 3][: 2 + turn % 2]
        return client.post(
            f"/penilaian/{assessment.pk}/3.4/simpan/",
            {"version": version, "tick": ticks, "note": f"catatan {turn}"},
            headers={"hx-request": "true"},
        )

    return save


@contextmanager
def full_assessment() -> Iterator[tuple[Any, Any]]:
    """A signed-in keeper's browser and the assessment, in a temporary folder."""
    from django.core.management import call_command
    from django.db import connection
    from django.test.utils import override_settings, setup_test_environment, teardown_test_environment

    from tests.assessment.round import Round, pdf
    from tests.factories import client_for

    with tempfile.TemporaryDirectory() as folder:
        manifest = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
        storages = {
            "default": {
                "BACKEND": "sipinter.foundation.evidence.storage.local.LocalStorage",
                "OPTIONS": {"location": f"{folder}/files"},
            },
            "staticfiles": manifest,
        }
        setup_test_environment(debug=False)
        name = connection.settings_dict["NAME"]
        connection.settings_dict["TEST"]["NAME"] = str(Path(folder) / "bench.sqlite3")
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            with override_settings(STORAGES=storages, STATIC_ROOT=f"{folder}/static"):
                call_command("collectstatic", verbosity=0, interactive=False)
                round_ = Round().fill(2)
                attach_second(round_, pdf("kedua"))
                yield client_for(round_.users["keeper"], language="id"), round_.fresh()
        finally:
            connection.creation.destroy_test_db(name, verbosity=0)
            connection.settings_dict["TEST"]["NAME"] = None
            teardown_test_environment()


def attach_second(round_: Any, file: Any) -> None:
    """A second document and a note beside every indicator."""
    from sipinter.assessment.selfassessment.services.answers import attach_evidence, upload_evidence

    keeper = round_.who("keeper")
    second = upload_evidence(round_.assessment, "1.1", file, actor=keeper).evidence
    for code in round_.assessment.answers.values_list("code", flat=True):
        attach_evidence(round_.assessment, code, second, actor=keeper)
        round_.claim(code, 3, note="Dokumen sudah ditetapkan dan berlaku di semua perangkat daerah. " * 3)


if __name__ == "__main__":
    main()
