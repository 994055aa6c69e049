"""A walk over every address of the site as every role of another agency, and as nobody.

Not one page or file of the agency comes back, nothing of it changes, and each attempt at one of its own
addresses is in its audit trail.
"""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import time
from typing import Any

import pytest
from django.db.models import Sum
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from sipinter.assessment.decisions.services.decisions import decide
from sipinter.assessment.decisions.tasks import make_papers
from sipinter.assessment.record.instruments import instrument_of
from sipinter.assessment.record.models import Answer, Decision, DeskSlot, QuickAssessment, SecondReading
from sipinter.assessment.record.recommendations.models import Recommendation
from sipinter.assessment.selfassessment.services import answers
from sipinter.assessment.selfassessment.services.answers import begin_evidence_upload
from sipinter.assessment.selfassessment.services.assignments import assign_indicators
from sipinter.assessment.selfassessment.services.comments import add_comment
from sipinter.assessment.selfassessment.services.submission import (
    approve_review,
    request_review,
    submit_assessment,
)
from sipinter.assessment.selfassessment.services.workbook import compare_workbook, export_workbook
from sipinter.assessment.verification.services.desk_days import plan_desk_day
from sipinter.assessment.verification.services.verdicts import claim_assessment, finish_verification, sign_off
from sipinter.foundation.accounts.models import Invitation, Membership, Notification
from sipinter.foundation.accounts.services.invitations import send_invitation
from sipinter.foundation.audit.models import Refusal
from sipinter.foundation.work.queue import start_job
from sipinter.guidance.practices.services import propose_example
from tests.assessment.desk_round import beside
from tests.assessment.round import Round, pdf
from tests.factories import actor, client_for, make_agency, make_user

pytestmark = pytest.mark.django_db

SECRETS = (
    "CATATAN-RAHASIA",
    "BUKTI-RAHASIA",
    "TANYA-RAHASIA",
    "SARAN-RAHASIA",
    "Rahasiawati",
    "rahasia@contoh.go.id",
    "TUGAS-RAHASIA",
    "KOMENTAR-RAHASIA",
)
FOREIGN_ROLES = ("keeper", "team", "pyb", "ppk", "employee", "regional_office", "reader", "consultant", None)


@dataclass
class Victim:
    """An agency in the middle of its round, with something secret in every table."""

    round: Round
    values: dict[str, dict[str, Any]]

    def arguments(self, name: str, keys: list[str]) -> dict[str, Any]:
        """Values for the parts of an address, the victim's own wherever the part names a row."""
        special = self.values.get(name, {})
        return {key: special.get(key, self.values[""][key]) for key in keys}


@pytest.fixture(scope="module", autouse=True)
def shared(module_transaction: None) -> Victim:
    round_ = Round(agency_name="Pemerintah Kabupaten Melati")
    return Victim(round_, fill_with_secrets(round_))


@pytest.fixture
def victim(shared: Victim) -> Victim:
    return deepcopy(shared)


def fill_with_secrets(round_: Round) -> dict[str, dict[str, Any]]:
    """Plays the round up to its decision; gives the values for the parts of addresses."""
    secret = make_user("Rahasiawati", ("team", round_.agency), email="rahasia@contoh.go.id")
    round_.start()
    for code in ("1.1", "3.4"):
        round_.claim(code, 3, note="CATATAN-RAHASIA")
        answers.upload_evidence(
            round_.assessment, code, pdf("BUKTI-RAHASIA"), title="BUKTI-RAHASIA", actor=round_.who("keeper")
        )
    upload = begin_evidence_upload(
        round_.assessment, "3.4", name="BUKTI-RAHASIA.pdf", metadata="", size=9, actor=round_.who("keeper")
    )
    workbook = compare_workbook(
        round_.assessment,
        export_workbook(round_.assessment, actor=round_.who("keeper")),
        name="BUKTI-RAHASIA.xlsx",
        actor=round_.who("keeper"),
    )
    asked = assign_indicators(
        round_.assessment,
        ["3.4"],
        person=secret,
        due=round_.cycle.filling_closes,
        note="TUGAS-RAHASIA",
        actor=round_.who("keeper"),
    )
    add_comment(round_.answer("3.4"), "KOMENTAR-RAHASIA", actor=round_.who("keeper"))
    request_review(round_.assessment, actor=round_.who("keeper"))
    approve_review(round_.assessment, actor=round_.who("pyb"))
    submit_assessment(round_.assessment, accept_unanswered=True, actor=round_.who("pyb"))
    claim_assessment(round_.assessment, actor=round_.who("verifier"))
    round_.judge("3.4", "ask", reason="TANYA-RAHASIA")
    round_.judge("3.4", "accept")
    round_.accept_rest()
    finish_verification(round_.assessment, actor=round_.who("verifier"))
    Recommendation.objects.update(body="SARAN-RAHASIA")
    sign_off(round_.assessment, actor=round_.who("coordinator"))
    decision = decide(round_.assessment, decided_on=round_.cycle.filling_opens, actor=round_.who("plenary"))
    invitation = send_invitation(
        round_.agency,
        email="undangan@contoh.go.id",
        name="Rahasiawati",
        role="team",
        actor=round_.who("keeper"),
    ).invitation
    job = start_job(make_papers, decision.pk, title="CATATAN-RAHASIA", actor=actor(secret))
    day = plan_desk_day(
        round_.cycle,
        held_on=round_.cycle.filling_closes,
        place="Aula",
        title="SARAN-RAHASIA",
        actor=round_.who("coordinator"),
    )
    slot = DeskSlot.objects.create(
        day=day, assessment=round_.assessment, starts=time(9), ends=time(10), table="SARAN-RAHASIA"
    )
    quick = QuickAssessment.objects.create(
        office="Kanreg Rahasia",
        agency=round_.agency,
        cycle=round_.cycle,
        made_by_name="Rahasiawati",
        summary="SARAN-RAHASIA",
    )
    reading = SecondReading.objects.create(
        assessment=round_.assessment, code="3.4", first_level=3, seed="x", reader=round_.users["verifier"]
    )
    example = propose_example(
        instrument_of(round_.cycle),
        "3.4",
        level=3,
        kind="accepted",
        body="SARAN-RAHASIA",
        agency=round_.agency,
        actor=round_.who("coordinator"),
    )
    values = {
        "": {
            "pk": round_.assessment.pk,
            "code": "3.4",
            "slug": round_.agency.slug,
            "kind": "letter",
            "instrument_id": round_.instrument_id,
            "action": "decide",
            "token": "tidak-dikenal",
            "assignment": asked[0].pk,
            "recommendation": Recommendation.objects.first().pk,
            "number": 1,
            "page": 1,
            "n": 1,
            "upload": workbook.pk,
            "key": "x-y",
            "uidb36": "x",
            "provider": "x",
            "provider_id": "x",
            "name": "daftar-instansi",
            "example": example.pk,
            "condition": 1,
            "reason": 1,
            "day": day.pk,
            "slot": slot.pk,
            "quick": quick.pk,
            "meeting": 1,
        },
        "accounts:member": {"pk": Membership.objects.get(user=secret).pk},
        "accounts:end": {"pk": Membership.objects.get(user=secret).pk},
        "accounts:resend": {"pk": invitation.pk},
        "accounts:revoke": {"pk": invitation.pk},
        "accounts:confirm": {"pk": invitation.pk},
        "accounts:open_notification": {"pk": Notification.objects.filter(user=secret).first().pk},
        "record:cycle": {"pk": round_.cycle.pk},
        "record:cycle_dates": {"pk": round_.cycle.pk},
        "record:cycle_open": {"pk": round_.cycle.pk},
        "record:cycle_share": {"pk": round_.cycle.pk},
        "verification:second_reading": {"pk": reading.pk},
        **{f"accounts:{name}": {"pk": job.pk} for name in ("job", "job_report", "job_again")},
        "decisions:document": {"code": decision.code},
        "decisions:papers": {"code": decision.code},
        "verification:step": {"action": "finish_verification"},
        "decisions:plenary_step": {"action": "publish"},
        "national:verify_code": {"code": decision.code},
    }
    values["selfassessment:upload"] = {"token": upload.pk}
    evidence = round_.answer("3.4").evidence.get().pk
    for name in ("open", "page", "preview"):
        values[f"evidence:{name}"] = {"pk": evidence}
    for name in ("library_document", "describe_document", "replace_document", "replace_refused"):
        values[f"selfassessment:{name}"] = {"pk": evidence}
    return values


def addresses(
    resolver: Any = None, prefix: str = "", above: tuple[str, ...] = ()
) -> Iterator[tuple[str, list[str]]]:
    """Every named address of the site: (name, its parts)."""
    for pattern in (resolver or get_resolver()).url_patterns:
        parts = (*above, *(pattern.pattern.converters or pattern.pattern.regex.groupindex))
        if isinstance(pattern, URLResolver):
            space = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from addresses(pattern, space, parts)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield f"{prefix}{pattern.name}", list(parts)


def site(victim: Victim) -> Iterator[tuple[str, str]]:
    """(name, path) of every address, filled with the victim's rows."""
    for name, keys in addresses():
        yield name, reverse(name, kwargs=victim.arguments(name, keys))


def foreigner(role: str | None) -> Client:
    if role is None:
        return client_for(None)
    return client_for(make_user(f"orang {role}", (role, make_agency("Pemerintah Kota Kenanga", "kota"))))


def state_of(victim: Victim) -> tuple[Any, ...]:
    """Everything of the victim that a foreign request could have changed."""
    return (
        list(
            Answer.objects.order_by("pk").values_list(
                "version", "note", "verdict", "verified_level", "decided_level"
            )
        ),
        victim.round.fresh().state,
        victim.round.fresh().version,
        list(Membership.objects.filter(agency=victim.round.agency).values_list("pk", "ended_at", "scope")),
        list(Invitation.objects.values_list("pk", "revoked_at", "expires_at")),
        list(Recommendation.objects.values_list("pk", "body", "version")),
        Decision.objects.count(),
        list(
            Notification.objects.filter(user__email="rahasia@contoh.go.id").values_list("read_at", flat=True)
        ),
    )


def text_of(response: Any) -> str:
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return str(body.decode("utf-8", "replace"))


@pytest.mark.parametrize("role", FOREIGN_ROLES)
def test_nothing_of_a_foreign_agency_comes_back(victim: Victim, role: str | None) -> None:
    client = foreigner(role)
    before = state_of(victim)
    leaks: list[str] = []
    for _name, path in site(victim):
        for method in ("get", "post"):
            response = getattr(client, method)(path)
            body = text_of(response)
            leaks += [f"{method} {path} tells {secret}" for secret in SECRETS if secret in body]
            assert response.status_code < 500, path
            kind = response.headers.get("Content-Type", "")
            if "pdf" in kind or "image/png" in kind or "image/webp" in kind:
                leaks.append(f"{method} {path} hands out {kind}")
    assert leaks == []
    assert state_of(victim) == before


# Rooms whose addresses name rows of an agency.
OF_AGENCIES = ("record:", "selfassessment:", "verification:", "decisions:", "practices:", "evidence:")


def own_addresses(victim: Victim) -> Iterator[str]:
    """Addresses that name a row of the victim."""
    for name, keys in addresses():
        own = "pk" in keys or name == "selfassessment:upload"
        if name.startswith(OF_AGENCIES) and own:
            path = reverse(name, kwargs=victim.arguments(name, keys))
            if not path.startswith("/penilaian-putaran/"):  # rounds are nobody's: refused by role
                yield path


@pytest.mark.parametrize("role", ["keeper", "pyb", "employee", "regional_office", "reader"])
def test_every_attempt_is_a_404_and_on_record(victim: Victim, role: str) -> None:
    client = foreigner(role)
    refusals = Refusal.objects.filter(action="access.refused", agency=victim.round.agency)
    for path in own_addresses(victim):
        seen = refusals.aggregate(n=Sum("count"))["n"] or 0
        response = client.get(path)
        if response.status_code in (302, 405):  # an address that forms are sent to
            response = client.post(path)
        assert response.status_code == 404, path
        assert refusals.aggregate(n=Sum("count"))["n"] == seen + 1, path


def test_nobody_is_sent_to_the_sign_in(victim: Victim) -> None:
    client = foreigner(None)
    for path in own_addresses(victim):
        for response in (client.get(path), client.post(path)):
            if response.status_code not in (404, 405):
                assert response.status_code == 302, path
                target = client.get(path, follow=True)
                assert target.redirect_chain[-1][0].startswith("/akun/login/"), path


def test_a_verifier_sees_nothing_before_submission(victim: Victim) -> None:
    round_ = beside(victim.round, "Pemerintah Kabupaten Seroja").start()
    round_.claim("1.1", 3, note="CATATAN-RAHASIA")
    verifier = client_for(round_.users["verifier"], second_factor=True)
    for name in ("verification:overview", "selfassessment:workspace", "selfassessment:history"):
        assert verifier.get(reverse(name, args=[round_.assessment.pk])).status_code == 404
    assert "CATATAN-RAHASIA" not in text_of(verifier.get(reverse("verification:queue")))
