"""Every write to an assessment, one function an action of a person."""

from .answering import Saved, attach, attach_link, detach, save_answer, save_gate, upload
from .assigning import assign, withdraw
from .calendars import close_calendar, open_calendar
from .commenting import comment
from .cycles import change_dates, create_cycle, open_cycle
from .deciding import (
    Change,
    correct,
    decide,
    next_number,
    object_to_decision,
    publish,
    record_survey,
    reject_objection,
    return_from_plenary,
)
from .sending import (
    answer_clarification,
    approve_review,
    request_review,
    return_to_team,
    start,
    submit,
    unrepaired,
)
from .uploading import begin_upload
from .verifying import (
    claim,
    discuss,
    finish_verification,
    judge,
    resume_verification,
    return_for_clarification,
    return_to_verifier,
    sign_off,
    unjudged,
)
from .visits import note_visit
from .workbook import Applied, Pick, apply_workbook, close_workbook, compare_workbook, download_workbook

__all__ = [
    "Applied",
    "Change",
    "Pick",
    "Saved",
    "answer_clarification",
    "apply_workbook",
    "approve_review",
    "assign",
    "attach",
    "attach_link",
    "begin_upload",
    "change_dates",
    "claim",
    "close_calendar",
    "close_workbook",
    "comment",
    "compare_workbook",
    "correct",
    "create_cycle",
    "decide",
    "detach",
    "discuss",
    "download_workbook",
    "finish_verification",
    "judge",
    "next_number",
    "note_visit",
    "object_to_decision",
    "open_calendar",
    "open_cycle",
    "publish",
    "record_survey",
    "reject_objection",
    "request_review",
    "resume_verification",
    "return_for_clarification",
    "return_from_plenary",
    "return_to_team",
    "return_to_verifier",
    "save_answer",
    "save_gate",
    "sign_off",
    "start",
    "submit",
    "unjudged",
    "unrepaired",
    "upload",
    "withdraw",
]
