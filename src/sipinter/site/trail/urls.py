"""Addresses of the audit trail."""

from django.urls import path

from . import views

app_name = "trail"
urlpatterns = [
    path("jejak-audit/", views.trail, name="list"),
    path("jejak-audit/unduh.csv", views.download_csv, name="csv"),
    path("jejak-audit/unduh.xlsx", views.download_xlsx, name="xlsx"),
    path("jejak-audit/<int:pk>/", views.event, name="event"),
]
