"""The ways up: what higher rooms register is found where the lower room asks, and nothing twice."""

import pytest

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.registries.announcements import Announcement
from sipinter.foundation.registries.providers import Provider
from sipinter.foundation.registries.slots import Slot


def test_parts_stand_in_order_whoever_came_first() -> None:
    place: Slot[str] = Slot("place")
    place.put(30, "last")
    place.fill(10)(lambda: "first")
    place.fill(20)(lambda: None)
    assert place.parts() == ["first", "last"]


def test_every_filler_gets_what_the_page_knows() -> None:
    place: Slot[str] = Slot("place")
    place.fill(1)(lambda code, level: f"{code} at {level}")
    assert place.parts("3.4", level=2) == ["3.4 at 2"]


def test_two_parts_at_the_same_place_are_a_fault() -> None:
    place: Slot[str] = Slot("place")
    place.put(1, "one")
    with pytest.raises(ValueError, match="two parts at 1 of the slot place"):
        place.put(1, "another")


def test_a_question_has_the_answers_of_every_room() -> None:
    question: Provider[[int], int] = Provider("question")
    assert question.answer(3) is None
    question.provide(lambda number: number + 1)
    assert question.answer(3) == 4
    question.provide(lambda number: number + 2)
    assert question.answers(3) == [4, 5]
    with pytest.raises(ValueError, match="2 rooms answer question"):
        question.answer(3)


def test_subscribers_hear_what_happened_and_who_did_it() -> None:
    happened: Announcement[str] = Announcement("something")
    heard: list[tuple[str, str]] = []
    happened.subscribe(lambda subject, actor: heard.append((subject, actor.name)))
    happened.announce("decision", actor=Actor(name="Rina"))
    assert heard == [("decision", "Rina")]


def test_a_subscriber_that_fails_undoes_the_act() -> None:
    happened: Announcement[str] = Announcement("something")

    @happened.subscribe
    def fail(subject: str, actor: Actor) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        happened.announce("decision", actor=Actor())
