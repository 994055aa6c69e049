from django.urls import path

from . import views

app_name = "evidence"
urlpatterns = [
    path("bukti/<int:pk>/", views.download_evidence, name="open"),
    path("bukti/<int:pk>/halaman/<int:number>/", views.page_picture_response, name="page"),
    path("bukti/<int:pk>/pratinjau/", views.preview_page, name="preview"),
]
