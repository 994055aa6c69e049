"""The Jinja2 environment of every page."""

from functools import lru_cache
from typing import Any

from django.forms import BaseForm, BoundField
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from jinja2 import Environment, StrictUndefined

from . import formatters, icons, nav, sign_in_services
from .charts.bars import aspect_bars
from .charts.distribution import category_distribution
from .charts.history import score_history
from .request_id import current_request_id


def environment(**options: Any) -> Environment:
    """Autoescaping environment with gettext, `url()`, `static()`, our filters, charts and helpers."""
    options.setdefault("undefined", StrictUndefined)
    options.setdefault("trim_blocks", True)
    options.setdefault("lstrip_blocks", True)
    env = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"], **options)  # noqa: S701 - Django sets autoescape
    env.install_gettext_callables(translation.gettext, translation.ngettext, newstyle=True)  # type: ignore[attr-defined]
    env.filters.update(
        number=formatters.format_number,
        percent=formatters.format_percent,
        day=formatters.format_day,
        moment=formatters.format_moment,
        clock=formatters.format_clock,
        days_left=formatters.days_left,
        days_left_text=formatters.days_left_text,
        filesize=formatters.format_filesize,
        paragraphs=formatters.html_paragraphs,
    )
    env.globals.update(
        static=static,
        url=page_url,
        url_or_none=nav.url_or_none,
        nav_items=nav.nav_items,
        unread_messages=nav.unread_messages,
        page_language=formatters.page_language,
        request_id=current_request_id,
        form_faults=form_faults,
        sign_in_services=sign_in_services.sign_in_services,
        second_steps=sign_in_services.second_steps,
        aspect_bars=aspect_bars,
        category_distribution=category_distribution,
        score_history=score_history,
        shape_path=icons.shape_path,
    )
    return env


def page_url(name: str, *args: Any, **kwargs: Any) -> str:
    """Path of the named page."""
    return _path(name, args, tuple(kwargs.items()))


@lru_cache(maxsize=4096)  # a page asks for dozens of them, always the same
def _path(name: str, args: tuple[Any, ...], kwargs: tuple[tuple[str, Any], ...]) -> str:
    return reverse(name, args=args or None, kwargs=dict(kwargs) or None)


def form_faults(form: BaseForm) -> list[tuple[str, str]]:
    """Every error of a bound form as (id of its field, or "", sentence), in the order of the fields."""
    faults = [("", str(message)) for message in form.non_field_errors()]
    for field in form:
        said = [_naming(field, str(message)) for message in field.errors]
        faults += [(field.id_for_label or field.auto_id, message) for message in said]
    return faults


def _naming(field: BoundField, message: str) -> str:
    """The sentence, with the field's label before it where Django says the same of every field."""
    kinds = type(field.field).__mro__
    common = {str(text) for kind in kinds for text in getattr(kind, "default_error_messages", {}).values()}
    return f"{field.label}: {message}" if message in common else message
