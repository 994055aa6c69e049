"""What the plenary reads: the list with both scores side by side, one case, and what a change would make."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet, Subquery

from sipinter.assessment.record.guards import result_is_known
from sipinter.assessment.record.instruments import instrument_of
from sipinter.assessment.record.models import Assessment, Decision, Result, State
from sipinter.assessment.record.scores import score_levels
from sipinter.assessment.verification.queries.desk import Desk, SubmittedQuerySet, submitted_assessments
from sipinter.foundation.access.actor import Actor
from sipinter.rules.model import Category
from sipinter.rules.scoring import Scorecard

TABS = (State.PLENARY, State.DECIDED, State.PUBLISHED, State.OBJECTION)


@dataclass(frozen=True)
class PlenaryRow:
    """One assessment in the plenary's list. `decision` is the one that holds, None before it."""

    assessment: Assessment
    decision: Decision | None
    claimed_category: Category | None
    category: Category | None

    @property
    def score(self) -> Decimal | None:
        """Decided, else verified."""
        return self.decision.score if self.decision else self.assessment.verified_score

    @property
    def index(self) -> Decimal | None:
        return self.decision.index if self.decision else self.assessment.verified_index

    @property
    def change(self) -> Decimal | None:
        """Decided or verified score less the claimed one."""
        return None if self.score is None else self.score - self.assessment.claimed_score

    @property
    def needs_survey(self) -> bool:
        """Nothing can be decided before the employee survey's result is entered."""
        return self.decision is None and bool(result_is_known(self.assessment))

    @property
    def last(self) -> Decimal | None:
        """Score of the agency's last published result of an earlier round with the same instrument."""
        score: Decimal | None = self.assessment.last_score  # type: ignore[attr-defined]
        return score

    @property
    def last_year(self) -> int | None:
        year: int | None = self.assessment.last_year  # type: ignore[attr-defined]
        return year


def plenary_assessments(actor: Actor, state: str, q: str = "") -> QuerySet[Assessment]:
    """Assessments at `state` (one of TABS), with decisions and the agency's last result, by name."""
    rows: SubmittedQuerySet = submitted_assessments().visible_to(actor).filter(state=state)
    if q:
        rows = rows.filter(Q(agency__name__icontains=q) | Q(agency__aliases__icontains=q))
    before = Result.objects.filter(
        Q(year__lt=OuterRef("cycle__year"))
        | Q(year=OuterRef("cycle__year"), round__lt=OuterRef("cycle__round")),
        agency=OuterRef("agency"),
        instrument_id=OuterRef("cycle__instrument_id"),
        is_current=True,
    ).order_by("-year", "-round")
    holding = Decision.objects.filter(superseded_by=None)
    return (
        rows.annotate(
            last_score=Subquery(before.values("score")[:1]), last_year=Subquery(before.values("year")[:1])
        )
        .prefetch_related(Prefetch("decisions", holding, to_attr="holding"))
        .order_by("agency__name", "pk")
    )


def plenary_rows(rows: list[Assessment]) -> list[PlenaryRow]:
    """Rows of one page with their categories (no query)."""
    return [_row(row) for row in rows]


def _row(assessment: Assessment) -> PlenaryRow:
    decision = next(iter(assessment.holding), None)  # type: ignore[attr-defined]
    code = decision.category if decision else assessment.verified_category
    return PlenaryRow(
        assessment,
        decision,
        category_by_code(assessment, assessment.claimed_category),
        category_by_code(assessment, code),
    )


def category_by_code(assessment: Assessment, code: str) -> Category | None:
    """The instrument's category, None while there is none."""
    return instrument_of(assessment.cycle).category(code) if code else None


def plenary_counts(actor: Actor) -> dict[str, int]:
    """How many assessments stand at each of TABS (one query)."""
    numbers = {state.value: Count("pk", filter=Q(state=state)) for state in TABS}
    return dict(SubmittedQuerySet(Assessment).visible_to(actor).aggregate(**numbers))


def assessment_decisions(assessment: Assessment) -> list[Decision]:
    """All decisions of an assessment with papers, newest first (two queries)."""
    rows = assessment.decisions.select_related("snapshot", "supersedes").prefetch_related("documents")
    return list(rows.order_by("-pk"))


def preview_scorecard(
    desk: Desk, base: Mapping[str, int | None], changes: Mapping[str, int | None]
) -> Scorecard:
    """The scorecard that `changes` to the levels of `base` would give (no query)."""
    return score_levels(desk.instrument, {**base, **changes}, desk.gates, desk.assessment.survey)
