"""The queue: order, filters, what is left, and a number of queries that does not grow."""

from copy import deepcopy

import pytest

from sipinter.assessment.record.models import State
from sipinter.assessment.record.services.conversation import write_message
from sipinter.assessment.selfassessment.services.submission import answer_clarification
from sipinter.assessment.verification.queries.queue import (
    FREE,
    OTHERS,
    WAITING,
    YOURS,
    QueueFilter,
    queue_parts,
    queued_assessments,
)
from sipinter.assessment.verification.services.verdicts import finish_verification, return_for_clarification
from sipinter.foundation.access.actor import Actor
from tests.factories import actor, make_user

from ..desk_round import beside, submitted, taken_up
from ..round import Round

pytestmark = pytest.mark.django_db


def _rows(who: Actor, wanted: QueueFilter | None = None) -> list[tuple[str, int]]:
    rows = queued_assessments(who, wanted or QueueFilter())
    return [(row.assessment.agency.name, part) for part, items in queue_parts(rows, who) for row in items]


@pytest.fixture(scope="module", autouse=True)
def shared(module_transaction: None) -> list[Round]:
    """One taken up, one free, one in clarification."""
    mine = taken_up()
    free = submitted(beside(mine, "Pemerintah Kabupaten Anggrek"))
    waiting = taken_up(beside(mine, "Pemerintah Kabupaten Seroja"))
    waiting.judge("1.1", "ask", reason="Mohon naskah yang ditandatangani.")
    return_for_clarification(waiting.assessment, actor=waiting.who("verifier"))
    return [mine, free, waiting]


@pytest.fixture
def three(shared: list[Round]) -> list[Round]:
    return deepcopy(shared)


def test_the_verifiers_own_turn_comes_first(three: list[Round]) -> None:
    assert _rows(three[0].who("verifier")) == [
        ("Pemerintah Kabupaten Melati", YOURS),
        ("Pemerintah Kabupaten Anggrek", FREE),
        ("Pemerintah Kabupaten Seroja", WAITING),
    ]


def test_another_verifier_finds_the_free_one_first(three: list[Round]) -> None:
    colleague = actor(make_user("Verifikator Lain", ("verifier", three[0].desk)))
    assert [part for _name, part in _rows(colleague)] == [FREE, OTHERS, OTHERS]


def test_the_coordinator_sees_all_and_the_second_reading_first(three: list[Round]) -> None:
    mine = three[0]
    mine.accept_rest()
    finish_verification(mine.assessment, actor=mine.who("verifier"))
    assert _rows(mine.who("coordinator"))[0] == ("Pemerintah Kabupaten Melati", YOURS)
    assert len(_rows(mine.who("coordinator"))) == 3


def test_a_regional_office_sees_its_region_only(three: list[Round]) -> None:
    desk = three[0].desk
    desk.regional_office = "Kanreg I"
    desk.save()
    office = actor(make_user("Kanreg", ("regional_office", desk)))
    assert _rows(office) == []
    agency = three[1].agency
    agency.regional_office = "Kanreg I"
    agency.save()
    assert _rows(office) == [("Pemerintah Kabupaten Anggrek", OTHERS)]


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (QueueFilter(q="anggrek"), ["Pemerintah Kabupaten Anggrek"]),
        (QueueFilter(state=State.CLARIFICATION), ["Pemerintah Kabupaten Seroja"]),
        (QueueFilter(state=State.PUBLISHED), []),
        (QueueFilter(type="kota"), []),
        (QueueFilter(province="Jawa Tengah"), ["Pemerintah Kabupaten Melati"]),
    ],
)
def test_filters_narrow(three: list[Round], wanted: QueueFilter, names: list[str]) -> None:
    three[0].agency.province = "Jawa Tengah"
    three[0].agency.save()
    assert [name for name, _part in _rows(three[0].who("verifier"), wanted)] == names


def test_the_filter_by_verifier_and_round(three: list[Round]) -> None:
    who = three[0].who("verifier")
    mine = QueueFilter(verifier=who.user_id, cycle=three[0].cycle.pk)
    assert [name for name, _part in _rows(who, mine)] == [
        "Pemerintah Kabupaten Melati",
        "Pemerintah Kabupaten Seroja",
    ]


def test_what_is_left_and_until_when(three: list[Round]) -> None:
    mine, _free, waiting = three
    mine.judge("1.1")
    rows = queued_assessments(mine.who("verifier"), QueueFilter())
    by_name = {
        r.assessment.agency.name: r for _part, items in queue_parts(rows, mine.who("verifier")) for r in items
    }
    row = by_name["Pemerintah Kabupaten Melati"]
    assert (row.left, row.due) == (36, mine.cycle.verification_closes)
    assert by_name["Pemerintah Kabupaten Seroja"].due == waiting.cycle.repair_closes


def test_after_an_answer_the_rest_is_due_by_the_plenary(three: list[Round]) -> None:
    waiting = three[2]
    write_message(waiting.answer("1.1"), "Terlampir.", actor=waiting.who("keeper"))
    answer_clarification(waiting.assessment, actor=waiting.who("keeper"))
    rows = queued_assessments(waiting.who("verifier"), QueueFilter(q="Seroja"))
    (row,) = (r for _part, items in queue_parts(rows, waiting.who("verifier")) for r in items)
    assert row.due == waiting.cycle.plenary_on
