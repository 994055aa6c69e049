"""Loading what was published about earlier years: results of agencies, figures of the nation."""

from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.permissions import require
from sipinter.foundation.audit.services import record

from ..models import NationalFigure
from ..published_files import ASPECTS, RESULTS, STATISTICS, read_national_figures, read_published_results
from .results import LoadCounts, load_results


@dataclass(frozen=True)
class LoadedHistory:
    """What `load_history` did: agencies' results, and how many national figures were new or changed."""

    results: LoadCounts
    figures: int


@transaction.atomic
def load_history(
    *, results: Path = RESULTS, aspects: Path = ASPECTS, statistics: Path = STATISTICS, actor: Actor
) -> LoadedHistory:
    """Load the published history, all of it or (InvalidRegister, Invalid) nothing. Idempotent.

    The register of agencies must have been imported before.
    """
    loaded = load_results(read_published_results(results, aspects), actor=actor)
    return LoadedHistory(loaded, load_figures(read_national_figures(statistics), actor=actor))


@transaction.atomic
def load_figures(figures: list[NationalFigure], *, actor: Actor) -> int:
    """Make or correct national figures, known by date, measure, item and instrument; how many."""
    require(actor, "results.load")
    known = {_key(figure): figure for figure in NationalFigure.objects.all()}
    new = [figure for figure in figures if _key(figure) not in known]
    changed = [
        (known[_key(f)], f)
        for f in figures
        if _key(f) in known and (known[_key(f)].value, known[_key(f)].source) != (f.value, f.source)
    ]
    NationalFigure.objects.bulk_create(new)
    for old, figure in changed:
        NationalFigure.objects.filter(pk=old.pk).update(value=figure.value, source=figure.source)
    if new or changed:
        record(
            "figures.loaded",
            "register:figures",
            actor=actor,
            changes={"created": [0, len(new)]}
            | {f"nationalfigure:{old.pk}": [old.value, figure.value] for old, figure in changed},
        )
    return len(new) + len(changed)


def _key(figure: NationalFigure) -> tuple[str, str, str, str]:
    return (figure.as_of, figure.measure, figure.item, figure.instrument_id)
