"""A drill: a backup is restored in a scratch place, by the command and with the checks of a real restore."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from ..models import BackupDrill
from .archive import BackupError
from .restore import RestoreSummary

# Where this site keeps what it has: the scratch place has its own.
OWN_PLACES = (
    "SIPINTER_DATABASE_URL",
    "SIPINTER_SQLITE",
    "SIPINTER_STORAGE_URL",
    "SIPINTER_FILES",
    "SIPINTER_CHECKPOINTS",
    "SIPINTER_CHECKPOINT_PLACES",
    "SIPINTER_AUDIT_HEADS",
    "SIPINTER_PERSON_KEYS",
    "SIPINTER_CACHE_URL",
)
REFUSED = 2


@dataclass
class DrillReport:
    """What a drill found, and how long the restore took."""

    seconds: float
    restored: RestoreSummary


def drill_backup(
    source: Path, options: list[str], *, language: str, scratch: Path | None = None
) -> DrillReport:
    """Restore `source` below `scratch` (None: the system's folder for temporary files), and remove it again.

    `options` are those of `sipinter restore`. Leaves a record in this site's database. BackupError with the
    sentence of the restore where that was refused.
    """
    with tempfile.TemporaryDirectory(prefix="sipinter-drill-", dir=scratch) as folder:
        began = time.monotonic()
        restored = _restored(source, options, Path(folder), language)
        report = DrillReport(round(time.monotonic() - began, 1), restored)
    BackupDrill.objects.create(
        backup_made_at=datetime.fromisoformat(restored.made_at),
        seconds=report.seconds,
        rows=restored.rows,
        files=restored.files,
        faults=len(restored.faults),
    )
    return report


def _restored(source: Path, options: list[str], folder: Path, language: str) -> RestoreSummary:
    """In a process of its own: settings are read once in a process."""
    trusted = folder / "signing-certificates"
    if Path(settings.SIGNING_TRUSTED).is_dir():
        shutil.copytree(settings.SIGNING_TRUSTED, trusted)
    environment = {name: value for name, value in os.environ.items() if name not in OWN_PLACES}
    environment |= {
        "SIPINTER_VAR": str(folder),
        "SIPINTER_SIGNING_TRUSTED": str(trusted),
        "SIPINTER_LANG": language,
    }
    program = [sys.executable, "-m", "sipinter.cli.main"]
    command = [*program, "restore", "--json", *options, str(source.absolute())]
    done = subprocess.run(  # noqa: S603 - our own words and the operator's file
        command, env=environment, capture_output=True, text=True, check=False
    )
    if not done.stdout:
        lines = done.stderr.strip().splitlines()
        raise BackupError(lines[-1] if lines else _("the restore ended without a word"))
    values = json.loads(done.stdout)
    return RestoreSummary(**{field.name: values[field.name] for field in fields(RestoreSummary)})
