import pytest
from django.utils import timezone

from sipinter.foundation.access.actor import Actor, system_actor
from sipinter.foundation.access.errors import Denied, Invalid, NotNow
from sipinter.foundation.access.permissions import may
from sipinter.foundation.accounts.models import User
from sipinter.foundation.audit.models import Event
from sipinter.foundation.evidence import queries
from sipinter.foundation.evidence.models import Evidence
from sipinter.foundation.evidence.services import SAME_SITTING, add_link, note_opening, receive_file
from tests import factories
from tests.conftest import Cast
from tests.judging import receive_judged
from tests.unguarded import unguarded

from . import making

ADDRESS = "https://jdih.contoh.go.id/perbup/12"


def test_a_link_is_kept_once(cast: Cast, owner: Actor) -> None:
    link = add_link(cast.agency, f" {ADDRESS} ", title="Perbup 12/2025", actor=owner)
    again = add_link(cast.agency, ADDRESS, actor=owner)
    assert again == link
    assert (link.kind, link.url, link.title, link.blob) == ("link", ADDRESS, "Perbup 12/2025", None)
    assert Event.objects.get(action="evidence.added").changes == {
        "title": [None, "Perbup 12/2025"],
        "url": [None, ADDRESS],
    }


def test_a_link_without_a_title_is_named_by_its_place(cast: Cast, owner: Actor) -> None:
    assert add_link(cast.agency, ADDRESS, actor=owner).title == "jdih.contoh.go.id/perbup/12"


def test_a_link_that_is_not_taken_says_why_at_its_field(cast: Cast, owner: Actor) -> None:
    with pytest.raises(Invalid) as refused:
        add_link(cast.agency, "http://10.0.0.1/", actor=owner)
    assert refused.value.fields == {"url": "An address made of numbers is not taken. Use the site's name."}
    assert not Evidence.objects.exists()


def test_only_the_agency_adds_links(cast: Cast) -> None:
    with pytest.raises(Denied):
        add_link(cast.agency, ADDRESS, actor=factories.actor(cast.outsider))


def test_renaming_is_recorded_and_cleaned(document: Evidence, owner: Actor) -> None:
    renamed = factories.rename_evidence(document, " SK\u202e Suksesi ", actor=owner)
    assert renamed.title == "SK Suksesi"
    event = Event.objects.get(action="evidence.changed")
    assert event.changes == {"title": ["SK Rencana Suksesi 2025.pdf", "SK Suksesi"]}
    factories.rename_evidence(document, "SK Suksesi", actor=owner)
    assert Event.objects.filter(action="evidence.changed").count() == 1


def test_a_title_is_never_empty(document: Evidence, owner: Actor) -> None:
    with pytest.raises(Invalid) as refused:
        factories.rename_evidence(document, "\u200b \n", actor=owner)
    assert set(refused.value.fields) == {"title"}


def test_what_was_sent_in_keeps_its_title(document: Evidence, owner: Actor) -> None:
    Evidence.objects.update(is_submitted=True)
    with pytest.raises(NotNow, match="sent in"):
        factories.rename_evidence(document, "Lain", actor=owner)


def test_strangers_change_nothing(cast: Cast, document: Evidence, verifier: User) -> None:
    for user in (cast.outsider, verifier):
        with pytest.raises(Denied):
            factories.rename_evidence(document, "Lain", actor=factories.actor(user))


@pytest.mark.parametrize(
    ("role", "before", "after"),
    [
        ("keeper", True, True),
        ("team", True, True),
        ("pyb", True, True),
        ("ppk", True, True),
        ("employee", False, False),
        ("verifier", False, True),
        ("coordinator", False, True),
        ("plenary", False, True),
        ("administrator", False, False),
        ("reader", False, False),
        ("regional_office", False, False),
    ],
)
def test_who_opens_before_and_after_submission(
    cast: Cast, document: Evidence, role: str, before: bool, after: bool
) -> None:
    actor = factories.actor(factories.make_user("Orang", (role, cast.agency)))
    seen = []
    for is_submitted in (False, True):
        Evidence.objects.update(is_submitted=is_submitted)
        document.refresh_from_db()
        allowed = bool(may(actor, "evidence.open", document))
        assert allowed is Evidence.objects.visible_to(actor).exists()
        seen.append(allowed)
    assert seen == [before, after]


def test_openings_by_the_supervisor_are_recorded_once_a_sitting(
    document: Evidence, verifier: User, owner: Actor
) -> None:
    actor = factories.actor(verifier)
    for how in ("preview", "preview", "download", "preview"):
        note_opening(document, actor=actor, how=how)
    note_opening(document, actor=owner, how="preview")
    note_opening(document, actor=system_actor(), how="preview")
    reads = Event.objects.filter(action="evidence.read").order_by("position")
    assert [(e.actor_id, e.target, e.changes) for e in reads] == [
        (verifier.pk, f"evidence:{document.pk}", {"how": [None, "preview"]}),
        (verifier.pk, f"evidence:{document.pk}", {"how": [None, "download"]}),
    ]
    with unguarded():
        Event.objects.update(at=timezone.now() - SAME_SITTING)
    note_opening(document, actor=actor, how="preview")
    assert Event.objects.filter(action="evidence.read").count() == 3


def test_the_library_lists_the_agencys_own_newest_first(cast: Cast, document: Evidence, owner: Actor) -> None:
    link = add_link(cast.agency, ADDRESS, title="Peraturan", actor=owner)
    receive_file(cast.other_agency, making.upload(making.pdf()), actor=system_actor())
    assert list(queries.library_evidence(cast.agency, owner)) == [link, document]
    assert list(queries.library_evidence(cast.agency, owner, find=" suksesi")) == [document]
    assert list(queries.library_evidence(cast.agency, factories.actor(cast.outsider))) == []


def test_a_list_row_says_what_a_page_needs(cast: Cast, document: Evidence, owner: Actor) -> None:
    add_link(cast.agency, ADDRESS, title="Peraturan", actor=owner)
    makro = making.upload(making.workbook(macros=True), "makro.xlsx")
    receive_judged(cast.agency, makro, actor=owner)
    rows = [
        (i.title, i.kind, i.is_link, i.size is None, [str(f) for f in i.flags])
        for i in queries.evidence_items(queries.library_evidence(cast.agency, owner))
    ]
    assert rows == [
        (
            "makro.xlsx",
            "xlsx",
            False,
            False,
            ["This file contains macros: small programs. Do not allow them to run when you open it."],
        ),
        ("Peraturan", "", True, True, []),
        ("SK Rencana Suksesi 2025.pdf", "pdf", False, False, []),
    ]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_library_is_one_query(
    cast: Cast, owner: Actor, rows: int, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    for number in range(rows):
        receive_file(cast.agency, making.upload(making.pdf(title=str(number))), actor=owner)
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert (
            len([item.kind for item in queries.evidence_items(queries.library_evidence(cast.agency, owner))])
            == rows
        )
