"""`--engine postgres`: the tests that use the database, on one private PostgreSQL for the whole run."""

import atexit
import os
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

VARIABLE = "SIPINTER_DATABASE_URL"
USES_DATABASE = {"db", "transactional_db", "django_db_setup", "live_server"}
_started = ExitStack()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--engine",
        choices=("sqlite", "postgres"),
        default="sqlite",
        help="database of the run; with postgres only tests that use a database are run",
    )


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    """Before Django reads its settings. Processes of xdist find the address in their environment."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        os.environ.pop(VARIABLE, None)
        if early_config.known_args_namespace.engine == "postgres":
            from deploy.postgres import postgres

            atexit.register(_started.close)  # also when pytest ends before it was configured
            os.environ[VARIABLE] = _started.enter_context(postgres()).url()
    return (yield)


def pytest_unconfigure() -> None:
    _started.close()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What asks no database is the same on every engine, and so is what is marked so."""
    if config.getoption("engine") == "sqlite":
        return
    kept = [item for item in items if _uses_database(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    items[:] = kept


def _uses_database(item: pytest.Item) -> bool:
    if item.get_closest_marker("one_engine") is not None:
        return False
    asked = set(getattr(item, "fixturenames", ()))
    return item.get_closest_marker("django_db") is not None or bool(asked & USES_DATABASE)
