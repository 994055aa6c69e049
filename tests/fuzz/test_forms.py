"""Every form and address of the site with bodies that no page sends, as several people, in two states of a
round: never a fault of the server, and a refused request stores nothing."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from sipinter.assessment.record.models import Decision, WorkbookUpload
from sipinter.assessment.record.recommendations.models import Recommendation
from sipinter.assessment.selfassessment.services.answers import upload_evidence
from sipinter.foundation.accounts.models import Membership
from sipinter.foundation.evidence.models import Blob
from tests.assessment.round import Round, pdf
from tests.assessment.selfassessment.workbook.book import download, send_back, with_level
from tests.factories import client_for
from tests.test_foreign import addresses

from .conftest import FUZZ, SEED, Files
from .forms import Body, Form, Forms, bodies

pytestmark = pytest.mark.django_db
ROLES = ("keeper", "team", "pyb", "ppk", "verifier", "coordinator", "plenary", "administrator", None)
# What a refused request may leave: the record of it, and sessions.
TRACES = {"event", "chain", "head", "session", "rate", "notification"}
TRIALS = settings(
    max_examples=max(FUZZ // 4, 20),
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


class Place:
    """One agency's round in one state, its addresses with every part filled, and who is signed in."""

    def __init__(self, round_: Round, roles: tuple[str | None, ...]) -> None:
        self.round = round_
        self.users = round_.users
        self.paths = list(self._paths())
        self.forms: list[tuple[str | None, Form]] = []
        for role in roles:
            self.forms += self._forms(role)

    def client(self, role: str | None) -> Client:
        client = client_for(self.users[role] if role else None, second_factor=True)
        client.raise_request_exception = False
        return client

    def _paths(self) -> Iterator[str]:
        evidence = self.round.answer("3.4").evidence.first()
        decision, recommendation = Decision.objects.first(), Recommendation.objects.first()
        member = Membership.objects.filter(agency=self.round.agency).first()
        values: dict[str, Any] = {
            "pk": self.round.assessment.pk,
            "code": "3.4",
            "slug": self.round.agency.slug,
            "kind": "letter",
            "instrument_id": self.round.instrument_id,
            "token": "tidak-dikenal",
            "number": 1,
            "page": 1,
            "recommendation": recommendation.pk if recommendation else 1,
            "n": 1,
            "key": "x-y",
            "uidb36": "x",
            "upload": WorkbookUpload.objects.values_list("pk", flat=True).first() or 1,
            "provider": "x",
            "provider_id": "x",
            "name": "daftar-instansi",
            "action": "decide",
        }
        special = {
            "accounts:job": {"pk": uuid4()},
            "accounts:": {"pk": member.pk if member else 1},
            "evidence:": {"pk": evidence.pk if evidence else 1},
            **{
                f"selfassessment:{name}": {"pk": evidence.pk if evidence else 1}
                for name in ("library_document", "describe_document", "replace_document")
            },
            "record:cycle": {"pk": self.round.cycle.pk},
            "decisions:document": {"code": decision.code if decision else "x"},
            "national:verify_code": {"code": decision.code if decision else "x"},
        }
        for name, keys in addresses():
            mine = values | next((v for start, v in special.items() if name.startswith(start)), {})
            yield reverse(name, kwargs={key: mine.get(key, 1) for key in keys})

    def _forms(self, role: str | None) -> Iterator[tuple[str | None, Form]]:
        """The forms that this person's pages show, and every address with no form at all."""
        client, seen = self.client(role), set[str]()
        for path in self.paths:
            answer = client.get(path)
            assert answer.status_code < 500, (role, path)
            forms = Forms(path)
            if answer.headers.get("Content-Type", "").startswith("text/html"):
                forms.feed(answer.content.decode())
            for form in [*forms.found, Form(path, {"x": ["1"]})]:
                if form.action not in seen or form.fields.keys() != {"x"}:
                    seen.add(form.action)
                    yield role, form


def rows() -> dict[str, int]:
    """How many rows each table has, but for those that only tell of a request."""
    return {
        model._meta.label: model._default_manager.count()
        for model in apps.get_models()
        if not any(trace in model._meta.model_name for trace in TRACES)
    }


def _filling() -> Round:
    round_ = Round().start()
    for code in ("1.1", "3.4"):
        round_.claim(code, 3, note="catatan")
        upload_evidence(round_.assessment, code, pdf("bukti"), actor=round_.who("keeper"))
    send_back(round_, with_level(download(round_), "1.1", 2, "dari buku kerja"))
    return round_


STATES: dict[str, tuple[Callable[[], Round], tuple[str | None, ...]]] = {
    "filling": (_filling, ("keeper", "pyb", "administrator", None)),
    "verification": (lambda: Round().verification(), ("keeper", "verifier", "coordinator")),
    "decided": (lambda: Round().decide(), ("ppk", "plenary", "administrator")),
}


@pytest.mark.parametrize("state", STATES)
def test_no_body_breaks_a_form(state: str, files: Files) -> None:
    make, roles = STATES[state]
    place = Place(make(), roles)
    names = [form.action for _role, form in place.forms]
    clients = {role: place.client(role) for role in ROLES}
    tally: dict[int, int] = {}

    @st.composite
    def strikes(draw: st.DrawFn) -> tuple[str | None, Form, Body, str]:
        role, form = draw(st.sampled_from(place.forms))
        role = draw(st.sampled_from((role, role, role, *ROLES)))
        how = draw(st.sampled_from(("", "", "", "?halaman=\0&q=%ff", "?lembar=-1", "?q=" + "a" * 3000)))
        return role, form, draw(bodies(form)), how

    @TRIALS
    @seed(SEED)
    @given(strike=strikes())
    def trial(strike: tuple[str | None, Form, Body, str]) -> None:
        role, form, body, query = strike
        client, before, kept = clients[role], rows(), files()
        answer = client.generic("POST", form.action + query, body.content, content_type=body.content_type)
        status = answer.status_code
        tally[status] = tally.get(status, 0) + 1
        told = (role, form.action, body, status)
        assert status < 500, (*told, getattr(answer, "exc_info", None))
        if not answer.streaming:
            assert b"Traceback" not in answer.content, told
        if status >= 400:
            assert rows() == before, told
            assert files() == kept, told
        if status in (401, 302) and role is not None and "/akun/" in form.action:
            clients[role] = place.client(role)  # signed out, or another password

    trial()
    known = set(Blob.objects.values_list("path", flat=True))
    assert {name for name in files() if name.startswith("blobs/")} == known
    assert len(set(names)) > 20
    told = ", ".join(f"{status}: {count}" for status, count in sorted(tally.items()))
    print(f"{state}: {sum(tally.values())} bodies for {len(set(names))} addresses, answers {told}")
