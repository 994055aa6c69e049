"""Before the draw verdicts are the holder's and the coordinators'; who has seen them is not drawn."""

from copy import deepcopy
from datetime import timedelta

import pytest
from django.utils import timezone

from sipinter.assessment.record.models import Cycle, SecondReading
from sipinter.assessment.record.services.conversation import write_message
from sipinter.assessment.record.services.desk_reading import readers_of_verdicts
from sipinter.assessment.verification.services.second_readings import WhyLeftOut, second_readers
from sipinter.assessment.verification.services.verdicts import (
    finish_verification,
    return_for_clarification,
    return_to_verifier,
)
from sipinter.foundation.access.errors import Denied
from sipinter.foundation.accounts.models import User
from sipinter.foundation.audit.models import Event
from sipinter.foundation.audit.persons import open_value
from tests.factories import actor, client_for, grant, make_user

from ..desk_round import taken_up
from ..round import Round

pytestmark = pytest.mark.django_db
CODES = ("1.1", "1.2", "2.1", "2.2")
SECRET = ("RAHASIA-ALASAN", "RAHASIA-PERTANYAAN", "RAHASIA-PERCAKAPAN")


@pytest.fixture(scope="module", autouse=True)
def shared(module_transaction: None) -> Round:
    """One verdict changed, one asked back, and a message: everything that a second reader must not know."""
    round_ = Round()
    Cycle.objects.update(second_reading_share=100)
    taken_up(round_, *CODES)
    round_.users["second"] = make_user("Pembaca Kedua", ("verifier", round_.desk))
    kanreg = make_user("Kanreg", ("regional_office", round_.desk))
    round_.desk.regional_office = round_.agency.regional_office = "Kanreg Contoh"
    round_.desk.save()
    round_.agency.save()
    round_.users["regional_office"] = kanreg
    round_.judge("1.1", "change", level=2, reason=SECRET[0])
    round_.judge("1.2", "ask", reason=SECRET[1])
    write_message(round_.answer("1.1"), SECRET[2], actor=round_.who("verifier"))
    return round_


@pytest.fixture
def round_(shared: Round) -> Round:
    return deepcopy(shared)


def pages(round_: Round) -> list[str]:
    """Every page of the assessment that says something of a verdict to somebody."""
    desk, own = f"/desk/{round_.assessment.pk}", f"/penilaian/{round_.assessment.pk}"
    both = [f"{start}/{code}/" for start in (desk, own) for code in ("1.1", "1.2")]
    return [f"{desk}/", *both, f"{own}/riwayat/"]


def seen(user: User, paths: list[str]) -> str:
    browser = client_for(user, second_factor=True)
    answers = [browser.get(path) for path in paths]
    assert {answer.status_code for answer in answers} == {200}
    return "".join(answer.content.decode() for answer in answers)


def finish(round_: Round) -> None:
    round_.judge("1.2")
    round_.accept_rest()
    finish_verification(round_.assessment, actor=round_.who("verifier"))


@pytest.mark.parametrize("state", ["verification", "clarification"])
@pytest.mark.parametrize("role", ["second", "plenary", "administrator", "regional_office"])
def test_others_see_the_stage_and_no_verdict(role: str, state: str, round_: Round) -> None:
    if state == "clarification":
        return_for_clarification(round_.assessment, actor=round_.who("verifier"))
    text = seen(round_.users[role], pages(round_))
    assert round_.agency.name in text
    assert not [word for word in SECRET if word in text]
    for sign in ("Level changed", "Asked back", "3 → 2", "The verifier asks about"):
        assert sign not in text
    assert "Verdicts are not shown to you yet" in text
    assert not Event.objects.filter(action="desk.read").exists()


@pytest.mark.parametrize("role", ["verifier", "coordinator"])
def test_holder_and_coordinators_see_them_and_that_is_on_record_once_a_sitting(
    role: str, round_: Round
) -> None:
    for side in (pages(round_)[:3], pages(round_)[3:]):
        text = seen(round_.users[role], side)
        assert [word for word in SECRET if word in text] == list(SECRET)
    event = Event.objects.get(action="desk.read")
    assert (event.actor, event.agency) == (round_.users[role], round_.agency)
    assert readers_of_verdicts(round_.assessment) == {round_.users[role].pk}


def test_another_sitting_is_another_record(round_: Round, monkeypatch: pytest.MonkeyPatch) -> None:
    seen(round_.users["coordinator"], pages(round_)[:1])
    later = timezone.now() + timedelta(minutes=31)
    monkeypatch.setattr(timezone, "now", lambda: later)
    browser = client_for(round_.users["coordinator"], second_factor=True)
    browser.get(pages(round_)[0])
    assert Event.objects.filter(action="desk.read").count() == 2


def test_nobody_writes_in_a_conversation_that_they_may_not_read(round_: Round) -> None:
    with pytest.raises(Denied, match="Until verification is finished"):
        write_message(round_.answer("1.1"), "Terima saja.", actor=round_.who("second"))


def test_recommendations_of_a_returned_verification_stay_closed(round_: Round) -> None:
    finish(round_)
    return_to_verifier(round_.assessment, reason="Baca lagi 1.1.", actor=round_.who("coordinator"))
    SecondReading.objects.all().delete()
    for page in (f"/desk/{round_.assessment.pk}/rekomendasi/", f"/pleno/{round_.assessment.pk}/"):
        assert client_for(round_.users["plenary"], second_factor=True).get(page).status_code == 403
    text = seen(round_.users["second"], pages(round_))
    assert not [word for word in SECRET if word in text]


def test_who_has_seen_verdicts_is_not_drawn_and_the_draw_says_why(round_: Round) -> None:
    both = grant(round_.users["second"], "coordinator", round_.desk)
    seen(both.user, pages(round_)[:1])
    tied = make_user("Dua Topi", ("verifier", round_.desk), ("team", round_.agency))
    free = make_user("Bebas", ("verifier", round_.desk))
    finish(round_)
    assert {row.reader for row in SecondReading.objects.all()} == {free}
    left_out = Event.objects.get(action="second_reading.drawn").changes["left_out"][1]
    assert [open_value(name) for name, _why in left_out] == [tied.name, both.user.name, "verifier pengawas"]
    reasons = dict(second_readers(round_.fresh()).left_out)
    assert reasons == {
        both.user: WhyLeftOut.HAS_READ,
        tied: WhyLeftOut.CONFLICT,
        round_.users["verifier"]: WhyLeftOut.FIRST_READER,
    }
    page = seen(round_.users["coordinator"], pages(round_)[:1])
    assert "Pembaca Kedua: has seen the verdicts" in page


def test_who_reads_after_the_draw_is_not_offered_either(round_: Round) -> None:
    finish(round_)
    late = make_user("Pembaca Ketiga", ("verifier", round_.desk))
    assert late in second_readers(round_.fresh()).free
    assert SECRET[0] in seen(late, pages(round_)[:2])
    assert late not in second_readers(round_.fresh()).free


def test_a_public_result_is_read_without_a_record(round_: Round) -> None:
    finish(round_)
    type(round_.assessment).objects.update(state="published")
    seen(actor_user := make_user("Pembaca", ("verifier", round_.desk)), pages(round_)[:2])
    assert not Event.objects.filter(action="desk.read", actor=actor_user).exists()
    assert actor(actor_user).has("verifier")
