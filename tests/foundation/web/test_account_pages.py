"""allauth's pages in our frame: every one that a person can meet, in Indonesian."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client

from sipinter.foundation.work.worker import drain_queue
from tests.factories import PASSWORD, client_for, code_for

pytestmark = [pytest.mark.urls("tests.foundation.web.specimen"), pytest.mark.django_db]


def visitor() -> Client:
    return Client(headers={"accept-language": "id"})


def heading(response) -> str:
    """The h1 of a page in our frame."""
    page = response.content.decode()
    assert response.status_code == 200, response.get("Location")
    assert 'class="masthead"' in page
    return re.search(r"<h1>([^<]*)</h1>", page)[1]


@pytest.fixture
def signed_in(cast) -> Client:
    """The keeper, who has just proved the password."""
    client = visitor()
    client.post("/akun/login/", {"login": cast.owner.email, "password": PASSWORD})
    client.post("/akun/reauthenticate/", {"password": PASSWORD})
    return client


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/akun/login/", "Masuk"),
        ("/akun/signup/", "Akun dibuat melalui undangan"),
        ("/akun/password/reset/", "Buat kata sandi baru"),
        ("/akun/password/reset/done/", "Periksa surel Anda"),
        ("/akun/password/reset/key/done/", "Kata sandi baru telah disimpan"),
        ("/akun/password/reset/key/1-salah/", "Tautan ini tidak berlaku lagi"),
        ("/akun/inactive/", "Akun ini telah ditutup"),
        ("/akun/confirm-email/", "Periksa surel Anda"),
        ("/akun/confirm-email/salah/", "Konfirmasi alamat surel Anda"),
    ],
)
def test_page_for_visitors(path, title):
    assert heading(visitor().get(path)) == title


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/akun/logout/", "Keluar"),
        ("/akun/email/", "Alamat surel"),
        ("/akun/password/change/", "Ubah kata sandi"),
        ("/akun/reauthenticate/", "Pastikan ini benar Anda"),
        ("/akun/2fa/", "Masuk dua langkah"),
        ("/akun/2fa/totp/activate/", "Aktifkan masuk dua langkah"),
    ],
)
def test_page_for_people_signed_in(path, title, signed_in):
    assert heading(signed_in.get(path)) == title


def test_signing_in_brings_no_message_of_its_own(cast):
    client = visitor()
    response = client.post(
        "/akun/login/", {"login": cast.owner.email, "password": PASSWORD, "next": "/akun/"}
    )
    assert response["Location"] == "/akun/"
    assert "messages" not in client.get("/akun/").content.decode()


def test_wrong_password_keeps_the_address_and_says_what_is_wrong(cast):
    response = visitor().post("/akun/login/", {"login": cast.owner.email, "password": "salah"})
    page = response.content.decode()
    assert "<title>Kesalahan: Masuk" in page
    assert "Alamat e-mail dan/atau kata sandi yang anda masukkan tidak benar." in page
    assert f'value="{cast.owner.email}"' in page


def test_new_password_by_the_link_in_the_mail(cast):
    client = visitor()
    answer = client.post("/akun/password/reset/", {"email": cast.owner.email}, follow=True)
    assert heading(answer) == "Periksa surel Anda"
    drain_queue()
    link = re.search(r"https?://[^/]+(/akun/password/reset/key/\S+)", mail.outbox[0].body)[1]
    form = client.get(link, follow=True)
    assert heading(form) == "Buat kata sandi baru"
    new = {"password1": "sepeda-hujan-kopi-91", "password2": "sepeda-hujan-kopi-91"}
    done = client.post(form.redirect_chain[-1][0], new, follow=True)
    assert heading(done) == "Kata sandi baru telah disimpan"
    cast.owner.refresh_from_db()
    assert cast.owner.check_password("sepeda-hujan-kopi-91")


def test_second_factor_from_turning_on_to_turning_off(cast, signed_in, settings):
    settings.MFA_TOTP_TOLERANCE = 1  # a slow machine crosses into the next half minute
    form = signed_in.get("/akun/2fa/totp/activate/")
    secret = re.search(r'class="secret">(\w+)<', form.content.decode())[1]
    codes = signed_in.post("/akun/2fa/totp/activate/", {"code": code_for(secret)}, follow=True)
    assert heading(codes) == "Kode pemulihan"
    assert len(re.findall(r"<li><code>\d{8}</code></li>", codes.content.decode())) == 10
    assert heading(signed_in.get("/akun/2fa/")) == "Masuk dua langkah"
    assert "10 dari 10 kode" in signed_in.get("/akun/2fa/").content.decode()
    assert heading(signed_in.get("/akun/2fa/recovery-codes/generate/")) == "Buat kode pemulihan baru?"
    assert heading(signed_in.get("/akun/2fa/reauthenticate/")) == "Pastikan ini benar Anda"

    other = visitor()
    second = other.post("/akun/login/", {"login": cast.owner.email, "password": PASSWORD}, follow=True)
    assert heading(second) == "Langkah kedua masuk"
    wrong = other.post("/akun/2fa/authenticate/", {"code": "000000"})
    assert "Kode salah." in wrong.content.decode()

    assert heading(signed_in.get("/akun/2fa/totp/deactivate/")) == "Nonaktifkan masuk dua langkah?"
    signed_in.post("/akun/2fa/totp/deactivate/")
    assert not Authenticator.objects.filter(user=cast.owner, type="totp").exists()


def test_wrong_code_while_turning_on_is_said_at_the_field(signed_in):
    page = signed_in.post("/akun/2fa/totp/activate/", {"code": "1"}).content.decode()
    assert "<title>Kesalahan: Aktifkan masuk dua langkah" in page
    assert 'aria-describedby="id_code_error"' in page


def test_page_in_english(cast):
    assert heading(client_for(cast.owner, language="en").get("/akun/2fa/")) == "Two-step sign-in"
