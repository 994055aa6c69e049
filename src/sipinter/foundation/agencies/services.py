"""Writing the register of agencies."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.permissions import require
from sipinter.foundation.audit.services import record

from .models import Agency
from .register import AgencyRow, InvalidRegister, read_register

FIELDS = (
    "name",
    "type",
    "slug",
    "aliases",
    "time_zone",
    "province",
    "regional_office",
    "is_active",
    "parent_id",
)


@dataclass(frozen=True)
class RegisterImport:
    """How many agencies an import made, changed and left as they were; which ones, by code."""

    created: int
    updated: int
    unchanged: int
    created_codes: tuple[str, ...] = field(default=(), compare=False)
    updated_codes: tuple[str, ...] = field(default=(), compare=False)


def import_register(*paths: Path, actor: Actor) -> RegisterImport:
    """Bring the register in line with its files: the built-in ones unless others are given.

    Agencies are known by their code. One that the files do not name stays as it is. Running it again
    changes nothing and records nothing. Denied for anybody but the system and the national
    administrator; InvalidRegister (all of them, nothing imported) when the files do not hold.
    """
    require(actor, "agencies.keep")
    rows = read_register(*paths)
    with transaction.atomic():
        known = {agency.code: agency for agency in Agency.objects.all()}
        _refuse_taken_slugs(rows, known)
        created = _create(rows, known)
        changes = _update(rows, known, new=created)
        if created or changes:
            record(
                "register.imported",
                "register:agencies",
                actor=actor,
                changes={"created": [0, len(created)], **changes},
            )
    left = len(rows) - len(created) - len(changes)
    return RegisterImport(len(created), len(changes), left, tuple(sorted(created)), tuple(sorted(changes)))


def _refuse_taken_slugs(rows: Sequence[AgencyRow], known: dict[str, Agency]) -> None:
    """A slug names a public page for ever: no other agency may have it."""
    named = {row.code for row in rows}
    taken = {agency.slug for agency in known.values() if agency.code not in named}
    faults = [
        row.fault("slug", _("“%(value)s” is used by an agency outside the file") % {"value": row.slug})
        for row in rows
        if row.slug in taken
    ]
    if faults:
        raise InvalidRegister(faults)


def _values(row: AgencyRow, agencies: dict[str, Agency]) -> dict[str, Any]:
    parent = agencies.get(row.parent_code)
    return {
        "name": row.name,
        "type": row.type,
        "slug": row.slug,
        "aliases": "\n".join(row.aliases),
        "time_zone": row.time_zone,
        "province": row.province,
        "regional_office": row.regional_office,
        "is_active": row.is_active,
        "parent_id": parent.pk if parent else None,
    }


def _create(rows: Sequence[AgencyRow], agencies: dict[str, Agency]) -> set[str]:
    """Make what is missing, provinces before their members, and add it to `agencies`; the new codes."""
    missing = [row for row in rows if row.code not in agencies]
    for has_parent in (False, True):
        batch = [row for row in missing if bool(row.parent_code) is has_parent]
        made = Agency.objects.bulk_create(Agency(code=row.code, **_values(row, agencies)) for row in batch)
        agencies.update({agency.code: agency for agency in made})
    return {row.code for row in missing}


def _update(
    rows: Sequence[AgencyRow], agencies: dict[str, Agency], *, new: set[str]
) -> dict[str, dict[str, list[Any]]]:
    """Write what differs in agencies known before; what changed per code: field -> [from, to]."""
    changes: dict[str, dict[str, list[Any]]] = {}
    for row in rows:
        agency, values = agencies[row.code], _values(row, agencies)
        differences = {
            name: [getattr(agency, name), values[name]]
            for name in FIELDS
            if row.code not in new and getattr(agency, name) != values[name]
        }
        for name in differences:
            setattr(agency, name, values[name])
        if differences:
            changes[row.code] = differences
    Agency.objects.bulk_update([agencies[code] for code in changes], FIELDS, batch_size=100)
    return changes
