"""Download, sending back and the page of differences in the browser, without scripts."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from sipinter.assessment.record.models import WorkbookUpload
from tests.assessment.round import Round
from tests.factories import client_for

from .book import download, with_level

pytestmark = pytest.mark.django_db


@pytest.fixture
def filling() -> Round:
    return Round().start()


def keeper(round_: Round, language: str = "en") -> Client:
    return client_for(round_.users["keeper"], language=language)


def page(round_: Round, rest: str = "") -> str:
    return f"/penilaian/{round_.assessment.pk}/buku-kerja/{rest}"


def send(client: Client, round_: Round, body: bytes) -> Any:
    return client.post(page(round_), {"workbook": SimpleUploadedFile("buku kerja.xlsx", body)})


def test_the_download_is_a_workbook_with_a_plain_name(filling: Round) -> None:
    response = keeper(filling, "id").get(page(filling, "unduh/"))
    assert response.status_code == 200
    assert response.content.startswith(b"PK")
    name = f"buku-kerja-{filling.agency.slug}-{filling.cycle.year}-1.xlsx"
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'


def test_sending_back_choosing_and_done(filling: Round) -> None:
    filling.claim("1.2", 1)
    client = keeper(filling)
    body = with_level(with_level(download(filling), "1.1", 3, "dari buku"), "1.2", 3)
    filling.claim("1.2", 2, role="team")
    sent = send(client, filling, body)
    upload = WorkbookUpload.objects.get()
    assert sent["Location"] == page(filling, f"{upload.pk}/")
    text = client.get(sent["Location"]).content.decode()
    assert 'value="workbook" id="level-1.1-workbook" checked' in text
    assert 'value="workbook" id="level-1.2-workbook">' in text
    first = {"version-1.1": filling.answer("1.1").version, "level-1.1": "workbook", "note-1.1": "workbook"}
    again = client.post(sent["Location"], first)
    assert again["Location"] == sent["Location"]
    assert filling.answer("1.1").note == "dari buku"
    last = client.post(
        sent["Location"], {"version-1.2": filling.answer("1.2").version, "level-1.2": "workbook"}
    )
    assert last["Location"] == f"/penilaian/{filling.assessment.pk}/ringkasan/"
    assert filling.answer("1.2").claimed_level == 3
    assert not WorkbookUpload.objects.exists()


def test_a_change_meanwhile_is_said_on_the_page(filling: Round) -> None:
    client = keeper(filling)
    address = send(client, filling, with_level(download(filling), "1.1", 3))["Location"]
    seen = filling.answer("1.1").version
    filling.claim("1.1", 2, role="team")
    response = client.post(address, {"version-1.1": seen, "level-1.1": "workbook"})
    assert response.status_code == 409
    assert "look again below: 1.1" in response.content.decode()
    assert filling.answer("1.1").claimed_level == 2


def test_faults_stand_on_the_page_with_their_places(filling: Round) -> None:
    response = send(keeper(filling, "id"), filling, with_level(download(filling), "1.1", "tiga"))
    assert response.status_code == 422
    text = response.content.decode()
    assert "Indikator, sel D3 (baris 3):" in text
    assert "“tiga” bukan level" in text
    assert not WorkbookUpload.objects.exists()


def test_without_a_file_the_field_says_so(filling: Round) -> None:
    response = keeper(filling).post(page(filling))
    assert response.status_code == 422
    assert "Choose the workbook first." in response.content.decode()


def test_closing_throws_it_away(filling: Round) -> None:
    client = keeper(filling)
    address = send(client, filling, with_level(download(filling), "1.1", 3))["Location"]
    assert client.post(f"{address}tutup/")["Location"] == page(filling)
    assert client.get(address).status_code == 404
    assert filling.answer("1.1").claimed_level is None


def test_somebody_elses_is_not_found(filling: Round) -> None:
    address = send(keeper(filling), filling, download(filling))["Location"]
    assert client_for(filling.users["team"]).get(address).status_code == 404


def test_the_secretary_is_told_why_not(filling: Round) -> None:
    client = client_for(filling.users["pyb"])
    assert "Only the agency" in client.get(page(filling)).content.decode()
    assert client.get(page(filling, "unduh/")).status_code == 403


def test_odd_choices_change_nothing(filling: Round) -> None:
    client = keeper(filling)
    address = send(client, filling, with_level(download(filling), "1.1", 3))["Location"]
    for data in (
        {"version-1.1": "x", "level-1.1": "lain"},
        {"version-9.9": "1", "level-9.9": "workbook"},
        {},
    ):
        assert client.post(address, data).status_code in (200, 302)
    assert filling.answer("1.1").claimed_level is None
