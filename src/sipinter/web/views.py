"""Pages that belong to no room: errors."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose security token did not match."""
    return render(request, "web/csrf.html", status=403)
