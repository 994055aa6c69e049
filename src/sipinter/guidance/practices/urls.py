"""Addresses of the examples of good practice."""

from django.urls import path

from . import views

app_name = "practices"
urlpatterns = [
    path("contoh/", views.own_examples, name="own_examples"),
    path("contoh/<int:example>/izin/", views.consent, name="consent_example"),
    path("desk/contoh/", views.examples, name="examples"),
    path("desk/contoh/<int:example>/terbitkan/", views.publish, name="publish_example"),
    path("desk/contoh/<int:example>/tarik/", views.withdraw, name="withdraw_example"),
]
