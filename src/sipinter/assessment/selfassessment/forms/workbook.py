"""What the page of differences sends: for each value whose side holds."""

from django.http import QueryDict

from sipinter.foundation.web.numbers import parse_small_int

from ..services.workbook import BOTH, OWN, SYSTEM, WORKBOOK, WorkbookChoice

CHOICES = {
    "level": (WORKBOOK, SYSTEM),
    "note": (WORKBOOK, SYSTEM, BOTH, OWN),
    "choice": (WORKBOOK, SYSTEM),
}


def workbook_choices(data: QueryDict) -> dict[str, WorkbookChoice]:
    """Code -> what was chosen. Values without a choice stay open; what is no choice counts as none."""
    codes = [name.removeprefix("version-") for name in data if name.startswith("version-")]
    return {code: _pick(data, code) for code in codes}


def _pick(data: QueryDict, code: str) -> WorkbookChoice:
    given = {name: data.get(f"{name}-{code}", "") for name in CHOICES}
    fields = {name: value for name, value in given.items() if value in CHOICES[name]}
    return WorkbookChoice(
        parse_small_int(data.get(f"version-{code}", ""), -1), fields, data.get(f"own-{code}", "")
    )
