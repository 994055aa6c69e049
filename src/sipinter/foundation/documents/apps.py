from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "sipinter.foundation.documents"
    label = "documents"

    def ready(self) -> None:
        from . import checks  # noqa: F401  # registers them
