"""What the page "start from an earlier year" sends."""

from collections.abc import Mapping

from django.http import QueryDict

from sipinter.foundation.web.numbers import parse_small_int

from ..services.earlier_years import CarryOverChoice


def carry_over_choices(data: QueryDict) -> Mapping[str, CarryOverChoice]:
    """The ticked indicators by code: `take` fills what is empty, `replace` also what is answered already."""
    replaced = set(data.getlist("replace"))
    return {
        code: CarryOverChoice(parse_small_int(data.get(f"version-{code}", ""), 0), code in replaced)
        for code in dict.fromkeys([*data.getlist("take"), *data.getlist("replace")])
    }
