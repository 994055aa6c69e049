"""`sipinter serve`, `sipinter manage`, `sipinter administrator`: running the site."""

import os

import click

from sipinter.cli.django_setup import require_tables, setup_site
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
    """Make the first national administrator, a person of the agency with that code."""
    setup_site()
    from sipinter.foundation.access.errors import Refused
    from sipinter.foundation.accounts.services.people import create_administrator
    from sipinter.foundation.agencies.models import Agency

    agency = Agency.objects.filter(code=agency_code).first()
    if agency is None:
        raise click.ClickException(f"there is no agency with the code {agency_code}")
    try:
        create_administrator(agency, email=email, name=name, password=password)
    except Refused as error:
        raise click.ClickException(str(error)) from error
