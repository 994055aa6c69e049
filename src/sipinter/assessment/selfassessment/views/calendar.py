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
from sipinter.foundation.accounts.decorators import require_sign_in
from sipinter.foundation.accounts.mail import absolute_url
from sipinter.foundation.accounts.models import User
from sipinter.foundation.accounts.notify import language_of
from sipinter.foundation.web.decorators import post_only
from sipinter.foundation.web.request import Request

from ..queries.calendar import calendar_days, ical_file
from ..services.calendars import calendar_owner, close_calendar, open_calendar


@require_http_methods(["GET", "HEAD", "POST"])
@require_sign_in
def calendar_page(request: Request) -> HttpResponse:
    """One's days, the file, and the private address; posting makes a new address, shown this once."""
    user, actor = cast(User, request.user), request.actor
    address = ""
    if request.method == "POST":
        token = open_calendar(user, actor=actor)
        address = absolute_url(reverse("selfassessment:calendar_feed", args=[token]))
    kept = CalendarAddress.objects.filter(user=user).first()
    context = {"days": calendar_days(actor), "address": address, "kept": kept}
    response = render(request, "selfassessment/teamwork/calendar.html", context)
    if address:
        patch_cache_control(response, no_store=True)
    return response


@post_only("selfassessment:calendar")
@require_sign_in
def post_close_calendar(request: Request) -> HttpResponse:
    """Have the private address answer no more."""
    close_calendar(cast(User, request.user), actor=request.actor)
    messages.success(request, _("The private address no longer answers."))
    return redirect("selfassessment:calendar")


@require_safe
@require_sign_in
def download_calendar(request: Request) -> HttpResponse:
    """The file, in the language of the pages."""
    response = _file(request.actor)
    response["Content-Disposition"] = 'attachment; filename="sipinter.ics"'
    return response


@require_safe
def calendar_feed(request: Request, token: str) -> HttpResponse:
    """For calendar programs, which have no session: the secret is the permission, to these days alone.

    Roles that ask for a second factor do not count here. 404 for an unknown secret.
    """
    user = calendar_owner(token)
    if user is None:
        raise Http404
    with translation.override(language_of(user)):
        return _file(actor_of(user))


def _file(actor: Actor) -> HttpResponse:
    response = HttpResponse(ical_file(calendar_days(actor)), content_type="text/calendar; charset=utf-8")
    patch_cache_control(response, private=True, no_cache=True)
    return response
