"""Hints on the agency's own evidence before it is sent in. They never decide; the desk does not see them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sipinter.assessment.record.models import CLOSED, Cycle
from sipinter.assessment.record.queries.page_frame import AssessmentFrame
from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.roles import ASSESSMENT_ROLES
from sipinter.foundation.evidence.models import Evidence
from sipinter.foundation.evidence.texts import hints as rules
from sipinter.foundation.evidence.texts.queries import hint_sentence, hints_of


@dataclass(frozen=True)
class DocumentHints:
    """One document with its hints, as sentences, and the indicators beside which it stands."""

    evidence: Evidence
    sentences: list[str]
    codes: list[str]


def oldest_expected_date(cycle: Cycle) -> date:
    """A document whose latest date lies before this day is older than the round.

    A round looks back on the year before it opens: what is older may still be in force, and is asked about.
    """
    opens = cycle.filling_opens
    return opens.replace(year=opens.year - 1, day=min(opens.day, 28))


def shows_hints(actor: Actor, frame: AssessmentFrame) -> bool:
    """Whether this person gets hints: the agency's own people, until the assessment is decided."""
    if frame.assessment.state in CLOSED:
        return False
    return bool(actor.grants_in(frame.assessment.agency_id, *ASSESSMENT_ROLES))


def hints_by_evidence(
    frame: AssessmentFrame, evidence: Iterable[Evidence], actor: Actor
) -> dict[int, list[str]]:
    """By evidence, its hints as sentences. `evidence` was fetched with `blob__text` (no query)."""
    if not shows_hints(actor, frame):
        return {}
    claimed = {code: answer.claimed_level for code, answer in frame.answers.items()}
    counted = {code: ids for code, ids in frame.attached.items() if code in frame.applicable}
    twice = rules.contradiction_hints(claimed, counted, frame.instrument.max_level)
    first = oldest_expected_date(frame.assessment.cycle)
    found = {}
    for row in evidence:
        hints = hints_of(row, first) + ([twice[row.pk]] if row.pk in twice else [])
        if hints:
            found[row.pk] = [hint_sentence(hint) for hint in hints]
    return found


def hints_before_sending(frame: AssessmentFrame, actor: Actor) -> list[DocumentHints]:
    """Every document of the assessment that has hints, in the order of the indicators (one query)."""
    if not shows_hints(actor, frame):
        return []
    codes: dict[int, list[str]] = {}
    for code in frame.answers:
        for pk in frame.attached.get(code, ()) if code in frame.applicable else ():
            codes.setdefault(pk, []).append(code)
    rows = Evidence.objects.visible_to(actor).filter(pk__in=list(codes)).select_related("blob__text")
    by_pk = {row.pk: row for row in rows}
    found = hints_by_evidence(frame, by_pk.values(), actor)
    return [DocumentHints(by_pk[pk], found[pk], where) for pk, where in codes.items() if pk in found]
