"""Scopes: the aspects ("3") and indicators ("3.4", "4.1a") that a team member is asked to fill in."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sipinter.foundation.access.actor import ASKED_ONLY
from sipinter.foundation.access.errors import Invalid
from sipinter.foundation.access.roles import Role
from sipinter.rules.instrument import default_catalog

CODE = re.compile(r"\d{1,2}(\.\d{1,2}[a-z]?)?")
_PARTS = re.compile(r"\d+|[a-z]")


@dataclass(frozen=True)
class AspectChoice:
    """An aspect as a form offers it: its code, and its title in each instrument that has it."""

    code: str
    title: str


def aspect_choices() -> list[AspectChoice]:
    """The aspects of all known instruments, in the order of their codes, in the active language.

    Instruments share codes; where their titles differ, the newest instrument's stands first.
    """
    language = get_language() or "id"
    titles: dict[str, dict[str, None]] = {}
    for instrument in default_catalog().values():
        for aspect in instrument.aspects:
            titles.setdefault(aspect.code, {})[aspect.title.in_(language)] = None
    return [AspectChoice(code, " / ".join(titles[code])) for code in sorted(titles, key=_in_order)]


def split_codes(text: str) -> list[str]:
    """The codes in a typed line, whatever stands between them."""
    return re.split(r"[\s,;]+", text.strip()) if text.strip() else []


def clean_scope(codes: Iterable[str], role: str) -> list[str]:
    """The codes in order, once each, without indicators that a chosen aspect covers anyway.

    With `ASKED_ONLY` among them nothing else counts.
    Invalid (field `scope`) for a code that no instrument has, or a scope on any role but the team's.
    """
    wanted = {code.strip().lower() for code in codes} - {""}
    if wanted and role != Role.TEAM:
        raise _invalid(_("Only members of the self-assessment team are limited to aspects or indicators."))
    if ASKED_ONLY in wanted:
        return [ASKED_ONLY]
    unknown = sorted(wanted - _known_codes())
    if unknown:
        shown = ", ".join(code[:20] for code in unknown[:5])
        raise _invalid(
            _("No instrument has these codes: %(codes)s. Write an aspect as 3, an indicator as 3.4 or 4.1a.")
            % {"codes": shown}
        )
    kept = {code for code in wanted if "." not in code or code.split(".")[0] not in wanted}
    return sorted(kept, key=_in_order)


@lru_cache(maxsize=1)
def _known_codes() -> frozenset[str]:
    catalog = default_catalog()
    aspects = {aspect.code for instrument in catalog.values() for aspect in instrument.aspects}
    indicators = {code for instrument in catalog.values() for code in instrument.indicators}
    return frozenset(code for code in aspects | indicators if CODE.fullmatch(code))


def _in_order(code: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (0, part) for part in _PARTS.findall(code)]


def _invalid(sentence: str) -> Invalid:
    return Invalid.at("scope", sentence)
