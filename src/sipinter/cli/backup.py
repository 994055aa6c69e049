"""`sipinter backup`, `sipinter backup drill`, `sipinter restore`: everything in one file, and back."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from sipinter.cli.django_setup import setup_django, setup_site
from sipinter.cli.help import LocalCommand, LocalGroup, local_option
from sipinter.cli.language import _, chosen_language, language_option, ngettext, translate_message
from sipinter.cli.output import EXIT_FAULT, print_json
from sipinter.rules.messages import Message

if TYPE_CHECKING:
    from sipinter.site.operations.backup.restore import RestoreSummary

EXIT_UNPROVEN = 1
F = TypeVar("F", bound=Callable[..., object])

BY_HAND = Message(
    """Not in the backup, to be carried over by hand:
  SIPINTER_SECRET_KEY            second factors (TOTP) and links in e-mails are protected by it
  SIPINTER_AUDIT_KEY             the key that seals the audit trail: without it no event is known as ours
  SIPINTER_PERSON_KEYS           the keys of people: without them the audit trail names nobody
  SIPINTER_SIGNING_PKCS12        the key that signs, and its password
  the identity of age            it opens encrypted backups
  all other SIPINTER_* settings  docs/settings.md lists them
Sessions are left out on purpose: everybody signs in again."""
)
A_FILE = click.Path(dir_okay=False, path_type=Path)


def _progress(sentence: str) -> None:
    click.echo(sentence, err=True)


@contextmanager
def _refusals_told() -> Iterator[None]:
    """Sentences of what is called in the chosen language; one that refuses ends the command."""
    from django.utils import translation

    from sipinter.site.operations.backup.archive import BackupError

    with translation.override(chosen_language()):
        try:
            yield
        except (BackupError, OSError) as error:
            click.echo(str(error), err=True)
            sys.exit(EXIT_FAULT)


class BackupGroup(LocalGroup):
    """`sipinter backup FILE` makes a backup; a word that is a command of the group is that command."""

    MAKE = "make"

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] in self.commands:
            return super().resolve_command(ctx, args)
        return self.MAKE, self.commands[self.MAKE], args


@click.group(
    cls=BackupGroup,
    about=Message("Write database and files into one file (FILE, or make FILE), and try it out."),
    context_settings={"ignore_unknown_options": True},
    subcommand_metavar="FILE | COMMAND [ARGS]...",
)
@language_option
def backup_command() -> None:
    """Make backups and try them out."""


@backup_command.command(
    BackupGroup.MAKE,
    cls=LocalCommand,
    about=(Message("Write database and stored files into one file; an interrupted backup goes on."),),
)
@click.argument("file", type=A_FILE)
@local_option(
    "--skip-damaged", is_flag=True, help=Message("Leave out stored files that are gone or changed.")
)
@language_option
def make_backup_command(file: Path, skip_damaged: bool) -> None:
    """Signed by the site's key; encrypted where SIPINTER_BACKUP_RECIPIENT is set."""
    setup_site()
    from sipinter.site.operations.backup.create import make_backup

    with _refusals_told():
        made = make_backup(file, skip_damaged=skip_damaged, say=_progress)
    click.echo(
        _(
            "{file}: {rows} rows of {tables} tables, {files} files ({bytes} bytes)",
            file=file,
            rows=made.rows,
            tables=made.tables,
            files=made.files,
            bytes=made.bytes,
        )
    )
    for path in made.missing:
        _progress(_("left out, gone or changed in the storage: {path}", path=path))
    if not made.is_signed:
        _progress(_("not signed: there is no usable signing key, and a restore will ask for --unsigned"))
    if not made.is_encrypted:
        _progress(_("not encrypted: set SIPINTER_BACKUP_RECIPIENT, or encrypt it before it goes elsewhere"))
    click.echo(translate_message(BY_HAND))


def restore_options(command: F) -> F:
    """What says whether a backup is believed and how it is opened."""
    for option in (
        local_option(
            "--identity",
            type=click.Path(exists=True, dir_okay=False, path_type=Path),
            help=Message("File with the identity of age that opens an encrypted backup."),
        ),
        local_option(
            "--trust",
            multiple=True,
            metavar="SHA256",
            callback=_fingerprints,
            help=Message("Trust the certificate with this SHA-256, and take it over; may be repeated."),
        ),
        local_option(
            "--unsigned", is_flag=True, help=Message("Restore a backup that nobody trusted has signed.")
        ),
    ):
        command = option(command)
    return command


def _fingerprints(ctx: click.Context, option: click.Parameter, given: tuple[str, ...]) -> frozenset[str]:
    """As `openssl x509 -fingerprint` prints them, or in small hexadecimal."""
    found = frozenset(word.replace(":", "").lower() for word in given)
    if not all(re.fullmatch(r"[0-9a-f]{64}", word) for word in found):
        raise click.BadParameter(_("expected a SHA-256: 64 hexadecimal digits"))
    return found


@backup_command.command(
    "drill",
    cls=LocalCommand,
    about=(Message("Restore a backup in a scratch place, check it and report; nothing here is touched."),),
)
@click.argument("file", type=A_FILE)
@restore_options
@local_option(
    "--scratch",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help=Message("Folder with room for all of it; the system's for temporary files when not given."),
)
@local_option("--json", "as_json", is_flag=True, help=Message("Print JSON."))
@language_option
def drill_command(
    file: Path,
    identity: Path | None,
    trust: frozenset[str],
    unsigned: bool,
    scratch: Path | None,
    as_json: bool,
) -> None:
    """Exit 1 when the audit trail or a signed paper does not bear out what was restored, 2 when refused."""
    setup_django()
    from sipinter.site.operations.backup.drill import drill_backup

    options = [word for sha256 in sorted(trust) for word in ("--trust", sha256)]
    options += ["--identity", str(identity.absolute())] if identity else []
    options += ["--unsigned"] if unsigned else []
    with _refusals_told():
        report = drill_backup(file, options, language=chosen_language(), scratch=scratch)
    if as_json:
        print_json(asdict(report))
    else:
        _tell(report.restored)
        click.echo(_("the restore took {seconds} seconds", seconds=report.seconds))
    sys.exit(EXIT_UNPROVEN if report.restored.faults else 0)


@click.command(
    cls=LocalCommand,
    about=(Message("Put a backup in place; stop the site first. An interrupted restore goes on."),),
)
@click.argument("file", type=A_FILE)
@local_option("--force", is_flag=True, help=Message("Replace everything that is in the database."))
@restore_options
@local_option("--json", "as_json", is_flag=True, help=Message("Print JSON."))
@language_option
def restore_command(
    file: Path, force: bool, identity: Path | None, trust: frozenset[str], unsigned: bool, as_json: bool
) -> None:
    """Exit 1 when the audit trail or a signed paper does not bear out what was restored, 2 when refused."""
    setup_django()
    from sipinter.site.operations.backup.restore import restore_backup

    with _refusals_told():
        done = restore_backup(
            file, force=force, unsigned=unsigned, trusted=trust, identity=identity, say=_progress
        )
    if as_json:
        print_json(asdict(done))
    else:
        _tell(done)
        click.echo(translate_message(BY_HAND))
    sys.exit(EXIT_UNPROVEN if done.faults else 0)


def _tell(done: RestoreSummary) -> None:
    click.echo(
        _(
            "restored from version {version} of {at}: {rows} rows of {tables} tables, {files} files",
            version=done.version,
            at=done.made_at,
            rows=done.rows,
            tables=done.tables,
            files=done.files,
        )
    )
    for path in done.missing:
        _progress(_("not in the backup, gone before it was made: {path}", path=path))
    for certificate in done.untrusted:
        _progress(
            _(
                "not taken over, give its SHA-256 to --trust if it is one of yours: {certificate}",
                certificate=certificate,
            )
        )
    for fault in done.faults:
        click.echo(fault)
    if done.faults:
        click.echo(
            ngettext(
                "{count} fault: do not open the site",
                "{count} faults: do not open the site",
                len(done.faults),
            )
        )
    else:
        click.echo(_("audit trail and signed papers bear out what was restored"))
