"""docs/permissions.md tells what the site does: the walk that wrote it is done again and compared.

Three states by default, those in which most is open; SIPINTER_EVERY_STATE=1 walks all twelve.
"""

import logging
import os
from collections.abc import Iterator

import pytest

from tests import permissions
from tests.permissions import PAGE, SHORT, STATELESS, Found, every_action, lines_of, stages

EVERY = os.environ.get("SIPINTER_EVERY_STATE") == "1"
STATES = ("filling", "clarification", "objection")


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Thousands of refusals are expected here."""
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)


def written() -> Found:
    """What the page says: name -> state -> row; a line for several states counts for each."""
    found: Found = {}
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if not line.startswith("| `") or len(cells) != len(SHORT) + 2:
            continue
        name, states, *row = cells
        for state in [""] if states == "every" else states.split(", "):
            found.setdefault(name.strip("`"), {})[state] = tuple(row)
    return found


def differences(found: Found, page: Found) -> list[str]:
    return [
        f"{name} in {state}: {' '.join(row)}, but the page says {' '.join(page.get(name, {}).get(state, ()))}"
        for name, states in found.items()
        for state, row in states.items()
        if page.get(name, {}).get("", page.get(name, {}).get(state)) != row
    ]


@pytest.mark.django_db
def test_the_page_says_what_the_site_does() -> None:
    page = written()
    matrix = permissions.walk(lambda state: EVERY or state in STATES, stateless=False)
    assert differences(matrix.actions, page) == []
    assert differences(matrix.addresses, page) == []


@pytest.mark.django_db
def test_the_page_says_what_addresses_without_a_state_answer() -> None:
    page = written()
    found = permissions.walk_stateless()
    assert differences(found, page) == []
    assert {name for name in page if name.split(" ")[-1].startswith(STATELESS)} == set(found)


@pytest.mark.django_db
def test_no_address_or_action_is_left_on_the_page_that_is_gone() -> None:
    known = {name for name, _parts in permissions.addresses()} | set(every_action())
    told = {name.split(" ")[1] if name.startswith(("GET ", "POST ")) else name for name in written()}
    assert told <= known


@pytest.mark.django_db
def test_what_may_says_in_every_state_is_on_the_page() -> None:
    found: Found = {}
    for state, stage in stages():
        for action, row in permissions.ask(stage, every_action()).items():
            found.setdefault(action, {})[state] = row
    text = PAGE.read_text(encoding="utf-8")
    assert [line for name in found for line in lines_of(found, name) if line not in text] == []


@pytest.mark.django_db
def test_an_auditor_is_let_into_nothing_of_an_agency() -> None:
    """Reads the trail; opens no assessment, no evidence, and may do nothing."""
    column = SHORT.index("Au")
    page = written()
    assert {name for name, rows in page.items() for row in rows.values() if row[column] == "yes"} <= {
        "trail.read"
    }
    inside = ("assessments:", "evidence:", "accounts:member", "accounts:team")
    opened = {
        name
        for name, rows in page.items()
        for row in rows.values()
        if name.split(" ")[-1].startswith(inside) and row[column] == "200"
    }
    # A published decision is anybody's, the days of a round are everybody's who signs in; the two others are
    # the same empty page for whoever has no assessment.
    calendar = {f"{method} assessments:calendar" for method in ("GET", "POST")}
    calendar |= {"GET assessments:calendar_file"}
    home = {"GET assessments:home", "GET assessments:current"}
    assert opened <= {"GET assessments:document", *home, *calendar}
