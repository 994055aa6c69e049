"""Which instrument an assessment is measured by: the text that its cycle pinned."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from sipinter.rules.instrument import default_catalog, find_instrument_file, load_instrument_file
from sipinter.rules.model import Instrument

from .models import Cycle, InstrumentVersion


def pin_instrument(instrument_id: str) -> InstrumentVersion:
    """Keep the catalogue's present text of the instrument; KeyError for an unknown id."""
    instrument = default_catalog()[instrument_id]
    path = find_instrument_file(instrument_id)
    if path is None:
        raise KeyError(instrument_id)
    version, _ = InstrumentVersion.objects.get_or_create(
        sha256=instrument.sha256,
        defaults={"instrument_id": instrument_id, "body": path.read_text(encoding="utf-8")},
    )
    return version


@lru_cache(maxsize=32)
def _pinned(sha256: str) -> Instrument:
    for current in default_catalog().values():
        if current.sha256 == sha256:
            return current
    # The catalogue has moved on: read the text that this cycle was opened with.
    version = InstrumentVersion.objects.get(sha256=sha256)
    folder = Path(settings.VAR) / "instruments" / sha256
    path = folder / f"{version.instrument_id}.yaml"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(version.body, encoding="utf-8")
    return load_instrument_file(path)


def instrument_of(cycle: Cycle) -> Instrument:
    """The instrument of `cycle`: as pinned once opened, else the catalogue's present one."""
    if cycle.pinned_id is None:
        return default_catalog()[cycle.instrument_id]
    return _pinned(cycle.pinned_id)
