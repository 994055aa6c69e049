"""A hostile file sent to an indicator is attached at once and judged by a worker; nobody waits for it."""

from time import process_time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from sipinter.assessment.record.models import AnswerEvidence
from sipinter.foundation.evidence.models import Blob, Evidence
from sipinter.foundation.evidence.storage import previews
from sipinter.foundation.work.models import Row
from sipinter.foundation.work.worker import drain_queue
from tests.assessment.round import Round
from tests.factories import client_for

from .bombs import NAMED, PDF, PICTURE, SHEET, WORDS

pytestmark = pytest.mark.django_db
ANSWERED = 0.3  # seconds of the process that answers
NAMES = {PDF: "SK.pdf", PICTURE: "foto", SHEET: "tabel", WORDS: "surat.docx"}


def test_a_hostile_file_is_attached_at_once_and_judged_from_the_queue(bomb: str) -> None:
    make, operations = NAMED[bomb]
    body = make()
    round_ = Round().start()
    keeper = client_for(round_.users["keeper"])
    address = f"/penilaian/{round_.assessment.pk}/1.1/"
    keeper.get(address)
    file = SimpleUploadedFile(NAMES.get(operations, "berkas"), body)
    begun = process_time()
    response = keeper.post(f"{address}simpan/", {"version": "1", "note": "", "files": [file], "do": "stay"})
    assert process_time() - begun < ANSWERED
    assert response.status_code == 302
    evidence = Evidence.objects.get()
    assert AnswerEvidence.objects.filter(evidence=evidence).count() == 1
    begun = process_time()
    assert "waits to be checked" in keeper.get(address).content.decode()
    for part in ("pratinjau/", "halaman/1/"):
        keeper.get(f"/bukti/{evidence.pk}/{part}")
    assert process_time() - begun < 3 * ANSWERED
    drain_queue()
    blob = Blob.objects.get()
    assert blob.judgement in ("taken", "refused")
    assert not Row.objects.filter(status="FAILED").exists()
    begun = process_time()
    for part in ("pratinjau/", "halaman/1/"):
        assert keeper.get(f"/bukti/{evidence.pk}/{part}").status_code in (200, 202, 403, 404, 422)
    assert process_time() - begun < 3 * ANSWERED


def test_no_page_reads_a_file_that_it_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    round_ = Round().fill(3, "1.1")
    evidence = Evidence.objects.get()
    monkeypatch.setattr(previews, "ask_reader", lambda *_, **__: pytest.fail("read in a request"))
    keeper = client_for(round_.users["keeper"])
    for part in ("", "pratinjau/", "halaman/1/"):
        assert keeper.get(f"/bukti/{evidence.pk}/{part}").status_code in (200, 202)
