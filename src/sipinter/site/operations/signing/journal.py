"""What was signed and what was refused, a line of JSON each, only ever added to."""

import json
import os
from pathlib import Path
from typing import Any

from django.utils import timezone


class SigningJournal:
    """The file at `path`, readable by its owner only. OSError when a line cannot be kept."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def keep(self, **entry: Any) -> None:
        """Add a line with the moment, on the disk before this returns."""
        line = json.dumps({"at": timezone.now().isoformat(), **entry}, ensure_ascii=False)
        os.write(self._file, line.encode() + b"\n")
        os.fsync(self._file)

    def close(self) -> None:
        """Nothing more is kept."""
        os.close(self._file)
