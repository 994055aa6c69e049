"""All addresses of the site."""

from django.urls import include, path, reverse_lazy
from django.views.generic import RedirectView

from sipinter.accounts.views import passkeys, service

# In front of allauth's views of the same addresses.
in_front = [
    path(
        "akun/sessions/",
        RedirectView.as_view(url=reverse_lazy("accounts:sessions")),
        name="usersessions_list",
    ),
    path("akun/2fa/webauthn/keys/<int:pk>/remove/", passkeys.remove, name="mfa_remove_webauthn"),
    path("akun/oidc/<str:provider_id>/login/", service.start, name="openid_connect_login"),
    path("akun/oidc/<str:provider_id>/login/callback/", service.callback, name="openid_connect_callback"),
]
urlpatterns = [
    *in_front,
    path("akun/", include("allauth.urls")),
    path("", include("sipinter.web.urls")),
    path("", include("sipinter.accounts.urls")),
    path("", include("sipinter.evidence.urls")),
    path("", include("sipinter.followup.urls")),
    path("", include("sipinter.assessments.urls")),
    path("", include("sipinter.trail.urls")),
    path("", include("sipinter.national.urls")),
    path("", include("sipinter.operations.urls")),
]

handler500 = "sipinter.web.views.fault"
