"""Whoever is tied to an agency does nothing at its desk, and reads nothing there."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time

import pytest
from django.urls import reverse

from sipinter.assessment.record.models import Answer, QuickAssessment
from sipinter.assessment.record.services.conversation import write_message
from sipinter.assessment.verification.services.desk_days import plan_desk_day, put_desk_slot
from sipinter.assessment.verification.services.reassignment import hand_over_verification
from sipinter.foundation.access import permissions as registry
from sipinter.foundation.access.actor import Actor, AgencyTie
from sipinter.foundation.access.errors import Denied
from sipinter.foundation.access.permissions import YES, Permission, allowed_despite_ties, may, predicate
from sipinter.foundation.access.roles import Role
from sipinter.foundation.accounts.models import User
from sipinter.foundation.evidence.models import Evidence
from tests.factories import actor, client_for, end, grant, make_user
from tests.permissions import Stage, ask_tied, every_action, stages

from ..desk_round import taken_up
from ..round import Round

pytestmark = pytest.mark.django_db


@pytest.fixture
def round_() -> Round:
    return taken_up(Round(), "1.1", "1.2")


@pytest.fixture
def tied(round_: Round) -> User:
    """A coordinator and verifier who was in the agency's team when the round began."""
    user = make_user("Dua Topi", ("coordinator", round_.desk), ("verifier", round_.desk))
    end(grant(user, "team", round_.agency))
    return user


def test_a_tied_coordinator_hands_nothing_over_writes_nothing_and_plans_nothing(
    round_: Round, tied: User
) -> None:
    other, who = make_user("Verifikator Lain", ("verifier", round_.desk)), actor(tied)
    with pytest.raises(Denied, match="conflict of interest"):
        hand_over_verification(round_.assessment, other, reason="Saya pilih.", actor=who)
    with pytest.raises(Denied, match="conflict of interest"):
        write_message(round_.answer("1.1"), "Tolong diterima.", actor=who)
    held = round_.cycle.filling_closes
    day = plan_desk_day(round_.cycle, held_on=held, place="Aula", title="", actor=who)
    with pytest.raises(Denied, match="conflict of interest"):
        put_desk_slot(day, round_.assessment, starts=time(8), ends=time(9), actor=who)
    assert not may(who, "second_reading.assign", round_.fresh())
    assert not may(who, "reason.keep", round_.answer("1.1"))


@pytest.mark.parametrize("page", ["/desk/{}/", "/desk/{}/1.1/", "/desk/{}/rekomendasi/", "/pleno/{}/"])
def test_a_tied_person_reads_no_page_of_its_desk_and_is_told_why(
    page: str, round_: Round, tied: User
) -> None:
    response = client_for(tied, second_factor=True).get(page.format(round_.assessment.pk))
    assert response.status_code == 403
    assert "conflict of interest" in response.content.decode()


def test_lists_and_evidence_hide_it(round_: Round, tied: User) -> None:
    browser = client_for(tied, second_factor=True)
    assert round_.agency.name not in browser.get(reverse("verification:queue")).content.decode()
    evidence = Evidence.objects.get(agency=round_.agency)
    Evidence.objects.update(is_submitted=True)
    evidence.refresh_from_db()
    free = make_user("Bebas", ("verifier", round_.desk))
    assert may(actor(free), "evidence.open", evidence)
    assert not may(actor(tied), "evidence.open", evidence)
    assert Evidence.objects.visible_to(actor(free)).exists()
    assert not Evidence.objects.visible_to(actor(tied)).exists()
    QuickAssessment.objects.create(office="X", agency=round_.agency, cycle=round_.cycle)
    assert not QuickAssessment.objects.visible_to(actor(tied)).exists()


def test_who_left_before_the_round_reads_as_anybody_at_the_desk(round_: Round) -> None:
    before = AgencyTie(round_.agency.pk, date(2000, 1, 1))
    who = replace(round_.who("coordinator"), ties=(before,))
    assert may(who, "assessment.hand_over", round_.fresh())


def test_what_a_person_may_for_the_agency_stays_theirs(round_: Round) -> None:
    """A coordinator in the agency's team writes as one of the team, and for nobody else."""
    user = make_user("Dua Topi", ("coordinator", round_.desk), ("team", round_.agency))
    message = write_message(round_.answer("1.1"), "Dari tim.", actor=actor(user))
    assert message.side == "agency"


# --- every predicate, found by asking


def holes(stage: Stage, actions: list[str]) -> set[str]:
    """Actions that somebody tied to the agency may do for the supervising body, without a named exception."""
    open_to = {action for action, row in ask_tied(stage, actions).items() if "yes" in row}
    return open_to - set(allowed_despite_ties())


@pytest.fixture
def mutant() -> Iterator[str]:
    """A new desk predicate that somebody wrote without the wrapper."""

    @predicate("assessment.mutant")
    def may_mutant(who: Actor, _answer: Answer) -> Permission:
        return YES if who.has(Role.COORDINATOR) else registry.refuse("no")

    yield "assessment.mutant"
    del registry._predicates["assessment.mutant"]


def test_a_new_desk_predicate_without_the_wrapper_is_found(mutant: str) -> None:
    _state, stage = next(stages())
    assert holes(stage, every_action()) == {mutant}


def test_no_desk_predicate_is_open_to_whoever_is_tied_in_any_state() -> None:
    """Every registered action, in every state of a round, by every role of the supervising body."""
    needed = set()
    for _state, stage in stages():
        assert holes(stage, every_action()) == set()
        for action, row in ask_tied(stage, every_action()).items():
            needed |= {action} if "yes" in row else set()
    assert needed == set(allowed_despite_ties()), "an exception that nobody needs"
