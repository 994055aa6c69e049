"""One's days as a calendar file: to download, or at a private address for calendar programs."""

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from sipinter.assessment.record.models import CalendarAddress
from sipinter.foundation.access.actor import Actor
from sipinter.foundation.accounts.actor import actor_of
from sipinter.foundation.accounts.mail import absolute
from sipinter.foundation.accounts.models import User
from sipinter.foundation.accounts.notify import language_of
from sipinter.foundation.accounts.sign_in_required import sign_in_required
from sipinter.foundation.web.posting import posts
from sipinter.foundation.web.request import Request

from ..queries.calendar import as_calendar, days_of
from ..services.calendars import close_calendar, open_calendar, owner_of


@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_required
def calendar(request: Request) -> HttpResponse:
    """One's days, the file, and the private address; posting makes a new address, shown this once."""
    user, actor = cast(User, request.user), request.actor
    address = ""
    if request.method == "POST":
        token = open_calendar(user, actor=actor)
        address = absolute(reverse("selfassessment:calendar_feed", args=[token]))
    kept = CalendarAddress.objects.filter(user=user).first()
    context = {"days": days_of(actor), "address": address, "kept": kept}
    response = render(request, "selfassessment/teamwork/calendar.html", context)
    if address:
        patch_cache_control(response, no_store=True)
    return response


@posts("selfassessment:calendar")
@sign_in_required
def close(request: Request) -> HttpResponse:
    """Have the private address answer no more."""
    close_calendar(cast(User, request.user), actor=request.actor)
    messages.success(request, _("The private address no longer answers."))
    return redirect("selfassessment:calendar")


@require_safe
@sign_in_required
def download(request: Request) -> HttpResponse:
    """The file, in the language of the pages."""
    response = _file(request.actor)
    response["Content-Disposition"] = 'attachment; filename="sipinter.ics"'
    return response


@require_safe
def feed(request: Request, token: str) -> HttpResponse:
    """For calendar programs, which have no session: the secret is the permission, to these days alone.

    Roles that ask for a second factor do not count here. 404 for an unknown secret.
    """
    user = owner_of(token)
    if user is None:
        raise Http404
    with translation.override(language_of(user)):
        return _file(actor_of(user))


def _file(actor: Actor) -> HttpResponse:
    response = HttpResponse(as_calendar(days_of(actor)), content_type="text/calendar; charset=utf-8")
    patch_cache_control(response, private=True, no_cache=True)
    return response
