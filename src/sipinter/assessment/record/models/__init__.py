"""The shared tables of an assessment: the one index by which Django finds an application's models."""

from .answers import Answer, AnswerEvidence, GateAnswer, Message, Verdict
from .assessment import (
    AT_THE_SUPERVISOR,
    CLOSED,
    PUBLIC,
    UNFINISHED,
    Assessment,
    Cycle,
    InstrumentVersion,
    State,
    not_tied,
    without_blind_readings,
)
from .desk_days import DeskDay, DeskSlot, QuickAssessment, QuickLevel
from .examples import Example
from .meetings import Condition, Meeting, MeetingCase, Objection, ObjectionEvidence, PanelMember
from .outcome import Decision, DecisionDocument, Result, ResultAspect, Snapshot, SnapshotAspect
from .pending_workbooks import WorkbookUpload
from .presence import Presence
from .publication import PublicationRequest
from .second_readings import KeptReason, SecondReading
from .teamwork import Assignment, CalendarAddress, Comment, Reminder, Visit

__all__ = [
    "AT_THE_SUPERVISOR",
    "CLOSED",
    "PUBLIC",
    "UNFINISHED",
    "Answer",
    "AnswerEvidence",
    "Assessment",
    "Assignment",
    "CalendarAddress",
    "Comment",
    "Condition",
    "Cycle",
    "Decision",
    "DecisionDocument",
    "DeskDay",
    "DeskSlot",
    "Example",
    "GateAnswer",
    "InstrumentVersion",
    "KeptReason",
    "Meeting",
    "MeetingCase",
    "Message",
    "Objection",
    "ObjectionEvidence",
    "PanelMember",
    "Presence",
    "PublicationRequest",
    "QuickAssessment",
    "QuickLevel",
    "Reminder",
    "Result",
    "ResultAspect",
    "SecondReading",
    "Snapshot",
    "SnapshotAspect",
    "State",
    "Verdict",
    "Visit",
    "WorkbookUpload",
    "not_tied",
    "without_blind_readings",
]
