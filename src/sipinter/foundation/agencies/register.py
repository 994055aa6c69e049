"""Reading the register's files: rows that hold, or every fault with file, row and column. No database."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation import gettext as _

from sipinter.foundation.access.errors import Invalid

from .models import Agency, AgencyType, TimeZone

DATA = Path(__file__).resolve().parent / "data"
REGIONS = DATA / "regions.csv"
CENTRAL = DATA / "central.csv"
REQUIRED = ("code", "name", "type", "slug", "aliases", "time_zone")
LIMITS: dict[str, int] = {
    name: getattr(Agency._meta.get_field(name), "max_length")  # noqa: B009 - not every field has one
    for name in ("code", "name", "slug", "province", "regional_office")
}
STATUSES = {"active": True, "former": False}
_SLUG = re.compile(r"^[a-z0-9]+(-[a-z0-9]+)*$")


@dataclass(frozen=True)
class RegisterFault:
    """What is wrong, and where; row 1 is the header."""

    file: str
    row: int
    column: str
    message: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.row}"
        return f"{where}: {self.column}: {self.message}" if self.column else f"{where}: {self.message}"


class InvalidRegister(Invalid):
    """The files do not hold. `faults` lists all; `str()` gives one a line. Nothing was imported."""

    def __init__(self, faults: Iterable[RegisterFault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


@dataclass(frozen=True)
class AgencyRow:
    """One agency as the files give it; `parent_code` is the province of a regency or city."""

    code: str
    name: str
    type: str
    slug: str
    aliases: tuple[str, ...]
    time_zone: str
    province: str
    regional_office: str
    is_active: bool
    parent_code: str
    file: str = field(compare=False)
    row: int = field(compare=False)

    def fault(self, column: str, message: str) -> RegisterFault:
        return RegisterFault(self.file, self.row, column, message)


def read_register(*paths: Path) -> list[AgencyRow]:
    """All agencies of the files (the built-in ones unless given). InvalidRegister names every fault."""
    faults: list[RegisterFault] = []
    rows = [row for path in paths or (REGIONS, CENTRAL) for row in _read(path, faults)]
    faults.extend(_faults_between(rows))
    if faults:
        raise InvalidRegister(faults)
    return rows


def _read(path: Path, faults: list[RegisterFault]) -> Iterator[AgencyRow]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        faults.append(RegisterFault(path.name, 1, "", _("there is no such file")))
        return
    except UnicodeDecodeError:
        faults.append(RegisterFault(path.name, 1, "", _("the file is not UTF-8 text")))
        return
    reader = csv.DictReader(io.StringIO(text, newline=""))
    missing = [column for column in REQUIRED if column not in (reader.fieldnames or ())]
    if missing:
        faults.extend(RegisterFault(path.name, 1, column, _("this column is missing")) for column in missing)
        return
    for cells in reader:
        if None in cells:
            faults.append(
                RegisterFault(path.name, reader.line_num, "", _("more cells than the header has columns"))
            )
            continue
        row, own = _row(path.name, reader.line_num, cells)
        faults.extend(own)
        if not own:
            yield row


def _row(file: str, number: int, cells: dict[str, str | None]) -> tuple[AgencyRow, list[RegisterFault]]:
    def cell(column: str) -> str:
        return (cells.get(column) or "").strip()

    zone = TimeZone[cell("time_zone")].value if cell("time_zone") in TimeZone.names else ""
    row = AgencyRow(
        code=cell("code"),
        name=cell("name"),
        type=cell("type"),
        slug=cell("slug"),
        aliases=tuple(part.strip() for part in cell("aliases").split("|") if part.strip()),
        time_zone=zone,
        province=cell("province"),
        regional_office=cell("regional_office"),
        is_active=STATUSES.get(cell("status") or "active", True),
        parent_code=cell("province_code"),
        file=file,
        row=number,
    )
    return row, [row.fault(column, message) for column, message in _problems(row, cell("status"))]


def _problems(row: AgencyRow, status: str) -> Iterator[tuple[str, str]]:
    for column, limit in LIMITS.items():
        value = getattr(row, column)
        if not value and column in ("code", "name", "slug"):
            yield column, _("is empty")
        if len(value) > limit:
            yield column, _("is longer than %(limit)s characters") % {"limit": limit}
    if row.slug and not _SLUG.match(row.slug):
        yield "slug", _("“%(value)s” may hold only small letters, digits and hyphens") % {"value": row.slug}
    if row.type not in AgencyType.values:
        known = ", ".join(AgencyType.values)
        yield "type", _("“%(value)s” is not one of: %(known)s") % {"value": row.type, "known": known}
    if not row.time_zone:
        yield "time_zone", _("must be WIB, WITA or WIT")
    if status and status not in STATUSES:
        known = ", ".join(STATUSES)
        yield "status", _("“%(value)s” is not one of: %(known)s") % {"value": status, "known": known}


def _faults_between(rows: list[AgencyRow]) -> Iterator[RegisterFault]:
    """Codes, slugs and names must be one agency's only; a regency's province must be in the files."""
    for column in ("code", "slug"):
        times = Counter(getattr(row, column) for row in rows)
        for row in rows:
            if times[value := getattr(row, column)] > 1:
                yield row.fault(column, _("“%(value)s” is used more than once") % {"value": value})
    names = Counter(name for row in rows for name in {agency_name_key(n) for n in (row.name, *row.aliases)})
    for row in rows:
        for column, name in (("name", row.name), *(("aliases", alias) for alias in row.aliases)):
            if names[agency_name_key(name)] > 1:
                yield row.fault(column, _("“%(value)s” also names another agency") % {"value": name})
    codes = {row.code for row in rows}
    for row in rows:
        if row.parent_code and row.parent_code not in codes:
            yield row.fault(
                "province_code", _("there is no province “%(value)s”") % {"value": row.parent_code}
            )


def agency_name_key(name: str) -> str:
    """The form in which names are compared: case and runs of spaces do not count."""
    return " ".join(name.casefold().split())
