"""The transition table: every arrow, who may take it, and the page in docs that is drawn from it."""

from pathlib import Path

import pytest

from sipinter.assessment.record.models import Assessment, State
from sipinter.assessment.record.workflow import BY_ACTION, TRANSITIONS, why_not_now
from sipinter.cli.docs import render_workflow
from sipinter.foundation.access.permissions import may
from sipinter.foundation.access.roles import Role
from tests.factories import actor, make_user

from ..round import Round

pytestmark = pytest.mark.django_db


def test_every_state_is_reached_and_left() -> None:
    reached = {t.target for t in TRANSITIONS}
    left = {state for t in TRANSITIONS for state in t.sources}
    assert reached == set(State) - {State.PREPARING}
    assert left == set(State)


def test_docs_show_the_table_as_it_is() -> None:
    assert Path("docs/workflow.md").read_text(encoding="utf-8") == render_workflow()


@pytest.mark.parametrize("action", sorted(BY_ACTION))
def test_each_action_only_in_its_states(action: str) -> None:
    round_ = Round()
    allowed = set(BY_ACTION[action].sources)
    for state in State:
        Assessment.objects.update(state=state)
        assert (not why_not_now(round_.fresh(), action)) == (state in allowed)


@pytest.mark.parametrize("action", sorted(BY_ACTION))
def test_each_action_only_for_its_roles(action: str) -> None:
    round_ = Round()
    Assessment.objects.update(verifier=None)
    assessment = round_.fresh()
    allowed = {str(role) for role in BY_ACTION[action].who}
    for role in Role:
        home = round_.agency if role in {"keeper", "team", "pyb", "ppk", "employee"} else round_.desk
        person = actor(make_user(f"orang {role}", (role, home)))
        assert bool(may(person, f"assessment.{action}", assessment)) == (role in allowed), role
    stranger = actor(make_user("orang luar", *[(r, round_.desk) for r in ("keeper", "pyb", "ppk")]))
    if allowed <= {"keeper", "pyb", "ppk"}:
        assert not may(stranger, f"assessment.{action}", assessment)
