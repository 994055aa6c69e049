"""Handing out the signed papers: to whom, unchanged, and with the right headers."""

import hashlib

import pytest
from django.core.files.storage import default_storage

from sipinter.assessment.decisions.services.decisions import correct_decision
from sipinter.assessment.record.models import Decision
from sipinter.foundation.audit.models import Refusal
from sipinter.foundation.documents.signing.verifier import verify_pdf
from sipinter.foundation.work.worker import drain_queue
from tests.factories import client_for

from ..decisions.test_plenary_pages import TODAY, at_plenary, decided, published
from ..desk_round import browser, crowd

pytestmark = pytest.mark.django_db


def _address(decision: Decision, kind: str = "letter") -> str:
    return f"/keputusan/{decision.code}/{kind}.pdf"


def test_a_published_paper_is_anybodys() -> None:
    published(at_plenary())
    decision = Decision.objects.get()
    response = client_for(None).get(_address(decision))
    body = response.content
    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["ETag"] == f'"{hashlib.sha256(body).hexdigest()}"'
    assert response["Content-Disposition"] == f'inline; filename="001-sk-sm-{TODAY().year}-letter.pdf"'
    assert verify_pdf(body).valid
    again = client_for(None).get(_address(decision), headers={"if-none-match": response["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_an_unpublished_paper_is_for_those_who_may_see_the_assessment() -> None:
    round_ = decided(at_plenary())
    address = _address(Decision.objects.get())
    assert browser(round_, "plenary").get(address).status_code == 404  # not made yet
    drain_queue()
    own = {role: client_for(user).get(address).status_code for role, user in round_.users.items()}
    assert own == dict.fromkeys(own, 200)
    others = {role: client_for(user).get(address).status_code for role, user in crowd(round_).items()}
    assert others == dict.fromkeys(others, 404) | {"colleague": 200, "second_coordinator": 200}
    assert client_for(None).get(address).status_code == 404
    assert browser(round_, "plenary").get(address)["Cache-Control"] == "private, no-cache"
    assert Refusal.objects.filter(action="access.refused").exists()


def test_a_superseded_paper_stays_open() -> None:
    round_ = published(at_plenary())
    old = Decision.objects.get()
    correct_decision(
        round_.assessment, decided_on=TODAY(), changes={}, reason="Salah ketik.", actor=round_.who("plenary")
    )
    for decision in Decision.objects.all():
        assert client_for(None).get(_address(decision)).status_code == 200
    assert Decision.objects.get(supersedes=old)


@pytest.mark.parametrize("address", ["/keputusan/XXXX-XXXX-XXXX-XXXX/letter.pdf", "/keputusan/-/letter.pdf"])
def test_an_unknown_code_is_not_found(address: str) -> None:
    published(at_plenary())
    assert client_for(None).get(address).status_code == 404


def test_an_unknown_kind_or_a_missing_file_is_not_found() -> None:
    published(at_plenary())
    decision = Decision.objects.get()
    assert client_for(None).get(_address(decision, "poem")).status_code == 404
    default_storage.delete(decision.documents.get(kind="letter").path)
    assert client_for(None).get(_address(decision)).status_code == 404
