"""Words that everybody connects with this system: alone they make no password."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from .models import User

# The list is part of docs/asvs.md (V6.1.2).
WORDS = (
    "sipinter",
    "sistem",
    "merit",
    "penilaian",
    "indeks",
    "aparatur",
    "negara",
    "asn",
    "kasn",
    "bkn",
    "menpan",
    "kemenpan",
    "panrb",
    "kepegawaian",
    "bkpsdm",
    "bkd",
    "pegawai",
    "negeri",
    "sipil",
    "pns",
    "pppk",
    "instansi",
    "pemerintah",
    "kabupaten",
    "provinsi",
    "kota",
    "indonesia",
    "admin",
    "password",
    "sandi",
    "rahasia",
    "merdeka",
)
LEFT = 8  # letters that must be left without them


class SystemWordsValidator:
    """Refuses passwords that are little more than such words, digits and marks ("SistemMerit2026!")."""

    def validate(self, password: str, user: User | None = None) -> None:
        left = password.lower()
        for word in sorted(WORDS, key=len, reverse=True):
            left = left.replace(word, " ")
        if left != password.lower() and len(re.sub(r"[\W\d_]", "", left)) < LEFT:
            raise ValidationError(
                _("Use other words: those of this system and of the civil service are guessed first."),
                code="about_this_system",
            )

    def get_help_text(self) -> str:
        return _("Not the words of this system and of the civil service alone.")
