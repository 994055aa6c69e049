"""Codes as people write them: "JPT Pratama", "di-atas", "Sesuai ekspektasi", "above"."""

from __future__ import annotations

from collections.abc import Mapping

from sipinter.rules.messages import Message, Refusal
from sipinter.rules.model import Text
from sipinter.rules.sets.codes import EXPECTATIONS, TIERS

ENGLISH = {"above": "di_atas", "meets": "sesuai", "below": "di_bawah"}
SHORT_TIERS = {
    **{code.replace("_ahli", ""): code for code in TIERS if "_ahli" in code},
    **{code.removeprefix("jf_"): code for code in TIERS if code.startswith("jf_")},
    **{code.removeprefix("jf_ahli_"): code for code in TIERS if code.startswith("jf_ahli_")},
}


def normalise_code(written: str) -> str:
    """Lower case, one underscore for blanks, hyphens and the like."""
    return "_".join("".join(c if c.isalnum() else " " for c in written.lower()).split())


def parse_expectation(written: str, what: str) -> str:
    """di_atas, sesuai or di_bawah. Refusal for anything else."""
    code = normalise_code(written).removesuffix("_ekspektasi").removesuffix("_expectation")
    return _known(ENGLISH.get(code, code), written, what, EXPECTATIONS)


def parse_tier(written: str) -> str:
    """The code of a tier; “madya” alone means the functional one. Refusal for anything else."""
    code = normalise_code(written)
    return _known(code if code in TIERS else SHORT_TIERS.get(code, code), written, "TIER", TIERS)


def _known(code: str, written: str, what: str, known: Mapping[str, Text]) -> str:
    if code not in known:
        raise Refusal(
            Message(
                "{what}: “{value}” is not one of: {known}", what=what, value=written, known=", ".join(known)
            )
        )
    return code
