from .answers import Answer, AnswerEvidence, GateAnswer, Message, Verdict
from .assessment import AT_THE_SUPERVISOR, CLOSED, Assessment, Cycle, InstrumentVersion, State
from .outcome import Decision, DecisionDocument, Result, ResultAspect, Snapshot, SnapshotAspect
from .passing import Presence, WorkbookUpload

__all__ = [
    "AT_THE_SUPERVISOR",
    "CLOSED",
    "Answer",
    "AnswerEvidence",
    "Assessment",
    "Cycle",
    "Decision",
    "DecisionDocument",
    "GateAnswer",
    "InstrumentVersion",
    "Message",
    "Presence",
    "Result",
    "ResultAspect",
    "Snapshot",
    "SnapshotAspect",
    "State",
    "Verdict",
    "WorkbookUpload",
]
