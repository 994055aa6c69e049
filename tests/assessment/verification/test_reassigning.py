"""Conflicts of interest, and giving a verification to somebody else."""

from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from sipinter.assessment.verification.services.reassignment import hand_over_verification, handover_candidates
from sipinter.assessment.verification.services.verdicts import claim_assessment, finish_verification
from sipinter.foundation.access.errors import Conflict, Denied, Invalid
from sipinter.foundation.access.permissions import may
from sipinter.foundation.accounts.models import Membership, Notification, User
from sipinter.foundation.audit.models import Event
from tests.factories import actor, end, grant, make_user

from ..desk_round import submitted, take_up
from ..round import Round

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def shared(module_transaction: None) -> Round:
    return submitted()


@pytest.fixture
def sent(shared: Round) -> Round:
    """Not taken up yet."""
    return deepcopy(shared)


@pytest.fixture
def round_(sent: Round) -> Round:
    """Taken up by its verifier."""
    return take_up(sent)


@pytest.fixture
def colleague(round_: Round) -> User:
    return make_user("Verifikator Lain", ("verifier", round_.desk))


# --- conflict of interest


def member(round_: Round, role: str, *, days_ago: int | None = None) -> User:
    """A verifier who is of the agency's own, or was until `days_ago`."""
    user = make_user("Dua Topi", ("verifier", round_.desk), ("coordinator", round_.desk))
    membership = grant(user, role, round_.agency)
    if days_ago is not None:
        end(membership)
        Membership.objects.filter(pk=membership.pk).update(ended_at=timezone.now() - timedelta(days=days_ago))
    return user


@pytest.mark.parametrize("role", ["keeper", "team", "pyb", "ppk", "employee"])
def test_nobody_takes_up_their_own_agency(role: str, sent: Round) -> None:
    with pytest.raises(Denied, match="You belong to this agency"):
        claim_assessment(sent.assessment, actor=actor(member(sent, role)))


@pytest.mark.parametrize(("days_ago", "allowed"), [(0, False), (9, False), (11, True), (400, True)])
def test_whoever_left_before_the_round_is_free(days_ago: int, allowed: bool, sent: Round) -> None:
    who = actor(member(sent, "team", days_ago=days_ago))
    assert bool(may(who, "assessment.claim", sent.fresh())) == allowed


def test_a_role_that_is_withheld_is_a_conflict_all_the_same(settings: Any, sent: Round) -> None:
    settings.MFA_REQUIRED_ROLES = ["team"]
    assert not may(actor(member(sent, "team")), "assessment.claim", sent.fresh())


def test_somebody_who_joins_the_agency_judges_no_more(round_: Round) -> None:
    round_.judge("1.1")
    grant(round_.users["verifier"], "team", round_.agency)
    with pytest.raises(Denied, match="You belong to this agency"):
        round_.judge("1.2")


@pytest.mark.parametrize(
    "action",
    ["sign_off", "return_to_verifier", "decide", "return_from_plenary", "correct", "reject_objection"],
)
def test_the_later_desks_are_bound_as_well(action: str, sent: Round) -> None:
    user = make_user("Tiga Topi", ("coordinator", sent.desk), ("plenary", sent.desk))
    assert may(actor(user), f"assessment.{action}", sent.fresh())
    grant(user, "ppk", sent.agency)
    assert "conflict of interest" in may(actor(user), f"assessment.{action}", sent.fresh()).reason


# --- handing over


def test_a_verifier_hands_over_and_the_other_goes_on(round_: Round, colleague: User) -> None:
    round_.judge("1.1", "change", level=2, reason="Belum ditetapkan.")
    hand_over_verification(
        round_.assessment, colleague, reason="Cuti melahirkan.", actor=round_.who("verifier")
    )
    assert round_.fresh().verifier == colleague
    assert round_.answer("1.1").verified_level == 2
    with pytest.raises(Denied):
        round_.judge("1.2")
    round_.users["colleague"] = colleague
    round_.judge("1.2", role="colleague")
    event = Event.objects.get(action="assessment.handed_over")
    assert event.shown_changes == {
        "verifier": ["verifier pengawas", "Verifikator Lain"],
        "reason": [None, "Cuti melahirkan."],
    }
    told = Notification.objects.get(user=colleague)
    assert told.body == "Cuti melahirkan."
    assert told.path == f"/desk/{round_.assessment.pk}/"


def test_the_coordinator_reassigns_and_both_are_told(round_: Round, colleague: User) -> None:
    hand_over_verification(
        round_.assessment, colleague, reason="Beban kerja.", actor=round_.who("coordinator")
    )
    for user in (colleague, round_.users["verifier"]):
        assert Notification.objects.filter(user=user, body="Beban kerja.").count() == 1


def test_a_reason_is_needed(round_: Round, colleague: User) -> None:
    with pytest.raises(Invalid, match="reason"):
        hand_over_verification(round_.assessment, colleague, reason=" ", actor=round_.who("verifier"))


@pytest.mark.parametrize("role", ["plenary", "administrator", "keeper"])
def test_others_do_not_hand_over(round_: Round, colleague: User, role: str) -> None:
    with pytest.raises(Denied):
        hand_over_verification(round_.assessment, colleague, reason="Cuti.", actor=round_.who(role))


def test_another_verifier_does_not_take_it_by_themselves(round_: Round, colleague: User) -> None:
    with pytest.raises(Denied):
        hand_over_verification(round_.assessment, colleague, reason="Saya saja.", actor=actor(colleague))


def test_it_goes_to_a_verifier_without_a_conflict_only(round_: Round) -> None:
    for unfit in (round_.users["verifier"], round_.users["plenary"], member(round_, "team")):
        with pytest.raises(Invalid, match="no conflict of interest"):
            hand_over_verification(round_.assessment, unfit, reason="Cuti.", actor=round_.who("coordinator"))
    assert round_.fresh().verifier == round_.users["verifier"]


def test_who_may_take_it_is_one_query(round_: Round, colleague: User, django_assert_num_queries: Any) -> None:
    make_user("Verifikator Ketiga", ("verifier", round_.desk))
    member(round_, "team", days_ago=2)
    assessment = round_.fresh()
    with django_assert_num_queries(1):
        names = [user.name for user in handover_candidates(assessment)]
    assert names == ["Verifikator Ketiga", "Verifikator Lain"]


def test_somebody_else_was_quicker(round_: Round, colleague: User) -> None:
    third = make_user("Verifikator Ketiga", ("verifier", round_.desk))
    holder = round_.users["verifier"].pk
    coordinator = round_.who("coordinator")
    hand_over_verification(round_.assessment, colleague, reason="Beban.", holder=holder, actor=coordinator)
    with pytest.raises(Conflict):
        hand_over_verification(round_.assessment, third, reason="Beban.", holder=holder, actor=coordinator)
    assert round_.fresh().verifier == colleague


def test_not_once_the_verification_is_finished(round_: Round, colleague: User) -> None:
    round_.accept_rest()
    finish_verification(round_.assessment, actor=round_.who("verifier"))
    with pytest.raises(Denied, match="while it is being verified"):
        hand_over_verification(round_.assessment, colleague, reason="Cuti.", actor=round_.who("coordinator"))
