"""Who may do what to the people of an agency."""

import pytest

from sipinter.foundation.access.actor import NOBODY, Actor, Grant, system_actor
from sipinter.foundation.access.errors import Denied
from sipinter.foundation.access.permissions import may, registered_actions, require
from sipinter.foundation.access.roles import AGENCY_ROLES, Role

HERE, ELSEWHERE = 1, 2
OTHERS = sorted(set(Role.values) - {r.value for r in AGENCY_ROLES})


def acting(role, agency_id):
    return Actor(7, "Seseorang", (Grant(role, agency_id),))


def invited(who, roles=Role.values):
    return {role for role in roles if may(who, "accounts.invite", (HERE, role))}


@pytest.mark.parametrize("role", Role.values)
def test_who_may_invite_whom_in_the_own_agency(role):
    expected = {"keeper": set(AGENCY_ROLES), "administrator": set(Role.values)}.get(role, set())
    assert invited(acting(role, HERE)) == expected


@pytest.mark.parametrize("role", Role.values)
def test_who_may_invite_into_another_agency(role):
    expected = set(Role.values) if role == "administrator" else set()
    assert invited(acting(role, ELSEWHERE)) == expected


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("agency_id", [HERE, ELSEWHERE])
def test_who_manages_the_people(role, agency_id):
    expected = role == "administrator" or (role == "keeper" and agency_id == HERE)
    assert bool(may(acting(role, agency_id), "accounts.manage_members", HERE)) is expected


def test_nobody_may_nothing_and_the_system_everything():
    assert not any(
        may(NOBODY, action, (HERE, "team"))
        for action in registered_actions()
        if action.startswith("accounts.")
    )
    assert may(NOBODY, "accounts.invite", (HERE, "team")).reason == "Sign in first."
    assert invited(system_actor()) == set(Role.values)


def test_a_refusal_says_why():
    reasons = {role: may(acting("keeper", HERE), "accounts.invite", (HERE, role)).reason for role in OTHERS}
    assert set(reasons.values()) == {
        "Only the national administrator invites people of the supervising body."
    }
    with pytest.raises(Denied, match="Only the account keeper of this agency invites its people"):
        require(acting("team", HERE), "accounts.invite", (HERE, "team"))


def test_unknown_action_is_a_mistake_of_the_program():
    with pytest.raises(KeyError):
        may(system_actor(), "accounts.fly", None)


@pytest.mark.parametrize("role", OTHERS)
def test_a_keeper_changes_no_membership_of_the_supervisor(cast, role):
    from ... import factories

    stranger = factories.make_user("Dewi Anggraini")
    membership = factories.grant(stranger, role, cast.agency)
    assert not may(factories.actor(cast.owner), "accounts.change_membership", membership)


def test_roles_fit_agencies(cast):
    assert {r for r in Role if r.fits(cast.agency)} == AGENCY_ROLES
    assert {r for r in Role if r.fits(cast.supervisor)} == set(Role)
