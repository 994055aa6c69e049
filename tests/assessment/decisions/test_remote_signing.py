"""An official signs by a service that holds the key, with a passphrase that is kept nowhere."""

import copy
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse

from deploy.esign import NIK, PASSPHRASE, PASSWORD, USER, SigningService, signing_service
from sipinter.assessment.decisions.services.decisions import publish_decision
from sipinter.assessment.decisions.services.publication import confirm_publication, request_publication
from sipinter.assessment.decisions.services.signing import sign_decision_papers
from sipinter.assessment.record.models import Result
from sipinter.foundation.access.errors import Denied, Invalid, NotAnswering, NotNow
from sipinter.foundation.audit.models import Event
from sipinter.foundation.documents.signing import remote
from sipinter.foundation.documents.signing.remote import SignerCredentials
from sipinter.foundation.documents.signing.verifier import verify_pdf
from sipinter.foundation.evidence.storage import store
from sipinter.foundation.work.worker import drain_queue
from tests.factories import client_for

from ..round import Round

pytestmark = pytest.mark.django_db


@pytest.fixture
def service(settings: Any, tmp_path: Path) -> Iterator[SigningService]:
    with signing_service() as running:
        settings.SIGNING_REMOTE_URL = running.url
        settings.SIGNING_REMOTE_USER, settings.SIGNING_REMOTE_PASSWORD = USER, PASSWORD
        settings.SIGNING_TRUSTED = tmp_path / "trusted"
        running.trust(settings.SIGNING_TRUSTED)
        yield running


def credentials(nik: str = NIK, passphrase: str = PASSPHRASE) -> SignerCredentials:
    return SignerCredentials(nik, passphrase)


def test_the_officials_certificate_is_on_the_papers_and_then_they_are_published(
    service: SigningService,
) -> None:
    round_ = Round().decide(4)
    drain_queue()
    with pytest.raises(NotNow, match="The official signs them first"):
        publish_decision(round_.assessment, actor=round_.who("plenary"))
    sign_decision_papers(round_.assessment, credentials(), actor=round_.who("plenary"))
    publish_decision(round_.assessment, actor=round_.who("plenary"))
    papers = list(round_.decision.documents.all())
    assert {paper.kind for paper in papers} == {"letter", "certificate"}
    for paper in papers:
        body = store.get_bytes(paper.path)
        assert body is not None
        report = verify_pdf(body)
        assert (report.valid, report.signer) == (True, "Ratna Puspitasari")
    assert service.asked[0] == ["file", "location", "nik", "passphrase", "reason", "tampilan"]
    signed = Event.objects.get(action="decision.papers_signed")
    assert signed.actor_id == round_.users["plenary"].pk


@pytest.mark.parametrize("typed", [(NIK, "salah"), ("3171234567890002", PASSPHRASE)])
def test_a_wrong_passphrase_or_number_signs_nothing(service: SigningService, typed: tuple[str, str]) -> None:
    round_ = Round().decide(2)
    with pytest.raises(Invalid, match="did not accept"):
        sign_decision_papers(round_.assessment, credentials(*typed), actor=round_.who("plenary"))
    assert not round_.decision.documents.exists()


@pytest.mark.parametrize("answer", ["down", "rubbish"])
def test_a_service_that_is_down_or_answers_rubbish(service: SigningService, answer: str) -> None:
    round_ = Round().decide(2)
    service.answer = answer
    with pytest.raises(NotAnswering, match="Nothing was signed"):
        sign_decision_papers(round_.assessment, credentials(), actor=round_.who("plenary"))
    assert not round_.decision.documents.exists()


def test_a_slow_service_is_not_waited_for_for_ever(
    service: SigningService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote, "_SECONDS", 0.2)
    service.seconds = 1
    round_ = Round().decide(2)
    with pytest.raises(NotAnswering):
        sign_decision_papers(round_.assessment, credentials(), actor=round_.who("plenary"))


def test_a_certificate_that_is_not_listed_is_not_taken(service: SigningService, settings: Any) -> None:
    round_ = Round().decide(2)
    (settings.SIGNING_TRUSTED / "official.pem").unlink()
    with pytest.raises(NotNow, match="does not verify here"):
        sign_decision_papers(round_.assessment, credentials(), actor=round_.who("plenary"))
    assert not round_.decision.documents.exists()


def test_only_the_plenary_signs_and_only_over_https(service: SigningService, settings: Any) -> None:
    round_ = Round().decide(2)
    with pytest.raises(Denied):
        sign_decision_papers(round_.assessment, credentials(), actor=round_.who("coordinator"))
    settings.SIGNING_REMOTE_URL = "http://tte.contoh.go.id"
    with pytest.raises(ImproperlyConfigured, match="expected an https address"):
        sign_decision_papers(round_.assessment, credentials(), actor=round_.who("plenary"))


def test_where_publication_takes_two_signing_comes_last_and_publishes(
    service: SigningService, settings: Any
) -> None:
    settings.PUBLICATION_BY_TWO = True
    round_ = Round().decide(2)
    with pytest.raises(NotNow, match="second person has to confirm"):
        sign_decision_papers(round_.assessment, credentials(), actor=round_.who("plenary"))
    request_publication(round_.assessment, actor=round_.who("plenary"))
    confirm_publication(round_.assessment, actor=round_.who("administrator"))
    drain_queue()
    assert not Result.objects.exists()
    sign_decision_papers(round_.assessment, credentials(), actor=round_.who("plenary"))
    drain_queue()
    assert round_.fresh().state == "published"


def test_the_page_signs_and_the_passphrase_stays_nowhere(
    service: SigningService, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    round_ = Round().decide(2)
    client = client_for(round_.users["plenary"])
    page = reverse("decisions:sign_papers", args=[round_.assessment.pk])
    assert (
        "Sign the papers"
        in client.get(reverse("decisions:plenary_item", args=[round_.assessment.pk])).content.decode()
    )
    assert "Passphrase of your certificate" in client.get(page).content.decode()
    wrong = client.post(page, {"identity_number": NIK, "passphrase": "kelirusekali"})
    assert wrong.status_code == 422
    assert "did not accept" in wrong.content.decode()
    assert "kelirusekali" not in wrong.content.decode()
    assert client.post(page, {"identity_number": "12", "passphrase": ""}).status_code == 422
    assert (
        "The papers are signed."
        in client.post(page, {"identity_number": NIK, "passphrase": PASSPHRASE}, follow=True).content.decode()
    )
    stranger = client_for(None)
    stranger.post(page, {"identity_number": NIK, "passphrase": PASSPHRASE})
    kept = "".join(
        str(row) for model in apps.get_models(include_auto_created=True) for row in model.objects.values()
    )
    kept += str(dict(client.session)) + str(dict(stranger.session)) + caplog.text
    for secret in (PASSPHRASE, "kelirusekali", NIK, PASSWORD):
        assert secret not in kept


def test_credentials_show_themselves_nowhere_and_are_not_stored() -> None:
    typed = credentials()
    assert PASSPHRASE not in f"{typed} {typed!r} {vars(type(typed))}"
    with pytest.raises(TypeError, match="is not stored"):
        copy.deepcopy(typed)
