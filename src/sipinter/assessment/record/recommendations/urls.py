"""Addresses of the recommendations."""

from django.urls import path

from . import views

app_name = "followup"
urlpatterns = [path("rekomendasi/", views.recommendations_page, name="list")]
