"""All addresses of the site."""

from django.urls import include, path, reverse_lazy
from django.views.generic import RedirectView

from sipinter.foundation.accounts.views import passkeys, service

# In front of allauth's views of the same addresses.
in_front = [
    path(
        "akun/sessions/",
        RedirectView.as_view(url=reverse_lazy("accounts:sessions")),
        name="usersessions_list",
    ),
    path("akun/2fa/webauthn/keys/<int:pk>/remove/", passkeys.remove_passkey, name="mfa_remove_webauthn"),
    path("akun/oidc/<str:provider_id>/login/", service.post_service_sign_in, name="openid_connect_login"),
    path(
        "akun/oidc/<str:provider_id>/login/callback/",
        service.service_callback,
        name="openid_connect_callback",
    ),
]
urlpatterns = [
    *in_front,
    path("akun/", include("allauth.urls")),
    path("", include("sipinter.foundation.web.urls")),
    path("", include("sipinter.foundation.accounts.urls")),
    path("", include("sipinter.foundation.evidence.urls")),
    path("", include("sipinter.site.home.urls")),
    path("", include("sipinter.guidance.practices.urls")),
    path("", include("sipinter.assessment.record.recommendations.urls")),
    path("", include("sipinter.assessment.record.urls")),
    # The longer addresses of an assessment before those that end with an indicator's code.
    path("", include("sipinter.assessment.decisions.urls")),
    path("", include("sipinter.assessment.verification.urls")),
    path("", include("sipinter.assessment.selfassessment.urls")),
    path("", include("sipinter.site.trail.urls")),
    path("", include("sipinter.nation.register.urls")),
    path("", include("sipinter.site.operations.urls")),
]

handler500 = "sipinter.foundation.web.views.server_error"
