"""What a person sees of their own account: notifications, name, the second factor."""

from typing import cast

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sipinter.foundation.access.errors import Refused
from sipinter.foundation.access.roles import Role
from sipinter.foundation.audit.refusals import count_refusal
from sipinter.foundation.web.rate_limits import rate_limit
from sipinter.foundation.web.request import Request

from .. import queries, sessions
from ..decorators import require_sign_in, take_saved_input
from ..enrolment import allow_enrolment, is_enrolment_allowed
from ..fetching import fetch_or_404
from ..forms import EnrolmentCodeForm, NameForm, PreferencesForm, show_refusal
from ..middleware import second_factor_url
from ..models import Notification, User
from ..notify import language_of, mark_all_read, mark_read
from ..reauthentication import require_reauthentication
from ..services.enrolment import ask_for_enrolment_code, redeem_enrolment_code
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


@never_cache
@require_sign_in
@require_safe
def second_factor_help_page(request: Request) -> HttpResponse:
    """What to do when one's role counts only after signing in with a second factor."""
    wanted = _wanted(request, request.GET.get("next", ""))
    if not request.actor.withheld:
        return HttpResponseRedirect(wanted)  # an address, never the name of one
    return _second_factor(request, wanted, EnrolmentCodeForm(initial={"code": request.GET.get("kode", "")}))


@rate_limit("enrolment")
@require_sign_in
@require_POST
def post_enrolment_code(request: Request) -> HttpResponse:
    """Use the code that somebody handed over; then the second factor can be set up in this browser."""
    user = cast(User, request.user)
    wanted = _wanted(request, request.POST.get("next", ""))
    form = EnrolmentCodeForm(request.POST)
    if form.is_valid():
        try:
            redeem_enrolment_code(user, form.cleaned_data["code"], actor=request.actor)
        except Refused as error:
            count_refusal("user.enrolment_code_failed", user, actor=request.actor)
            show_refusal(form, error)
        else:
            request.session.cycle_key()
            allow_enrolment(request, user)
            messages.success(request, _("The code is accepted. Set up your second factor now."))
            return redirect(second_factor_url(wanted))
    return _second_factor(request, wanted, form)


@rate_limit("enrolment_request")
@require_sign_in
@require_POST
def post_ask_for_enrolment(request: Request) -> HttpResponse:
    """Ask those who may for a code."""
    told = ask_for_enrolment_code(cast(User, request.user), actor=request.actor)
    if told:
        said = ngettext("%(n)s person was told that you ask.", "%(n)s people were told that you ask.", told)
        messages.success(request, said % {"n": told})
    else:
        messages.warning(request, _("There is nobody to ask but whoever runs this installation."))
    return redirect("accounts:second_factor")


def _wanted(request: Request, page: str) -> str:
    """A page of this site to go on to."""
    is_ours = url_has_allowed_host_and_scheme(page, {request.get_host()}, request.is_secure())
    return page if is_ours and page.startswith("/") else "/"


def _second_factor(request: Request, wanted: str, form: EnrolmentCodeForm) -> HttpResponse:
    user = cast(User, request.user)
    context = {
        "roles": [str(role.label) for role in Role if role in request.actor.withheld],
        "has_app": is_mfa_enabled(user, [Authenticator.Type.TOTP]),
        "has_key": is_mfa_enabled(user, [Authenticator.Type.WEBAUTHN]),
        "is_allowed": is_enrolment_allowed(request),
        "wanted": wanted,
        "form": form,
    }
    return render(request, "accounts/second_factor.html", context, status=422 if form.errors else 200)
