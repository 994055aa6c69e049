from django.apps import AppConfig


class NationalConfig(AppConfig):
    name = "sipinter.nation.results"
    label = "national"

    def ready(self) -> None:
        from . import permissions  # noqa: F401  (registers the predicate)
