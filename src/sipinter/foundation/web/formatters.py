"""Numbers, dates and texts as people read them, in Indonesian and English.

Written without Django's localisation: a page of 500 rows formats thousands of values.
"""

from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from markupsafe import Markup, escape

MONTHS = {
    "id": (
        "Januari",
        "Februari",
        "Maret",
        "April",
        "Mei",
        "Juni",
        "Juli",
        "Agustus",
        "September",
        "Oktober",
        "November",
        "Desember",
    ),
    "en": (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
}
# Hours ahead of UTC name the zone: Indonesia keeps no summer time.
ZONES = {7: "WIB", 8: "WITA", 9: "WIT"}
DASH = "–"
_INDONESIAN = str.maketrans(",.", ".,")


def page_language() -> str:
    """The language of the page: "id" or "en"."""
    return "en" if (get_language() or "id").startswith("en") else "id"


def format_number(
    value: Decimal | float | str | None, decimals: int | None = None, *, sign: bool = False
) -> str:
    """A number with the language's marks: 1234.5 is "1.234,5" (id), "1,234.5" (en); a dash for None.

    `decimals` fixes the decimal places (rounded half up); without it useless zeros are dropped.
    `sign` puts a plus before a number above zero.
    """
    if value is None or value == "":
        return DASH
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    if decimals is None:
        text = f"{exact:,f}"
        if "." in text:
            text = text.rstrip("0").rstrip(".")
    else:
        text = f"{exact.quantize(Decimal(1).scaleb(-decimals), 'ROUND_HALF_UP'):,f}"
    if text.startswith("-"):
        text = text[1:] if not text.strip("-0.,") else "−" + text[1:]
    elif sign and exact > 0:
        text = "+" + text
    return text if page_language() == "en" else text.translate(_INDONESIAN)


def format_percent(value: Decimal | float | str | None, decimals: int = 0) -> str:
    """A share between 0 and 1 as "82%" (en) or "82%" (id), with the language's decimal mark."""
    return DASH if value is None else f"{format_number(Decimal(str(value)) * 100, decimals)}%"


def format_day(value: date | datetime | None) -> str:
    """ "22 November 2026" in both languages; a dash for None. A datetime is read in the current time zone."""
    if value is None:
        return DASH
    if isinstance(value, datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    return f"{value.day} {MONTHS[page_language()][value.month - 1]} {value.year}"


@lru_cache(maxsize=16)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def format_moment(value: datetime | None, tz_name: str = "Asia/Jakarta") -> str:
    """ "22 November 2026 10.42 WIB" (en: "10:42") on the clock of `tz_name`; a dash for None."""
    if value is None:
        return DASH
    local = value.astimezone(_zone(tz_name))
    return f"{local.day} {MONTHS[page_language()][local.month - 1]} {local.year} {_clock(local)}"


def format_clock(value: datetime | None, tz_name: str = "Asia/Jakarta") -> str:
    """ "10.42 WIB" (en: "10:42 WIB"): the hour alone, for what happened today."""
    return DASH if value is None else _clock(value.astimezone(_zone(tz_name)))


def _clock(local: datetime) -> str:
    mark = ":" if page_language() == "en" else "."
    offset = local.utcoffset()
    hours = int(offset.total_seconds() // 3600) if offset is not None else 0
    return f"{local.hour:02d}{mark}{local.minute:02d} {ZONES.get(hours, local.tzname() or '')}".rstrip()


def days_left(until: date | None, today: date | None = None) -> int | None:
    """Days from `today` (now, in the current time zone) to the end of `until`; negative when it is past."""
    return None if until is None else (until - (today or timezone.localdate())).days


def days_left_text(days: int | None) -> str:
    """ "12 days left", "today is the last day", "closed 3 days ago"; empty for None."""
    if days is None:
        return ""
    if days < 0:
        return ngettext("closed %(n)s day ago", "closed %(n)s days ago", -days) % {"n": -days}
    if days == 0:
        return _("today is the last day")
    return ngettext("%(n)s day left", "%(n)s days left", days) % {"n": days}


def format_filesize(size: int | None) -> str:
    """Bytes as "640 B", "12 KB", "3,4 MB" (1 KB = 1,024 B)."""
    if size is None:
        return DASH
    if size < 1024:
        return f"{size} B"
    if size < 1024 * 1024:
        return f"{format_number(round(size / 1024))} KB"
    return f"{format_number(Decimal(size) / (1024 * 1024), 1)} MB"


def html_paragraphs(text: str | None) -> Markup:
    """Plain text as HTML: escaped, a blank line makes a paragraph, a line end a line break."""
    blocks = [block.strip() for block in (text or "").replace("\r\n", "\n").split("\n\n")]
    return Markup("").join(
        Markup("<p>{}</p>").format(Markup("<br>").join(escape(line) for line in block.split("\n")))
        for block in blocks
        if block
    )
