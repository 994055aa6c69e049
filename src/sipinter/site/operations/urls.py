from django.urls import path

from . import views

app_name = "operations"
urlpatterns = [
    path("sehat/hidup/", views.liveness_probe, name="live"),
    path("sehat/siap/", views.readiness_probe, name="ready"),
    path("metrik/", views.prometheus_metrics, name="metrics"),
]
