"""The way of one saved answer through the code: from the view to the score and back to what is shown.

Whoever follows a save in the source turns from file to file; this counts the turns (`pytest -s` prints them).
"""

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import pytest

from tests.factories import client_for

from ..round import Round

pytestmark = pytest.mark.django_db

VIEW = "sipinter.assessment.selfassessment.views.indicator"
MOST = 3
QUERIES = 15


def module_of(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__", ""))


def callers(frame: FrameType) -> Iterator[FrameType]:
    back = frame.f_back
    while back is not None:
        yield back
        back = back.f_back


class CallPath:
    """The modules of sipinter in the order in which control comes into them from another one by a call.

    From the view function on: middleware and decorators stand before it. What a template asks for is outside
    too, so nothing under `render` counts. Django between two of our modules is passed over: whoever asked it
    is the caller. A module that is entered twice in a row counts once.
    """

    def __init__(self) -> None:
        self.steps: list[str] = []

    def __call__(self, frame: FrameType, event: str, _argument: Any) -> None:
        name = module_of(frame)
        if event != "call" or not name.startswith("sipinter."):
            return
        above = [(module_of(one), one.f_code.co_name) for one in callers(frame)]
        if ("django.shortcuts", "render") in above:
            return
        caller = next((module for module, _ in above if module.startswith("sipinter.")), "")
        begun = name == VIEW or any(module == VIEW for module, _ in above)
        if begun and caller != name and self.steps[-1:] != [name]:
            self.steps.append(name)

    @contextmanager
    def recording(self) -> Iterator[None]:
        before = sys.getprofile()
        sys.setprofile(self)
        try:
            yield
        finally:
            sys.setprofile(before)


@pytest.mark.parametrize(
    ("headers", "status"), [({"hx-request": "true"}, 200), ({}, 302)], ids=["htmx", "plain form"]
)
def test_a_saved_answer_takes_a_short_way(
    headers: dict[str, str], status: int, django_assert_max_num_queries: Any
) -> None:
    filling = Round().start()
    client = client_for(filling.users["keeper"])
    path = CallPath()

    def save(code: str) -> int:
        typed = {"tick": [1, 2], "note": "SK", "version": 1, "do": "next"}
        page = f"/penilaian/{filling.assessment.pk}/{code}/simpan/"
        return int(client.post(page, typed, headers=headers).status_code)

    save("3.3")  # reads what is read once for many requests, such as the instrument
    with path.recording(), django_assert_max_num_queries(QUERIES):
        assert save("3.4") == status
    assert filling.answer("3.4").claimed_level == 2
    print("", *path.steps, sep="\n")
    entered = Counter(path.steps)
    assert path.steps[0] == VIEW
    assert entered[VIEW] == 1
    often = {name: times for name, times in entered.items() if times > MOST}
    assert not {name for name in often if name.startswith("sipinter.assessment.")}, often
