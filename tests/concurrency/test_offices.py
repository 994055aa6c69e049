"""Rounds, invitations and memberships at the same moment."""

from datetime import timedelta

import pytest
from django.utils import timezone

from sipinter.assessment.record.models import Assessment, Cycle
from sipinter.assessment.record.services.cycles import change_dates, open_cycle
from sipinter.foundation.access.errors import Conflict
from sipinter.foundation.accounts.models import Invitation, Membership, User
from sipinter.foundation.accounts.services import invitations
from sipinter.foundation.accounts.services.invitations import send_invitation
from sipinter.foundation.accounts.services.memberships import end_membership
from tests.assessment.round import Round, make_cycle
from tests.factories import PASSWORD, actor, make_agency, make_user

from .racing import chains_hold, changes_of, events_of, nothing_lost, race, seeds, winners

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_administrators_move_one_date() -> None:
    round_ = Round()
    administrator, today = round_.who("administrator"), timezone.localdate()
    for number, chance in enumerate(seeds(20)):
        seen = Cycle.objects.get(pk=round_.cycle.pk)
        days = [today + timedelta(days=70 + 2 * number + late) for late in (0, 1)]
        outcomes = race(
            chance,
            *(
                lambda day=day: change_dates(
                    Cycle.objects.get(pk=seen.pk),
                    version=seen.version,
                    objection_closes=day,
                    actor=administrator,
                )
                for day in days
            ),
        )
        (winner,) = winners(outcomes)
        after = Cycle.objects.get(pk=seen.pk)
        assert (after.objection_closes, after.version) == (days[winner], seen.version + 1)
        assert isinstance(outcomes[1 - winner].refusal, Conflict)
    told = [changes["objection_closes"] for changes in changes_of(after, "cycle.dates_changed")]
    nothing_lost(told, after.objection_closes.isoformat())
    chains_hold()


def test_a_round_opened_twice() -> None:
    """Every agency has one assessment, whoever pressed first."""
    administrator = actor(make_user("Admin", ("administrator", make_agency("Badan Pengawas", "lpnk"))))
    agencies = [make_agency(f"Pemerintah Kota {name}", "kota") for name in ("Kenanga", "Melati", "Mawar")]
    for number, chance in enumerate(seeds(10)):
        cycle = make_cycle(administrator, year=2031 + number)
        outcomes = race(
            chance,
            lambda: open_cycle(Cycle.objects.get(pk=cycle.pk), agencies[:2], actor=administrator),
            lambda: open_cycle(Cycle.objects.get(pk=cycle.pk), agencies[1:], actor=administrator),
        )
        assert sum(outcome.value for outcome in outcomes) == 3
        assert Assessment.objects.filter(cycle=cycle).count() == 3
    chains_hold()


def test_an_invitation_accepted_twice() -> None:
    agency = make_agency()
    keeper = actor(make_user("Rina Lestari", ("keeper", agency)))
    for number, chance in enumerate(seeds(10)):
        invited = send_invitation(
            agency, email=f"putri{number}@contoh.go.id", name="Putri", role="team", actor=keeper
        )
        token = invited.url.rstrip("/").rsplit("/", 1)[1]
        accept = lambda token=token: invitations.accept_invitation(token, name="Putri", password=PASSWORD)  # noqa: E731
        outcomes = race(chance, accept, accept)
        assert len(winners(outcomes)) == 1
        user = User.objects.get(email=f"putri{number}@contoh.go.id")
        assert Membership.objects.filter(user=user).count() == 1
        assert len(events_of(invited.invitation, "invitation.accepted")) == 1
    chains_hold()


def test_a_person_invited_twice() -> None:
    """One link goes out; the second keeper reads that an invitation is open."""
    agency = make_agency()
    keepers = [actor(make_user(name, ("keeper", agency))) for name in ("Rina Lestari", "Budi Santosa")]
    for number, chance in enumerate(seeds(10)):
        email = f"sari{number}@contoh.go.id"
        outcomes = race(
            chance,
            *(
                lambda who=who: send_invitation(agency, email=email, name="Sari", role="team", actor=who)
                for who in keepers
            ),
        )
        assert len(winners(outcomes)) == 1
        assert Invitation.objects.waiting().filter(email=email).count() == 1
    chains_hold()


def test_two_last_keepers_end_each_other() -> None:
    """One stays: without a keeper nobody could invite the next."""
    agency = make_agency()
    for number, chance in enumerate(seeds(10)):
        users = [make_user(f"{name} {number}", ("keeper", agency)) for name in ("Rina", "Budi")]
        Membership.objects.exclude(user__in=users).update(ended_at=timezone.now())
        outcomes = race(
            chance,
            *(
                lambda mine=mine, theirs=theirs: end_membership(
                    Membership.objects.get(user=theirs), actor=mine
                )
                for mine, theirs in ((actor(users[0]), users[1]), (actor(users[1]), users[0]))
            ),
        )
        assert len(winners(outcomes)) == 1
        assert Membership.objects.current().filter(agency=agency).count() == 1
    chains_hold()
