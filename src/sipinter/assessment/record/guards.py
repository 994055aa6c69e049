"""What must hold before a step of the workflow: each precondition once, as a sentence.

They read the shared tables only, so that the transition table can name them. What a step needs from the
person who takes it (a reason, a date, a confirmation) stays with its service: no row knows it beforehand.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sipinter.foundation.web.formatters import format_day

from .completeness import GapKind, assessment_gaps, unjudged_indicators, unrepaired_indicators
from .instruments import instrument_of
from .models import CLOSED, Assessment, PanelMember, Verdict

Check = Callable[[Assessment], str]
CODES_NAMED = 8  # of more indicators, the sentence gives the number and the first


@dataclass(frozen=True)
class Guard:
    """A step's precondition: called with an assessment, it says why the step cannot be taken now, or "".

    `needs` is the same in a few words, for docs/workflow.md. A guard asks the database for what it needs
    beyond the row, in a constant number of queries, whether the row is locked or not.
    """

    needs: str
    check: Check

    def __call__(self, assessment: Assessment) -> str:
        return self.check(assessment)


def guard(needs: str) -> Callable[[Check], Guard]:
    """Make the decorated function a guard that `needs` what is said."""
    return lambda check: Guard(needs, check)


@guard("the cycle is open")
def round_has_opened(assessment: Assessment) -> str:
    """The first day has come and the administrator has opened the round (no query)."""
    cycle = assessment.cycle
    if timezone.localdate() < cycle.filling_opens or cycle.opened_at is None:
        return _("This round has not opened yet.")
    return ""


def explain_gaps(assessment: Assessment, *, with_unanswered: bool) -> str:
    """What is missing, as one sentence, or ""; indicators not filled in only `with_unanswered`."""
    gaps = assessment_gaps(assessment)
    parts = {
        GapKind.GATE: _("questions on what applies not answered: %s"),
        GapKind.EVIDENCE: _("evidence missing: %s"),
    }
    if with_unanswered:
        parts[GapKind.UNANSWERED] = _("not filled in: %s (fill them in, or confirm that they count 0)")
    said = [
        text % ", ".join(gap.code for gap in gaps if gap.lack is lack)
        for lack, text in parts.items()
        if any(gap.lack is lack for gap in gaps)
    ]
    return _("Not complete yet: %(gaps)s.") % {"gaps": "; ".join(said)} if said else ""


@guard("gates answered, every claimed level has its evidence")
def claims_are_complete(assessment: Assessment) -> str:
    """Indicators that nobody filled in may stand: they count 0 (three queries)."""
    return explain_gaps(assessment, with_unanswered=False)


@guard("at least one indicator asked back, by a day that has not passed")
def questions_are_current(assessment: Assessment) -> str:
    """There is something to answer, and time to answer it (one query)."""
    asked = assessment.answers.filter(verdict=Verdict.ASK).values_list("code", "repair_due")
    if not asked:
        return _("Ask back at least one indicator first.")
    today = timezone.localdate()
    late = [code for code, due in asked if due and due < today]
    if late:
        return _("The day set for these questions has passed: %(codes)s. Ask them again.") % {
            "codes": ", ".join(late)
        }
    return ""


@guard("every indicator asked back is repaired or answered, with its evidence")
def repairs_are_complete(assessment: Assessment) -> str:
    """Nothing asked back was left alone, and no repair claims what it does not show (five queries)."""
    waiting = unrepaired_indicators(assessment)
    if waiting:
        return _("Repair or answer these first: %(codes)s.") % {"codes": ", ".join(waiting)}
    return explain_gaps(assessment, with_unanswered=False)


@guard("the repair date has passed")
def repair_date_has_passed(assessment: Assessment) -> str:
    """The agency has had the time that it was given (no query)."""
    due = assessment.repair_due
    if due is not None and timezone.now() < assessment.end_of(due):
        return _("The agency may still answer until %(day)s.") % {"day": format_day(due)}
    return ""


@guard("every indicator accepted or changed")
def all_are_judged(assessment: Assessment) -> str:
    """No indicator that applies is without a final verdict (two queries)."""
    waiting = unjudged_indicators(assessment)
    if not waiting:
        return ""
    if len(waiting) <= CODES_NAMED:
        return _("No verdict yet on: %(codes)s.") % {"codes": ", ".join(waiting)}
    number = ngettext(
        "%(n)s indicator has no verdict yet.", "%(n)s indicators have no verdict yet.", len(waiting)
    ) % {"n": len(waiting)}
    return f"{number} {_('The first: %(codes)s.') % {'codes': ', '.join(waiting[:CODES_NAMED])}}"


@guard("index and category known (a survey result where the instrument has one)")
def result_is_known(assessment: Assessment) -> str:
    """The survey is the one component of an index that indicators do not bring (no query)."""
    if instrument_of(assessment.cycle).components and assessment.survey is None:
        return _("Index and category are not known yet: the result of the employee survey is missing.")
    return ""


@guard("after an objection a panel has been named")
def panel_is_named(assessment: Assessment) -> str:
    """An open objection has its panel; without one there is nothing to ask for (two queries)."""
    waiting = assessment.objections.filter(closed_at__isnull=True)
    heard = PanelMember.objects.filter(objection__in=waiting)
    if waiting.exists() and not heard.exists():
        return _("Name the panel that hears the objection first.")
    return ""


def explain_closed_survey(assessment: Assessment) -> str:
    """Why the result of an employee survey cannot be entered now, or "" (no query)."""
    if assessment.state in CLOSED:
        return _("The assessment has been decided; its figures can no longer change.")
    if not instrument_of(assessment.cycle).components:
        return _("This instrument has no survey.")
    return ""
