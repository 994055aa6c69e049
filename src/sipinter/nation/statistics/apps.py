from django.apps import AppConfig


class StatisticsConfig(AppConfig):
    name = "sipinter.nation.statistics"
    label = "statistics"

    def ready(self) -> None:
        from . import slots  # noqa: F401  (fills the pages under it)
