"""Server time of the public pages with every agency, on SQLite. Target: the register within 60 ms."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from time import perf_counter, process_time

import django

RUNS = 40
PAGES = {
    "register, first 50 agencies": "/daftar/",
    "register, all agencies on one page": "/daftar/?page=all",
    "register, searched and sorted": "/daftar/?q=kota&sort=-score",
    "register as CSV": "/daftar/unduh.csv",
    "agency with history and aspects": "/daftar/mahkamah-konstitusi/",
    "front page": "/",
}
YEARS = range(2019, 2025)


def main() -> None:
    """Prints the median of each page, with a result of every agency in each of six years."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sipinter.site.config.settings_test")
    django.setup()
    with filled_database() as (agencies, results):
        print(f"{agencies} agencies, {results} results")
        for name, address in PAGES.items():
            wall, processor, queries = server_time(address)
            limit = " (<= 60 ms)" if address.startswith("/daftar/") and "csv" not in address else ""
            print(f"{name}: median {wall:.0f} ms{limit}, processor {processor:.0f} ms, {queries} queries")


@contextmanager
def filled_database() -> Iterator[tuple[int, int]]:
    """A temporary database holding the register, the published history and six years of made-up results."""
    from django.db import connection
    from django.test.utils import setup_test_environment, teardown_test_environment

    from sipinter.assessment.record.models import Result
    from sipinter.foundation.access.actor import system_actor
    from sipinter.foundation.agencies.models import Agency
    from sipinter.foundation.agencies.services import import_register
    from sipinter.nation.results.services.history import load_history

    setup_test_environment(debug=False)
    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        import_register(actor=system_actor())
        load_history(actor=system_actor())
        Result.objects.bulk_create(made_up_results())
        yield Agency.objects.count(), Result.objects.count()
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
        teardown_test_environment()


def made_up_results() -> list[object]:
    """A result for every agency and year that has none yet; scores the same in every run."""
    from sipinter.assessment.record.models import Result
    from sipinter.foundation.agencies.models import Agency

    instrument = "permenpanrb-40-2018"
    known = set(Result.objects.values_list("agency_id", "year"))
    categories = ("Buruk", "Kurang", "Baik", "Sangat Baik")
    return [
        Result(
            agency_id=agency,
            year=year,
            instrument_id=instrument,
            source="made up",
            index="0.5",
            score=100 + (agency * 37 + year * 11) % 300,
            category=categories[(agency + year) % 4],
        )
        for agency in Agency.objects.filter(is_active=True).values_list("pk", flat=True)
        for year in YEARS
        if (agency, year) not in known
    ]


def server_time(address: str) -> tuple[float, float, int]:
    """Median milliseconds from request to the whole answer, by the clock and of the processor; queries."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(headers={"accept-language": "id"})

    def fetch() -> None:
        response = client.get(address)
        if response.streaming:
            b"".join(response.streaming_content)
        assert response.status_code == 200, (address, response.status_code)

    with CaptureQueriesContext(connection) as captured:
        fetch()
    queries = len(captured)
    walls, processors = [], []
    for _run in range(RUNS):
        wall, processor = perf_counter(), process_time()
        fetch()
        walls.append((perf_counter() - wall) * 1000)
        processors.append((process_time() - processor) * 1000)
    return median(walls), median(processors), queries


if __name__ == "__main__":
    main()
