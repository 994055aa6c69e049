"""Title and validity of evidence, and what validity says on a day."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.errors import Conflict, Denied, Invalid, NotNow
from sipinter.foundation.audit.models import Event
from sipinter.foundation.evidence.library.services import describe_evidence
from sipinter.foundation.evidence.library.validity import Validity, validity_on
from sipinter.foundation.evidence.models import Evidence
from sipinter.foundation.evidence.services import add_link
from tests.conftest import Cast
from tests.factories import actor

TODAY = date(2026, 3, 1)
SOME = st.none() | st.dates(TODAY - timedelta(days=40), TODAY + timedelta(days=40))


@given(SOME, SOME, st.integers(0, 60))
def test_every_pair_of_dates_has_one_standing(first: date | None, last: date | None, ahead: int) -> None:
    horizon = TODAY + timedelta(days=ahead)
    found = validity_on(first, last, today=TODAY, horizon=horizon)
    holds = (first is None or first <= TODAY) and (last is None or last >= TODAY)
    assert (found in (Validity.VALID, Validity.ENDING, Validity.UNKNOWN)) == holds
    assert (found is Validity.UNKNOWN) == (first is None and last is None)
    assert (found is Validity.ENDING) == (holds and last is not None and last <= horizon)


@pytest.fixture
def evidence(cast: Cast) -> Evidence:
    return add_link(cast.agency, "https://contoh.go.id/sk", title="SK", actor=actor(cast.owner))


def change(evidence: Evidence, who: Actor, **values: Any) -> Evidence:
    kept = {"title": evidence.title, "valid_from": None, "valid_until": None, "version": evidence.version}
    return describe_evidence(evidence, **(kept | values), actor=who)


def test_dates_and_title_are_set_and_on_record(evidence: Evidence, cast: Cast) -> None:
    done = change(evidence, actor(cast.owner), title=" SK  baru ", valid_until=date(2026, 12, 31))
    assert (done.title, done.valid_until, done.version) == ("SK baru", date(2026, 12, 31), 2)
    event = Event.objects.latest("pk")
    assert event.action == "evidence.changed"
    assert event.changes == {"title": ["SK", "SK baru"], "valid_until": [None, "2026-12-31"]}


def test_the_same_again_changes_nothing_even_from_a_stale_page(evidence: Evidence, cast: Cast) -> None:
    change(evidence, actor(cast.owner), valid_until=date(2026, 12, 31))
    events = Event.objects.count()
    assert change(evidence, actor(cast.owner), valid_until=date(2026, 12, 31), version=1).version == 2
    assert Event.objects.count() == events


def test_a_stale_page_is_a_conflict(evidence: Evidence, cast: Cast) -> None:
    change(evidence, actor(cast.owner), valid_until=date(2026, 12, 31))
    with pytest.raises(Conflict) as caught:
        change(evidence, actor(cast.team_mate), valid_until=date(2027, 12, 31), version=1)
    assert getattr(caught.value.current, "valid_until", None) == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": "  "}, "title"),
        ({"valid_from": date(1900, 1, 1)}, "valid_from"),
        ({"valid_until": date(2300, 1, 1)}, "valid_until"),
        ({"valid_from": date(2026, 2, 1), "valid_until": date(2026, 1, 31)}, "valid_until"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(
    evidence: Evidence, cast: Cast, values: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as caught:
        change(evidence, actor(cast.owner), **values)
    assert list(caught.value.fields) == [field]


def test_once_sent_in_the_title_stays_and_validity_may_still_be_noted(evidence: Evidence, cast: Cast) -> None:
    Evidence.objects.update(is_submitted=True)
    with pytest.raises(NotNow):
        change(evidence, actor(cast.owner), title="Lain")
    assert change(evidence, actor(cast.owner), valid_from=date(2026, 1, 1)).valid_from == date(2026, 1, 1)


def test_an_outsider_may_not(evidence: Evidence, cast: Cast) -> None:
    with pytest.raises(Denied):
        change(evidence, actor(cast.outsider), title="Lain")
