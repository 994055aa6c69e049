"""The files that an engine writes, and what stands beside each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from sipinter.rules.messages import Message, Refusal

OUTPUTS = (".csv", ".parquet", ".json")


def check_output(path: Path) -> None:
    """Refusal for a file that cannot be written."""
    if path.suffix not in OUTPUTS:
        raise Refusal(Message("{path}: must end in one of: {known}", path=path, known=", ".join(OUTPUTS)))
    if path.is_dir():
        raise Refusal(Message("{path}: is a folder", path=path))
    if not path.parent.is_dir():
        raise Refusal(Message("{path}: is not a folder", path=path.parent))


def make_output_folder(path: Path) -> None:
    """The folder, made where it is not there yet. Refusal where something else stands in its way."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError:
        raise Refusal(Message("{path}: is not a folder", path=path)) from None


def write_meta(path: Path, meta: Mapping[str, object]) -> Path:
    """FILE.meta.json beside an output: rules, date, hash of the input, completeness."""
    beside = path.with_name(path.name + ".meta.json")
    beside.write_text(json.dumps(meta, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return beside
