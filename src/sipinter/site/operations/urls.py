from django.urls import path

from . import views

app_name = "operations"
urlpatterns = [
    path("sehat/hidup/", views.live, name="live"),
    path("sehat/siap/", views.ready, name="ready"),
    path("metrik/", views.metrics, name="metrics"),
]
