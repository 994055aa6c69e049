"""The signature of a PDF that somebody wants checked."""

from pathlib import Path
from typing import Any

from sipinter.foundation.documents.signing.facts import MAX_BYTES, read_signature


def signature_facts(path: str) -> dict[str, Any]:
    """`SignatureFacts` of the PDF at `path`, as JSON."""
    with Path(path).open("rb") as file:
        return read_signature(file.read(MAX_BYTES + 1)).as_json()
