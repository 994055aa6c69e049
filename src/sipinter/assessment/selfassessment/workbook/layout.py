"""What stands where in the workbook, in the language that is switched on."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

SEAL = "sipinter"
MARK = "sipinter-1"
CODE, TITLE, CRITERIA, LEVEL, NOTE, EVIDENCE = range(6)
GATE_CODE, QUESTION, CHOICE = range(3)
WIDTHS = (7, 26, 58, 7, 42, 28)
GATE_WIDTHS = (14, 76, 70)


@dataclass(frozen=True)
class AnswerBase:
    """An answer as it stood at the download."""

    ticks: tuple[int, ...]
    level: int | None
    note: str
    version: int


@dataclass(frozen=True)
class GateBase:
    """A gate as it stood at the download."""

    choice: str
    version: int


@dataclass(frozen=True)
class SealedWorkbook:
    """What the hidden sheet vouches for. `instrument` is the hash of its text, `about` names the round."""

    assessment: int
    instrument: str
    language: str
    about: str
    answers: dict[str, AnswerBase]
    gates: dict[str, GateBase]


@dataclass(frozen=True)
class FilledRow:
    """One row of the workbook as it came back."""

    level: int | None
    note: str


@dataclass
class WorkbookContent:
    """What the workbook says: the rows and the gates, beside what stood in them at the download."""

    sealed: SealedWorkbook
    answers: dict[str, FilledRow] = field(default_factory=dict)
    gates: dict[str, str] = field(default_factory=dict)


def instructions_sheet_title() -> str:
    return _("Instructions")


def answers_sheet_title() -> str:
    return _("Indicators")


def gates_sheet_title() -> str:
    return _("What applies")


def answer_headings() -> tuple[str, ...]:
    return (_("Code"), _("Indicator"), _("Criteria"), _("Level"), _("Note"), _("Evidence and remarks"))


def gate_headings() -> tuple[str, ...]:
    return (_("Code"), _("Question"), _("Answer"))
