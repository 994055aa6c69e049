"""docs/permissions.md tells what the site does: the walk that wrote it is done again and compared.

By default every address is requested once by every role, each time in another of the twelve states, by half
of them on SQLite and by the others on PostgreSQL; SIPINTER_EVERY_STATE=1 requests all of them in all.
"""

import logging
import os
from collections.abc import Iterator
from zlib import crc32

import pytest
from django.db import connection

from tests import permissions
from tests.permissions import (
    ANY,
    NOT_OFFERED,
    PAGE,
    SHORT,
    STATELESS,
    STATES,
    Found,
    Row,
    duty_lines,
    every_action,
    lines_of,
    tied_lines,
)

EVERY = os.environ.get("SIPINTER_EVERY_STATE") == "1"


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


def in_turn(state: str, line: str, column: int) -> bool:
    """Each column of a line in another state, half of the columns on each engine."""
    turn = crc32(line.encode()) + column
    mine = turn // len(STATES) % 2 == (connection.vendor == "postgresql")
    return EVERY or (mine and (state == ANY or turn % len(STATES) == STATES.index(state)))


def differences(found: Found, page: Found) -> list[str]:
    """What was answered otherwise than the page says; a method offered to nobody has no line."""
    return [
        f"{name} in {state}: {SHORT[column]} got {answer}, but the page says {told}"
        for name, states in found.items()
        for state, row in states.items()
        for column, answer in enumerate(row)
        if answer
        and answer != (told := _told(page.get(name, {}), state, column))
        and not (name not in page and answer in NOT_OFFERED)
    ]


def _told(states: dict[str, Row], state: str, column: int) -> str:
    row = states.get("", states.get(state))
    return row[column] if row else "nothing"


@pytest.mark.django_db
@pytest.mark.one_engine
def test_the_page_says_what_the_site_does() -> None:
    page = written()
    matrix = permissions.walk(in_turn)
    assert differences(matrix.addresses, page) == []
    stateless = {name for name in matrix.addresses if ANY in matrix.addresses[name]}
    assert {name for name in page if name.split(" ")[-1].startswith(STATELESS)} == stateless
    text = PAGE.read_text(encoding="utf-8")
    lines = [line for name in matrix.actions for line in lines_of(matrix.actions, name)]
    assert [line for line in lines if line not in text] == []
    assert "\n".join(tied_lines(matrix.tied)) in text


def test_the_page_says_which_two_duties_one_person_may_hold() -> None:
    assert "\n".join(duty_lines()) in PAGE.read_text(encoding="utf-8")


@pytest.mark.django_db
def test_no_address_or_action_is_left_on_the_page_that_is_gone() -> None:
    known = {name for name, _parts in permissions.addresses()} | set(every_action())
    told = {name.split(" ")[1] if name.startswith(("GET ", "POST ")) else name for name in written()}
    assert told <= known


@pytest.mark.django_db
def test_an_auditor_is_let_into_nothing_of_an_agency() -> None:
    """Reads the trail; opens no assessment, no evidence, and may do nothing."""
    column = SHORT.index("Au")
    page = written()
    assert {name for name, rows in page.items() for row in rows.values() if row[column] == "yes"} <= {
        "trail.read"
    }
    inside = (
        *("record:", "selfassessment:", "verification:", "decisions:", "practices:", "home:", "evidence:"),
        *("accounts:member", "accounts:team"),
    )
    opened = {
        name
        for name, rows in page.items()
        for row in rows.values()
        if name.split(" ")[-1].startswith(inside) and row[column] == "200"
    }
    # A published decision is anybody's, the days of a round are everybody's who signs in; the others are
    # the same empty page for whoever has no assessment or agency.
    calendar = {f"{method} selfassessment:calendar" for method in ("GET", "POST")}
    calendar |= {"GET selfassessment:calendar_file"}
    home = {"GET home:home", "GET selfassessment:current", "GET practices:own_examples"}
    assert opened <= {"GET decisions:document", *home, *calendar}
