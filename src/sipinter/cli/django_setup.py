"""Starts Django for the commands that need the database."""

import os
import sys

import click
import django
from django.core.exceptions import ImproperlyConfigured


def setup_django() -> None:
    """Configure Django; a setting that is missing or wrong ends the command with its sentence (exit 2)."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sipinter.site.config.settings")
    try:
        django.setup()
    except ImproperlyConfigured as error:
        click.echo(str(error), err=True)
        sys.exit(2)
