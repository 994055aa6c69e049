"""`sipinter sign`: the process that holds the signing key."""

import os
import signal
import sys
from pathlib import Path

import click

from sipinter.cli.django_setup import setup_django


@click.group()
def sign_group() -> None:
    """The process that holds the signing key."""


@sign_group.command("serve")
@click.option(
    "--socket",
    type=click.Path(path_type=Path),
    envvar="SIPINTER_SIGNING_SOCKET",
    required=True,
    help="Where to listen; SIPINTER_SIGNING_SOCKET when not given.",
)
@click.option("--group", default="", help="The group of users whose processes may ask.")
def serve_signing_command(socket: Path, group: str) -> None:
    """Sign what the plenary has decided, until SIGTERM; exit 2 without a usable key."""
    os.environ.pop("SIPINTER_SIGNING_SOCKET", None)  # here is the key
    from sipinter.foundation.evidence.reader.sandbox import forbid_dumps

    forbid_dumps()  # the key is for no other process of this user
    setup_django()
    from django.core.exceptions import ImproperlyConfigured

    from sipinter.site.operations.signing.server import SigningServer

    try:
        server = SigningServer(socket.absolute(), group=group)
    except (ImproperlyConfigured, OSError, KeyError) as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    signal.signal(signal.SIGTERM, server.stop)
    signal.signal(signal.SIGINT, server.stop)
    click.echo(f"signing at {socket}", err=True)
    server.run()
