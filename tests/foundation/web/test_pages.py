"""Error pages, health, language: what belongs to no room."""

import pytest
from django.test import Client

from tests.factories import client_for

pytestmark = [pytest.mark.urls("tests.foundation.web.specimen"), pytest.mark.django_db]
HTMX = {"HX-Request": "true"}


def visitor(**options) -> Client:
    return Client(headers={"accept-language": "id"}, **options)


def test_unknown_address():
    response = visitor().get("/tidak-ada/")
    assert response.status_code == 404
    assert "<h1>Halaman tidak ditemukan</h1>" in response.content.decode()


def test_refusal_gives_its_sentences_and_status():
    response = visitor().get("/ditolak/")
    page = response.content.decode()
    assert response.status_code == 422
    assert "Berkas tidak dapat dibaca." in page
    assert "Berkas itu kosong." in page


def test_refusal_of_a_request_by_htmx_is_a_note_for_the_open_page():
    response = visitor().get("/ditolak/", headers=HTMX)
    page = response.content.decode()
    assert response.status_code == 422
    assert (response["HX-Retarget"], response["HX-Reswap"]) == ("#notices", "innerHTML")
    assert "Berkas tidak dapat dibaca." in page
    assert "<html" not in page


@pytest.mark.parametrize("address", ["/tidak-ada/"])
def test_unknown_address_by_htmx_is_a_note_too(address):
    page = visitor().get(address, headers=HTMX).content.decode()
    assert '<strong class="note-title">Halaman tidak ditemukan</strong>' in page
    assert "<html" not in page


def test_fault_of_the_program_shows_no_traceback():
    client = visitor(raise_request_exception=False)
    response = client.get("/rusak/")
    page = response.content.decode()
    assert response.status_code == 500
    assert "<h1>Terjadi kesalahan pada sistem</h1>" in page
    assert "broken on purpose" not in page
    assert "Traceback" not in page


def test_fault_page_asks_the_database_nothing(django_assert_num_queries):
    client = visitor(raise_request_exception=False)
    with django_assert_num_queries(0):
        assert client.get("/rusak/").status_code == 500


def test_form_without_its_token():
    response = visitor(enforce_csrf_checks=True).post("/akun/login/", {"login": "a@contoh.go.id"})
    assert response.status_code == 403
    assert "<h1>Formulir sudah kedaluwarsa</h1>" in response.content.decode()


def test_too_many_attempts_to_sign_in():
    client = visitor()
    answers = [client.post("/akun/login/", {"login": "a@contoh.go.id", "password": "x"}) for _ in range(40)]
    assert answers[0].status_code == 200
    assert answers[-1].status_code == 429
    assert "<h1>Terlalu banyak percobaan</h1>" in answers[-1].content.decode()


def test_health():
    response = visitor().get("/sehat/")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


def test_search_engines_are_kept_out_of_the_workspaces():
    response = visitor().get("/robots.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert "Disallow: /penilaian/" in response.content.decode().splitlines()


def test_old_favicon_address_leads_to_the_mark():
    assert visitor().get("/favicon.ico")["Location"] == "/static/web/mark.svg"


def test_language_is_chosen_and_kept():
    client = visitor()
    response = client.post("/bahasa/", {"language": "en", "next": "/akun/login/?next=/tim/"})
    assert response["Location"] == "/akun/login/?next=/tim/"
    assert "<h1>Sign in</h1>" in client.get("/akun/login/").content.decode()


def test_language_leads_to_no_other_site():
    response = visitor().post("/bahasa/", {"language": "en", "next": "https://example.com/"})
    assert response["Location"] == "/"


def test_account_page_needs_a_sign_in():
    assert visitor().get("/akun/")["Location"] == "/akun/login/?next=/akun/"


def test_account_page(cast):
    page = client_for(cast.owner, language="id").get("/akun/").content.decode()
    for expected in (cast.owner.name, cast.owner.email, cast.agency.name, "Aktifkan masuk dua langkah"):
        assert expected in page


def test_account_menu_signs_out_by_a_form_only(cast):
    client = client_for(cast.owner, language="id")
    page = client.get("/akun/").content.decode()
    assert '<form method="post" action="/akun/logout/">' in page
    assert "/akun/logout/" not in page.replace('action="/akun/logout/"', "")
