"""Every action of the audit trail as a sentence, and every kind of thing that it is about."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sipinter.assessment.record.workflow import TRANSITIONS
from sipinter.foundation.access.roles import Role

ACTIONS: dict[str, str | Promise] = {
    **{f"assessment.{t.action}": t.title for t in TRANSITIONS},
    "access.refusals_closed": _("Closed an hour of refused attempts"),
    "access.refused": _("Tried to open what belongs to others"),
    "agency.quota_set": _("Gave an agency its own room for evidence"),
    "answer.evidence_attached": _("Attached evidence to an indicator"),
    "answer.evidence_detached": _("Took evidence off an indicator"),
    "answer.evidence_replaced": _("Put a newer version in the place of evidence"),
    "answer.judged": _("Judged an indicator"),
    "answer.message": _("Wrote a message on an indicator"),
    "answer.saved": _("Saved an answer"),
    "assessment.carried_over": _("Took over from an earlier year"),
    "assessment.handed_over": _("Handed a verification over"),
    "assessment.survey_recorded": _("Recorded the result of the employee survey"),
    "assignment.made": _("Assigned indicators"),
    "assignment.reminded": _("Reminded of what is assigned"),
    "assignment.withdrawn": _("Took an assignment back"),
    "audit.checkpoint_made": _("Made a checkpoint of the audit trail"),
    "audit.key_changed": _("Changed the key that seals the audit trail"),
    "audit.keys_begun": _("Began to seal the audit trail"),
    "audit.rows_begun": _("Took up what had been written before"),
    "audit.exported": _("Exported the audit trail"),
    "calendar.closed": _("Closed their private calendar address"),
    "calendar.opened": _("Made a private calendar address"),
    "comment.written": _("Wrote a comment inside the agency"),
    "condition.met": _("Noted that a condition was met"),
    "cycle.created": _("Made a round"),
    "cycle.dates_changed": _("Changed the dates of a round"),
    "cycle.opened": _("Opened a round for agencies"),
    "cycle.share_changed": _("Changed the share of second readings"),
    "decision.corrected": _("Corrected a decision"),
    "decision.made": _("Made a decision"),
    "decision.paper_made": _("Made a signed paper of a decision"),
    "decision.papers_signed": _("Signed the papers of a decision"),
    "decision.published": _("Published a corrected decision"),
    "decision.read": _("Opened a paper that is not published"),
    "desk.read": _("Read verdicts at the desk"),
    "desk_day.planned": _("Planned a day of desk verification"),
    "desk_day.slot_given": _("Gave an agency its slot on a desk day"),
    "desk_day.slot_removed": _("Took an agency off a desk day"),
    "evidence.added": _("Added evidence"),
    "evidence.changed": _("Changed the title or dates of evidence"),
    "evidence.read": _("Opened evidence of the agency"),
    "evidence.orphans_removed": _("Removed stored files that nothing names"),
    "evidence.scanned": _("Scanned evidence for viruses"),
    "evidence.superseded": _("Replaced evidence by a newer version"),
    "example.consent_taken_back": _("Took back the consent to an example"),
    "example.consented": _("Consented to an example"),
    "example.proposed": _("Proposed an example of evidence"),
    "example.published": _("Published an example of evidence"),
    "example.withdrawn": _("Withdrew an example of evidence"),
    "figures.loaded": _("Loaded national figures"),
    "gate.answered": _("Answered which questions apply"),
    "invitation.accepted": _("Accepted an invitation"),
    "invitation.confirmed": _("Confirmed an invitation"),
    "invitation.resent": _("Sent an invitation again"),
    "invitation.revoked": _("Withdrew an invitation"),
    "invitation.sent": _("Sent an invitation"),
    "meeting.closed": _("Closed a meeting of the plenary"),
    "meeting.held": _("Recorded a meeting of the plenary"),
    "membership.ended": _("Ended a person's role"),
    "membership.scope_changed": _("Changed the indicators of a team member"),
    "membership.started": _("Took up a role"),
    "objection.evidence_attached": _("Added a document to an objection"),
    "objection.panel_named": _("Named the panel for an objection"),
    "publication.confirmed": _("Confirmed a publication"),
    "publication.requested": _("Asked for a publication"),
    "quick.finished": _("Finished a quick assessment"),
    "quick.level_saved": _("Saved a level of a quick assessment"),
    "quick.started": _("Began a quick assessment"),
    "reason.dropped": _("Took a reason off the list"),
    "reason.kept": _("Put a reason on the list"),
    "recommendation.drafted": _("Drafted recommendations"),
    "recommendation.edited": _("Edited a recommendation"),
    "recommendation.issued": _("Issued recommendations"),
    "register.imported": _("Imported the register of agencies"),
    "results.loaded": _("Loaded published results"),
    "task.tried_again": _("Had a failed task tried again"),
    "rows.written": _("Noted what an act has written"),
    "second_reading.assigned": _("Gave second readings to somebody"),
    "second_reading.done": _("Read an indicator a second time"),
    "second_reading.drawn": _("Drew the sample of second readings"),
    "user.email_changed": _("Changed their e-mail address"),
    "user.enrolment_asked": _("Asked for a code for the second factor"),
    "user.enrolment_code_failed": _("Gave a wrong code for the second factor"),
    "user.enrolment_code_issued": _("Made a code for a person's second factor"),
    "user.enrolment_code_used": _("Used a code for the second factor"),
    "user.password_changed": _("Changed their password"),
    "user.preferences_changed": _("Changed how they are told of things"),
    "user.recovery_codes_renewed": _("Renewed their recovery codes"),
    "user.renamed": _("Changed their name"),
    "user.second_factor_failed": _("Gave a wrong second factor"),
    "user.second_factor_off": _("Turned a second factor off"),
    "user.second_factor_on": _("Turned a second factor on"),
    "user.second_factor_removed": _("Removed a person's lost second factor"),
    "user.service_connected": _("Connected a sign-in service"),
    "user.service_disconnected": _("Disconnected a sign-in service"),
    "user.sessions_ended": _("Ended signed-in browsers"),
    "user.sign_in_failed": _("Failed to sign in"),
    "user.signed_in": _("Signed in to SIPINTER"),
    "user.signed_out": _("Signed out"),
    "workbook.applied": _("Took over entries of an offline workbook"),
    "workbook.closed": _("Closed an offline workbook"),
    "workbook.compared": _("Sent an offline workbook back"),
    "workbook.downloaded": _("Downloaded an offline workbook"),
}


# Counted by the hour, not events of a chain (earlier versions wrote events, which stay).
REFUSALS = (
    "access.refused",
    "user.enrolment_code_failed",
    "user.second_factor_failed",
    "user.sign_in_failed",
)


def action_label(action: str) -> str:
    """The sentence; the action itself where a later version or an older one wrote it."""
    return str(ACTIONS.get(action, action))


def role_names(names: str) -> str:
    """The roles that stand on an event ("keeper,team") by their titles."""
    known = {role.value: str(role.label) for role in Role}
    return ", ".join(known.get(name, name) for name in names.split(",") if name)
