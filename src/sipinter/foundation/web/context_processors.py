"""What every page's template can rely on."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language


def page_context(request: HttpRequest) -> dict[str, Any]:
    """`actor` (who is signed in) and `language` (id or en)."""
    return {"actor": getattr(request, "actor", None), "language": get_language() or "id"}
