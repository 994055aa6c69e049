"""Addresses of the examples of good practice."""

from django.urls import path

from . import views

app_name = "practices"
urlpatterns = [
    path("contoh/", views.own_examples_page, name="own_examples"),
    path("contoh/<int:example>/izin/", views.post_example_consent, name="consent_example"),
    path("desk/contoh/", views.examples_page, name="examples"),
    path("desk/contoh/<int:example>/terbitkan/", views.post_publish_example, name="publish_example"),
    path("desk/contoh/<int:example>/tarik/", views.post_withdraw_example, name="withdraw_example"),
]
