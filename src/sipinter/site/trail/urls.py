"""Addresses of the audit trail."""

from django.urls import path

from . import views

app_name = "trail"
urlpatterns = [
    path("jejak-audit/", views.trail_page, name="list"),
    path("jejak-audit/unduh.csv", views.download_trail_csv, name="csv"),
    path("jejak-audit/unduh.xlsx", views.download_trail_xlsx, name="xlsx"),
    path("jejak-audit/penolakan/", views.refusals_page, name="refusals"),
    path("jejak-audit/penolakan/unduh.csv", views.download_refusals_csv, name="refusals_csv"),
    path("jejak-audit/penolakan/unduh.xlsx", views.download_refusals_xlsx, name="refusals_xlsx"),
    path("jejak-audit/<int:pk>/", views.event_page, name="event"),
]
