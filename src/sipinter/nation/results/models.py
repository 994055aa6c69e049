from django.db import models
from django.utils.translation import gettext_lazy as _


class Measure(models.TextChoices):
    """What a published national figure counts or measures."""

    ASSESSED = "assessed", _("Agencies assessed")
    GOOD_OR_BETTER = "good_or_better", _("Agencies rated Good or better")
    SHARE_GOOD_OR_BETTER = "share_good_or_better", _("Share of agencies rated Good or better")
    CATEGORY = "category", _("Agencies of one category")
    ATTAINMENT = "attainment", _("Attainment of one aspect")


class NationalFigure(models.Model):
    """One published figure about the nation, as of a year or a month, with where it was published.

    Counts are whole numbers; shares and attainments are fractions of 1. `item` is the category's code
    (measure `category`) or the aspect's (measure `attainment`) in the instrument, else empty.
    """

    as_of = models.CharField(max_length=7, help_text="2022 or 2024-03")
    measure = models.CharField(max_length=24, choices=Measure)
    item = models.CharField(max_length=40, blank=True)
    instrument_id = models.CharField(max_length=60)
    value = models.DecimalField(max_digits=10, decimal_places=4)
    source = models.CharField(max_length=200)

    class Meta:
        ordering = ["as_of", "measure", "item"]
        constraints = [
            models.UniqueConstraint(
                fields=["as_of", "measure", "item", "instrument_id"], name="national_figure_once"
            ),
        ]
