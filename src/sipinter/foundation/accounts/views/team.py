"""The people of an agency, as its account keeper (or the national administrator) manages them."""

from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sipinter.foundation.access.errors import Refused
from sipinter.foundation.access.permissions import may, require
from sipinter.foundation.access.roles import CONFIRMED_ROLES, Role
from sipinter.foundation.agencies.models import Agency
from sipinter.foundation.web.request import Request

from .. import queries
from ..actor import actor_of
from ..decorators import require_sign_in, take_saved_input
from ..fetching import fetch_or_404, foreign_row_404
from ..forms import InviteForm, LostFactorForm, ScopeForm, show_refusal
from ..models import Invitation, Membership
from ..reauthentication import require_reauthentication
from ..services import invitations, memberships
from ..services.duties import duty_clashes
from ..services.enrolment import HOURS, renew_second_factor
from ..services.memberships import change_scope, end_membership
from ..sessions import sign_out_if_ended


@require_sign_in
@require_safe
def members_page(request: Request) -> HttpResponse:
    """The people, the open invitations; for the administrator without an agency of their own, a search."""
    actor = request.actor
    agency, managed = _chosen(request)
    if agency is None:
        words = request.GET.get("cari", "")[:100]
        found = queries.search_agencies(words) if words else []
        searched = {"words": words, "found": found, "clashes": duty_clashes()}
        return render(request, "accounts/find_agency.html", searched)
    context = {
        "agency": agency,
        "managed": managed,
        "members": queries.members_of(agency, actor),
        "waiting": queries.pending_invitations(agency, actor),
        "clashes": duty_clashes(agency) if actor.has(Role.ADMINISTRATOR) else [],
    }
    return render(request, "accounts/team.html", context)


def _administrator(request: Request) -> bool:
    return request.POST.get("role") == Role.ADMINISTRATOR


@require_sign_in
@require_reauthentication(_administrator)
@require_http_methods(["GET", "HEAD", "POST"])
def invite_page(request: Request) -> HttpResponse:
    """The form that sends an invitation."""
    actor = request.actor
    agency, _managed = _chosen(request)
    if agency is None:
        return redirect("accounts:team")
    roles = queries.invitable_roles(actor, agency)
    typed = request.POST if request.method == "POST" else None
    needs = CONFIRMED_ROLES if not actor.has(Role.ADMINISTRATOR) else ()
    form = InviteForm(typed, roles=roles, confirmed=needs, initial=_restored(request) or {"role": Role.TEAM})
    if typed is not None and form.is_valid():
        data = form.cleaned_data
        try:
            invited = invitations.send_invitation(
                agency,
                email=data["email"],
                name=data["name"],
                role=data["role"],
                unit=data["unit"],
                scope=form.scope,
                actor=actor,
            )
        except Refused as error:
            show_refusal(form, error)
        else:
            values = {"email": invited.invitation.email}
            sentence = _("Invitation sent to %(email)s.") % values
            if invited.invitation.waits_for_confirmation:
                sentence = _(
                    "The invitation to %(email)s waits for its confirmation; then the link goes out."
                )
                sentence = sentence % values
            messages.success(request, sentence)
            return redirect(team_url(agency))
    status = 422 if form.errors else 200
    return render(request, "accounts/invite.html", {"agency": agency, "form": form}, status=status)


@require_sign_in
@require_http_methods(["GET", "HEAD", "POST"])
def member_page(request: Request, pk: int) -> HttpResponse:
    """What one team member fills in."""
    membership = _membership(request, pk)
    initial = _restored(request) or ScopeForm.initial_of(membership.scope)
    form = ScopeForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            change_scope(membership, scope=form.scope, actor=request.actor)
        except Refused as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("Saved: what %(name)s fills in.") % {"name": membership.user.name})
            return redirect(team_url(membership.agency))
    context = {"membership": membership, "role": Role(membership.role).label, "form": form}
    return render(request, "accounts/member.html", context, status=422 if form.errors else 200)


@require_sign_in
@require_http_methods(["GET", "HEAD", "POST"])
def end_membership_page(request: Request, pk: int) -> HttpResponse:
    """Ending a role: asked once more, then done."""
    membership = _membership(request, pk)
    if request.method == "POST":
        end_membership(membership, actor=request.actor)
        sign_out_if_ended(request)
        messages.success(
            request,
            _("%(name)s is no longer: %(role)s.")
            % {"name": membership.user.name, "role": Role(membership.role).label},
        )
        return redirect(team_url(membership.agency))
    factor = may(request.actor, "accounts.remove_second_factor", membership)
    context = {"membership": membership, "role": Role(membership.role).label, "factor": factor}
    return render(request, "accounts/end.html", context)


@never_cache
@require_sign_in
@require_reauthentication()
@require_http_methods(["GET", "HEAD", "POST"])
def lost_factor_page(request: Request, pk: int) -> HttpResponse:
    """Removing a lost second factor, and the code for a new one where a role demands it."""
    membership = _membership(request, pk)
    actor = request.actor
    require(actor, "accounts.remove_second_factor", membership)
    form = LostFactorForm(request.POST if request.method == "POST" else None, initial=_restored(request))
    if form.is_bound and form.is_valid():
        try:
            code = renew_second_factor(membership, **form.cleaned_data, actor=actor)
        except Refused as error:
            show_refusal(form, error)
        else:
            if code:
                shown = {"membership": membership, "code": code, "hours": HOURS}
                return render(request, "accounts/enrolment_code.html", shown)
            said = _("%(name)s can sign in with the password now, and sets up a new second factor.")
            messages.success(request, said % {"name": membership.user.name})
            return redirect(team_url(membership.agency))
    context = {
        "membership": membership,
        "role": Role(membership.role).label,
        "form": form,
        "needs_code": bool(actor_of(membership.user).withheld),
        "has_factor": is_mfa_enabled(membership.user),
    }
    return render(request, "accounts/lost_factor.html", context, status=422 if form.errors else 200)


@require_sign_in
@require_POST
def post_sign_out_everywhere(request: Request, pk: int) -> HttpResponse:
    """End all sign-ins of a member; their role stays."""
    membership = _membership(request, pk)
    memberships.sign_out_everywhere(membership, actor=request.actor)
    sign_out_if_ended(request)
    messages.success(request, _("%(name)s is signed out everywhere.") % {"name": membership.user.name})
    return redirect(team_url(membership.agency))


@require_sign_in
@require_POST
def post_resend_invitation(request: Request, pk: int) -> HttpResponse:
    """Send an invitation again, with a new link."""
    invitation = _invitation(request, pk)
    invitations.resend_invitation(invitation, actor=request.actor)
    messages.success(request, _("Sent again to %(email)s.") % {"email": invitation.email})
    return redirect(team_url(invitation.agency))


@require_sign_in
@require_POST
def post_revoke_invitation(request: Request, pk: int) -> HttpResponse:
    """Withdraw an invitation."""
    invitation = _invitation(request, pk)
    invitations.revoke_invitation(invitation, actor=request.actor)
    messages.success(request, _("The invitation to %(email)s is withdrawn.") % {"email": invitation.email})
    return redirect(team_url(invitation.agency))


@require_sign_in
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_invitation_page(request: Request, pk: int) -> HttpResponse:
    """An invitation for secretary or head of the agency: the present holder agrees, or refuses."""
    invitation, actor = _invitation(request, pk), request.actor
    require(actor, "accounts.confirm_invitation", invitation)
    if request.method == "POST":
        refused = "refuse" in request.POST
        act = invitations.decline_invitation if refused else invitations.confirm_invitation
        act(invitation, actor=actor)
        said = _("Refused: the invitation is closed.") if refused else _("Confirmed: the link has gone out.")
        messages.success(request, said)
        return redirect("/")
    context = {"invitation": invitation, "role": Role(invitation.role).label}
    return render(request, "accounts/confirm_invitation.html", context)


def team_url(agency: Agency) -> str:
    """Address of an agency's people."""
    return f"{reverse('accounts:team')}?{urlencode({'instansi': agency.slug})}"


def _chosen(request: Request) -> tuple[Agency | None, list[Agency]]:
    """The agency that the address names, or the first that the actor manages; and all of these.

    None for an administrator who manages none. Http404 (on record) for somebody else's agency, Denied for
    people of the agency who are not its keeper.
    """
    actor = request.actor
    managed = queries.managed_agencies(actor)
    slug = request.GET.get("instansi", "")
    if not slug:
        if not managed:
            require(actor, "accounts.manage_members", None)
        return (managed[0] if managed else None), managed
    agency = next((a for a in managed if a.slug == slug), None) or Agency.objects.filter(slug=slug).first()
    if agency is None:
        raise Http404
    if not may(actor, "accounts.manage_members", agency.pk) and not actor.grants_in(agency.pk):
        raise foreign_row_404(request, agency, agency.pk)
    require(actor, "accounts.manage_members", agency.pk)
    return agency, managed


def _membership(request: Request, pk: int) -> Membership:
    rows = Membership.objects.select_related("user", "agency")
    membership: Membership = fetch_or_404(request, rows, pk=pk)
    require(request.actor, "accounts.change_membership", membership)
    return membership


def _invitation(request: Request, pk: int) -> Invitation:
    invitation: Invitation = fetch_or_404(
        request, Invitation.objects.select_related("agency", "invited_by"), pk=pk
    )
    return invitation


def _restored(request: Request) -> dict[str, object]:
    """What was typed here before the sign-in ran out, as first values of the form."""
    typed = take_saved_input(request) if request.method == "GET" else None
    if typed is None:
        return {}
    messages.info(request, _("What you typed before is here again. It is not saved yet."))
    return {name: typed.getlist(name) if name == "aspects" else typed[name] for name in typed}
