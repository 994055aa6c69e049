from django.urls import include, path
from django.views.i18n import set_language

from . import views

pages = [
    path("akun/", views.account_page, name="account"),
    path("sehat/", views.health_check, name="health"),
    path("robots.txt", views.robots_txt, name="robots"),
    path("favicon.ico", views.favicon, name="favicon"),
]
# set_language keeps the plain name that Django's documentation gives it.
urlpatterns = [
    path("", include((pages, "web"))),
    path("bahasa/", set_language, name="set_language"),
]
