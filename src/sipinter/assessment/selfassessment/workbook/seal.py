"""The hidden sheet: what the workbook was made from, signed, so that no other file passes for it.

Signed and packed into one line of plain letters: no spreadsheet program changes it on the way.
"""

from dataclasses import asdict
from typing import Any

from django.core import signing

from .layout import AnswerBase, GateBase, SealedWorkbook

SALT = "sipinter.assessments.workbook"
PIECE = 30_000  # a cell holds at most 32,767 characters


class BrokenSeal(Exception):
    """The signed line was changed, or another installation signed it."""


def seal_workbook(sealed: SealedWorkbook) -> list[str]:
    """The signed text, cut into pieces that fit a cell each."""
    text = signing.dumps(asdict(sealed), salt=SALT, compress=True)
    return [text[begin : begin + PIECE] for begin in range(0, len(text), PIECE)]


def unseal_workbook(pieces: list[str]) -> SealedWorkbook:
    """What was sealed; BrokenSeal when it is not as this site signed it."""
    try:
        kept: dict[str, Any] = signing.loads("".join(pieces), salt=SALT)
    except signing.BadSignature as error:
        raise BrokenSeal from error
    answers = {
        code: AnswerBase(**{**row, "ticks": tuple(row["ticks"])}) for code, row in kept["answers"].items()
    }
    gates = {code: GateBase(**row) for code, row in kept["gates"].items()}
    return SealedWorkbook(**{**kept, "answers": answers, "gates": gates})
