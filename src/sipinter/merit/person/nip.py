"""The employee number (NIP): 18 digits, no check digit.

PNS: birth YYYYMMDD, appointment YYYYMM, sex, sequence. PPPK: birth, year, a code of two digits in
place of the month, sex, sequence.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sipinter.merit.engine.dates import years_before
from sipinter.rules.messages import Message, Refusal
from sipinter.rules.sets.model import IdentityRules

LENGTH = 18
SEXES = {"1": "male", "2": "female"}


@dataclass(frozen=True, slots=True)
class Nip:
    """What an employee number says. `appointed_month` is None for PPPK, `code` for PNS."""

    nip: str
    kind: str
    birth_date: date
    appointed_year: int
    appointed_month: int | None
    code: int | None
    sex: str
    sequence: int


def parse_nip(written: str, rules: IdentityRules, on: date) -> Nip:
    """The parts of a number; blanks, hyphens and a leading apostrophe are passed over.

    Refusal that names the digits at fault.
    """
    digits = "".join(c for c in written.strip().lstrip("'’") if c not in " -.\u00a0")
    if not (digits.isascii() and digits.isdecimal() and len(digits) == LENGTH):
        raise Refusal(Message("NIP {nip}: has not 18 digits", nip=written))
    try:
        birth = date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        raise Refusal(Message("NIP {nip}: digits 1-8 are not a date of birth", nip=digits)) from None
    year, middle = int(digits[8:12]), int(digits[12:14])
    pppk = middle in rules.pppk_codes
    if not pppk and not 1 <= middle <= 12:
        raise Refusal(Message("NIP {nip}: digits 13-14 are neither a month nor a code of PPPK", nip=digits))
    if digits[14] not in SEXES:
        raise Refusal(Message("NIP {nip}: digit 15 is neither 1 nor 2", nip=digits))
    if digits[15:] == "000":
        raise Refusal(Message("NIP {nip}: digits 16-18 must count from 001", nip=digits))
    _check_dates(rules, digits, birth, date(year, 12, 31) if pppk else _month(digits, year, middle), on)
    return Nip(
        nip=digits,
        kind="PPPK" if pppk else "PNS",
        birth_date=birth,
        appointed_year=year,
        appointed_month=None if pppk else middle,
        code=middle if pppk else None,
        sex=SEXES[digits[14]],
        sequence=int(digits[15:]),
    )


def _month(digits: str, year: int, month: int) -> date:
    if year < 1:
        raise Refusal(Message("NIP {nip}: digits 9-12 are not a year", nip=digits))
    return date(year, month, 1)


def _check_dates(rules: IdentityRules, digits: str, birth: date, appointed: date, on: date) -> None:
    """PNS are appointed on the first day of a month; PPPK, whose month is not known, within the year."""
    if birth > on or appointed.year > on.year or (appointed.day == 1 and appointed > on):
        raise Refusal(Message("NIP {nip}: the dates lie in the future", nip=digits))
    if years_before(appointed, rules.minimum_age) < birth:
        raise Refusal(
            Message("NIP {nip}: appointed before the age of {age}", nip=digits, age=rules.minimum_age)
        )
