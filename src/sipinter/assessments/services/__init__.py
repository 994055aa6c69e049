"""Every write to an assessment, one function an action of a person."""

from .answering import Saved, attach, attach_link, detach, save_answer, save_gate, upload
from .assigning import assign, withdraw
from .calendars import close_calendar, open_calendar
from .carrying import Carried, Take, carry_over
from .commenting import comment
from .cycles import change_dates, create_cycle, open_cycle, set_second_reading_share
from .deciding import (
    Asked,
    Change,
    correct,
    decide,
    next_number,
    publish,
    record_survey,
    return_from_plenary,
)
from .desk_days import plan_desk_day, put_slot, remove_slot
from .examples import (
    consent_to_example,
    propose_example,
    publish_example,
    take_back_consent,
    withdraw_example,
)
from .handing_over import hand_over, takers
from .kept_reasons import drop_reason, keep_reason
from .meeting import CASES_MAX, Sitting, decide_together, new_key, note_met
from .objecting import (
    attach_to_objection,
    name_panel,
    object_to_decision,
    panel_candidates,
    reject_objection,
)
from .quick import finish_quick, save_quick_level, start_quick
from .replacing import Replaced, replace_evidence
from .second_reading import assign_readings, read_again, readers
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
    "CASES_MAX",
    "Applied",
    "Asked",
    "Carried",
    "Change",
    "Pick",
    "Replaced",
    "Saved",
    "Sitting",
    "Take",
    "answer_clarification",
    "apply_workbook",
    "approve_review",
    "assign",
    "assign_readings",
    "attach",
    "attach_link",
    "attach_to_objection",
    "begin_upload",
    "carry_over",
    "change_dates",
    "claim",
    "close_calendar",
    "close_workbook",
    "comment",
    "compare_workbook",
    "consent_to_example",
    "correct",
    "create_cycle",
    "decide",
    "decide_together",
    "detach",
    "discuss",
    "download_workbook",
    "drop_reason",
    "finish_quick",
    "finish_verification",
    "hand_over",
    "judge",
    "keep_reason",
    "name_panel",
    "new_key",
    "next_number",
    "note_met",
    "note_visit",
    "object_to_decision",
    "open_calendar",
    "open_cycle",
    "panel_candidates",
    "plan_desk_day",
    "propose_example",
    "publish",
    "publish_example",
    "put_slot",
    "read_again",
    "readers",
    "record_survey",
    "reject_objection",
    "remove_slot",
    "replace_evidence",
    "request_review",
    "resume_verification",
    "return_for_clarification",
    "return_from_plenary",
    "return_to_team",
    "return_to_verifier",
    "save_answer",
    "save_gate",
    "save_quick_level",
    "set_second_reading_share",
    "sign_off",
    "start",
    "start_quick",
    "submit",
    "take_back_consent",
    "takers",
    "unjudged",
    "unrepaired",
    "upload",
    "withdraw",
    "withdraw_example",
]
