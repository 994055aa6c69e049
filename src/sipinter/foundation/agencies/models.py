from datetime import date
from zoneinfo import ZoneInfo

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class AgencyType(models.TextChoices):
    """Kinds of government agency, as the published statistics group them."""

    MINISTRY = "kementerian", _("Ministry")
    LPNK = "lpnk", _("Non-ministerial agency (LPNK)")
    LNS = "lns", _("Non-structural body (LNS)")
    STATE_BODY = "lembaga_negara", _("State body")
    PROVINCE = "provinsi", _("Province")
    REGENCY = "kabupaten", _("Regency")
    CITY = "kota", _("City")


class TimeZone(models.TextChoices):
    """Indonesia's three time zones."""

    WIB = "Asia/Jakarta", "WIB"
    WITA = "Asia/Makassar", "WITA"
    WIT = "Asia/Jayapura", "WIT"


class Agency(models.Model):
    """A government agency (instansi pemerintah) of the national register."""

    code = models.CharField(
        max_length=20, unique=True, help_text="Region code (Kemendagri) or the code of the central list"
    )
    slug = models.SlugField(max_length=120, unique=True)
    name = models.CharField(max_length=200, help_text="For example Pemerintah Kabupaten Bantul")
    aliases = models.TextField(
        blank=True, default="", help_text="Abbreviations and former names, one a line: for search and history"
    )
    type = models.CharField(max_length=20, choices=AgencyType)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="members")
    province = models.CharField(max_length=60, blank=True, help_text="Name of the province; empty: central")
    time_zone = models.CharField(max_length=20, choices=TimeZone, default=TimeZone.WIB)
    regional_office = models.CharField(max_length=60, blank=True, help_text="BKN regional office (kanreg)")
    evidence_quota_mb = models.PositiveIntegerField(
        null=True, blank=True, help_text="Room for evidence in MB; 0: no limit; empty: as for all"
    )
    is_invented = models.BooleanField(default=False, help_text="Exists only in the demonstration")
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("agency")

    def __str__(self) -> str:
        return self.name

    @property
    def is_regional(self) -> bool:
        """True for provinces, regencies and cities."""
        return self.type in {AgencyType.PROVINCE, AgencyType.REGENCY, AgencyType.CITY}

    @property
    def time_zone_label(self) -> str:
        """WIB, WITA or WIT."""
        return TimeZone(self.time_zone).label

    @property
    def zone(self) -> ZoneInfo:
        """The agency's clock."""
        return ZoneInfo(self.time_zone)

    def today(self) -> date:
        """The day on the agency's calendar."""
        return timezone.localdate(timezone=self.zone)
