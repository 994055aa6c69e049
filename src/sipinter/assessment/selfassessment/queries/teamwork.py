"""Who has what until when: the board of an assessment."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from sipinter.assessment.record.models import Assessment, Assignment, State
from sipinter.assessment.record.queries.page_frame import AssessmentFrame, IndicatorMark, days_until
from sipinter.foundation.access.actor import Grant
from sipinter.foundation.access.roles import ANSWERING_ROLES, Role
from sipinter.foundation.accounts.models import Membership
from sipinter.rules.model import Indicator

from ..permissions import OPEN_FOR_ANSWERS

UNDONE = (IndicatorMark.EMPTY, IndicatorMark.EVIDENCE, IndicatorMark.PENDING)


def is_indicator_open(frame: AssessmentFrame, code: str) -> bool:
    """True while the agency still has to do something about the indicator.

    Filling in: no level yet, or its evidence is missing. In clarification: asked back and not touched since.
    """
    answer = frame.answers[code]
    if frame.assessment.state == State.CLARIFICATION:
        asked_at = answer.verified_at
        return frame.marks[code] is IndicatorMark.ASKED and (
            asked_at is None or answer.updated_at <= asked_at
        )
    return frame.assessment.state in OPEN_FOR_ANSWERS and frame.marks[code] in UNDONE


@dataclass(frozen=True)
class AssignmentRow:
    """One assignment as a list shows it. `who`: the person or the unit; `unit`: where it belongs."""

    assignment: Assignment
    indicator: Indicator
    who: str
    unit: str
    is_done: bool
    days_left: int

    @property
    def is_late(self) -> bool:
        return not self.is_done and self.days_left < 0

    @property
    def state(self) -> str:
        """ "done", "late" or "open", as the filter names it."""
        return "done" if self.is_done else "late" if self.is_late else "open"


@dataclass(frozen=True)
class UnitAssignments:
    """One unit (empty: people without one) and what is asked of it."""

    name: str
    rows: tuple[AssignmentRow, ...]

    @property
    def done(self) -> int:
        return sum(row.is_done for row in self.rows)

    @property
    def late(self) -> int:
        return sum(row.is_late for row in self.rows)

    @property
    def next_due(self) -> date | None:
        """The earliest day of what is not done yet."""
        return min((row.assignment.due for row in self.rows if not row.is_done), default=None)


@dataclass(frozen=True)
class AssignmentBoard:
    """Everything that is asked in an assessment, by unit.

    `unassigned`: applicable, asked of nobody and in no team member's scope.
    """

    units: tuple[UnitAssignments, ...]
    unassigned: tuple[str, ...]

    @property
    def rows(self) -> tuple[AssignmentRow, ...]:
        return tuple(row for unit in self.units for row in unit.rows)

    def only(self, *, unit: str | None, state: str) -> "AssignmentBoard":
        """The rows of one unit (None: all) and in one state (empty: all)."""
        kept = [
            UnitAssignments(one.name, tuple(row for row in one.rows if not state or row.state == state))
            for one in self.units
            if unit is None or one.name == unit
        ]
        return AssignmentBoard(tuple(one for one in kept if one.rows), self.unassigned)

    @property
    def late(self) -> tuple[UnitAssignments, ...]:
        """Units that are late, with what they are late with; most first."""
        units = self.only(unit=None, state="late").units
        return tuple(sorted(units, key=lambda unit: -len(unit.rows)))


def assignment_board(frame: AssessmentFrame) -> AssignmentBoard:
    """The board of an assessment (two queries)."""
    members = team_members(frame.assessment)
    units = {member.user_id: member.unit for member in members if member.unit}
    rows = Assignment.objects.current().filter(assessment=frame.assessment).select_related("person")
    by_unit: dict[str, list[AssignmentRow]] = {}
    for row in rows:
        unit = row.unit or units.get(row.person_id or 0, "")
        by_unit.setdefault(unit, []).append(_assignment_row(frame, row, unit))
    places = {code: place for place, code in enumerate(frame.answers)}
    taken = {row.assignment.code for rows in by_unit.values() for row in rows}
    scopes = team_scopes(members)
    taken |= {code for code in frame.answers if any(grant.covers(code) for _member, grant in scopes)}
    return AssignmentBoard(
        tuple(
            UnitAssignments(
                name, tuple(sorted(by_unit[name], key=lambda r: (places[r.assignment.code], r.who)))
            )
            for name in sorted(by_unit, key=lambda name: (not name, name.casefold()))
        ),
        tuple(code for code in frame.answers if code in frame.applicable and code not in taken),
    )


def _assignment_row(frame: AssessmentFrame, row: Assignment, unit: str) -> AssignmentRow:
    return AssignmentRow(
        row,
        frame.instrument.indicators[row.code],
        row.person.name if row.person else row.unit,
        unit,
        not is_indicator_open(frame, row.code),
        days_until(frame.assessment, row.due) or 0,
    )


def team_members(assessment: Assessment) -> list[Membership]:
    """Everybody who answers for the agency, by unit and name (one query)."""
    rows = Membership.objects.current().filter(
        agency_id=assessment.agency_id, role__in=ANSWERING_ROLES, user__is_active=True
    )
    return list(rows.select_related("user").order_by("unit", "user__name", "pk"))


def addressee_choices(members: Iterable[Membership]) -> list[tuple[str, str]]:
    """Whom one can ask, as choices of a form: "unit:BKPSDM", then "person:17"."""
    members = list(members)
    units = sorted({m.unit for m in members if m.unit and m.role == Role.TEAM}, key=str.casefold)
    people = {m.user_id: m for m in members}
    named = [
        (f"person:{m.user_id}", f"{m.user.name} ({m.unit})" if m.unit else m.user.name)
        for m in sorted(people.values(), key=lambda m: m.user.name.casefold())
    ]
    return [*((f"unit:{unit}", unit) for unit in units), *named]


def team_scopes(members: Iterable[Membership]) -> list[tuple[Membership, Grant]]:
    """The team's members whose membership names what they answer, with what it grants."""
    named = (m for m in members if m.role == Role.TEAM and m.scope)
    return [(m, Grant(m.role, m.agency_id, scope=tuple(m.scope))) for m in named]


def indicator_holders(assessment: Assessment) -> Callable[[str], tuple[str, ...]]:
    """Gives who has an indicator: whom it is assigned to, else whose scope names it (two queries)."""
    assigned: dict[str, list[str]] = {}
    for row in Assignment.objects.current().filter(assessment=assessment).select_related("person"):
        assigned.setdefault(row.code, []).append(row.person.name if row.person else row.unit)
    scopes = team_scopes(team_members(assessment))

    def of(code: str) -> tuple[str, ...]:
        named = (member.unit or member.user.name for member, grant in scopes if grant.covers(code))
        return tuple(dict.fromkeys(assigned.get(code) or named))

    return of
