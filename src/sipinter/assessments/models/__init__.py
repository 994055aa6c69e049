from .answers import Answer, AnswerEvidence, GateAnswer, Message, Verdict
from .assessment import AT_THE_SUPERVISOR, CLOSED, Assessment, Cycle, InstrumentVersion, State
from .outcome import Decision, DecisionDocument, Result, ResultAspect, Snapshot, SnapshotAspect
from .passing import Presence, WorkbookUpload
from .teamwork import Assignment, CalendarAddress, Comment, Reminder, Visit

__all__ = [
    "AT_THE_SUPERVISOR",
    "CLOSED",
    "Answer",
    "AnswerEvidence",
    "Assessment",
    "Assignment",
    "CalendarAddress",
    "Comment",
    "Cycle",
    "Decision",
    "DecisionDocument",
    "GateAnswer",
    "InstrumentVersion",
    "Message",
    "Presence",
    "Reminder",
    "Result",
    "ResultAspect",
    "Snapshot",
    "SnapshotAspect",
    "State",
    "Verdict",
    "Visit",
    "WorkbookUpload",
]
