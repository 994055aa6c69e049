"""The Jinja2 environment of every page."""

from typing import Any

from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from jinja2 import Environment, StrictUndefined


def environment(**options: Any) -> Environment:
    """Autoescaping environment with gettext, `url()`, `static()` and our filters."""
    options.setdefault("undefined", StrictUndefined)
    env = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"], **options)  # noqa: S701 - Django sets autoescape
    env.install_gettext_callables(translation.gettext, translation.ngettext, newstyle=True)  # type: ignore[attr-defined]
    env.globals.update({"static": static, "url": url})
    return env


def url(name: str, *args: Any, **kwargs: Any) -> str:
    """Path of the named page."""
    return reverse(name, args=args or None, kwargs=kwargs or None)
