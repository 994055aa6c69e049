"""Starts Django for the commands that need the database."""

import os
import sys

import click
import django
from django.core.exceptions import ImproperlyConfigured


def setup_django(bind: str = "") -> None:
    """Configure Django; a setting that is missing or wrong ends the command with its sentence (exit 2).

    Where the settings give no public address, links lead to where the site listens (`bind`, as of gunicorn).
    """
    if bind and ":" in bind and not bind.startswith(("unix:", "fd:")):
        host, _, port = bind.rpartition(":")
        if not host.strip("[0.:]"):  # every address of the machine
            host = "127.0.0.1"
        os.environ.setdefault("SIPINTER_BASE_URL", f"http://{host}:{port}")
        os.environ.setdefault("SIPINTER_HOSTS", ",".join(dict.fromkeys(["127.0.0.1", "localhost", host])))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sipinter.site.config.settings")
    try:
        django.setup()
    except ImproperlyConfigured as error:
        click.echo(str(error), err=True)
        sys.exit(2)
