"""Files are judged from the queue: attached at once, taken or refused by a worker, and told."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone, translation

from sipinter.foundation.access.actor import Actor, system_actor
from sipinter.foundation.access.errors import Denied, Invalid
from sipinter.foundation.accounts.models import Notification, User
from sipinter.foundation.audit.models import Event
from sipinter.foundation.evidence import reading_costs
from sipinter.foundation.evidence.judging.queries import judging_queue
from sipinter.foundation.evidence.judging.services import judge_file, judge_left_files
from sipinter.foundation.evidence.models import Blob, Evidence
from sipinter.foundation.evidence.permissions import standing_sentence
from sipinter.foundation.evidence.queries import EvidenceItem, quota_usage
from sipinter.foundation.evidence.reader import client
from sipinter.foundation.evidence.services import receive_file
from sipinter.foundation.evidence.storage import previews, store
from sipinter.foundation.work.models import Row
from sipinter.foundation.work.worker import drain_queue
from tests import factories
from tests.buckets import Files
from tests.conftest import Cast
from tests.judging import judge_files, receive_judged

from . import making

CUT = making.written_pdf(2)[:900]
SENTENCE = "The file is cut off: its end is missing. Nothing was kept. Save or download it again."


def waiting(cast: Cast, owner: Actor, body: bytes = CUT, name: str = "SK.pdf") -> Evidence:
    """Evidence whose file no worker has opened yet."""
    return receive_file(cast.agency, making.upload(body, name), actor=owner).evidence


def blob_of(evidence: Evidence) -> Blob:
    """The file's row as it stands."""
    return Blob.objects.get(evidence=evidence)


def page(user: User, evidence: Evidence, part: str = "pratinjau/") -> tuple[int, str]:
    """Status and text of one of the evidence's pages."""
    response = factories.client_for(user).get(f"/bukti/{evidence.pk}/{part}")
    return response.status_code, "" if response.streaming else response.content.decode(errors="replace")


def test_a_request_opens_no_file(cast: Cast, owner: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "ask_reader", lambda *_, **__: pytest.fail("read in the request"))
    monkeypatch.setattr(previews, "ask_reader", lambda *_, **__: pytest.fail("read in the request"))
    evidence = waiting(cast, owner, making.written_pdf(1))
    assert blob_of(evidence).judgement == "waiting"
    for part in ("pratinjau/", "halaman/1/", ""):
        assert page(cast.owner, evidence, part)[0] in (200, 202)
    Blob.objects.update(judgement="taken", pages=1)
    for part in ("pratinjau/", "halaman/1/", ""):
        assert page(cast.owner, evidence, part)[0] in (200, 202)


def test_a_file_that_waits_says_so_and_how_many_wait(cast: Cast, owner: Actor, verifier: User) -> None:
    evidence = waiting(cast, owner)
    waiting(cast, owner, making.pdf(), "lain.pdf")
    status, html = page(cast.owner, evidence)
    assert (status, "This file waits to be checked" in html, "2 files in the queue" in html) == (
        200,
        True,
        True,
    )
    assert 'hx-trigger="load delay:5s"' in html
    Evidence.objects.update(is_submitted=True)
    assert page(verifier, evidence)[0] == 403
    assert page(verifier, evidence, "")[0] == 403
    assert judging_queue().waiting == 2


def test_a_refused_file_says_why_in_the_readers_language(cast: Cast, owner: Actor) -> None:
    evidence = waiting(cast, owner)
    judge_files()
    blob = blob_of(evidence)
    assert (blob.judgement, blob.refusal, blob.judged_at is not None) == ("refused", "truncated", True)
    assert standing_sentence(blob) == f"This file was not taken and counts as missing. {SENTENCE}"
    with translation.override("id"):
        assert "Berkas terpotong" in standing_sentence(blob)
    assert page(cast.owner, evidence)[0] == 403
    assert EvidenceItem(Evidence.objects.select_related("blob").get()).is_locked


def test_nothing_of_a_refused_file_is_kept(cast: Cast, owner: Actor, either: Files) -> None:
    evidence = waiting(cast, owner)
    assert quota_usage(cast.agency)[0] == len(CUT)
    assert len(either()) == 1
    judge_files()
    assert (either(), quota_usage(cast.agency)[0]) == ([], 0)
    assert blob_of(evidence).sha256


def test_keeper_and_sender_are_told_of_a_refusal(cast: Cast) -> None:
    evidence = waiting(cast, factories.actor(cast.team_mate))
    judge_files()
    told = list(Notification.objects.order_by("user_id"))
    assert {note.user_id for note in told} == {cast.owner.pk, cast.team_mate.pk}
    assert {note.path for note in told} == {f"/bukti/{evidence.pk}/pratinjau/"}
    assert all("Berkas terpotong" in note.body and "SK.pdf" in note.body for note in told)


def test_a_judgement_is_on_record_for_whom_it_was_made(cast: Cast, owner: Actor) -> None:
    waiting(cast, owner)
    drain_queue()
    event = Event.objects.get(action="evidence.judged")
    assert event.changes == {"judgement": ["waiting", "refused"], "refusal": [None, "truncated"]}
    assert (event.actor_role, event.on_behalf_of_id) == ("system", owner.user_id)


def test_judging_twice_changes_nothing(cast: Cast, owner: Actor) -> None:
    evidence = waiting(cast, owner)
    old = blob_of(evidence)
    judge_files()
    before = Blob.objects.values().get()
    judge_file(old, actor=system_actor())
    drain_queue()
    assert Blob.objects.values().get() == before
    assert Event.objects.filter(action="evidence.judged").count() == 1


def test_only_the_system_judges(cast: Cast, owner: Actor) -> None:
    blob = blob_of(waiting(cast, owner))
    with pytest.raises(Denied):
        judge_file(blob, actor=owner)


def test_the_same_bytes_are_not_judged_again(cast: Cast, owner: Actor) -> None:
    first = waiting(cast, owner)
    assert waiting(cast, owner) == first
    assert Row.objects.filter(task_path__endswith="judge_waiting_file").count() == 1
    judge_files()
    with pytest.raises(Invalid, match="cut off"):
        waiting(cast, owner)
    assert Evidence.objects.count() == 1


def test_a_refused_file_sent_again_after_an_hour_is_judged_again(
    cast: Cast, owner: Actor, either: Files
) -> None:
    evidence = waiting(cast, owner)
    judge_files()
    Blob.objects.update(judged_at=timezone.now() - timedelta(hours=2))
    assert waiting(cast, owner) == evidence
    assert (blob_of(evidence).judgement, len(either())) == ("waiting", 1)
    judge_files()
    assert (blob_of(evidence).judgement, either()) == ("refused", [])


def test_a_misnamed_file_is_taken_under_its_right_name(cast: Cast, owner: Actor, either: Files) -> None:
    body = making.letter()
    evidence = waiting(cast, owner, body, "surat.xlsx")
    judge_files()
    assert "is a Word document, but its name ends in .xlsx" in standing_sentence(blob_of(evidence))
    with pytest.raises(Invalid, match=r"its name ends in \.pptx"):
        waiting(cast, owner, body, "surat.pptx")
    assert waiting(cast, owner, body, "surat.docx") == evidence
    blob = blob_of(evidence)
    assert (blob.judgement, blob.refusal, [blob.path in either()]) == ("taken", "", [True])
    evidence.refresh_from_db()
    assert evidence.file_name == "surat.docx"


@pytest.mark.parametrize("name", ["tabel.xlsx", "tabel.docx", "tabel"])
def test_the_kind_is_known_once_it_is_judged(cast: Cast, owner: Actor, name: str) -> None:
    evidence = waiting(cast, owner, making.workbook(macros=True), name)
    assert "office" in blob_of(evidence).media_type
    judge_files()
    blob = blob_of(evidence)
    assert blob.media_type.endswith("spreadsheetml.sheet")
    assert blob.judgement == ("refused" if name == "tabel.docx" else "taken")


def test_a_lost_file_waits_and_stops_nobody(cast: Cast, owner: Actor) -> None:
    lost = waiting(cast, owner)
    store.remove_files(blob_of(lost).path)
    other = waiting(cast, owner, making.pdf(), "lain.pdf")
    drain_queue()
    assert (blob_of(lost).judgement, blob_of(other).judgement) == ("waiting", "taken")
    assert not Row.objects.filter(status="FAILED").exists()
    waiting(cast, owner)  # sent again, its bytes lie there
    Blob.objects.filter(evidence=lost).update(created_at=timezone.now() - timedelta(hours=1))
    judge_left_files.call()
    drain_queue()
    assert blob_of(lost).judgement == "refused"


def test_a_worker_killed_while_it_judges_leaves_the_file_to_the_next(
    cast: Cast, owner: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    evidence = waiting(cast, owner, making.pdf())

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("sipinter.foundation.evidence.judging.services.record", killed)
        with pytest.raises(KeyboardInterrupt):
            judge_file(blob_of(evidence), actor=system_actor())
    assert blob_of(evidence).judgement == "waiting"
    judge_files()
    assert blob_of(evidence).judgement == "taken"


def test_judgements_pass_before_pictures_and_texts(cast: Cast, owner: Actor) -> None:
    waiting(cast, owner, making.pdf())
    judge_files()
    waiting(cast, owner, making.pdf(2))
    order = [row.task_path.rpartition(".")[2] for row in Row.objects.ready().order_by("-priority")]
    assert order[:2] == ["judge_waiting_file"] * 2
    assert order.index("make_first_previews") < order.index("read_text")


def test_who_has_cost_much_waits_behind_others(cast: Cast, owner: Actor) -> None:
    cache.set(f"reading-cost:person:{owner.user_id}", reading_costs.PERSON + 1)
    evidence = waiting(cast, owner, making.pdf())
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("sipinter.foundation.work.worker.claim_task", _only_once())
        drain_queue()
    late = Row.objects.ready().get(task_path__endswith="judge_waiting_file")
    assert (late.priority, blob_of(evidence).judgement) == (reading_costs.BEHIND, "waiting")
    drain_queue()
    assert blob_of(evidence).judgement == "taken"


def _only_once():  # type: ignore[no-untyped-def]
    from sipinter.foundation.work.claims import claim_task

    left = [1]
    return lambda worker: claim_task(worker) if left and left.pop() else None


def test_what_a_verifier_sees_first_is_drawn_beforehand(cast: Cast, owner: Actor) -> None:
    evidence = waiting(cast, owner, making.written_pdf(5))
    drain_queue()
    html = page(cast.owner, evidence)[1]
    assert html.count("<img src=") == 5  # three drawn, two for those without a script
    assert html.count("is being drawn.") == 2
    assert page(cast.owner, evidence, "halaman/1/")[0] == 200
    assert page(cast.owner, evidence, "halaman/5/")[0] == 202
    drain_queue()
    assert page(cast.owner, evidence, "halaman/5/")[0] == 200


def test_a_page_that_is_being_drawn_asks_again_by_itself(cast: Cast, owner: Actor) -> None:
    evidence = receive_judged(cast.agency, making.upload(making.written_pdf(5)), actor=owner)
    drain_queue()
    browser, address = factories.client_for(cast.owner), f"/bukti/{evidence.pk}/halaman/5/"
    part = browser.get(address, headers={"hx-request": "true"}).content.decode()
    assert ('hx-trigger="load delay:2s"' in part, "Page 5 of 5 is being drawn." in part) == (True, True)
    drain_queue()
    part = browser.get(address, headers={"hx-request": "true"}).content.decode()
    assert f'<img src="{address}"' in part
    assert "hx-get" not in part


def test_a_file_whose_pictures_cost_much_gets_no_more_of_them(cast: Cast, owner: Actor) -> None:
    evidence = receive_judged(cast.agency, making.upload(making.written_pdf(5)), actor=owner)
    drain_queue()
    blob = blob_of(evidence)
    cache.set(f"reading-cost:file:{blob.sha256}", reading_costs.PICTURES_OF_A_FILE + 1)
    page(cast.owner, evidence, "halaman/5/")
    drain_queue()
    assert page(cast.owner, evidence, "halaman/5/")[0] == 422
    assert page(cast.owner, evidence, "halaman/1/")[0] == 200


def test_nobody_fills_the_queue_by_turning_pages(
    cast: Cast, owner: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(previews, "ASKS", 3)
    evidence = receive_judged(cast.agency, making.upload(making.pdf(9)), actor=owner)
    Row.objects.all().delete()
    for number in range(1, 10):
        assert page(cast.owner, evidence, f"halaman/{number}/")[0] == 202
        assert page(cast.owner, evidence, f"halaman/{number}/")[0] == 202
    assert Row.objects.filter(task_path__endswith="make_preview").count() == 3
