"""Employee numbers: the two published examples and each digit that can be wrong."""

from datetime import date

import pytest

from sipinter.merit.person.nip import parse_nip
from sipinter.rules.messages import Refusal
from sipinter.rules.sets.model import IdentityRules

ON = date(2026, 7, 1)


def test_a_pns(identity: IdentityRules) -> None:
    found = parse_nip("198609262015051001", identity, ON)
    assert (found.kind, found.birth_date, found.sex, found.sequence) == ("PNS", date(1986, 9, 26), "male", 1)
    assert (found.appointed_year, found.appointed_month, found.code) == (2015, 5, None)


def test_a_pppk(identity: IdentityRules) -> None:
    found = parse_nip("199009132025242014", identity, ON)
    assert (found.kind, found.birth_date, found.sex, found.sequence) == (
        "PPPK",
        date(1990, 9, 13),
        "female",
        14,
    )
    assert (found.appointed_year, found.appointed_month, found.code) == (2025, None, 24)


def test_numbers_are_read_as_registers_write_them(identity: IdentityRules) -> None:
    assert parse_nip("'19860926 201505 1 001", identity, ON).nip == "198609262015051001"


@pytest.mark.parametrize(
    ("nip", "why"),
    [
        ("19860926201505100", "18 digits"),
        ("19860926201505100x", "18 digits"),
        ("١٩٨٦٠٩٢٦٢٠١٥٠٥١٠٠١", "18 digits"),
        ("198609312015051001", "date of birth"),
        ("198609262015131001", "neither a month nor a code"),
        ("198609260000051001", "not a year"),
        ("198609262015053001", "digit 15"),
        ("198609262015051000", "count from 001"),
        ("198609262026081001", "future"),
        ("198609262004091001", "before the age of 18"),
        ("199009132007242014", "before the age of 18"),
    ],
)
def test_what_cannot_be_a_number_is_refused(identity: IdentityRules, nip: str, why: str) -> None:
    with pytest.raises(Refusal, match=why):
        parse_nip(nip, identity, ON)


def test_eighteen_years_are_enough(identity: IdentityRules) -> None:
    """A PNS is appointed on the first of a month; a PPPK within the year."""
    assert parse_nip("198609262004101001", identity, ON).appointed_month == 10
    assert parse_nip("199009132008242014", identity, ON).appointed_year == 2008
