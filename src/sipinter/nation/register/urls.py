"""The public pages."""

from django.urls import path

from sipinter.nation.statistics import views

from .views import agency, pages, register, verify

app_name = "national"
urlpatterns = [
    path("", pages.front, name="front"),
    path("daftar/", register.register, name="register"),
    path("daftar/unduh.csv", register.download_csv, name="register_csv"),
    path("daftar/unduh.xlsx", register.download_xlsx, name="register_xlsx"),
    path("daftar/<slug:slug>/", agency.agency, name="agency"),
    path("daftar/<slug:slug>/unduh.csv", agency.download_csv, name="agency_csv"),
    path("instrumen/", pages.instruments, name="instruments"),
    path("instrumen/<slug:instrument_id>/", pages.instrument, name="instrument"),
    path("verifikasi/", verify.verify_document, name="verify"),
    path("verifikasi/<str:code>/", verify.verify_code, name="verify_code"),
    path("statistik/", views.statistics, name="statistics"),
    path("statistik/unduh.csv", views.download_csv, name="statistics_csv"),
]
