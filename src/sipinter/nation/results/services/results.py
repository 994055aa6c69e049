"""Results of earlier years, as published elsewhere: loaded into the public register with their source."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from sipinter.assessment.record.models import Result, ResultAspect
from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.errors import Invalid
from sipinter.foundation.access.permissions import require
from sipinter.foundation.audit.services import record
from sipinter.foundation.web.messages import translate_message
from sipinter.rules.instrument import default_catalog
from sipinter.rules.model import Instrument
from sipinter.rules.scoring import AnswerError, category_of, index_of

from ..published_files import PublishedResult


@dataclass(frozen=True)
class LoadCounts:
    """How many results were made, changed, found the same, and left alone because they were decided here."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    kept: int = 0


@transaction.atomic
def load_results(rows: Iterable[PublishedResult], *, actor: Actor) -> LoadCounts:
    """Put published results of earlier years into the register; running it again changes nothing.

    Where the publication gives no category or index, the instrument's own rule gives it. A result that
    was decided in this installation is never touched. Invalid names every row that does not hold (unknown
    instrument or category, score or aspect out of range, a key twice); then nothing is loaded.
    """
    require(actor, "results.load")
    rows = list(rows)
    wanted = {row.key: _values(row) for row in _checked(rows)}
    known = {_key(r): r for r in Result.objects.filter(is_current=True).prefetch_related("aspects")}
    kept = {key for key in wanted if key in known and known[key].decision_id is not None}
    created = {row.key for row in rows if row.key not in known}
    changes = {
        row.key: found
        for row in rows
        if row.key in known and row.key not in kept and (found := _differences(known[row.key], row, wanted))
    }
    Result.objects.bulk_create(Result(**wanted[key]) for key in wanted if key in created)
    for key in changes:
        Result.objects.filter(pk=known[key].pk).update(**wanted[key])
    _write_aspects([row for row in rows if row.key in created or row.key in changes])
    if created or changes:
        touched = created | changes.keys()
        current = Result.objects.filter(is_current=True, decision=None).iterator()
        record(
            "results.loaded",
            "register:results",
            actor=actor,
            changes=_summary(len(created), changes, known),
            rows=[result for result in current if _key(result) in touched],
        )
    return LoadCounts(
        len(created), len(changes), len(rows) - len(created) - len(changes) - len(kept), len(kept)
    )


def _key(result: Result) -> tuple[int, int, int, str]:
    return (result.agency_id, result.year, result.round, result.instrument_id)


def _values(row: PublishedResult) -> dict[str, Any]:
    """The columns of the result, category and index by the instrument's rule where not published."""
    instrument = default_catalog()[row.instrument_id]
    category = row.category or getattr(category_of(instrument, row.score), "code", "")
    return {
        "agency_id": row.agency.pk,
        "year": row.year,
        "round": row.round,
        "instrument_id": row.instrument_id,
        "score": row.score,
        "index": row.index if row.index is not None else index_of(instrument, row.score),
        "category": category,
        "source": row.source,
    }


def _checked(rows: list[PublishedResult]) -> list[PublishedResult]:
    faults = []
    seen = set()
    for row in rows:
        faults += [f"{row.agency} {row.year}: {fault}" for fault in _faults(row)]
        if row.key in seen:
            faults.append(f"{row.agency} {row.year}: " + _("this result stands there twice"))
        seen.add(row.key)
    if faults:
        raise Invalid("\n".join(faults))
    return rows


def _faults(row: PublishedResult) -> list[str]:
    instrument = default_catalog().get(row.instrument_id)
    if instrument is None:
        return [_("there is no instrument “%(id)s”") % {"id": row.instrument_id}]
    faults = _faults_of_aspects(row, instrument)
    if row.category and row.category not in {category.code for category in instrument.categories}:
        faults.append(_("the instrument has no category “%(code)s”") % {"code": row.category})
    try:
        derived = category_of(instrument, row.score)
        if not row.category and derived is None:
            faults.append(_("the category is missing and does not follow from the score"))
    except AnswerError as error:
        faults.append(translate_message(error.message))
    if not row.source.strip():
        faults.append(_("the source is missing"))
    return faults


def _faults_of_aspects(row: PublishedResult, instrument: Instrument) -> list[str]:
    if not row.aspects:
        return []
    maxima = {aspect.code: aspect.max for aspect in instrument.aspects}
    faults = [
        _("aspect %(code)s: %(score)s is not between 0 and its maximum") % {"code": code, "score": score}
        for code, score in row.aspects.items()
        if not 0 <= score <= maxima.get(code, Decimal(-1))
    ]
    if instrument.method == "weighted_sum" and sum(row.aspects.values()) != row.score:
        faults.append(_("the aspects do not add up to the score %(score)s") % {"score": row.score})
    return faults


def _differences(
    result: Result, row: PublishedResult, wanted: Mapping[tuple[int, int, int, str], Mapping[str, Any]]
) -> dict[str, list[Any]]:
    """Columns (and aspects) of `result` that are not as published: name -> [from, to]."""
    values = wanted[row.key]
    found = {name: [getattr(result, name), values[name]] for name in ("score", "index", "category", "source")}
    found["aspects"] = [{a.code: a.score.normalize() for a in result.aspects.all()}, dict(row.aspects)]
    return {name: pair for name, pair in found.items() if pair[0] != pair[1]}


def _write_aspects(rows: list[PublishedResult]) -> None:
    results = {_key(r): r for r in Result.objects.filter(is_current=True, decision=None)}
    changed = [results[row.key] for row in rows]
    ResultAspect.objects.filter(result__in=changed).delete()
    ResultAspect.objects.bulk_create(
        ResultAspect(
            result=results[row.key],
            code=aspect.code,
            score=row.aspects[aspect.code],
            max=aspect.max,
            percent=(100 * row.aspects[aspect.code] / aspect.max).quantize(Decimal("0.01"), ROUND_HALF_UP),
        )
        for row in rows
        for aspect in default_catalog()[row.instrument_id].aspects
        if aspect.code in row.aspects
    )


def _summary(
    created: int,
    changes: Mapping[tuple[int, int, int, str], Mapping[str, Any]],
    known: Mapping[tuple[int, int, int, str], Result],
) -> dict[str, Any]:
    """For the audit record: how many were made, and every changed result by its id."""
    return {"created": [0, created]} | {
        f"result:{known[key].pk}": [
            {name: pair[0] for name, pair in found.items()},
            {name: pair[1] for name, pair in found.items()},
        ]
        for key, found in changes.items()
    }
