"""Examples of evidence, shown with consent only; frequent reasons without names."""

from typing import Any

import pytest
from django.urls import reverse

from sipinter.assessment.record.instruments import instrument_of
from sipinter.assessment.record.models import Answer, Assessment, Example, Verdict
from sipinter.assessment.selfassessment.services.submission import start_assessment
from sipinter.foundation.access.errors import Denied, Invalid, NotNow
from sipinter.foundation.accounts.models import Notification
from sipinter.foundation.audit.models import Event
from sipinter.guidance.practices.queries import lowering_reasons
from sipinter.guidance.practices.services import (
    consent_to_example,
    propose_example,
    publish_example,
    take_back_consent,
    withdraw_example,
)
from tests.factories import client_for, make_agency, make_user

from ...assessment.desk_round import beside, browser, crowd
from ...assessment.round import Round

pytestmark = pytest.mark.django_db
BODY = "Keputusan bernomor dan bertanggal dengan daftar jabatan target."


@pytest.fixture
def round_() -> Round:
    return Round().start()


def propose(round_: Round, *, named: bool = True, role: str = "verifier", **more: Any) -> Example:
    given = {"code": "3.4", "level": 3, "kind": "accepted", "body": BODY} | more
    return propose_example(
        instrument_of(round_.cycle),
        given.pop("code"),
        agency=round_.agency if named else None,
        actor=round_.who(role),
        **given,
    )


def is_shown(round_: Round, code: str = "3.4") -> bool:
    page = browser(round_, "keeper").get(f"/penilaian/{round_.assessment.pk}/{code}/").content.decode()
    assert "&lt;" not in page  # what good practice adds to the page is HTML, not text about it
    return BODY in page


def test_with_an_agency_only_while_it_consents(round_: Round) -> None:
    example = propose(round_)
    assert {n.user for n in Notification.objects.all()} >= {round_.users["keeper"], round_.users["pyb"]}
    with pytest.raises(NotNow, match="not consented"):
        publish_example(example, actor=round_.who("coordinator"))
    consent_to_example(example, actor=round_.who("pyb"))
    assert not is_shown(round_)
    publish_example(example, actor=round_.who("coordinator"))
    assert is_shown(round_)
    assert not is_shown(round_, "3.5")
    take_back_consent(example, actor=round_.who("keeper"))
    assert not is_shown(round_)
    consent_to_example(example, actor=round_.who("keeper"))
    withdraw_example(example, actor=round_.who("coordinator"))
    assert not is_shown(round_)
    with pytest.raises(NotNow, match="withdrawn"):
        consent_to_example(example, actor=round_.who("keeper"))
    assert [e.action for e in Event.objects.filter(action__startswith="example.").order_by("pk")] == [
        "example.proposed",
        "example.consented",
        "example.published",
        "example.consent_taken_back",
        "example.consented",
        "example.withdrawn",
    ]


def test_without_an_agency_a_coordinator_publishes_at_once(round_: Round) -> None:
    publish_example(propose(round_, named=False), actor=round_.who("coordinator"))
    assert is_shown(round_)


@pytest.mark.parametrize(
    ("field", "value"),
    [("code", "9.9"), ("level", 9), ("kind", "maybe"), ("body", "  "), ("body", "x" * 1001)],
)
def test_what_is_refused(round_: Round, field: str, value: Any) -> None:
    with pytest.raises(Invalid) as refused:
        propose(round_, **{field: value})
    assert list(refused.value.fields) == [field]
    assert not Example.objects.exists()


def test_who_may(round_: Round) -> None:
    example = propose(round_)
    for role in ("keeper", "plenary", "administrator"):
        with pytest.raises(Denied):
            propose(round_, role=role)
    for role in ("verifier", "keeper"):
        with pytest.raises(Denied):
            publish_example(example, actor=round_.who(role))
    for role in ("team", "ppk", "coordinator"):
        with pytest.raises(Denied):
            consent_to_example(example, actor=round_.who(role))
    stranger = client_for(crowd(round_)["outsider"])
    assert stranger.post(reverse("practices:consent_example", args=[example.pk])).status_code == 404
    assert BODY not in stranger.get(reverse("practices:own_examples")).content.decode()
    example.refresh_from_db()
    assert example.consented_at is None


def test_the_pages(round_: Round) -> None:
    verifier, coordinator, keeper = (browser(round_, role) for role in ("verifier", "coordinator", "keeper"))
    page = reverse("practices:examples")
    assert keeper.get(page).status_code == 403
    sent = {"code": "3.4", "level": "3", "kind": "accepted", "body": BODY, "agency": round_.agency.pk}
    assert verifier.post(page, sent | {"body": ""}).status_code == 422
    assert verifier.post(page, sent).status_code == 302
    example = Example.objects.get()
    assert BODY in coordinator.get(page).content.decode()
    publish = reverse("practices:publish_example", args=[example.pk])
    assert "not consented" in coordinator.post(publish, follow=True).content.decode()
    assert BODY in keeper.get(reverse("practices:own_examples")).content.decode()
    keeper.post(reverse("practices:consent_example", args=[example.pk]), {"do": "give"})
    assert "beside its criterion now" in coordinator.post(publish, follow=True).content.decode()
    assert is_shown(round_)
    coordinator.post(reverse("practices:withdraw_example", args=[example.pk]))
    assert not is_shown(round_)


def lower(assessment: Assessment, reason: str) -> None:
    """A decided assessment whose verifier lowered 1.1, as rows."""
    rows = Answer.objects.filter(assessment=assessment, code="1.1")
    rows.update(verdict=Verdict.CHANGE, claimed_level=3, verified_level=1, reason=reason)
    Assessment.objects.filter(pk=assessment.pk).update(state="published")


def test_a_reason_is_shown_once_three_agencies_had_it(round_: Round) -> None:
    from django.core.cache import cache

    others = [beside(round_, f"Pemerintah Kota {name}") for name in ("Anggrek", "Cempaka", "Dahlia")]
    for other in others:
        start_assessment(other.assessment, actor=other.who("keeper"))
    instrument = round_.cycle.instrument_id
    lower(others[0].assessment, "Belum ditetapkan.")
    lower(others[1].assessment, "Belum ditetapkan.")
    lower(others[2].assessment, "Tidak bertanggal.")
    assert lowering_reasons(instrument) == {}
    cache.clear()
    lower(others[2].assessment, "Belum ditetapkan.")
    assert [(r.reason, r.agencies) for r in lowering_reasons(instrument)["1.1"]] == [("Belum ditetapkan.", 3)]
    page = browser(round_, "keeper").get(f"/penilaian/{round_.assessment.pk}/1.1/").content.decode()
    assert "Belum ditetapkan." in page
    assert "3 agencies" in page
    assert "Anggrek" not in page


def test_the_list_takes_the_same_queries_for_one_and_three(
    round_: Round, django_assert_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client, page = browser(round_, "coordinator"), reverse("practices:examples")
    propose(round_)
    client.get(page)
    with CaptureQueriesContext(connection) as one:
        client.get(page)
    for name in ("Satu", "Dua"):
        agency = make_agency(f"Pemerintah Kota {name}")
        make_user(f"petugas {name}", ("keeper", agency))
        propose(round_, named=False)
    with CaptureQueriesContext(connection) as three:
        client.get(page)
    assert len(three) == len(one)
