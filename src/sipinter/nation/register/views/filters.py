"""What a reader asks the register for, read from the address."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from sipinter.foundation.agencies import queries
from sipinter.foundation.agencies.models import AgencyType

from ..queries import register


@dataclass(frozen=True)
class ParsedFilters:
    """Filters that hold, (field, sentence) for each that does not, and what one may choose from."""

    filters: register.RegisterFilters
    faults: list[tuple[str, str]]
    choices: register.RegisterChoices
    provinces: list[str]

    def address(self, **changes: Any) -> str:
        """The query string of these filters with `changes`, ending in "&" unless empty; without the page."""
        values = {**vars(self.filters), **changes}
        if values["sort"] == register.RegisterFilters.sort:
            del values["sort"]
        shown = {name: 1 if value is True else value for name, value in values.items() if value}
        return urlencode(shown) + "&" if shown else ""


def read_filters(given: QueryDict) -> ParsedFilters:
    """Filters from the address. One that does not hold is left out, and said so."""
    choices, provinces = register.register_choices(), queries.province_names()
    allowed: dict[str, set[str]] = {
        "type": set(AgencyType.values),
        "province": set(provinces),
        "category": {code for _instrument, code in choices.categories},
        "year": {str(year) for year in choices.years},
        "instrument": set(choices.instruments),
        "sort": {f"{sign}{key}" for key in register.SORTS for sign in ("", "-")},
    }
    values = {name: given.get(name, "").strip() for name in (*allowed, "q", "with_result")}
    wrong = [name for name, known in allowed.items() if values[name] and values[name] not in known]
    sentence = _("“%(value)s” does not occur in the register: this filter was left out.")
    faults = [(f"id_{name}", sentence % {"value": values[name][:60]}) for name in wrong]
    values.update(dict.fromkeys(wrong, ""))
    filters = register.RegisterFilters(
        q=values["q"][:100],
        type=values["type"],
        province=values["province"],
        category=values["category"],
        year=int(values["year"]) if values["year"] else None,
        instrument=values["instrument"],
        with_result=bool(values["with_result"]),
        sort=values["sort"] or register.RegisterFilters.sort,
    )
    return ParsedFilters(filters, faults, choices, provinces)
