"""All addresses of the site."""

from django.urls import include, path

from allauth.socialaccount.providers.openid_connect.views import login as start_service
from sipinter.accounts.views.passkeys import RemovePasskey
from sipinter.web.limits import limited

urlpatterns = [
    path("akun/oidc/<str:provider_id>/login/", limited("service")(start_service), name="start_service"),
    # In front of allauth's, under the same address and name.
    path("akun/2fa/webauthn/keys/<int:pk>/remove/", RemovePasskey.as_view(), name="mfa_remove_webauthn"),
    path("akun/", include("allauth.urls")),
    path("", include("sipinter.web.urls")),
    path("", include("sipinter.accounts.urls")),
    path("", include("sipinter.evidence.urls")),
    path("", include("sipinter.followup.urls")),
    path("", include("sipinter.assessments.urls")),
    path("", include("sipinter.national.urls")),
]
