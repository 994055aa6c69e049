from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class WorkConfig(AppConfig):
    name = "sipinter.foundation.work"
    label = "work"

    def ready(self) -> None:
        """Every room's tasks, so that the periodic ones and those on offer are known."""
        autodiscover_modules("tasks")
