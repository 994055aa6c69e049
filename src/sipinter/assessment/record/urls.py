"""Addresses of the rounds."""

from django.urls import path

from .views import cycles

app_name = "record"
urlpatterns = [
    path("penilaian-putaran/", cycles.cycles_page, name="cycles"),
    path("penilaian-putaran/baru/", cycles.new_cycle_page, name="cycle_new"),
    path("penilaian-putaran/<int:pk>/", cycles.cycle_page, name="cycle"),
    path("penilaian-putaran/<int:pk>/tanggal/", cycles.post_change_cycle_dates, name="cycle_dates"),
    path("penilaian-putaran/<int:pk>/bacaan-kedua/", cycles.post_change_reading_share, name="cycle_share"),
    path("penilaian-putaran/<int:pk>/buka/", cycles.post_open_cycle, name="cycle_open"),
]
