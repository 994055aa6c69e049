"""The agency's library of evidence: list, search, filters, uses, one document, its versions."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sipinter.assessment.selfassessment.services.answers import attach_evidence
from sipinter.assessment.selfassessment.services.versions import replace_evidence
from sipinter.foundation.evidence.library.services import describe_evidence
from sipinter.foundation.evidence.models import Evidence
from sipinter.foundation.evidence.services import receive_file
from tests.assessment.round import Round, pdf
from tests.factories import client_for, grant, make_agency, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def round_() -> Round:
    return Round().start()


@pytest.fixture
def client(round_: Round) -> Client:
    return client_for(round_.users["keeper"])


def document(round_: Round, name: str, *, code: str = "", days: int | None = None) -> Evidence:
    """A document of the library, attached at `code` and valid for `days` more days, where given."""
    keeper = round_.who("keeper")
    row = receive_file(round_.agency, pdf(name), title=f"Dokumen {name}", actor=keeper).evidence
    if code:
        attach_evidence(round_.assessment, code, row, actor=keeper)
    if days is not None:
        last = timezone.localdate() + timedelta(days=days)
        row = describe_evidence(
            row, title=row.title, valid_from=None, valid_until=last, version=1, actor=keeper
        )
    return row


def titles(client: Client, query: str = "") -> list[str]:
    response = client.get(f"/pustaka/{query}")
    assert response.status_code == 200
    return re.findall(
        r'<th scope="row"><a href="/pustaka/\d+/">(?:Dokumen )?(.*?)</a>', response.content.decode()
    )


def test_search_finds_title_and_file_name(round_: Round, client: Client) -> None:
    row = document(round_, "peta")
    document(round_, "lain")
    assert row.file_name == "peta.pdf"
    assert titles(client, "?q=peta.pdf") == ["peta"]
    assert titles(client, "?q=Dokumen") == ["lain", "peta"]


def test_each_filter_keeps_what_it_says(round_: Round, client: Client) -> None:
    document(round_, "lama", days=-1, code="1.1")
    document(round_, "hampir", days=30, code="1.1")
    document(round_, "panjang", days=400)
    old = document(round_, "versi", code="1.2")
    replace_evidence(old, pdf("versi2"), title="Dokumen baru", version=1, actor=round_.who("keeper"))
    assert titles(client) == ["baru", "panjang", "hampir", "lama"]
    assert titles(client, "?masa=valid") == ["baru", "panjang", "hampir"]
    assert titles(client, "?masa=soon") == ["hampir"]
    assert titles(client, "?masa=expired") == ["lama"]
    assert titles(client, "?masa=unused") == ["panjang"]
    assert titles(client, "?masa=older") == ["versi"]
    assert titles(client, "?masa=zz&page=x") == ["baru", "panjang", "hampir", "lama"]


def test_uses_lead_to_their_indicators(round_: Round, client: Client) -> None:
    row = document(round_, "peta", code="1.1")
    attach_evidence(round_.assessment, "3.4", row, actor=round_.who("keeper"))
    for path in ("/pustaka/", f"/pustaka/{row.pk}/"):
        body = client.get(path).content.decode()
        for code in ("1.1", "3.4"):
            assert f'href="/penilaian/{round_.assessment.pk}/{code}/"' in body


@pytest.mark.parametrize("path", ["/pustaka/", "/pustaka/{pk}/"])
def test_the_number_of_queries_does_not_grow(round_: Round, client: Client, path: str) -> None:
    row = document(round_, "satu", code="1.1")
    address = path.format(pk=row.pk)
    client.get(address)
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    for name in ("dua", "tiga"):
        other = document(round_, name, code="1.2")
        replace_evidence(other, pdf(f"{name} baru"), version=1, actor=round_.who("keeper"))
    with CaptureQueriesContext(connection) as three:
        client.get(address)
    assert len(three) == len(one) <= 20


def test_long_libraries_come_in_pages(round_: Round, client: Client) -> None:
    rows = [
        Evidence(agency=round_.agency, kind="link", title=f"T{n}", url=f"https://contoh.go.id/{n}")
        for n in range(26)
    ]
    Evidence.objects.bulk_create(rows)
    assert len(titles(client)) == 25
    assert len(titles(client, "?page=2")) == 1


def posted(client: Client, row: Evidence, step: str, **values: Any) -> Any:
    kept = {"title": row.title, "valid_from": "", "valid_until": "", "version": row.version}
    names = kept | values
    if step == "ganti":
        names = {key if key == "file" else f"new-{key}": value for key, value in names.items()}
        if "file" in names:
            names["new-file"] = names.pop("file")
    return client.post(f"/pustaka/{row.pk}/{step}/", names)


def test_validity_is_saved_from_the_page(round_: Round, client: Client) -> None:
    row = document(round_, "peta")
    assert posted(client, row, "ubah", valid_until="2030-12-31").status_code == 302
    row.refresh_from_db()
    assert str(row.valid_until) == "2030-12-31"


def test_a_faulty_or_stale_form_keeps_what_was_typed(round_: Round, client: Client) -> None:
    row = document(round_, "peta")
    wrong = posted(client, row, "ubah", valid_from="2030-02-01", valid_until="2030-01-01", title="Ketikan")
    assert wrong.status_code == 422
    assert "Ketikan" in wrong.content.decode()
    describe_evidence(
        row, title="Orang lain", valid_from=None, valid_until=None, version=1, actor=round_.who("team")
    )
    stale = posted(client, row, "ubah", title="Ketikan")
    assert stale.status_code == 409
    body = stale.content.decode()
    assert "Ketikan" in body
    assert "Orang lain" in body
    assert 'name="version" value="2"' in body


def test_a_newer_version_is_sent_from_the_page_and_the_chain_is_shown(round_: Round, client: Client) -> None:
    row = document(round_, "peta", code="1.1")
    answer = posted(client, row, "ganti", title="Dokumen baru", file=pdf("baru"))
    newer = Evidence.objects.get(title="Dokumen baru")
    assert (answer.status_code, answer.url) == (302, f"/pustaka/{newer.pk}/")
    body = client.get(f"/pustaka/{newer.pk}/").content.decode()
    assert f'href="/pustaka/{row.pk}/"' in body
    assert "A newer version took its place" in client.get(f"/pustaka/{row.pk}/").content.decode()


def test_without_a_file_nothing_is_replaced(round_: Round, client: Client) -> None:
    row = document(round_, "peta")
    answer = posted(client, row, "ganti")
    assert answer.status_code == 422
    assert "Choose the file of the newer version." in answer.content.decode()


def test_the_secretary_reads_and_does_not_replace(round_: Round) -> None:
    row = document(round_, "peta")
    body = client_for(round_.users["pyb"]).get(f"/pustaka/{row.pk}/").content.decode()
    assert "/ubah/" in body
    assert "/ganti/" not in body


def test_who_sees_no_whole_assessment_opens_no_library(round_: Round) -> None:
    row = document(round_, "peta", code="1.1")
    Evidence.objects.update(is_submitted=True)
    asked = make_user("Diminta", ("team", round_.agency, ["asked"]))
    people = [(asked, (404, 403)), (round_.users["verifier"], (403,)), (make_user("Pembaca"), (404, 403))]
    for person, answers in people:
        client = client_for(person, second_factor=True)
        assert client.get("/pustaka/").status_code == 403
        assert client.get(f"/pustaka/{row.pk}/").status_code in answers


def test_whoever_works_for_two_agencies_chooses(round_: Round) -> None:
    other = make_agency("Pemerintah Kota Anggrek", "kota")
    grant(round_.users["keeper"], "keeper", other)
    document(round_, "peta")
    client = client_for(round_.users["keeper"])
    assert titles(client, f"?instansi={round_.agency.slug}") == ["peta"]
    assert titles(client, f"?instansi={other.slug}") == []


def test_the_workspace_tells_what_has_expired_and_what_runs_out(round_: Round, client: Client) -> None:
    document(round_, "lama", days=-1, code="1.1")
    document(round_, "hampir", days=20, code="1.1")
    document(round_, "panjang", days=400, code="1.1")
    page = client.get(f"/penilaian/{round_.assessment.pk}/1.1/").content.decode()
    picker = client.get(f"/penilaian/{round_.assessment.pk}/1.2/pustaka/").content.decode()
    for body in (page, picker):
        assert (body.count("expired on"), body.count("runs out on")) == (1, 1)


def test_an_older_version_attached_in_spite_of_that_is_pointed_out(round_: Round, client: Client) -> None:
    old = document(round_, "lama")
    replace_evidence(old, pdf("baru"), version=1, actor=round_.who("keeper"))
    attach_evidence(round_.assessment, "1.1", old, actor=round_.who("keeper"))
    body = client.get(f"/penilaian/{round_.assessment.pk}/1.1/").content.decode()
    assert "a newer version is in the library" in body


def test_the_picker_offers_no_older_versions(round_: Round, client: Client) -> None:
    old = document(round_, "lama")
    replace_evidence(old, pdf("baru"), title="Dokumen baru", version=1, actor=round_.who("keeper"))
    picker = client.get(f"/penilaian/{round_.assessment.pk}/1.2/pustaka/").content.decode()
    assert "Dokumen baru" in picker
    assert "Dokumen lama" not in picker
