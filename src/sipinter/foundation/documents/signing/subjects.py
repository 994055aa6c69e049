"""What is signed: the kinds that a signing process knows, and which one a paper is."""

from dataclasses import dataclass
from enum import StrEnum


class SigningKind(StrEnum):
    """Kinds of what is signed; each is judged in its own way before it is."""

    LETTER = "letter"
    CERTIFICATE = "certificate"
    MINUTES = "minutes"
    CHECKPOINT = "checkpoint"
    BACKUP = "backup"


@dataclass(frozen=True)
class SigningSubject:
    """The paper to be signed: its kind, and the decision's code or the meeting's number in the database."""

    kind: SigningKind
    about: str


@dataclass(frozen=True)
class UnsignedPaper:
    """A PDF to be signed, with what PDF readers show beside the signature."""

    pdf: bytes
    reason: str
    name: str
    location: str
