"""Addresses of the rounds."""

from django.urls import path

from .views import cycles

app_name = "record"
urlpatterns = [
    path("penilaian-putaran/", cycles.cycles, name="cycles"),
    path("penilaian-putaran/baru/", cycles.cycle_new, name="cycle_new"),
    path("penilaian-putaran/<int:pk>/", cycles.cycle, name="cycle"),
    path("penilaian-putaran/<int:pk>/tanggal/", cycles.cycle_dates, name="cycle_dates"),
    path("penilaian-putaran/<int:pk>/bacaan-kedua/", cycles.cycle_share, name="cycle_share"),
    path("penilaian-putaran/<int:pk>/buka/", cycles.cycle_open, name="cycle_open"),
]
