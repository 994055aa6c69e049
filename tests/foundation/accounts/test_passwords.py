"""Rules for passwords, and how they are kept."""

from typing import Any

import pytest
from django.contrib.auth.hashers import check_password, identify_hasher, make_password
from django.test import Client

from sipinter.foundation.access.errors import Invalid
from sipinter.foundation.accounts.validators import clean_password
from sipinter.site.config import settings as product

PERSON = {"email": "rina.lestari@contoh.go.id", "name": "Rina Lestari"}


@pytest.mark.parametrize(
    "password",
    [
        "gerbong teh melati",  # spaces, one case, no digit
        "ÄËÏÖÜ-日本語-кириллица",
        "x7" * 64,
        "kucing-merah-" * 20,
        "hujan sore di kota lama",  # holds one of the words, and enough besides
    ],
)
def test_any_composition_and_length_is_taken(password: str) -> None:
    assert clean_password(password, **PERSON) == password


@pytest.mark.parametrize(
    "password",
    [
        "pendek-saja",
        "1q2w3e4r5t6y",  # among the breached ones
        "passwordpassword",
        "198501012010011001",
        "rina.lestari@contoh",
        "SistemMerit2026!",
        "Sipinter-2026-aja",
        "KabupatenBKPSDM1",
    ],
)
def test_what_is_guessed_first_is_refused(password: str) -> None:
    with pytest.raises(Invalid):
        clean_password(password, **PERSON)


def test_argon2id_with_the_parameters_of_the_standard(settings: Any) -> None:
    """OWASP's figures for Argon2id (ASVS 5.0, appendix C): 19 MiB of memory, two passes, one lane."""
    settings.PASSWORD_HASHERS = product.PASSWORD_HASHERS
    kept = make_password("gerbong teh melati")
    facts = identify_hasher(kept).decode(kept)
    assert facts["variety"] == "argon2id"
    assert [facts[name] for name in ("memory_cost", "time_cost", "parallelism")] == [19 * 1024, 2, 1]
    assert check_password("gerbong teh melati", kept)
    assert not check_password("Gerbong teh melati", kept)
    assert not check_password("gerbong teh melat", kept)


@pytest.mark.django_db
def test_fields_hide_what_is_typed_and_work_with_password_managers() -> None:
    page = Client().get("/akun/login/").content.decode()
    assert 'type="password"' in page
    assert 'autocomplete="current-password"' in page
    assert "onpaste" not in page
    assert "maxlength" not in page.split('name="password"')[1].split(">")[0]
