"""`sipinter privacy`: what people may ask under UU 27/2022."""

from __future__ import annotations

import sys

import click

from sipinter.cli.django_setup import setup_site
from sipinter.cli.help import LocalCommand, LocalGroup, local_option
from sipinter.cli.language import _, language_option
from sipinter.rules.messages import Message


@click.group(cls=LocalGroup, about=Message("Personal data: erase a person."))
@language_option
def privacy_group() -> None:
    """Personal data: erase a person."""


@privacy_group.command(
    "erase",
    cls=LocalCommand,
    about=(
        Message("Close an account and erase the person's data, in the audit trail too."),
        Message("PERSON is the e-mail address, or the number of the account. This cannot be undone."),
    ),
)
@click.argument("person")
@local_option("--yes", is_flag=True, help=Message("Do not ask again."))
def erase_command(person: str, yes: bool) -> None:
    """Prints the number under which the account stays; exit 2 when it cannot be done."""
    setup_site()
    from sipinter.foundation.access.actor import system_actor
    from sipinter.foundation.access.errors import Refused
    from sipinter.foundation.accounts.models import User
    from sipinter.foundation.accounts.services.erasure import erase_person

    found = User.objects.filter(**({"pk": int(person)} if person.isdigit() else {"email": person.lower()}))
    user = found.first()
    if user is None:
        click.echo(_("There is no account {person}.", person=person), err=True)
        sys.exit(2)
    if not yes:
        click.confirm(_("Erase {name} <{email}> for good?", name=user.name, email=user.email), abort=True)
    try:
        erase_person(user, actor=system_actor())
    except Refused as refusal:
        click.echo(f"{refusal}", err=True)
        sys.exit(2)
    click.echo(_("Account {number} was erased.", number=user.pk))
