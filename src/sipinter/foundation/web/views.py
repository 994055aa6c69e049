"""Pages that belong to no room: one's own account, errors, and what machines ask for."""

import sys

from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.decorators import login_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.views import defaults
from django.views.decorators.http import require_safe

from .database import is_out_of_reach
from .robots import robots_text


@login_required
@require_safe
def account_page(request: HttpRequest) -> HttpResponse:
    """Who is signed in, in which agencies, and how well the account is guarded."""
    return render(request, "web/account.html", {"two_step": is_mfa_enabled(request.user)})


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose security token did not match."""
    return render(request, "web/csrf.html", status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """What no view or middleware caught: 503 while database or disk are out of reach, else 500."""
    if not is_out_of_reach(sys.exc_info()[1]):
        return defaults.server_error(request)
    kept_open = request.headers.get("HX-Request") == "true"
    body = render_to_string("web/away.html" if kept_open else "503.html")
    return HttpResponse(body, status=503, headers={"Retry-After": "5"})


@require_safe
def health_check(request: HttpRequest) -> JsonResponse:
    """200 when the database answers, 503 when it does not; for load balancers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"status": "database unavailable"}, status=503)
    return JsonResponse({"status": "ok"})


@require_safe
def robots_txt(request: HttpRequest) -> HttpResponse:
    """Search engines read the public pages only."""
    return HttpResponse(robots_text(), content_type="text/plain; charset=utf-8")


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """The old address that some programs ask for."""
    return redirect(static("web/mark.svg"), permanent=True)
