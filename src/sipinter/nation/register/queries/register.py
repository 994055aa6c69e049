"""The public register: every agency with its latest published result and the one before."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import (
    Case,
    F,
    FilteredRelation,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.expressions import OrderBy

from sipinter.assessment.record.models import Result
from sipinter.foundation.agencies.models import Agency, AgencyType
from sipinter.nation.results.queries import NEWEST

SORTS = ("name", "type", "year", "score", "category", "change")
# How people abbreviate the governments of regions.
SPOKEN = {"pemprov": "provinsi", "pemkab": "kabupaten", "pemkot": "kota"}
_TYPE_ORDER = Case(
    *(When(type=value, then=Value(place)) for place, value in enumerate(AgencyType.values)),
    output_field=IntegerField(),
)


@dataclass(frozen=True)
class RegisterFilters:
    """What a reader asked the register for; empty: everything. `sort` is a key of SORTS, "-" for descending.

    With `year` or `instrument` the result shown is the latest of that year or by that instrument.
    """

    q: str = ""
    type: str = ""
    province: str = ""
    category: str = ""
    year: int | None = None
    instrument: str = ""
    with_result: bool = False
    sort: str = "-year"


@dataclass(frozen=True)
class RegisterRow:
    """One line of the register; `score` None: no result yet. `previous` is of the same instrument."""

    code: str
    slug: str
    name: str
    type: str
    province: str
    is_active: bool
    is_invented: bool
    year: int | None
    round: int | None
    instrument_id: str | None
    score: Decimal | None
    index: Decimal | None
    category: str | None
    source: str | None
    previous: Decimal | None

    @property
    def change(self) -> Decimal | None:
        """Points gained since the previous result; None where there is nothing to compare."""
        return None if self.score is None or self.previous is None else self.score - self.previous

    @property
    def type_label(self) -> Any:
        return AgencyType(self.type).label


# In the order of Row's fields.
COLUMNS = (
    "code",
    "slug",
    "name",
    "type",
    "province",
    "is_active",
    "is_invented",
    "current__year",
    "current__round",
    "current__instrument_id",
    "current__score",
    "current__index",
    "current__category",
    "current__source",
    "previous",
)


class RegisterRows:
    """The lines of the register for some filters: countable and sliceable, as a paginator wants them."""

    def __init__(self, queryset: QuerySet[Agency]) -> None:
        self._queryset = queryset

    def count(self) -> int:
        return self._queryset.count()

    __len__ = count

    def __getitem__(self, part: slice) -> list[RegisterRow]:
        return [RegisterRow(*values) for values in self._values()[part]]

    def __iter__(self) -> Iterator[RegisterRow]:
        return (RegisterRow(*values) for values in self._values().iterator(chunk_size=500))

    def _values(self) -> Any:
        return self._queryset.values_list(*COLUMNS)


def register_rows(filters: RegisterFilters) -> RegisterRows:
    """The agencies that match, each with its latest result (or none), in the order asked for."""
    wanted: dict[str, Any] = {"is_current": True}
    if filters.year:
        wanted["year"] = filters.year
    if filters.instrument:
        wanted["instrument_id"] = filters.instrument
    latest = Result.objects.filter(**wanted, agency=OuterRef("pk")).order_by(*NEWEST)
    one = Q(current__isnull=True) | Q(current__pk=Subquery(latest.values("pk")[:1]))
    joined = Q(**{f"results__{name}": value for name, value in wanted.items()})
    agencies = Agency.objects.annotate(current=FilteredRelation("results", condition=joined))
    # One filter() for all conditions: a second one would join the results again, a row for each.
    agencies = agencies.filter(one & _matching(filters))
    return RegisterRows(agencies.annotate(previous=_previous_score()).order_by(*_order(filters.sort)))


def _previous_score() -> Subquery:
    """The score before the current one by the same instrument: scores of two instruments do not compare."""
    earlier = Q(year__lt=OuterRef("current__year")) | Q(
        year=OuterRef("current__year"), round__lt=OuterRef("current__round")
    )
    before = Result.objects.filter(
        earlier, agency=OuterRef("pk"), is_current=True, instrument_id=OuterRef("current__instrument_id")
    )
    return Subquery(before.order_by(*NEWEST).values("score")[:1])


def _matching(filters: RegisterFilters) -> Q:
    # Former agencies are shown only for the results published under their name.
    matching = Q(is_active=True) | Q(current__isnull=False)
    if filters.with_result or filters.year or filters.instrument or filters.category:
        matching &= Q(current__isnull=False)
    if filters.category:
        matching &= Q(current__category=filters.category)
    if filters.type:
        matching &= Q(type=filters.type)
    if filters.province:
        matching &= Q(province=filters.province)
    for word in filters.q.split():
        word = SPOKEN.get(word.casefold(), word)
        matching &= Q(name__icontains=word) | Q(aliases__icontains=word)
    return matching


def _order(sort: str) -> list[OrderBy]:
    """Agencies without the figure come last, whichever way; equal ones by name."""
    column: Any = {
        "name": F("name"),
        "type": _TYPE_ORDER,
        "year": F("current__year"),
        "score": F("current__score"),
        "category": F("current__index"),
        "change": F("current__score") - F("previous"),
    }[sort.removeprefix("-")]
    descending = sort.startswith("-")
    first = OrderBy(column, descending=descending, nulls_last=True)
    return [first, OrderBy(F("name")), OrderBy(F("pk"))]


@dataclass(frozen=True)
class RegisterChoices:
    """What the register can be filtered by, from the results that are in it."""

    years: list[int]
    instruments: list[str]
    categories: list[tuple[str, str]]  # (instrument, category)


def register_choices() -> RegisterChoices:
    """Years (newest first), instruments and categories that occur among the current results."""
    found = list(
        Result.objects.filter(is_current=True)
        .order_by()
        .values_list("year", "instrument_id", "category")
        .distinct()
    )
    return RegisterChoices(
        years=sorted({year for year, _, _ in found}, reverse=True),
        instruments=sorted({instrument for _, instrument, _ in found}),
        categories=sorted({(instrument, category) for _, instrument, category in found}),
    )
