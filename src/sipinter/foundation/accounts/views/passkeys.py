"""Removing a passkey; the other pages about them are allauth's own."""

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn.views import RemoveWebAuthnView
from django.http import HttpResponse
from django.utils.translation import gettext as _

from sipinter.foundation.access.errors import NotNow


class RemovePasskey(RemoveWebAuthnView):  # type: ignore[misc]
    """allauth's page, which does not ask whether a role needs the last second factor."""

    def form_valid(self, form: object) -> HttpResponse:
        if not get_adapter().can_delete_authenticator(self.get_object()):
            raise NotNow(
                _(
                    "Your role needs a second factor, and this passkey is the last one. "
                    "Add another passkey or an authenticator app first."
                )
            )
        response: HttpResponse = super().form_valid(form)
        return response


remove_passkey = RemovePasskey.as_view()
