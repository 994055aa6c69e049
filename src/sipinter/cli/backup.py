"""`sipinter backup`, `sipinter restore`: everything in one file, and back."""

import sys
from pathlib import Path

import click

from sipinter.cli.django_setup import setup_django
from sipinter.cli.output import EXIT_FAULT

BY_HAND = """Not in the backup, to be carried over by hand:
  SIPINTER_SECRET_KEY            second factors (TOTP) and links in e-mails are protected by it
  SIPINTER_AUDIT_KEY             the key that seals the audit trail: without it no event is known as ours
  SIPINTER_SIGNING_PKCS12        the key that signs, and its password
  all other SIPINTER_* settings  docs/settings.md lists them
Sessions are left out on purpose: everybody signs in again."""


def _progress(sentence: str) -> None:
    click.echo(sentence, err=True)


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--skip-damaged", is_flag=True, help="Leave out stored files that are gone or changed.")
def backup_command(file: Path, skip_damaged: bool) -> None:
    """Write database and stored files into one file; an interrupted backup goes on."""
    setup_django()
    from sipinter.site.operations.backup.archive import BackupError
    from sipinter.site.operations.backup.create import make_backup

    try:
        made = make_backup(file, skip_damaged=skip_damaged, say=_progress)
    except (BackupError, OSError) as error:
        click.echo(str(error), err=True)
        sys.exit(EXIT_FAULT)
    click.echo(f"{file}: {made.rows} rows of {made.tables} tables, {made.files} files ({made.bytes} bytes)")
    for path in made.missing:
        click.echo(f"left out, gone or changed in the storage: {path}", err=True)
    click.echo(BY_HAND)


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Replace everything that is in the database.")
def restore_command(file: Path, force: bool) -> None:
    """Put a backup in place; stop the site first. An interrupted restore goes on."""
    setup_django()
    from sipinter.site.operations.backup.archive import BackupError
    from sipinter.site.operations.backup.restore import restore_backup

    try:
        done = restore_backup(file, force=force, say=_progress)
    except (BackupError, OSError) as error:
        click.echo(str(error), err=True)
        sys.exit(EXIT_FAULT)
    click.echo(
        f"restored from version {done.version}: {done.rows} rows of {done.tables} tables, {done.files} files"
    )
    for path in done.missing:
        click.echo(f"not in the backup, gone before it was made: {path}", err=True)
    click.echo(BY_HAND)
