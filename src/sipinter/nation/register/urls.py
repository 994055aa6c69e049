"""The public pages."""

from django.urls import path

from sipinter.nation.statistics import views

from .views import agency, pages, register, verify

app_name = "national"
urlpatterns = [
    path("", pages.front_page, name="front"),
    path("daftar/", register.register_page, name="register"),
    path("daftar/unduh.csv", register.download_register_csv, name="register_csv"),
    path("daftar/unduh.xlsx", register.download_register_xlsx, name="register_xlsx"),
    path("daftar/<slug:slug>/", agency.agency_profile_page, name="agency"),
    path("daftar/<slug:slug>/unduh.csv", agency.download_agency_csv, name="agency_csv"),
    path("instrumen/", pages.instruments_page, name="instruments"),
    path("instrumen/<slug:instrument_id>/", pages.instrument_page, name="instrument"),
    path("verifikasi/", verify.verify_page, name="verify"),
    path("verifikasi/<str:code>/", verify.verify_code_page, name="verify_code"),
    path("statistik/", views.statistics_page, name="statistics"),
    path("statistik/unduh.csv", views.download_statistics_csv, name="statistics_csv"),
]
