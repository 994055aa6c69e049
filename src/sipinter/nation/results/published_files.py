"""The published history that comes with the program: CSV files read into rows, every fault with its place."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path

from django.utils.translation import gettext as _

from sipinter.foundation.agencies import queries
from sipinter.foundation.agencies.models import Agency
from sipinter.foundation.agencies.register import InvalidRegister, RegisterFault, agency_name_key

from .models import Measure, NationalFigure

DATA = Path(__file__).resolve().parent / "data"
RESULTS = DATA / "published-results.csv"
ASPECTS = DATA / "published-aspects.csv"
STATISTICS = DATA / "national-statistics.csv"

ResultKey = tuple[int, int, int, str]


@dataclass(frozen=True)
class PublishedResult:
    """One result as published. `category` empty or `index` None: the publication gives none."""

    agency: Agency
    year: int
    instrument_id: str
    score: Decimal
    source: str
    round: int = 1
    category: str = ""
    index: Decimal | None = None
    aspects: Mapping[str, Decimal] = field(default_factory=dict)

    @property
    def key(self) -> tuple[int, int, int, str]:
        return (self.agency.pk, self.year, self.round, self.instrument_id)


@dataclass(frozen=True)
class PublicationRow:
    """One row of a file: its cells and where it stands."""

    file: str
    number: int
    cells: dict[str, str]
    faults: list[RegisterFault]

    def fault(self, column: str, message: str) -> None:
        self.faults.append(RegisterFault(self.file, self.number, column, message))

    def text(self, column: str) -> str:
        """A cell that must not be empty."""
        value = self.cells[column]
        if not value:
            self.fault(column, _("is empty"))
        return value

    def whole(self, column: str) -> int:
        """A whole number; 0 after a fault."""
        if self.cells[column].isdecimal():
            return int(self.cells[column])
        self.fault(column, _("“%(value)s” is not a whole number") % {"value": self.cells[column]})
        return 0

    def figure(self, column: str) -> Decimal:
        """An exact decimal with a point; 0 after a fault."""
        try:
            value = Decimal(self.cells[column])
        except InvalidOperation:
            value = Decimal("NaN")
        if not value.is_finite():
            self.fault(column, _("“%(value)s” is not a number") % {"value": self.cells[column]})
            return Decimal(0)
        return value


def read_publication(
    path: Path, columns: tuple[str, ...], faults: list[RegisterFault]
) -> Iterator[PublicationRow]:
    """Rows of a CSV file that has at least `columns`."""
    reader = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline=""))
    missing = [column for column in columns if column not in (reader.fieldnames or ())]
    faults.extend(RegisterFault(path.name, 1, column, _("this column is missing")) for column in missing)
    if missing:
        return
    for cells in reader:
        yield PublicationRow(
            path.name, reader.line_num, {c: (cells.get(c) or "").strip() for c in columns}, faults
        )


def read_published_results(results: Path = RESULTS, aspects: Path = ASPECTS) -> list[PublishedResult]:
    """The published results with their aspects. InvalidRegister when the files do not hold."""
    faults: list[RegisterFault] = []
    names = queries.agencies_by_name()
    parts = _aspects(aspects, names, faults)
    columns = ("agency", "year", "round", "instrument", "score", "category", "index", "source")
    rows = []
    for line in read_publication(results, columns, faults):
        agency = _agency(line, names)
        place = (line.whole("year"), line.whole("round"), line.text("instrument"))
        score, source = line.figure("score"), line.text("source")
        index = line.figure("index") if line.cells["index"] else None
        if agency:
            own = parts.pop((agency.pk, *place), {})
            rows.append(
                PublishedResult(
                    agency=agency,
                    year=place[0],
                    round=place[1],
                    instrument_id=place[2],
                    score=score,
                    category=line.cells["category"],
                    index=index,
                    source=source,
                    aspects=own,
                )
            )
    if parts:
        faults.append(
            RegisterFault(aspects.name, 1, "agency", _("some aspects belong to no result of the other file"))
        )
    if faults:
        raise InvalidRegister(faults)
    return rows


def _aspects(
    path: Path, names: dict[str, Agency], faults: list[RegisterFault]
) -> dict[ResultKey, dict[str, Decimal]]:
    found: dict[ResultKey, dict[str, Decimal]] = {}
    for line in read_publication(path, ("agency", "year", "round", "instrument", "aspect", "score"), faults):
        agency = _agency(line, names)
        if agency:
            place = (agency.pk, line.whole("year"), line.whole("round"), line.text("instrument"))
            found.setdefault(place, {})[line.text("aspect")] = line.figure("score")
    return found


def _agency(line: PublicationRow, names: dict[str, Agency]) -> Agency | None:
    agency = names.get(agency_name_key(line.text("agency")))
    if agency is None and line.cells["agency"]:
        line.fault("agency", _("the register has no agency “%(name)s”") % {"name": line.cells["agency"]})
    return agency


def read_national_figures(path: Path = STATISTICS) -> list[NationalFigure]:
    """The published national figures, unsaved. InvalidRegister when the file does not hold."""
    faults: list[RegisterFault] = []
    rows = []
    for line in read_publication(path, ("as_of", "measure", "item", "instrument", "value", "source"), faults):
        if line.cells["measure"] not in Measure.values:
            known = ", ".join(Measure.values)
            line.fault("measure", _("is not one of: %(known)s") % {"known": known})
        rows.append(
            NationalFigure(
                as_of=line.text("as_of"),
                measure=line.cells["measure"],
                item=line.cells["item"],
                instrument_id=line.text("instrument"),
                value=line.figure("value"),
                source=line.text("source"),
            )
        )
    if faults:
        raise InvalidRegister(faults)
    return rows
