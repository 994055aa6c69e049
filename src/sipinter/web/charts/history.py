"""The scores of one agency over the years, each instrument in its own panel with its own categories."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from django.utils.translation import gettext as _
from markupsafe import Markup

from ..present import DASH, number
from .svg import (
    BLUE,
    LINE,
    MUTED,
    NARROW,
    PAPER,
    WIDE,
    figure,
    lines,
    mark,
    path,
    rect,
    svg,
    table,
    text,
    tone,
)

GUTTER = 92  # where the names of the categories stand
PLOT = 224  # height of the plot
HEAD, FOOT = 28, 32


@dataclass(frozen=True)
class Band:
    """A category: `lower` is the least score that reaches it."""

    lower: Decimal
    title: str
    tone: int
    shape: str


@dataclass(frozen=True)
class Point:
    """The score of one year."""

    year: int
    score: Decimal


@dataclass(frozen=True)
class Series:
    """The years under one instrument. `bands` from the lowest category up; `max` the instrument's maximum."""

    instrument: str
    max: Decimal
    bands: tuple[Band, ...]
    points: tuple[Point, ...]


def band_of(series: Series, score: Decimal) -> Band | None:
    """The category that `score` lies in."""
    reached = [band for band in series.bands if score >= band.lower]
    return reached[-1] if reached else None


def history(series: Sequence[Series], agency: str) -> Markup:
    """The figure for a page."""
    caption = _("Score of each year, with the categories of the instrument it was measured by.")
    rows = [
        (point.year, number(point.score), _title(one, point), one.instrument)
        for one in series
        for point in one.points
    ]
    heads = (_("Year"), _("Score"), _("Category"), _("Instrument"))
    return figure(
        history_svg(series, agency), history_svg(series, agency, NARROW), caption, table(caption, heads, rows)
    )


def history_svg(series: Sequence[Series], agency: str, width: float = WIDE) -> Markup:
    """One drawing: panels side by side, or under one another when they would be too narrow."""
    shown = [one for one in series if one.points]
    beside = len(shown) > 1 and width / len(shown) >= 280
    wide = width / len(shown) - (12 if beside else 0) if beside else width
    tall = HEAD + PLOT + FOOT
    parts: list[Markup] = []
    for i, one in enumerate(shown):
        parts += _panel(
            one, i * (width / len(shown)) if beside else 0, 0 if beside else i * (tall + 16), wide
        )
    height = tall if beside or len(shown) < 2 else tall * len(shown) + 16 * (len(shown) - 1)
    spoken = "; ".join(
        f"{point.year}: {number(point.score)} ({_title(one, point)})" for one in shown for point in one.points
    )
    return svg(width, height, _("Scores of %(agency)s over the years") % {"agency": agency}, spoken, parts)


def _title(series: Series, point: Point) -> str:
    band = band_of(series, point.score)
    return band.title if band else DASH


def _panel(series: Series, x: float, y: float, width: float) -> list[Markup]:
    top, left, right = y + HEAD, x + GUTTER, x + width
    name = lines(series.instrument, width, 12)
    parts = [text(x, y + 14, name[0] + ("…" if len(name) > 1 else ""), fill=MUTED, size=12, weight=600)]

    def height_of(score: Decimal) -> float:
        return top + PLOT * (1 - float(min(score / series.max, Decimal(1))))

    for i, band in enumerate(series.bands):
        above = series.bands[i + 1].lower if i + 1 < len(series.bands) else series.max
        low, high = height_of(band.lower), height_of(above)
        parts.append(rect(left, high, right - left, low - high, tone(band.tone), opacity=0.09))
        parts.append(path(f"M{left:.1f} {low:.1f}H{right:.1f}", stroke=PAPER if i else "#0f1b2d"))
        middle = (low + high) / 2
        parts.append(mark(x + 6, middle, band.shape, tone(band.tone), 11))
        parts.append(text(x + 16, middle + 4, band.title, size=12, weight=600))
        if i:
            parts.append(text(left - 4, low + 4, number(band.lower), anchor="end", size=10.5, fill=MUTED))
    return parts + _line(series, left, right, top, height_of)


def _line(series: Series, left: float, right: float, top: float, height_of) -> list[Markup]:
    first, last = series.points[0].year, series.points[-1].year
    inset = 26
    step = (right - left - 2 * inset) / max(last - first, 1)

    def across(year: int) -> float:
        return left + inset + (year - first) * step if last > first else (left + right) / 2

    places = [(across(point.year), height_of(point.score), point) for point in series.points]
    parts = [
        path(f"M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}", stroke=BLUE, width=2)
        for (x1, y1, _p), (x2, y2, _q) in pairwise(places)
    ]
    for x, y, point in places:
        band = band_of(series, point.score)
        parts.append(path(f"M{x:.1f} {top + PLOT:.1f}v4", stroke=LINE))
        parts.append(text(x, top + PLOT + 20, point.year, anchor="middle", size=12, fill=MUTED))
        parts.append(mark(x, y, band.shape if band else "circle", tone(band.tone) if band else BLUE, 14))
        parts.append(
            text(x, y - 12 if y - top > 16 else y + 22, number(point.score), anchor="middle", weight=700)
        )
    return parts
