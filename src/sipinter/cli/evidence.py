"""`sipinter evidence`: the stored files checked, scanned, and how much room an agency has."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from sipinter.cli.django_setup import setup_site
from sipinter.cli.help import LocalCommand, LocalGroup, local_option
from sipinter.cli.language import _, chosen_language, language_option, ngettext
from sipinter.cli.output import print_json
from sipinter.rules.messages import Message

if TYPE_CHECKING:
    from sipinter.foundation.evidence.storage.verification import StorageProblem, StorageReport

EVERY = 100


@click.group(cls=LocalGroup, about=Message("Check the stored files, scan them, set an agency's room."))
@language_option
def evidence_group() -> None:
    setup_site()


@evidence_group.command(
    "verify",
    cls=LocalCommand,
    about=(Message("Hash every stored file and report what is missing, damaged or nobody's."),),
)
@local_option("--json", "as_json", is_flag=True, help=Message("Print JSON."))
@local_option("--remove-orphans", is_flag=True, help=Message("Remove what belongs to nothing, on record."))
@language_option
def verify_evidence_command(*, as_json: bool, remove_orphans: bool) -> None:
    from django.utils import translation

    from sipinter.foundation.access.actor import system_actor
    from sipinter.foundation.access.errors import NotAnswering
    from sipinter.foundation.evidence.storage import verification

    try:
        with translation.override(chosen_language()):
            report = verification.verify_storage(progress=_progress)
            found = list(report.problems)
            if remove_orphans:
                if not as_json:
                    _print(found)
                verification.remove_orphans(report, actor=system_actor())
    except NotAnswering as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        print_json(_as_json(report))
    else:
        _print([] if remove_orphans else found)
        _sum_up(report)
    sys.exit(0 if report.is_sound else 1)


def _progress(report: StorageReport) -> None:
    if report.files % EVERY == 0:
        click.echo(_read(report.files), err=True)


def _read(files: int) -> str:
    return ngettext("{count} file read", "{count} files read", files)


def _word(kind: str) -> str:
    """What is wrong with a file, in the chosen language."""
    return {
        "missing": _("missing"),
        "wrong size": _("wrong size"),
        "damaged": _("damaged"),
        "orphan": _("orphan"),
        "left while being received": _("left while being received"),
    }[kind]


def _print(problems: list[StorageProblem]) -> None:
    for problem in problems:
        detail = f" ({problem.detail})" if problem.detail else ""
        click.echo(f"{_word(problem.kind)}: {problem.name}{detail}")


def _sum_up(report: StorageReport) -> None:
    click.echo(_read(report.files))
    if report.removed:
        click.echo(ngettext("{count} file removed", "{count} files removed", len(report.removed)))
    if report.is_sound:
        click.echo(_("Everything is there and sound."))
    else:
        faulty = len(report.problems)
        click.echo(ngettext("{count} file is not in order", "{count} files are not in order", faulty))


def _as_json(report: StorageReport) -> dict[str, object]:
    problems = [
        {"kind": str(p.kind), "name": p.name, "detail": p.detail, "agency": p.agency_id}
        for p in report.problems
    ]
    return {"files": report.files, "bytes": report.size, "problems": problems, "removed": report.removed}


@evidence_group.command(
    cls=LocalCommand, about=(Message("Scan every file that waits for the virus scanner."),)
)
@language_option
def scan_command() -> None:
    from django.conf import settings

    from sipinter.foundation.evidence.scanning.services import scan_pending

    if not settings.CLAMD:
        raise click.ClickException(_("No virus scanner is set: SIPINTER_CLAMD is empty."))
    judged, waiting = scan_pending()
    scanned = ngettext("{count} file scanned", "{count} files scanned", judged)
    left = ngettext("{count} still waits", "{count} still wait", waiting)
    click.echo(f"{scanned}, {left}")
    sys.exit(1 if waiting else 0)


@evidence_group.command(
    cls=LocalCommand,
    about=(Message("Set how many MB an agency's files may take: 0 for no limit, - for the general quota."),),
)
@click.argument("agency_code")
@click.argument("megabytes")
@language_option
def quota_command(agency_code: str, megabytes: str) -> None:
    from sipinter.foundation.access.actor import system_actor
    from sipinter.foundation.agencies.models import Agency
    from sipinter.foundation.evidence.receiving.quota import set_quota

    agency = Agency.objects.filter(code=agency_code).first()
    if agency is None:
        raise click.ClickException(_("there is no agency with the code {code}", code=agency_code))
    if megabytes != "-" and not (megabytes.isascii() and megabytes.isdigit()):
        raise click.ClickException(_("“{value}” is not a figure", value=megabytes))
    set_quota(agency, None if megabytes == "-" else int(megabytes), actor=system_actor())
