from django.apps import AppConfig


class StatisticsConfig(AppConfig):
    name = "sipinter.nation.statistics"
    label = "statistics"
