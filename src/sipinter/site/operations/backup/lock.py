"""Who works on database and storage at the moment: many backups may, or one restore and nothing else."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import gettext as _

from ..locks import hold_lock
from .archive import BackupError


@contextmanager
def hold_backup_lock() -> Iterator[None]:
    """While a backup is made. BackupError while a restore runs."""
    with hold_lock("backup", shared=True) as is_held:
        if not is_held:
            raise BackupError(_("a restore is running: wait until it has ended"))
        yield


@contextmanager
def hold_restore_lock() -> Iterator[None]:
    """While a backup is put in place. BackupError while another restore or a backup runs."""
    with hold_lock("backup") as is_held:
        if not is_held:
            raise BackupError(_("another restore or a backup is running: wait until it has ended"))
        yield
