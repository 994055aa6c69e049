"""The nation's figures: as published, and as the register itself gives them."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from django.db.models import Count, F, Q, Window
from django.db.models.functions import RowNumber

from sipinter.assessment.record.models import Result, ResultAspect
from sipinter.nation.results.models import Measure, NationalFigure
from sipinter.nation.results.queries import latest_results
from sipinter.rules.instrument import default_catalog
from sipinter.rules.model import Category, Instrument
from sipinter.rules.scoring import index_of

# The national target (RPJMN 2020-2024, Perpres 18/2020) counts agencies of Good or better: index 0.61 up.
GOOD_INDEX = Decimal("0.61")
# Below so many agencies a median says more about those few than about the nation.
ENOUGH_FOR_MEDIAN = 5


@dataclass(frozen=True)
class GoodShare:
    """How many of the assessed agencies are Good or better. `is_computed`: from other published figures."""

    as_of: str
    assessed: int | None
    good: int
    instrument_id: str
    sources: tuple[str, ...] = ()
    is_computed: bool = False
    is_own: bool = False

    @property
    def share(self) -> Decimal | None:
        """From 0 to 1; None where the number of assessed agencies was not published."""
        return Decimal(self.good) / self.assessed if self.assessed else None


@dataclass(frozen=True)
class CategoryDistribution:
    """Agencies by category (its code) at one date; `unknown`: assessed, but no category published."""

    as_of: str
    instrument_id: str
    counts: dict[str, int]
    sources: tuple[str, ...]
    unknown: int = 0


@dataclass
class _Date:
    """The published figures of one date and instrument."""

    as_of: str
    instrument_id: str
    values: dict[tuple[str, str], Decimal] = field(default_factory=dict)
    sources: list[str] = field(default_factory=list)

    def whole(self, measure: str) -> int | None:
        value = self.values.get((measure, ""))
        return None if value is None else int(value)

    @property
    def categories(self) -> dict[str, int]:
        return {
            item: int(value) for (measure, item), value in self.values.items() if measure == Measure.CATEGORY
        }


def published_figures() -> list[NationalFigure]:
    """Every published figure, oldest first."""
    return list(NationalFigure.objects.order_by("as_of", "instrument_id", "measure", "pk"))


def good_shares(figures: list[NationalFigure]) -> list[GoodShare]:
    """The share of Good or better at each date for which it is published or follows from what is."""
    return [share for date in _dates(figures) if (share := _share(date)) is not None]


def category_distributions(figures: list[NationalFigure]) -> list[CategoryDistribution]:
    """The distribution over the categories at each date for which any category was published."""
    found = []
    for date in _dates(figures):
        if date.categories:
            assessed = date.whole(Measure.ASSESSED) or 0
            unknown = max(assessed - sum(date.categories.values()), 0)
            found.append(
                CategoryDistribution(
                    date.as_of, date.instrument_id, date.categories, tuple(date.sources), unknown
                )
            )
    return found


def _dates(figures: list[NationalFigure]) -> list[_Date]:
    dates: dict[tuple[str, str], _Date] = {}
    for figure in figures:
        if figure.measure == Measure.ATTAINMENT:
            continue
        key = (figure.as_of, figure.instrument_id)
        date = dates.setdefault(key, _Date(*key))
        date.values[figure.measure, figure.item] = figure.value
        if figure.source not in date.sources:
            date.sources.append(figure.source)
    return [dates[key] for key in sorted(dates)]


def _share(date: _Date) -> GoodShare | None:
    instrument = default_catalog().get(date.instrument_id)
    assessed, good = date.whole(Measure.ASSESSED), date.whole(Measure.GOOD_OR_BETTER)
    published_good = good is not None
    if assessed is None and instrument and set(date.categories) == {c.code for c in instrument.categories}:
        assessed = sum(date.categories.values())
    if good is None and instrument:
        good = _good_of(date, instrument, assessed)
    if good is None:
        return None
    return GoodShare(
        date.as_of, assessed, good, date.instrument_id, tuple(date.sources), is_computed=not published_good
    )


def _good_of(date: _Date, instrument: Instrument, assessed: int | None) -> int | None:
    good = good_categories(instrument)
    if good <= set(date.categories):
        return sum(date.categories[code] for code in good)
    share = date.values.get((Measure.SHARE_GOOD_OR_BETTER, ""))
    if share is None or assessed is None:
        return None
    return int((share * assessed).to_integral_value(ROUND_HALF_UP))


@lru_cache(maxsize=32)
def good_categories(instrument: Instrument) -> frozenset[str]:
    """Codes of the categories that count as Good or better."""
    return frozenset(
        category.code for category in instrument.categories if _index(instrument, category) >= GOOD_INDEX
    )


def _index(instrument: Instrument, category: Category) -> Decimal:
    """The index at which the category begins; 0 where the instrument has none."""
    if instrument.category_on == "index":
        return category.lower
    return index_of(instrument, category.lower) or Decimal(0)


Counts = Mapping[tuple[str, str], int]


def national_share(figures: list[NationalFigure], counts: Counts) -> GoodShare | None:
    """The one national figure: the latest published, or the register's own once it covers more agencies.

    `counts` are `results.queries.category_counts()`.
    """
    published = [share for share in good_shares(figures) if share.assessed]
    latest = published[-1] if published else None
    own = _own_share(counts)
    if own and (latest is None or (own.assessed or 0) > (latest.assessed or 0)):
        return own
    return latest


def _own_share(counts: Counts) -> GoodShare | None:
    if not counts:
        return None
    good = {
        (instrument.id, code)
        for instrument in default_catalog().values()
        for code in good_categories(instrument)
    }
    newest = max(counts, key=lambda pair: counts[pair])[0]
    return GoodShare(
        as_of="",
        assessed=sum(counts.values()),
        good=sum(n for pair, n in counts.items() if pair in good),
        instrument_id=newest,
        is_own=True,
    )


@dataclass(frozen=True)
class YearResults:
    """Current results of one year by one instrument, by category."""

    year: int
    instrument_id: str
    counts: dict[str, int]


def results_by_year() -> list[YearResults]:
    """The register's own results, oldest year first."""
    counted = (
        Result.objects.filter(is_current=True, agency__is_invented=False)
        .order_by("year", "instrument_id")
        .values_list("year", "instrument_id", "category")
        .annotate(n=Count("pk"))
    )
    found: dict[tuple[int, str], dict[str, int]] = defaultdict(dict)
    for year, instrument, category, n in counted:
        found[year, instrument][category] = n
    return [YearResults(year, instrument, counts) for (year, instrument), counts in found.items()]


@dataclass(frozen=True)
class AspectMedians:
    """Attainment of each aspect in the nation, 0 to 1, and where it comes from.

    `agencies` is how many results the medians rest on; 0: `as_of` and `source` name a publication instead.
    """

    values: dict[str, Decimal]
    agencies: int = 0
    as_of: str = ""
    source: str = ""


def aspect_medians(instrument_id: str) -> AspectMedians:
    """The median over the agencies' latest results; with too few of them, what was published last."""
    ranked = (
        ResultAspect.objects.filter(result__in=latest_results().filter(instrument_id=instrument_id))
        .order_by()
        .annotate(
            place=Window(RowNumber(), partition_by=F("code"), order_by=[F("percent").asc(), F("pk").asc()]),
            n=Window(Count("pk"), partition_by=F("code")),
        )
        # The middle one, or the two around the middle.
        .filter(Q(place__gte=F("n") / 2.0) & Q(place__lte=F("n") / 2.0 + 1))
        .values_list("code", "percent", "n")
    )
    middle: dict[str, list[Decimal]] = defaultdict(list)
    agencies = 0
    for code, percent, n in ranked:
        middle[code].append(percent)
        agencies = max(agencies, n)
    if agencies >= ENOUGH_FOR_MEDIAN:
        return AspectMedians(
            {code: sum(both, Decimal(0)) / len(both) / 100 for code, both in middle.items()}, agencies
        )
    return _published_attainment(instrument_id)


def _published_attainment(instrument_id: str) -> AspectMedians:
    published = NationalFigure.objects.filter(measure=Measure.ATTAINMENT, instrument_id=instrument_id)
    rows = list(published.order_by("-as_of", "item"))
    latest = [row for row in rows if row.as_of == rows[0].as_of]
    if not latest:
        return AspectMedians({})
    return AspectMedians(
        {row.item: row.value for row in latest}, as_of=latest[0].as_of, source=latest[0].source
    )
