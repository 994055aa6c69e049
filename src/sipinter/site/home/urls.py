"""The address of the page that a person begins with."""

from django.urls import path

from . import views

app_name = "home"
urlpatterns = [
    path("beranda/", views.home_page, name="home"),
]
