"""Reading the register of agencies."""

from .models import Agency
from .register import agency_name_key


def agencies_by_name() -> dict[str, Agency]:
    """Every agency under its name, abbreviations and former names, each as `agency_name_key` gives it.

    A name that two agencies carry (an invented one, say) leads to the one whose own name it is.
    """
    agencies = list(Agency.objects.all())
    found = {agency_name_key(alias): agency for agency in agencies for alias in agency.aliases.splitlines()}
    return found | {agency_name_key(agency.name): agency for agency in agencies}


def province_names() -> list[str]:
    """Names of the provinces that have agencies, in alphabetical order."""
    names = Agency.objects.exclude(province="").order_by("province").values_list("province", flat=True)
    return list(names.distinct())
