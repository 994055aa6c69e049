"""What of this room's tables the audit trail vouches for: answers, verdicts, decisions, papers, results.

And which of them hold copies of names.
"""

from sipinter.foundation.accounts.name_copies import name_copy
from sipinter.foundation.audit.rows import record_table

from .models import Answer, Comment, Decision, DecisionDocument, Message, QuickAssessment, Result

name_copy(Message, "author_id", "author_name")
name_copy(Comment, "author_id", "author_name")
name_copy(QuickAssessment, "made_by_id", "made_by_name")

record_table(
    Answer,
    "assessment_id",
    "code",
    "ticks",
    "claimed_level",
    "note",
    "verdict",
    "verified_level",
    "verified_by_id",
    "verified_at",
    "reason",
    "repair_due",
    "decided_level",
    "decided_reason",
    agency="assessment__agency_id",
)
record_table(
    Decision,
    "assessment_id",
    "snapshot_id",
    "number",
    "decided_on",
    "score",
    "max",
    "index",
    "category",
    "valid_until",
    "code",
    "remark",
    "supersedes_id",
    "decided_by_id",
    "decided_by_name",
    agency="assessment__agency_id",
)
record_table(
    DecisionDocument,
    "decision_id",
    "kind",
    "sha256",
    "size",
    "path",
    agency="decision__assessment__agency_id",
)
record_table(
    Result,
    "agency_id",
    "year",
    "round",
    "instrument_id",
    "score",
    "index",
    "category",
    "source",
    "decision_id",
    "published_at",
    "is_current",
)
