from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "sipinter.documents"
    label = "documents"
