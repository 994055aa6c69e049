from django.urls import path

from . import views

app_name = "evidence"
urlpatterns = [
    path("bukti/<int:pk>/", views.download, name="open"),
    path("bukti/<int:pk>/halaman/<int:number>/", views.page, name="page"),
    path("bukti/<int:pk>/pratinjau/", views.preview, name="preview"),
]
