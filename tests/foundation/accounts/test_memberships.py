"""Changing and ending roles, names, and the first administrator."""

import pytest

from sipinter.foundation.access.actor import system_actor
from sipinter.foundation.access.errors import Denied, Invalid, NotNow
from sipinter.foundation.accounts.models import Membership
from sipinter.foundation.accounts.scope import aspect_choices, clean_scope, split_codes
from sipinter.foundation.accounts.services.memberships import change_scope, end_membership
from sipinter.foundation.accounts.services.people import change_name, create_administrator
from sipinter.foundation.audit.models import Event

from ... import factories
from ...factories import PASSWORD, actor


def test_scope_is_cleaned_ordered_and_on_record(cast):
    membership = cast.team_mate.memberships.get()
    change_scope(membership, scope=["3.10", "3.2", "3.2", "5", " 5.1 ", ""], actor=actor(cast.owner))
    membership.refresh_from_db()
    assert membership.scope == ["3.2", "3.10", "5"]
    event = Event.objects.get(action="membership.scope_changed")
    assert event.changes == {"scope": [[], ["3.2", "3.10", "5"]]}
    assert factories.actor(cast.team_mate).grants[0].covers("3.10")
    assert not factories.actor(cast.team_mate).grants[0].covers("3.1")


def test_the_same_scope_leaves_no_record(cast):
    change_scope(cast.team_mate.memberships.get(), scope=[], actor=actor(cast.owner))
    assert not Event.objects.filter(action="membership.scope_changed").exists()


def test_an_unknown_code_changes_nothing(cast):
    with pytest.raises(Invalid, match=r"9\.9"):
        change_scope(cast.team_mate.memberships.get(), scope=["3", "9.9"], actor=actor(cast.owner))
    assert cast.team_mate.memberships.get().scope == []


@pytest.mark.parametrize("who", ["team_mate", "outsider"])
def test_only_the_keeper_changes_memberships(cast, who):
    membership = cast.team_mate.memberships.get()
    by = actor(getattr(cast, who))
    with pytest.raises(Denied):
        change_scope(membership, scope=["3"], actor=by)
    with pytest.raises(Denied):
        end_membership(membership, actor=by)
    membership.refresh_from_db()
    assert (membership.scope, membership.ended_at) == ([], None)


def test_an_ended_role_gives_no_right_any_more(cast):
    end_membership(cast.team_mate.memberships.get(), actor=actor(cast.owner))
    assert actor(cast.team_mate).grants == ()
    assert Event.objects.get(action="membership.ended").agency == cast.agency
    for act in (
        lambda m: end_membership(m, actor=actor(cast.owner)),
        lambda m: change_scope(m, scope=["3"], actor=actor(cast.owner)),
    ):
        with pytest.raises(NotNow, match="has ended already"):
            act(cast.team_mate.memberships.get())


def test_the_last_keeper_stays_until_there_is_another(cast):
    membership = cast.owner.memberships.get()
    with pytest.raises(NotNow, match="last account keeper"):
        end_membership(membership, actor=actor(cast.owner))
    factories.make_user("Wahyu Hidayat", ("keeper", cast.agency))
    end_membership(membership, actor=actor(cast.owner))
    assert actor(cast.owner).grants == ()


def test_the_administrator_may_remove_the_last_keeper_but_not_the_last_administrator(cast):
    administrator = factories.make_user("Agus Wijaya", ("administrator", cast.supervisor))
    end_membership(cast.owner.memberships.get(), actor=actor(administrator))
    with pytest.raises(NotNow, match="last national administrator"):
        end_membership(administrator.memberships.get(), actor=system_actor())


def test_the_first_administrator_is_made_once(cast):
    make = {"email": "Admin@contoh.go.id", "name": "Agus Wijaya", "password": PASSWORD}
    user = create_administrator(cast.supervisor, **make)
    assert (user.email, user.check_password(PASSWORD)) == ("admin@contoh.go.id", True)
    assert user.emailaddress_set.get().verified
    assert actor(user).roles == {"administrator"}
    assert Event.objects.get(action="membership.started").actor_role == "system"
    with pytest.raises(NotNow):
        create_administrator(cast.supervisor, **make)


@pytest.mark.parametrize(
    ("changes", "field"), [({"email": "x"}, "email"), ({"name": ""}, "name"), ({"password": "x"}, "password")]
)
def test_a_wrong_first_administrator_is_refused(cast, changes, field):
    make = {"email": "admin@contoh.go.id", "name": "Agus Wijaya", "password": PASSWORD} | changes
    with pytest.raises(Invalid) as refusal:
        create_administrator(cast.supervisor, **make)
    assert list(refusal.value.fields) == [field]
    assert not Membership.objects.filter(role="administrator").exists()


def test_an_administrator_of_a_regency_is_refused(cast):
    with pytest.raises(Invalid):
        create_administrator(cast.agency, email="a@contoh.go.id", name="A", password=PASSWORD)


def test_everybody_changes_only_their_own_name(cast):
    change_name(cast.owner, name=" Rina  Lestari, M.Si. ", actor=actor(cast.owner))
    cast.owner.refresh_from_db()
    assert cast.owner.name == "Rina Lestari, M.Si."
    assert Event.objects.get(action="user.renamed").shown_changes == {
        "name": ["Rina Lestari", "Rina Lestari, M.Si."]
    }
    with pytest.raises(Denied):
        change_name(cast.owner, name="Penipu", actor=actor(cast.team_mate))


def test_codes_of_both_instruments_are_known():
    assert clean_scope(["4.1A", "3.10"], "team") == ["3.10", "4.1a"]
    assert split_codes(" 3.4,4.1a ; 5\n") == ["3.4", "4.1a", "5"]
    assert split_codes("  ") == []
    assert [choice.code for choice in aspect_choices()] == [str(n) for n in range(1, 9)]
