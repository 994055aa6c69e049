"""All addresses of the site."""

from django.urls import include, path

urlpatterns = [
    path("akun/", include("allauth.urls")),
    path("", include("sipinter.web.urls")),
    path("", include("sipinter.accounts.urls")),
    path("", include("sipinter.evidence.urls")),
    path("", include("sipinter.followup.urls")),
    path("", include("sipinter.assessments.urls")),
    path("", include("sipinter.trail.urls")),
    path("", include("sipinter.national.urls")),
]
