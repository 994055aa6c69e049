"""Instruments: what they consist of, and how they are found and loaded.

An instrument is one YAML file. The built-in ones stand in `catalog/instruments`; more
folders are named by SIPINTER_INSTRUMENTS (separated like PATH).
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from sipinter.rules.document import DocumentFault, InstrumentError
from sipinter.rules.loader import read_instrument
from sipinter.rules.model import Instrument

BUILT_IN = Path(__file__).parent / "catalog" / "instruments"
FOLDERS_VARIABLE = "SIPINTER_INSTRUMENTS"


class InstrumentCatalog(Mapping[str, Instrument]):
    """Instruments by id, those of the newest validity first."""

    def __init__(self, instruments: list[Instrument]) -> None:
        newest_first = sorted(instruments, key=lambda i: (-i.valid_from.toordinal(), i.id))
        self._by_id = {instrument.id: instrument for instrument in newest_first}

    def __getitem__(self, instrument_id: str) -> Instrument:
        return self._by_id[instrument_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_id)

    def __len__(self) -> int:
        return len(self._by_id)


def load_instrument_file(path: str | Path) -> Instrument:
    """The instrument in a YAML file, parsed once per file state. InstrumentError names every fault."""
    resolved = Path(path).resolve()
    try:
        state = resolved.stat()
    except OSError:
        return read_instrument(resolved)
    return _load_state(resolved, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=64)
def _load_state(path: Path, mtime: int, size: int) -> Instrument:
    return read_instrument(path)


def load_catalog(*folders: str | Path) -> InstrumentCatalog:
    """All instruments of the built-in folder, of `folders` and of those named by SIPINTER_INSTRUMENTS.

    Raises InstrumentError with the faults of all files, or when two files carry the same id.
    """
    found: dict[str, tuple[Path, Instrument]] = {}
    faults: list[DocumentFault] = []
    for path in _files(*folders):
        try:
            instrument = load_instrument_file(path)
        except InstrumentError as error:
            faults.extend(error.faults)
            continue
        if instrument.id in found:
            other = found[instrument.id][0]
            faults.append(DocumentFault(str(path), 1, f"id “{instrument.id}” is already used by {other}"))
        found[instrument.id] = (path, instrument)
    if faults:
        raise InstrumentError(faults)
    return InstrumentCatalog([instrument for _, instrument in found.values()])


def find_instrument_file(instrument_id: str, *folders: str | Path) -> Path | None:
    """The file of one instrument (a file bears its instrument's id as name), None when there is none.

    Spares a program that needs a single instrument the loading of all. InstrumentError when
    two folders have it.
    """
    matches = [path for path in _files(*folders) if path.stem == instrument_id]
    if len(matches) > 1:
        raise InstrumentError(
            [DocumentFault(str(matches[1]), 1, f"id “{instrument_id}” is already used by {matches[0]}")]
        )
    return matches[0] if matches else None


def list_instrument_ids(*folders: str | Path) -> list[str]:
    """Ids of all instruments, by their files' names, without reading the files."""
    return sorted(path.stem for path in _files(*folders))


@lru_cache(maxsize=1)
def default_catalog() -> InstrumentCatalog:
    """`load_catalog()` without further folders, kept for the life of the process."""
    return load_catalog()


def _files(*folders: str | Path) -> list[Path]:
    named = [part for part in os.environ.get(FOLDERS_VARIABLE, "").split(os.pathsep) if part]
    places = dict.fromkeys(Path(folder).resolve() for folder in (BUILT_IN, *folders, *named))
    missing = [DocumentFault(str(place), 1, "is not a folder") for place in places if not place.is_dir()]
    if missing:
        raise InstrumentError(missing)
    return [path for place in places for path in sorted(place.glob("*.yaml"))]
