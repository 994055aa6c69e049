"""How much memory the embedded engine may take, and the refusal where that is too little."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager

from sipinter.rules.messages import Message, Refusal

MEMORY_VARIABLE = "SIPINTER_STAFF_MEMORY"
MEMORY = 1400  # megabytes: Python and what Arrow carries come on top, 2 GB in all
SHARE = 0.8  # of the machine, where that is less


def memory_share() -> str:
    """What SIPINTER_STAFF_MEMORY gives, else MEMORY: for what works in slices of the staff."""
    whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 1_000_000
    given = os.environ.get(MEMORY_VARIABLE, "").strip() or f"{min(MEMORY, int(whole * SHARE))}MB"
    if not re.fullmatch(r"\d+ ?([MG]B|%)", given):
        form = Message("a size such as 4GB")
        raise Refusal(
            Message("{what}: “{value}” is not {form}", what=MEMORY_VARIABLE, value=given, form=form)
        )
    return given


def memory_limit() -> str:
    """What SIPINTER_STAFF_MEMORY gives, else most of the machine: for what cannot work in slices."""
    given = os.environ.get(MEMORY_VARIABLE, "").strip()
    return memory_share() if given else f"{int(SHARE * 100)}%"


@contextmanager
def refuse_out_of_memory(size: str | None = None) -> Iterator[None]:
    """Refusal where the engine has less memory than the computation takes."""
    import duckdb

    try:
        yield
    except (duckdb.OutOfMemoryException, MemoryError):
        raise Refusal(
            Message(
                "{size} of memory are not enough for this staff; set {what} to more, such as 4GB",
                size=size or memory_share(),
                what=MEMORY_VARIABLE,
            )
        ) from None
