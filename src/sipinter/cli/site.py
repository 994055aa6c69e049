"""`sipinter serve`, `manage`, `administrator`, `enrolment`: running the site, and who runs it."""

import os

import click

from sipinter.cli.django_setup import require_tables, setup_site
from sipinter.cli.language import _
from sipinter.cli.metrics_folder import shared_metrics_folder
from sipinter.cli.migration import one_migration


@click.command()
@click.option("--bind", default="127.0.0.1:8000", show_default=True, help="Address and port.")
@click.option("--workers", default=2, show_default=True, help="Web processes.")
@click.option("--with-worker", is_flag=True, help="Run a worker of background tasks beside it.")
@click.option("--uploads", is_flag=True, help="For uploads: many slow lines at once, behind pages.")
def serve_command(bind: str, workers: int, with_worker: bool, uploads: bool) -> None:
    """Serve the site by gunicorn until stopped."""
    if uploads and with_worker:
        raise click.UsageError("--uploads and --with-worker exclude each other")
    with shared_metrics_folder():
        setup_site("" if uploads else bind, waits=True)
        from sipinter.cli.server import serve_site, serve_uploads

        click.echo(f"SIPINTER: http://{bind}/")
        if uploads:
            serve_uploads(bind, workers)
        else:
            serve_site(bind, workers, with_worker=with_worker)


@click.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def manage_command(arguments: tuple[str, ...]) -> None:
    """Django's own management commands (migrate, collectstatic ...)."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sipinter.site.config.settings")
    from django.conf import settings
    from django.core.management import execute_from_command_line

    if arguments[:1] == ("collectstatic",):
        os.umask(0o022)  # public files, which a web server in front reads as another user
    # A new installation has no folder for its database yet.
    settings.VAR.mkdir(parents=True, exist_ok=True)
    words = ["sipinter manage", *arguments]
    if arguments[:1] != ("migrate",):
        execute_from_command_line(words)
        return
    with one_migration():
        execute_from_command_line(words)
    require_tables(of_new=False)


@click.command()
@click.argument("email")
@click.argument("name")
@click.argument("agency_code")
@click.password_option(help="Asked for when not given.")
def administrator_command(email: str, name: str, agency_code: str, password: str) -> None:
    """Make the first national administrator, a person of the agency with that code.

    Prints the link by which they set up their second factor.
    """
    setup_site()
    from sipinter.foundation.access.errors import Refused
    from sipinter.foundation.accounts.services.enrolment import needs_enrolment
    from sipinter.foundation.accounts.services.people import create_administrator
    from sipinter.foundation.agencies.models import Agency

    agency = Agency.objects.filter(code=agency_code).first()
    if agency is None:
        raise click.ClickException(f"there is no agency with the code {agency_code}")
    try:
        user = create_administrator(agency, email=email, name=name, password=password)
    except Refused as error:
        raise click.ClickException(str(error)) from error
    if needs_enrolment(user):
        _print_enrolment_link(user.email)


@click.command()
@click.argument("email")
def enrolment_command(email: str) -> None:
    """Print a link by which a person sets up the second factor that their role needs.

    For an administrator whom no other one can help. A second factor that is there is removed.
    """
    setup_site()
    _print_enrolment_link(email)


def _print_enrolment_link(email: str) -> None:
    """The link of a fresh code."""
    from sipinter.foundation.access.actor import system_actor
    from sipinter.foundation.access.errors import Refused
    from sipinter.foundation.accounts.models import Membership
    from sipinter.foundation.accounts.services.enrolment import HOURS, enrolment_url, renew_second_factor

    held = Membership.objects.current().filter(user__email=email.lower(), user__is_active=True)
    membership = held.select_related("user").order_by("pk").first()
    if membership is None:
        raise click.ClickException(_("nobody with the address {email} has a role").format(email=email))
    try:
        code = renew_second_factor(
            membership, proof="server", note="sipinter enrolment", actor=system_actor()
        )
    except Refused as error:
        raise click.ClickException(str(error)) from error
    if not code:
        raise click.ClickException(_("no role of {email} needs a second factor").format(email=email))
    click.echo(_("Set up the second factor within {hours} hours:").format(hours=HOURS))
    click.echo(enrolment_url(code))
