"""`sipinter check`: what is unsafe or missing."""

import os
import sys
from dataclasses import asdict, replace

import click
import django
from django.core.exceptions import ImproperlyConfigured

from sipinter.cli.output import print_json


@click.command()
@click.option("--deploy", is_flag=True, help="Everything that production needs.")
@click.option(
    "--accept",
    type=click.Choice(["landlock", "seccomp"]),
    multiple=True,
    help="A part that this machine cannot have: said, but no error. May be given again.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def check_command(deploy: bool, accept: tuple[str, ...], as_json: bool) -> None:
    """Say what is unsafe or missing, a line each; exit code 1 when there is an error."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sipinter.site.config.settings")
    from sipinter.site.operations.finding import error_finding

    try:
        django.setup()
        from sipinter.site.operations.checks import run_checks

        found = list(run_checks(production=deploy))
    except ImproperlyConfigured as wrong:
        variable = next((word for word in str(wrong).replace("=", " ").split() if word.isupper()), "-")
        found = [error_finding(variable.strip(":,"), str(wrong), "see docs/settings.md")]
    found = [replace(one, level="note") if one.variable in accept else one for one in found]
    if as_json:
        print_json([asdict(finding) for finding in found])
    else:
        for finding in found:
            click.echo(f"{finding.level:<5}  {finding.variable}: {finding.wrong}; {finding.do}")
        if not found:
            click.echo("nothing found")
    sys.exit(any(finding.level == "error" for finding in found))
