from .answers import Answer, AnswerEvidence, GateAnswer, Message, Verdict
from .assessment import Assessment, Cycle, State
from .outcome import Decision, DecisionDocument, Result, ResultAspect, Snapshot, SnapshotAspect

__all__ = [
    "Answer",
    "AnswerEvidence",
    "Assessment",
    "Cycle",
    "Decision",
    "DecisionDocument",
    "GateAnswer",
    "Message",
    "Result",
    "ResultAspect",
    "Snapshot",
    "SnapshotAspect",
    "State",
    "Verdict",
]
