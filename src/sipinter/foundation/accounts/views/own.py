"""What a person sees of their own account: notifications, name, the second factor."""

from typing import cast

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sipinter.foundation.access.errors import Refused
from sipinter.foundation.access.roles import Role
from sipinter.foundation.web.request import Request

from .. import queries, sessions
from ..decorators import require_sign_in, take_saved_input
from ..fetching import fetch_or_404
from ..forms import NameForm, PreferencesForm, show_refusal
from ..models import Notification, User
from ..notify import language_of, mark_all_read, mark_read
from ..reauthentication import require_reauthentication
from ..services.people import change_name, change_preferences

ROWS_A_PAGE = 30


@require_sign_in
@require_http_methods(["GET", "HEAD", "POST"])
def notifications_page(request: Request) -> HttpResponse:
    """One's notifications, newest first; posting marks all as read."""
    actor = request.actor
    if request.method == "POST":
        mark_all_read(actor=actor)
        return redirect("accounts:notifications")
    page = Paginator(queries.notifications_of(actor), ROWS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/notifications.html", {"page": page, "zone": queries.time_zone_of(actor)})


@require_sign_in
@require_POST
def post_open_notification(request: Request, pk: int) -> HttpResponse:
    """Mark one as read and go where it points."""
    notification: Notification = fetch_or_404(request, Notification.objects.all(), pk=pk)
    mark_read(notification, actor=request.actor)
    return redirect(notification.path or "accounts:notifications")


@require_sign_in
@require_http_methods(["GET", "HEAD", "POST"])
def profile_page(request: Request) -> HttpResponse:
    """One's own name."""
    actor = request.actor
    user = cast(User, request.user)
    typed = take_saved_input(request) if request.method == "GET" else None
    first = {"name": typed.get("name", user.name) if typed else user.name}
    form = NameForm(request.POST if request.method == "POST" else None, initial=first)
    if form.is_bound and form.is_valid():
        try:
            change_name(user, name=form.cleaned_data["name"], actor=actor)
        except Refused as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("Your name is saved."))
            return redirect("web:account")
    return render(request, "accounts/profile.html", {"form": form}, status=422 if form.errors else 200)


@require_sign_in
@require_http_methods(["GET", "HEAD", "POST"])
def preferences_page(request: Request) -> HttpResponse:
    """When one's notifications come by e-mail, and in which language."""
    user = cast(User, request.user)
    typed = take_saved_input(request) if request.method == "GET" else None
    first = {"mails": user.mails, "language": language_of(user)}
    if typed:
        first |= {name: str(typed[name]) for name in first if name in typed}
    form = PreferencesForm(request.POST if request.method == "POST" else None, initial=first)
    if form.is_bound and form.is_valid():
        change_preferences(user, **form.cleaned_data, actor=request.actor)
        messages.success(request, _("Saved."))
        return redirect("accounts:preferences")
    return render(request, "accounts/preferences.html", {"form": form}, status=422 if form.errors else 200)


@require_sign_in
@require_safe
def sessions_page(request: Request) -> HttpResponse:
    """The browsers in which one is signed in."""
    places = sessions.browser_sessions_of(cast(User, request.user), request.session.session_key)
    zone = queries.time_zone_of(request.actor)
    return render(request, "accounts/sessions.html", {"places": places, "zone": zone})


@require_sign_in
@require_reauthentication()
@require_POST
def post_end_session(request: Request, pk: int) -> HttpResponse:
    """Sign one of one's own browsers out."""
    if sessions.end_own_session(cast(User, request.user), pk, actor=request.actor):
        sessions.sign_out_if_ended(request)
        messages.success(request, _("That browser is signed out."))
    return redirect("accounts:sessions")


@require_sign_in
@require_reauthentication()
@require_POST
def post_end_other_sessions(request: Request) -> HttpResponse:
    """Sign all of one's own browsers out but this one."""
    key = request.session.session_key
    number = sessions.end_own_other_sessions(cast(User, request.user), key, actor=request.actor)
    said = ngettext("%(n)s other browser is signed out.", "%(n)s other browsers are signed out.", number)
    messages.success(request, said % {"n": number})
    return redirect("accounts:sessions")


@require_sign_in
@require_safe
def second_factor_help_page(request: Request) -> HttpResponse:
    """What to do when one's role counts only after signing in with a second factor."""
    actor = request.actor
    wanted = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure()):
        wanted = "/"
    if not actor.withheld:
        return redirect(wanted)
    roles = [str(role.label) for role in Role if role in actor.withheld]
    user = cast(User, request.user)
    has_app = is_mfa_enabled(user, [Authenticator.Type.TOTP])
    has_key = is_mfa_enabled(user, [Authenticator.Type.WEBAUTHN])
    context = {"roles": roles, "has_app": has_app, "has_key": has_key, "wanted": wanted}
    return render(request, "accounts/second_factor.html", context)
