"""What the page "start from an earlier year" sends."""

from collections.abc import Mapping

from django.http import QueryDict

from ..services.earlier_years import Take
from .workspace import whole


def takes_of(data: QueryDict) -> Mapping[str, Take]:
    """The ticked indicators by code: `take` fills what is empty, `replace` also what is answered already."""
    replaced = set(data.getlist("replace"))
    return {
        code: Take(max(whole(data.get(f"version-{code}", "")), 0), code in replaced)
        for code in dict.fromkeys([*data.getlist("take"), *data.getlist("replace")])
    }
