"""The plenary's pages: the list, deciding once, publishing, objection, correction, the survey."""

from copy import deepcopy
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sipinter.assessment.decisions.queries.plenary import plenary_assessments, plenary_counts, plenary_rows
from sipinter.assessment.decisions.services.decisions import correct_decision, decide, publish_decision
from sipinter.assessment.decisions.services.objections import object_to_decision
from sipinter.assessment.record.models import Decision, Result
from sipinter.assessment.verification.services.verdicts import finish_verification, sign_off
from sipinter.foundation.access.errors import NotNow
from sipinter.foundation.work.worker import drain_queue
from tests.factories import client_for

from ..desk_round import beside, browser, crowd, taken_up
from ..round import Round

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate
READERS = {"verifier", "coordinator", "plenary", "administrator", "colleague", "second_coordinator"}


def at_plenary(round_: Round | None = None) -> Round:
    round_ = taken_up(round_).accept_rest()
    finish_verification(round_.assessment, actor=round_.who("verifier"))
    sign_off(round_.assessment, actor=round_.who("coordinator"))
    return round_


def decided(round_: Round) -> Round:
    """From the plenary on."""
    decide(round_.assessment, decided_on=TODAY(), actor=round_.who("plenary"))
    return round_


def published(round_: Round) -> Round:
    """From the plenary on."""
    publish_decision(decided(round_).assessment, actor=round_.who("plenary"))
    return round_


def objected(round_: Round) -> Round:
    """From the plenary on."""
    object_to_decision(
        published(round_).assessment, reason="Bukti 1.1 tidak dibaca.", actor=round_.who("ppk")
    )
    return round_.panel()


@pytest.fixture(scope="module", autouse=True)
def shared(module_transaction: None) -> Round:
    return at_plenary()


@pytest.fixture
def round_(shared: Round) -> Round:
    """At the plenary."""
    return deepcopy(shared)


def send(round_: Round, role: str = "plenary", action: str = "decide", **values: object) -> HttpResponse:
    user = {**round_.users, **getattr(round_, "crowd", {})}.get(role)
    values = {"act": action, "decided_on": TODAY().isoformat()} | values
    return client_for(user).post(f"/pleno/{round_.assessment.pk}/", values)


def send_decision(round_: Round, role: str = "plenary", **values: object) -> HttpResponse:
    return send(round_, role, confirm="1", **values)


def _step(round_: Round, role: str, action: str, **values: object) -> HttpResponse:
    user = {**round_.users, **getattr(round_, "crowd", {})}.get(role)
    return client_for(user).post(f"/pleno/{round_.assessment.pk}/langkah/{action}/", values)


# --- the list


def test_claimed_and_verified_stand_side_by_side(round_: Round) -> None:
    round_ = taken_up(beside(round_, "Pemerintah Kabupaten Anggrek"))
    round_.judge("1.1", "change", level=1, reason="Belum ditetapkan.")
    round_.accept_rest()
    finish_verification(round_.assessment, actor=round_.who("verifier"))
    sign_off(round_.assessment, actor=round_.who("coordinator"))
    (row,) = plenary_rows(list(plenary_assessments(round_.who("plenary"), "plenary", "anggrek")))
    assert (row.assessment.claimed_score, row.score, row.change) == (15, 10, -5)
    assert (row.last, row.last_year, row.needs_survey) == (None, None, False)
    assert row.category is not None
    assert row.category.code == "Buruk"


def test_the_last_published_result_stands_beside(round_: Round) -> None:
    year = round_.cycle.year
    for years_ago, score in ((1, "250.5"), (2, "99"), (-1, "300")):
        Result.objects.create(
            agency=round_.agency,
            year=year - years_ago,
            instrument_id=round_.cycle.instrument_id,
            score=Decimal(score),
            category="Baik",
            source="Pengumuman",
        )
    (row,) = plenary_rows(list(plenary_assessments(round_.who("plenary"), "plenary")))
    assert (row.last, row.last_year) == (Decimal("250.5"), year - 1)


def test_the_list_takes_the_same_queries_for_one_row_and_for_three(round_: Round) -> None:
    client = browser(round_, "plenary")
    client.get("/pleno/")
    found = []
    for name in ("Pemerintah Kabupaten Anggrek", "Pemerintah Kabupaten Seroja", ""):
        with CaptureQueriesContext(connection) as queries:
            page = client.get("/pleno/").content.decode()
        found.append((page.count('scope="row"'), len(queries)))
        if name:
            at_plenary(beside(round_, name))
    assert [rows for rows, _queries in found] == [1, 2, 3]
    assert {queries for _rows, queries in found} == {found[0][1]}
    assert found[0][1] <= 10


def test_the_tabs_count_and_the_search_narrows(round_: Round) -> None:
    decided(at_plenary(beside(round_, "Pemerintah Kabupaten Seroja")))
    who = round_.who("plenary")
    assert plenary_counts(who) == {"plenary": 1, "decided": 1, "published": 0, "objection": 0}
    assert [row.agency.name for row in plenary_assessments(who, "decided", "seroja")] == [
        "Pemerintah Kabupaten Seroja"
    ]
    assert list(plenary_assessments(who, "decided", "melati")) == []
    page = browser(round_, "plenary").get("/pleno/?state=nowhere")
    assert "Pemerintah Kabupaten Melati" in page.content.decode()


def test_who_reads_the_list_and_a_case(round_: Round) -> None:
    people = {**round_.users, **crowd(round_)}
    statuses = {role: client_for(user).get("/pleno/").status_code for role, user in people.items()}
    assert statuses == {role: 200 if role in READERS else 403 for role in people}
    address = f"/pleno/{round_.assessment.pk}/"
    statuses = {role: client_for(user).get(address).status_code for role, user in people.items()}
    assert statuses == {role: 200 if role in READERS else 404 for role in people}
    assert client_for(None).get(address).status_code == 302


def test_a_case_takes_few_queries(round_: Round) -> None:
    client = browser(round_, "plenary")
    client.get(f"/pleno/{round_.assessment.pk}/")
    with CaptureQueriesContext(connection) as queries:
        client.get(f"/pleno/{round_.assessment.pk}/")
    assert len(queries) <= 12


# --- deciding


def test_a_decision_is_shown_before_it_is_made(round_: Round) -> None:
    response = send(round_, **{"level-1.1": "4", "reason-1.1": "Bukti diterima rapat."})
    page = response.content.decode()
    assert response.status_code == 200
    assert (
        '<span class="figure">17.5 <span class="of">/ 410</span></span>' in page
    )  # 15 points claimed, one level of weight 2.5 more
    assert "Bukti diterima rapat." in page
    assert Decision.objects.count() == 0
    back = send(round_, change="1", **{"level-1.1": "4", "reason-1.1": "Bukti diterima rapat."})
    assert "Bukti diterima rapat." in back.content.decode()
    assert Decision.objects.count() == 0


def test_deciding_with_a_change(round_: Round) -> None:
    change = {"level-1.1": "4", "reason-1.1": "Bukti diterima rapat.", "remark": "Rapat lengkap."}
    assert send_decision(round_, **change)["Location"] == f"/pleno/{round_.assessment.pk}/"
    decision = Decision.objects.get()
    assert (decision.score, decision.remark) == (Decimal("17.5"), "Rapat lengkap.")
    assert round_.answer("1.1").decided_level == 4
    plenary, fragment = browser(round_, "plenary"), f"/keputusan/{decision.code}/dokumen/"
    page = plenary.get(f"/pleno/{round_.assessment.pk}/").content.decode()
    assert "Being made and signed: Decision letter." in page
    assert f'hx-get="{fragment}"' in page
    drain_queue()
    made = plenary.get(fragment).content.decode()
    assert f"/keputusan/{decision.code}/letter.pdf" in made
    assert "hx-get" not in made
    assert browser(round_, "nobody").get(fragment).status_code == 404


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"level-1.1": "4"}, "id_reason-1.1"),
        ({"reason-1.1": "Tanpa level."}, "id_level-1.1"),
        ({"level-1.1": "3", "reason-1.1": "Sama."}, "id_level-1.1"),
        ({"level-1.1": "9", "reason-1.1": "Tidak ada."}, "id_level-1.1"),
        ({"decided_on": "besok"}, "id_decided_on"),
    ],
)
def test_what_a_decision_needs_is_asked_for_at_its_field(
    values: dict[str, str], field: str, round_: Round
) -> None:
    response = send_decision(round_, **values)
    assert response.status_code == 422
    assert f'href="#{field}"' in response.content.decode()
    assert (round_.fresh().state, Decision.objects.count()) == ("plenary", 0)


def test_a_date_in_the_future_is_refused_by_the_service_and_shown_at_its_field(round_: Round) -> None:
    response = send_decision(round_, decided_on=(TODAY() + timedelta(days=1)).isoformat())
    assert response.status_code == 422
    assert 'id="id_decided_on_error"' in response.content.decode()


def test_the_same_form_sent_twice_decides_once(round_: Round) -> None:
    assert send_decision(round_).status_code == 302
    again = send_decision(round_)
    assert again.status_code == 409
    assert "Nothing was done twice." in again.content.decode()
    assert Decision.objects.count() == 1


def test_a_number_that_is_taken_is_refused(round_: Round) -> None:
    first = decided(round_)
    second = at_plenary(beside(first, "Pemerintah Kabupaten Seroja"))
    number = Decision.objects.get().number
    response = send_decision(second, number=number)
    assert response.status_code == 422
    assert 'id="id_number_error"' in response.content.decode()
    assert (second.fresh().state, Decision.objects.count()) == ("plenary", 1)


ACTIONS = [
    (None, "decide", {"plenary"}, "decided"),
    (decided, "publish", {"plenary", "administrator"}, "published"),
    (None, "return_from_plenary", {"plenary"}, "final_verification"),
    (objected, "reject_objection", {"plenary"}, "published"),
    (objected, "correct", {"plenary"}, "published"),
]


@pytest.mark.parametrize(("make", "action", "allowed", "after"), ACTIONS, ids=[a[1] for a in ACTIONS])
def test_who_may_take_each_step(make, action, allowed, after, round_) -> None:  # type: ignore[no-untyped-def]
    if make:
        make(round_)
    round_.crowd = crowd(round_)
    before, number = round_.fresh().state, Decision.objects.count()

    def take(role: str) -> int:
        if action in ("decide", "correct"):
            return send(round_, role, action, confirm="1", reason="Sesuai rapat.").status_code
        return _step(round_, role, action, reason="Sesuai rapat.").status_code

    for role in sorted((set(round_.users) | set(round_.crowd) | {"nobody"}) - allowed):
        expected = 401 if role == "nobody" else 403 if role in READERS else 404
        assert (role, take(role)) == (role, expected)
        assert (round_.fresh().state, Decision.objects.count()) == (before, number)
    assert take(sorted(allowed)[-1]) == 302
    assert round_.fresh().state == after


def test_publishing_twice_makes_one_result(round_: Round) -> None:
    decided(round_)
    assert _step(round_, "plenary", "publish").status_code == 302
    assert _step(round_, "plenary", "publish").status_code == 409
    assert Result.objects.count() == 1


def test_returning_needs_its_reason(round_: Round) -> None:
    assert _step(round_, "plenary", "return_from_plenary", reason=" ").status_code == 422
    assert round_.fresh().state == "plenary"


def test_a_correction_departs_from_the_decision_and_is_made_once(round_: Round) -> None:
    objected(round_)
    old = Decision.objects.get()
    values = {
        "reason": "Bukti 1.1 dibaca ulang.",
        "level-1.1": "4",
        "reason-1.1": "Sah.",
        "replaces": old.number,
    }
    checked = send(round_, action="correct", **values).content.decode()
    assert f'name="replaces" value="{old.number}"' in checked
    assert send(round_, action="correct", confirm="1", **values).status_code == 302
    again = send(round_, action="correct", confirm="1", **values)
    assert again.status_code == 409
    assert "Bukti 1.1 dibaca ulang." in again.content.decode()
    new = Decision.objects.get(supersedes=old)
    assert (new.score, Decision.objects.count()) == (Decimal("17.5"), 2)
    page = browser(round_, "plenary").get(f"/pleno/{round_.assessment.pk}/").content.decode()
    assert "no longer holds" in page


def test_the_service_refuses_to_correct_another_decision_than_the_one_seen(round_: Round) -> None:
    published(round_)
    with pytest.raises(NotNow):
        correct_decision(
            round_.assessment,
            decided_on=TODAY(),
            changes={},
            reason="x",
            replaces="999/SK-SM/2000",
            actor=round_.who("plenary"),
        )
    assert Decision.objects.count() == 1


def test_a_correction_needs_its_reason(round_: Round) -> None:
    objected(round_)
    response = send(round_, action="correct", confirm="1")
    assert response.status_code == 422
    assert 'id="id_reason_error"' in response.content.decode()


def test_an_unknown_act_is_not_found(round_: Round) -> None:
    assert send(round_, action="burn").status_code == 404
