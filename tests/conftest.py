"""Fixtures that every room's tests share."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.core.cache import cache
from django.utils import translation

from sipinter.foundation.accounts.models import User
from sipinter.foundation.agencies.models import Agency

from . import factories, prepared, unguarded
from .assessment import replay
from .buckets import bucket, seaweed  # noqa: F401  (fixtures)
from .prepared import django_db_keepdb, django_db_modify_db_settings  # noqa: F401  (fixtures)

unguarded.let_tests_empty_the_trail()


pytest_configure = prepared.pytest_configure


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--storage", choices=["folder", "s3"], default="folder", help="Where evidence lies in all tests."
    )
    parser.addoption("--kills", default="6", help="How many parts of the cluster tests/faults kills.")


# Tests of ten seconds and more begin first, so that at the end no process waits for the other's last one.
LONG = (
    "tests/test_permissions_matrix.py",
    "tests/foundation/work/test_workers.py",
    "tests/site/operations/test_backup",
    "tests/site/operations/test_older_version.py",
    "tests/deploy/test_wheel.py",
    "tests/site/operations/test_older_version.py",
    "tests/deploy/test_wheel.py",
    "tests/cli/test_demo.py",
    "tests/cli/test_staff_analyst.py",
    "tests/fuzz/test_forms.py",
    "tests/foundation/evidence/test_tus_cut.py",
    "tests/merit/test_spark.py",
    "tests/concurrency/test_years.py",
    "tests/browser/test_pages.py",
    "tests/browser/test_journey.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))


@pytest.fixture(autouse=True)
def _storage(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("storage") == "s3":
        request.getfixturevalue("bucket")


@dataclass(frozen=True)
class Cast:
    """The fixed cast: an agency's keeper and a team-mate, an outsider from another agency; nobody is None."""

    agency: Agency
    other_agency: Agency
    supervisor: Agency
    owner: User
    team_mate: User
    outsider: User
    nobody: None = None


@pytest.fixture
def cast(db: None) -> Cast:
    """Two agencies, the supervising body, and the three people of the cast."""
    agency = factories.make_agency("Pemerintah Kabupaten Melati")
    other = factories.make_agency("Pemerintah Kota Kenanga", "kota")
    supervisor = factories.make_agency("Badan Pengawas Contoh", "lpnk")
    return Cast(
        agency=agency,
        other_agency=other,
        supervisor=supervisor,
        owner=factories.make_user("Rina Lestari", ("keeper", agency)),
        team_mate=factories.make_user("Budi Santosa", ("team", agency)),
        outsider=factories.make_user("Sari Utami", ("keeper", other)),
    )


@pytest.fixture(autouse=True)
def _clean_slate(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Sign-in throttles start empty and services speak English, the language of the source."""
    cache.clear()
    replay.begin(monkeypatch)
    with translation.override("en"):
        yield
