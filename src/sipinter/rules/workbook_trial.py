"""Whether a workbook can be opened at all: tried in a process of its own, whose memory and time are bounded.

A sheet of a few bytes may claim a cell in every place. The library that reads it then asks for more memory
than there is, and takes the whole process with it.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

from sipinter.rules.messages import Message, Refusal

MB = 1024 * 1024
SECONDS, SECONDS_A_MB = 3, 2  # of processor
MEMORY_MB, MEMORY_A_MB = 768, 60


def require_sound_workbook(path: Path) -> None:
    """Refusal when the workbook takes more than one of its size may, or cannot be read."""
    words = [sys.executable, "-m", __name__, str(path)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)  # noqa: S603 - words of ours
    if done.returncode:
        reason = done.stderr.strip().rpartition("\n")[2] if done.returncode == 1 else ""
        raise Refusal(
            Message("{file}: cannot be read: {reason}", file=path.name, reason=reason)
            if reason
            else Message("{file}: it is no sound workbook, or too large", file=path.name)
        )


def limit_process(size: int) -> None:
    """For a file of `size` bytes: so much memory and processor time, then the process ends."""
    seconds = SECONDS + size * SECONDS_A_MB // MB
    memory = MEMORY_MB * MB + size * MEMORY_A_MB
    for what, most in (
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def try_workbook(name: str) -> int:
    """Open every sheet; 1 with a reason on stderr for what is no workbook."""
    path = Path(name)
    limit_process(path.stat().st_size)
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(name)
        for sheet in book.sheet_names:
            book.get_sheet_by_name(sheet)
    except (CalamineError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(try_workbook(sys.argv[1]))
