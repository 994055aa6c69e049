"""Where the settings say so, nothing is published before a second person has confirmed it."""

from typing import Any

import pytest
from django.urls import reverse

from sipinter.assessment.decisions.services.decisions import LevelChange, correct_decision, publish_decision
from sipinter.assessment.decisions.services.publication import confirm_publication, request_publication
from sipinter.assessment.record.models import Result
from sipinter.foundation.access.errors import Denied, NotNow
from sipinter.foundation.accounts.models import Notification
from sipinter.foundation.audit.models import Event
from sipinter.foundation.work.worker import drain_queue
from tests.factories import client_for

from ..round import Round

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def by_two(settings: Any) -> None:
    settings.PUBLICATION_BY_TWO = True


def test_one_asks_another_confirms_then_papers_are_signed_and_it_is_public() -> None:
    round_ = Round().decide(4)
    drain_queue()
    assert not round_.decision.documents.exists(), "nothing is signed before two have said so"
    with pytest.raises(NotNow, match="second person has to confirm"):
        publish_decision(round_.assessment, actor=round_.who("plenary"))
    request_publication(round_.assessment, actor=round_.who("plenary"))
    told = Notification.objects.filter(user=round_.users["administrator"], subject__contains="orang kedua")
    assert told.exists()
    with pytest.raises(Denied, match="asked for this publication yourself"):
        confirm_publication(round_.assessment, actor=round_.who("plenary"))
    with pytest.raises(Denied):
        confirm_publication(round_.assessment, actor=round_.who("verifier"))
    assert not Result.objects.exists()
    confirm_publication(round_.assessment, actor=round_.who("administrator"))
    drain_queue()
    assert round_.fresh().state == "published"
    assert Result.objects.get(is_current=True).decision == round_.decision
    assert round_.decision.documents.count() == 2
    done = {(event.action, event.who) for event in Event.objects.all()}
    assert {
        ("publication.requested", round_.users["plenary"].name),
        ("publication.confirmed", round_.users["administrator"].name),
    } <= done


def test_nobody_confirms_twice_or_what_was_not_asked() -> None:
    round_ = Round().decide(2)
    with pytest.raises(NotNow, match="Nobody has asked"):
        confirm_publication(round_.assessment, actor=round_.who("administrator"))
    request_publication(round_.assessment, actor=round_.who("plenary"))
    with pytest.raises(NotNow, match="has asked for this publication already"):
        request_publication(round_.assessment, actor=round_.who("administrator"))
    confirm_publication(round_.assessment, actor=round_.who("administrator"))
    with pytest.raises(NotNow, match="confirmed already"):
        confirm_publication(round_.assessment, actor=round_.who("administrator"))


def test_a_correction_takes_two_as_well_and_the_old_result_holds_until_then() -> None:
    round_ = Round().decide(4)
    request_publication(round_.assessment, actor=round_.who("plenary"))
    confirm_publication(round_.assessment, actor=round_.who("administrator"))
    drain_queue()
    correction = correct_decision(
        round_.assessment,
        decided_on=round_.decision.decided_on,
        changes={"1.1": LevelChange(2, "Bukti tidak berlaku.")},
        reason="Bukti tidak berlaku.",
        actor=round_.who("plenary"),
    )
    drain_queue()
    assert Result.objects.get(is_current=True).decision == round_.decision
    assert not correction.documents.exists()
    page = client_for(None).get(reverse("national:verify_code", args=[round_.decision.code]))
    assert correction.number not in page.content.decode()
    confirm_publication(round_.assessment, actor=round_.who("administrator"))
    drain_queue()
    assert Result.objects.get(is_current=True).decision == correction
    assert correction.documents.exists()
    page = client_for(None).get(reverse("national:verify_code", args=[round_.decision.code]))
    assert correction.number in page.content.decode()


def test_the_page_offers_each_person_their_part() -> None:
    round_ = Round().decide(2)
    page = reverse("decisions:plenary_item", args=[round_.assessment.pk])
    step = reverse("decisions:plenary_step", args=[round_.assessment.pk, "publish"])
    asking, confirming = (client_for(round_.users[role]) for role in ("plenary", "administrator"))
    assert "Ask for publication" in asking.get(page).content.decode()
    assert "A second person has been asked" in asking.post(step, follow=True).content.decode()
    own = asking.get(page).content.decode()
    assert "A second person has to confirm it." in own
    assert asking.post(step).status_code == 403
    assert "Confirm the publication" in confirming.get(page).content.decode()
    assert "The publication is confirmed." in confirming.post(step, follow=True).content.decode()
    assert "the papers are being signed" in confirming.get(page).content.decode()
    drain_queue()
    assert round_.fresh().state == "published"
