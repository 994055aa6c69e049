"""Addresses of the audit trail."""

from django.urls import path

from . import views

app_name = "trail"
urlpatterns = [
    path("jejak-audit/", views.trail_page, name="list"),
    path("jejak-audit/unduh.csv", views.download_trail_csv, name="csv"),
    path("jejak-audit/unduh.xlsx", views.download_trail_xlsx, name="xlsx"),
    path("jejak-audit/<int:pk>/", views.event_page, name="event"),
]
