"""A round at the supervisor's, kept small: two indicators filled in, the others count 0."""

from django.test import Client

from sipinter.assessment.record.services.cycles import open_cycle
from sipinter.assessment.selfassessment.services.submission import (
    approve_review,
    request_review,
    submit_assessment,
)
from sipinter.assessment.verification.services.verdicts import claim_assessment
from sipinter.foundation.accounts.models import User
from tests.factories import client_for, make_agency, make_user

from .round import OLD, Round

FILLED = ("1.1", "1.2")


def submitted(round_: Round | None = None, *codes: str) -> Round:
    """Filled in at `codes` (default: 1.1 and 1.2, level 3) and submitted."""
    round_ = round_ or Round()
    round_.fill(3, *(codes or FILLED))
    request_review(round_.assessment, actor=round_.who("keeper"))
    approve_review(round_.assessment, actor=round_.who("pyb"))
    submit_assessment(round_.assessment, accept_unanswered=True, actor=round_.who("pyb"))
    return round_


def taken_up(round_: Round | None = None, *codes: str) -> Round:
    """Submitted and taken up by the round's verifier."""
    return take_up(submitted(round_, *codes))


def take_up(round_: Round) -> Round:
    """Its verifier takes up what was submitted."""
    claim_assessment(round_.assessment, actor=round_.who("verifier"))
    return round_


def beside(first: Round, name: str) -> Round:
    """Another agency in the same cycle, with the same people at the desk."""
    other = Round.__new__(Round)
    other.instrument_id, other.agency_name, other.users = OLD, name, dict(first.users)
    other.quick, other.first = True, "1.1"
    other.agency, other.desk, other.cycle = make_agency(name), first.desk, first.cycle
    for role in ("keeper", "team", "pyb", "ppk"):
        other.users[role] = make_user(f"{role} {name}", (role, other.agency))
    open_cycle(other.cycle, [other.agency], actor=other.who("administrator"))
    other.assessment = other.fresh()
    return other


def browser(round_: Round, role: str) -> Client:
    """A browser signed in as the round's person of that role; "nobody" is not signed in."""
    return client_for(None if role == "nobody" else round_.users[role])


def crowd(round_: Round) -> dict[str, User]:
    """Everybody else that the pages must judge: strangers and the other desks."""
    other = make_agency("Pemerintah Kota Kenanga", "kota")
    return {
        "outsider": make_user("Sari Utami", ("keeper", other)),
        "outside_pyb": make_user("Tono Wijaya", ("pyb", other)),
        "colleague": make_user("Verifikator Lain", ("verifier", round_.desk)),
        "second_coordinator": make_user("Koordinator Lain", ("coordinator", round_.desk)),
        "reader": make_user("Pembaca", ("reader", round_.desk)),
        "consultant": make_user("Konsultan", ("consultant", round_.desk)),
        "regional_office": make_user("Kanreg", ("regional_office", round_.desk)),
        "employee": make_user("Pegawai", ("employee", round_.agency)),
    }
