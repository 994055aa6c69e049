"""`sipinter demo`: brings the database up to date and loads the demonstration once."""

import click

from ..django_setup import start


@click.command()
def demo() -> None:
    """Migrate, load the demonstration data (once) and print the sign-ins."""
    start()
    from django.conf import settings
    from django.core.management import call_command

    from sipinter.assessments.models import Cycle

    from .cast import PASSWORD, PEOPLE, email

    if not settings.DEMO:
        raise click.ClickException("the demonstration loads only where SIPINTER_DEMO=1")
    settings.VAR.mkdir(parents=True, exist_ok=True)
    call_command("migrate", verbosity=0)
    if not Cycle.objects.exists():
        from .load import load

        load(click.echo)
    click.echo(f"\nMasuk / sign in: {settings.BASE_URL}/akun/login/   kata sandi / password: {PASSWORD}\n")
    shown: set[str] = set()
    for person in PEOPLE:
        if person.role not in shown:
            shown.add(person.role)
            click.echo(f"  {person.role:<16} {email(person):<34} {person.name}, {person.unit}")
    click.echo("")
