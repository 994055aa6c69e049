"""Recommendations drafted, edited, dropped and issued: what is kept, who may, what stands on record."""

from copy import deepcopy

import pytest

from sipinter.assessment.record.models import Assessment
from sipinter.assessment.record.recommendations.models import Recommendation
from sipinter.assessment.record.recommendations.services import (
    RecommendationDraft,
    draft_recommendations,
    edit_recommendation,
    issue_recommendations,
)
from sipinter.foundation.access.errors import Conflict, Denied, Invalid
from sipinter.foundation.access.permissions import may
from sipinter.foundation.audit.models import Event
from tests.assessment.desk_round import beside
from tests.assessment.round import Round
from tests.factories import actor, end, grant, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def shared(module_transaction: None) -> Round:
    return Round().final()


@pytest.fixture
def final(shared: Round) -> Round:
    return deepcopy(shared)


def row(code: str = "1.1") -> Recommendation:
    return Recommendation.objects.select_related("assessment__cycle").get(code=code)


def edit(final: Round, role: str = "verifier", code: str = "1.1", **values: object) -> Recommendation:
    given = {"body": "Tetapkan peta jabatan.", "version": row(code).version} | values
    return edit_recommendation(row(code), **given, actor=final.who(role))  # type: ignore[arg-type]


def draft(code: str, level: int | None = 1, body: str = "Baru.") -> RecommendationDraft:
    return RecommendationDraft(code, level, (level or 0) + 1, body)


def last_event(action: str) -> Event:
    return Event.objects.filter(action=f"recommendation.{action}").latest("id")


def standing() -> dict[str, str]:
    return dict(Recommendation.objects.values_list("code", "body"))


def test_a_second_draft_replaces_what_nobody_touched_and_keeps_the_rest(final: Round) -> None:
    """Edited, dropped and issued ones stay as they are, wanted or not; the count is of all that stand."""
    before = len(standing())
    edit(final, code="1.1", body="Oleh verifikator.")
    edit(final, code="1.2", body="", is_dropped=True)
    Recommendation.objects.filter(code="1.3").update(issued_at=row("1.3").created_at)
    kept = {code: standing()[code] for code in ("1.1", "1.2", "1.3")}
    wanted = [draft("1.2"), draft("1.4", None), draft("2.1")]
    assert draft_recommendations(final.assessment, wanted, actor=final.who("coordinator")) == 5
    assert standing() == {**kept, "1.4": "Baru.", "2.1": "Baru."}
    assert row("1.2").is_dropped
    assert (row("1.4").level_now, row("1.4").level_next, row("1.4").version) == (None, 1, 1)
    event = last_event("drafted")
    assert (event.changes, event.agency_id, event.actor_id) == (
        {"count": [before, 5]},
        final.agency.pk,
        final.users["coordinator"].pk,
    )


def test_drafting_for_one_assessment_leaves_those_of_others_alone(final: Round) -> None:
    other = beside(final, "Pemerintah Kota Kenanga")
    draft_recommendations(other.assessment, [draft("1.1"), draft("1.2")], actor=final.who("coordinator"))
    assert draft_recommendations(final.assessment, [], actor=final.who("coordinator")) == 0
    assert set(Recommendation.objects.values_list("assessment", "code")) == {
        (other.assessment.pk, "1.1"),
        (other.assessment.pk, "1.2"),
    }


@pytest.mark.parametrize(
    ("values", "changes"),
    [
        ({"body": " Tetapkan peta jabatan.\n"}, {"body": "Tetapkan peta jabatan."}),
        ({"body": "", "is_dropped": True}, {"is_dropped": True}),
        ({"body": "Lain.", "is_dropped": True}, {"body": "Lain.", "is_dropped": True}),
    ],
)
def test_an_edit_records_what_changed_and_nothing_else(
    final: Round, values: dict[str, object], changes: dict[str, object]
) -> None:
    before = row()
    after = edit(final, **values)
    assert last_event("edited").changes == {name: [getattr(before, name), to] for name, to in changes.items()}
    assert (after.body, after.is_dropped) == (changes.get("body", before.body), "is_dropped" in changes)
    assert (after.version, after.is_edited, after.edited_by) == (2, True, final.users["verifier"])


def test_the_same_text_again_is_no_edit_even_on_an_old_version(final: Round) -> None:
    """Who sends a form twice is told of no conflict with themselves."""
    edit(final)
    events = Event.objects.count()
    assert edit(final, body="  Tetapkan peta jabatan.", version=1).version == 2
    assert Event.objects.count() == events


def test_an_edit_on_an_old_version_shows_what_stands_there_now(final: Round) -> None:
    edit(final, "coordinator", body="Dari koordinator.")
    with pytest.raises(Conflict) as refused:
        edit(final, body="Dari verifikator.", version=1)
    assert refused.value.current.body == "Dari koordinator." == row().body
    with pytest.raises(Conflict):
        edit(final, body="Dari koordinator.", is_dropped=True, version=1)
    assert not row().is_dropped


def test_an_empty_text_is_refused_at_its_field(final: Round) -> None:
    with pytest.raises(Invalid) as refused:
        edit(final, body=" \n ")
    assert list(refused.value.fields) == ["body"]
    assert row().version == 1


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        *((role, False) for role in ("keeper", "team", "pyb", "ppk", "plenary", "administrator")),
        *((role, True) for role in ("verifier", "coordinator")),
    ],
)
def test_its_verifier_and_coordinators_edit_until_it_is_issued(
    final: Round, role: str, allowed: bool
) -> None:
    assert bool(may(final.who(role), "recommendation.edit", row())) == allowed
    if not allowed:
        with pytest.raises(Denied, match="Only the verifier of this assessment or a coordinator"):
            edit(final, role)
    issue_recommendations(final.assessment, actor=final.who("plenary"))
    with pytest.raises(Denied, match="has been issued"):
        edit(final, role)
    assert row().version == 1


def test_a_verifier_of_another_assessment_edits_none(final: Round) -> None:
    colleague = make_user("Verifikator Lain", ("verifier", final.desk))
    assert not may(actor(colleague), "recommendation.edit", row())
    Assessment.objects.filter(pk=final.assessment.pk).update(verifier=colleague)
    assert may(actor(colleague), "recommendation.edit", row())
    assert not may(final.who("verifier"), "recommendation.edit", row())


@pytest.mark.parametrize("role", ["verifier", "coordinator"])
@pytest.mark.parametrize("left", [False, True], ids=["still there", "left in this round"])
def test_nobody_edits_the_recommendations_to_their_own_agency(final: Round, role: str, left: bool) -> None:
    belongs = grant(final.users[role], "employee", final.agency)
    if left:
        end(belongs)
    with pytest.raises(Denied, match="conflict of interest"):
        edit(final, role)
    assert row().version == 1


def test_issuing_hands_over_once_what_was_not_dropped(final: Round) -> None:
    edit(final, body="", is_dropped=True)
    count = Recommendation.objects.count() - 1
    assert issue_recommendations(final.assessment, actor=final.who("plenary")) == count
    assert row().issued_at is None
    issued = row("1.2").issued_at
    assert issued is not None
    assert last_event("issued").changes == {"count": [0, count]}
    assert issue_recommendations(final.assessment, actor=final.who("plenary")) == 0
    assert row("1.2").issued_at == issued
