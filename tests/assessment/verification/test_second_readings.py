"""The blind second reading: what is drawn, who reads it, what they do not see, and what it says."""

from copy import deepcopy

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from sipinter.assessment.record.models import Assessment, Cycle, SecondReading
from sipinter.assessment.verification.queries.second_readings import ENOUGH, agreement_table
from sipinter.assessment.verification.services.reassignment import hand_over_verification
from sipinter.assessment.verification.services.second_readings import (
    assign_second_readings,
    save_second_reading,
)
from sipinter.assessment.verification.services.verdicts import finish_verification, return_to_verifier
from sipinter.foundation.access.errors import Denied, Invalid, NotNow
from sipinter.foundation.accounts.models import Notification, User
from sipinter.foundation.audit.models import Event
from sipinter.rules.sampling import draw_sample
from tests.factories import actor, client_for, end, grant, make_user

from ..desk_round import beside, taken_up
from ..round import Round

pytestmark = pytest.mark.django_db
CODES = ("1.1", "1.2", "2.1", "2.2")


def finish(round_: Round) -> Round:
    round_.accept_rest()
    finish_verification(round_.assessment, actor=round_.who("verifier"))
    return round_


@pytest.fixture(scope="module", autouse=True)
def shared(module_transaction: None) -> Round:
    """Half of four indicators is drawn; there is one other verifier."""
    round_ = Round()
    Cycle.objects.update(second_reading_share=50)
    taken_up(round_, *CODES)
    round_.users["second"] = make_user("Pembaca Kedua", ("verifier", round_.desk))
    round_.judge("1.1", "change", level=2, reason="RAHASIA-PEMBACA-PERTAMA")
    return round_


@pytest.fixture
def round_(shared: Round) -> Round:
    return deepcopy(shared)


def mine(round_: Round) -> list[SecondReading]:
    return list(SecondReading.objects.filter(assessment=round_.assessment).select_related("assessment"))


def read(round_: Round, reading: SecondReading, level: int = 3, **more: str) -> SecondReading:
    return save_second_reading(reading, level, actor=round_.who("second"), **more)


# --- the draw


def test_the_sample_can_be_drawn_again_from_what_is_on_record(round_: Round) -> None:
    finish(round_)
    event = Event.objects.get(action="second_reading.drawn")
    codes, seed = event.changes["codes"][1], event.changes["seed"][1]
    assert codes == [row.code for row in mine(round_)] == draw_sample(CODES, 50, seed)
    assert len(codes) == 2
    assert Event.objects.filter(agency=round_.agency, hash=seed).exists()
    assert {row.first_reader for row in mine(round_)} == {round_.users["verifier"]}
    assert all(row.first_level == (2 if row.code == "1.1" else 3) for row in mine(round_))


def test_nothing_is_drawn_without_a_share(round_: Round) -> None:
    Cycle.objects.update(second_reading_share=0)
    finish(round_)
    assert mine(round_) == []


def test_it_is_drawn_once_however_often_the_verification_is_finished(round_: Round) -> None:
    finish(round_)
    before = mine(round_)
    return_to_verifier(round_.assessment, reason="Lihat lagi.", actor=round_.who("coordinator"))
    finish_verification(round_.assessment, actor=round_.who("verifier"))
    assert mine(round_) == before


def test_the_reader_is_another_verifier_without_a_conflict_and_told_so(round_: Round) -> None:
    end(grant(make_user("Dari Instansi", ("verifier", round_.desk)), "team", round_.agency))
    finish(round_)
    assert {row.reader for row in mine(round_)} == {round_.users["second"]}
    told = Notification.objects.get(user=round_.users["second"], path=reverse("verification:second_readings"))
    assert "verifier pengawas" not in told.subject + told.body


def test_whoever_has_least_to_read_is_chosen(round_: Round) -> None:
    finish(round_)
    third = make_user("Pembaca Ketiga", ("verifier", round_.desk))
    other = finish(taken_up(beside(round_, "Pemerintah Kota Anggrek"), *CODES))
    assert {row.reader for row in mine(other)} == {third}


def test_without_anybody_it_waits_for_the_coordinator(round_: Round) -> None:
    User.objects.filter(pk=round_.users["second"].pk).update(is_active=False)
    finish(round_)
    assert {row.reader for row in mine(round_)} == {None}
    fresh = make_user("Pembaca Baru", ("verifier", round_.desk))
    with pytest.raises(Denied):
        assign_second_readings(round_.assessment, fresh, actor=round_.who("verifier"))
    with pytest.raises(Invalid, match="first reader"):
        assign_second_readings(round_.assessment, round_.users["verifier"], actor=round_.who("coordinator"))
    assert assign_second_readings(round_.assessment, fresh, actor=round_.who("coordinator")) == 2
    assert {row.reader for row in mine(round_)} == {fresh}


# --- blind


def test_the_reader_sees_the_claim_and_nothing_of_the_first_reading(round_: Round) -> None:
    SecondReading.objects.all().delete()
    Cycle.objects.update(second_reading_share=100)
    finish(round_)
    client = client_for(round_.users["second"])
    for row in mine(round_):
        page = client.get(f"/desk/bacaan-kedua/{row.pk}/").content.decode()
        assert "Claimed: level 3" in page
        assert "RAHASIA-PEMBACA-PERTAMA" not in page
        assert "verifier pengawas" not in page
        assert "First reading" not in page


def test_every_other_page_of_the_assessment_is_closed_until_all_is_read(round_: Round) -> None:
    finish(round_)
    client, pk = client_for(round_.users["second"]), round_.assessment.pk
    paths = [f"/desk/{pk}/", f"/desk/{pk}/1.1/", f"/pleno/{pk}/", f"/penilaian/{pk}/riwayat/"]
    for path in paths:
        response = client.get(path)
        assert response.status_code in (403, 404), path
        assert "RAHASIA-PEMBACA-PERTAMA" not in response.content.decode()
    assert "second time" in client.get(paths[0]).content.decode()
    for name in ("desk", "pleno"):
        assert round_.agency.name not in client.get(f"/{name}/").content.decode()
    for row in mine(round_):
        read(round_, row)
    assert [client.get(path).status_code for path in paths] == [200] * 4
    page = client.get(f"/desk/bacaan-kedua/{mine(round_)[0].pk}/").content.decode()
    assert "by verifier pengawas." in page


def test_others_find_no_second_reading(round_: Round) -> None:
    finish(round_)
    path = f"/desk/bacaan-kedua/{mine(round_)[0].pk}/"
    codes = {role: client_for(round_.users[role]).get(path).status_code for role in ("verifier", "keeper")}
    assert codes == {"verifier": 404, "keeper": 404}
    assert client_for(round_.users["coordinator"]).get(path).status_code == 403


# --- reading


def test_a_reading_is_kept_once_and_changes_no_verdict(round_: Round) -> None:
    finish(round_)
    row, before = mine(round_)[0], round_.fresh().verified_score
    read(round_, row, 4, reason="Sudah ditetapkan dan dievaluasi.")
    assert round_.fresh().verified_score == before
    assert round_.answer(row.code).verified_level != 4
    with pytest.raises(NotNow, match="already"):
        read(round_, row, 3)
    assert Event.objects.filter(action="second_reading.done").count() == 1


def test_another_level_than_the_claim_needs_a_reason(round_: Round) -> None:
    finish(round_)
    with pytest.raises(Invalid, match="reason"):
        read(round_, mine(round_)[0], 1)
    with pytest.raises(Invalid, match="level"):
        read(round_, mine(round_)[0], 9, reason="Terlalu tinggi.")


def test_only_the_reader_reads_and_not_with_a_conflict(round_: Round) -> None:
    finish(round_)
    row = mine(round_)[0]
    for role in ("verifier", "coordinator"):
        with pytest.raises(Denied):
            save_second_reading(row, 3, actor=round_.who(role))
    grant(round_.users["second"], "team", round_.agency)
    with pytest.raises(Denied, match="conflict of interest"):
        read(round_, row)


def test_once_public_nobody_reads_blind_and_the_pages_open(round_: Round) -> None:
    finish(round_)
    Assessment.objects.filter(pk=round_.assessment.pk).update(state="published")
    with pytest.raises(NotNow, match="no longer be blind"):
        read(round_, mine(round_)[0])
    assert client_for(round_.users["second"]).get(f"/desk/{round_.assessment.pk}/").status_code == 200


def test_through_the_page_one_after_the_other(round_: Round) -> None:
    finish(round_)
    client, (first, second) = client_for(round_.users["second"]), mine(round_)
    page = f"/desk/bacaan-kedua/{first.pk}/"
    assert client.post(page, {"level": "1"}).status_code == 422
    assert client.post(page, {"level": "3"})["Location"] == f"/desk/bacaan-kedua/{second.pk}/"
    assert (
        client.post(f"/desk/bacaan-kedua/{second.pk}/", {"level": "3"})["Location"] == "/desk/bacaan-kedua/"
    )


# --- agreement


def filled(round_: Round, pairs: list[tuple[int, int]], code: str = "1.1") -> None:
    """So many readings of one indicator, each in an assessment of its own."""
    for n, (first, second) in enumerate(pairs):
        other = beside(round_, f"Pemerintah Kota {n}")
        SecondReading.objects.create(
            assessment=other.assessment,
            code=code,
            first_level=first,
            level=second,
            seed="x",
            first_reader=round_.users["verifier"],
            reader=round_.users["coordinator"],
            at=round_.cycle.opened_at,
        )


def test_agreement_by_indicator_and_verifier(round_: Round) -> None:
    filled(round_, [(n % 5, n % 5) for n in range(ENOUGH)])
    table = agreement_table(round_.cycle)
    assert (table.whole.alpha, table.whole.units, table.whole.identical) == (1, ENOUGH, ENOUGH)
    assert [row.name for row in table.by_verifier] == ["verifier pengawas"]
    assert table.by_indicator[0].name.startswith("1.1 ")
    assert table.by_indicator[0].is_enough


def test_too_few_to_say(round_: Round) -> None:
    filled(round_, [(1, 1), (3, 2)])
    page = client_for(round_.users["coordinator"]).get("/desk/kesepakatan/").content.decode()
    assert "too few to say" in page
    assert not agreement_table(round_.cycle).whole.is_enough


def test_the_page_is_the_coordinators_and_its_queries_do_not_grow(round_: Round) -> None:
    for role in ("verifier", "plenary", "keeper"):
        assert client_for(round_.users[role]).get("/desk/kesepakatan/").status_code == 403
    client, counts = client_for(round_.users["coordinator"]), []
    client.get("/desk/kesepakatan/")
    for pairs in ([(1, 1)], [(2, 2), (3, 3)]):
        filled(round_, pairs, code="1.1" if len(pairs) == 1 else "1.2")
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/desk/kesepakatan/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_list_takes_the_same_queries_for_one_row_and_for_three(round_: Round) -> None:
    finish(round_)
    client, rows, counts = client_for(round_.users["second"]), mine(round_), []
    client.get("/desk/bacaan-kedua/")
    for shown in (rows[:1], rows):
        SecondReading.objects.update(reader=None)
        SecondReading.objects.filter(pk__in=[row.pk for row in shown]).update(reader=round_.users["second"])
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/desk/bacaan-kedua/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_coordinators_reading_stands_beside_the_verifiers(round_: Round) -> None:
    finish(round_)
    client = client_for(round_.users["coordinator"])
    path = f"/desk/{round_.assessment.pk}/"
    assert "same level everywhere" in client.get(path).content.decode()
    round_.judge("1.2", "change", role="coordinator", level=1, reason="Belum diterapkan.")
    page = client.get(path).content.decode()
    assert "same level everywhere" not in page
    assert "Coordinator's level" in page
    assert "Belum diterapkan." in page


def test_whoever_has_still_to_read_blind_does_not_take_the_verification_over(round_: Round) -> None:
    finish(round_)
    return_to_verifier(round_.assessment, reason="Lihat lagi.", actor=round_.who("coordinator"))
    second = round_.users["second"]
    with pytest.raises(Invalid, match="another verifier"):
        hand_over_verification(round_.assessment, second, reason="Cuti.", actor=round_.who("verifier"))
    for row in mine(round_):
        read(round_, row)
    hand_over_verification(round_.assessment, second, reason="Cuti.", actor=round_.who("verifier"))
    assert round_.fresh().verifier == second


def test_handing_over_through_the_page(round_: Round) -> None:
    client, path = client_for(round_.users["verifier"]), f"/desk/{round_.assessment.pk}/serah-terima/"
    values = {"to": round_.users["second"].pk, "holder": round_.users["verifier"].pk}
    assert client.post(path, {**values, "reason": ""}).status_code == 422
    assert client.post(path, {**values, "reason": "Cuti."}).status_code == 302
    assert round_.fresh().verifier == round_.users["second"]
    assert client.post(path, {**values, "reason": "Cuti."}).status_code in (403, 422)
    assert actor(round_.users["second"]).user_id == round_.fresh().verifier_id
