"""Fixtures that every room's tests share. CONTRIBUTING.md lists what happens around every test."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.core.cache import cache
from django.db import transaction
from django.utils import translation
from pytest_django import DjangoDbBlocker

from sipinter.foundation.accounts.models import User
from sipinter.foundation.agencies.models import Agency
from sipinter.foundation.audit.heads import forget_heads

from . import factories, prepared
from .buckets import bucket, evidence_on_s3, seaweed  # noqa: F401  (fixtures)
from .prepared import django_db_keepdb, django_db_modify_db_settings  # noqa: F401  (fixtures)
from .unguarded import flush_of_the_trail  # noqa: F401  (fixture)

pytest_configure = prepared.pytest_configure


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--storage", choices=["folder", "s3"], default="folder", help="Where evidence lies in all tests."
    )
    parser.addoption("--proofs", action="store_true", help="All hostile files of tests/hostile, not a few.")
    parser.addoption("--kills", default="6", help="How many parts of the cluster tests/faults kills.")


@pytest.fixture(scope="session", autouse=True)
def _storage(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("storage") == "s3":
        request.getfixturevalue("evidence_on_s3")


@pytest.fixture(scope="module")
def module_transaction(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """One transaction around all tests of a file, each of them a savepoint in it.

    What `setUpTestData` is to Django's TestCase: a file's own fixture, of module scope and autouse, makes
    within it the rows that all its tests begin with; each test takes a deep copy of the objects.
    """
    with django_db_blocker.unblock(), transaction.atomic(), translation.override("en"):
        yield
        transaction.set_rollback(True)


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
def _clean_slate() -> Iterator[None]:
    """Sign-in throttles start empty, no end of a chain was seen, services speak the source's English."""
    cache.clear()
    forget_heads()
    with translation.override("en"):
        yield
