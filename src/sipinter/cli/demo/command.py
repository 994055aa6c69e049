"""`sipinter demo`: brings the database up to date and loads the demonstration once."""

import click

from sipinter.cli.django_setup import require_tables, setup_django
from sipinter.cli.metrics_folder import shared_metrics_folder
from sipinter.cli.migration import one_migration


@click.command()
@click.option("--serve", is_flag=True, help="Serve the site afterwards.")
@click.option("--bind", default="127.0.0.1:8000", show_default=True, help="Address and port to serve on.")
def demo_command(serve: bool, bind: str) -> None:
    """Migrate, load the demonstration data (once), print the sign-ins."""
    with shared_metrics_folder():
        _demo(serve, bind)


def _demo(serve: bool, bind: str) -> None:
    setup_django(bind)
    from django.conf import settings
    from django.core.management import call_command

    from sipinter.assessment.record.models import Cycle
    from sipinter.cli.demo.people import PASSWORD, PEOPLE, demo_email

    if not settings.DEMO:
        raise click.ClickException("the demonstration loads only where SIPINTER_DEMO=1")
    settings.VAR.mkdir(parents=True, exist_ok=True)
    with one_migration():
        call_command("migrate", verbosity=0)
        require_tables()
        if not Cycle.objects.exists():
            from sipinter.cli.demo.load import load_demo

            load_demo(click.echo)
    click.echo(f"\nMasuk / sign in: {settings.BASE_URL}/akun/login/   kata sandi / password: {PASSWORD}\n")
    shown: set[str] = set()
    for person in PEOPLE:
        if person.role not in shown:
            shown.add(person.role)
            click.echo(f"  {person.role.value:<16} {demo_email(person):<34} {person.name}, {person.unit}")
    click.echo("")
    if serve:
        from sipinter.cli.server import serve_site

        serve_site(bind, workers=2, with_worker=True)
