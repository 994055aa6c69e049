"""The page behind an invitation's link."""

from allauth.account.utils import perform_login
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from sipinter.foundation.access.errors import Invalid
from sipinter.foundation.access.roles import Role
from sipinter.foundation.web.rate_limits import rate_limit
from sipinter.foundation.web.request import Request

from ..actor import actor_of
from ..enrolment import allow_enrolment
from ..forms import AcceptForm, show_refusal
from ..middleware import second_factor_url
from ..models import Invitation, User
from ..services import invitations
from ..services.invitations import (
    ClosedLink,
    UnknownLink,
    accept_with_account,
    get_open_invitation,
    invited_account,
)


@rate_limit("invitation")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation_page(request: Request, token: str) -> HttpResponse:
    """Take up an invitation: with a new account, or with the one that has the invited address."""
    try:
        invitation = get_open_invitation(token)
        owner = invited_account(invitation)
        if owner is not None or request.actor.is_signed_in:
            return _with_account(request, token, invitation, owner)
        return _as_newcomer(request, token, invitation)
    except (ClosedLink, UnknownLink) as error:
        return render(request, "accounts/closed_link.html", {"error": error}, status=error.status)


def _as_newcomer(request: Request, token: str, invitation: Invitation) -> HttpResponse:
    form = AcceptForm(request.POST if request.method == "POST" else None, initial={"name": invitation.name})
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        try:
            user = invitations.accept_invitation(token, name=data["name"], password=data["password"])
        except Invalid as error:
            if isinstance(error, UnknownLink):
                raise
            show_refusal(form, error)
        else:
            _welcome(request, invitation)
            response: HttpResponse = perform_login(request, user, redirect_url="/")
            allow_enrolment(request, user)
            return response
    status = 422 if form.errors else 200
    return render(request, "accounts/accept.html", {**_about(invitation), "form": form}, status=status)


def _with_account(request: Request, token: str, invitation: Invitation, owner: User | None) -> HttpResponse:
    actor = request.actor
    if not actor.is_signed_in:
        return render(request, "accounts/accept_sign_in.html", _about(invitation))
    if owner is None or owner.pk != actor.user_id:
        return render(request, "accounts/accept_other.html", _about(invitation), status=403)
    if request.method == "POST":
        user = accept_with_account(token, actor=actor)
        request.session.cycle_key()
        allow_enrolment(request, user)
        _welcome(request, invitation)
        withheld = actor_of(user, second_factor=actor.second_factor).withheld
        return redirect(second_factor_url("/") if withheld else "/")
    return render(request, "accounts/accept_confirm.html", _about(invitation))


def _about(invitation: Invitation) -> dict[str, object]:
    return {"invitation": invitation, "role": Role(invitation.role).label}


def _welcome(request: Request, invitation: Invitation) -> None:
    values = {"role": Role(invitation.role).label, "agency": invitation.agency.name}
    messages.success(request, _("Welcome. Your role: %(role)s, %(agency)s.") % values)
