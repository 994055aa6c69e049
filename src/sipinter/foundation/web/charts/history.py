"""The scores of one agency over the years, each instrument in its own panel with its own categories."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from django.utils.translation import gettext as _
from markupsafe import Markup

from ..formatters import DASH, format_number
from .svg import (
    BLUE,
    INK,
    MUTED,
    NARROW,
    PAPER,
    WIDE,
    chart_figure,
    data_table,
    svg_drawing,
    svg_mark,
    svg_path,
    svg_rect,
    svg_text,
    tone_color,
    wrap_text,
)

GUTTER = 92  # where the names of the categories stand
PLOT = 224  # height of the plot
HEAD, FOOT = 28, 32
PANEL = HEAD + PLOT + FOOT
INSET = 26  # from the plot's edge to the first and last point


@dataclass(frozen=True)
class ChartBand:
    """A category: `lower` is the least score that reaches it."""

    lower: Decimal
    title: str
    tone: int
    shape: str


@dataclass(frozen=True)
class ChartPoint:
    """The score of one year; a second round of the year has `round` 2."""

    year: int
    score: Decimal
    round: int = 1

    @property
    def label(self) -> str:
        return str(self.year) if self.round == 1 else f"{self.year}/{self.round}"

    @property
    def place(self) -> float:
        return self.year + (self.round - 1) / 2


@dataclass(frozen=True)
class ChartSeries:
    """The years under one instrument. `bands` from the lowest category up; `max` the instrument's maximum."""

    instrument: str
    max: Decimal
    bands: tuple[ChartBand, ...]
    points: tuple[ChartPoint, ...]


def score_band(series: ChartSeries, score: Decimal) -> ChartBand | None:
    """The category that `score` lies in."""
    reached = [band for band in series.bands if score >= band.lower]
    return reached[-1] if reached else None


def score_history(series: Sequence[ChartSeries], agency: str) -> Markup:
    """The figure for a page."""
    caption = _("Score of each year, with the categories of the instrument it was measured by.")
    rows = [
        (point.label, format_number(point.score), _title(one, point), one.instrument)
        for one in series
        for point in one.points
    ]
    heads = (_("Year"), _("Score"), _("Category"), _("Instrument"))
    return chart_figure(
        score_history_svg(series, agency),
        score_history_svg(series, agency, NARROW),
        caption,
        data_table(caption, heads, rows),
    )


def score_history_svg(series: Sequence[ChartSeries], agency: str, width: float = WIDE) -> Markup:
    """One drawing: panels side by side, or under one another when they would be too narrow."""
    shown = [one for one in series if one.points]
    beside = len(shown) > 1 and width / len(shown) >= 280
    wide = width / len(shown) - 12 if beside else width
    parts: list[Markup] = []
    for i, one in enumerate(shown):
        x, y = (i * (wide + 12), 0) if beside else (0, i * (PANEL + 16))
        parts += _Panel(one, x, y, wide).draw()
    height = PANEL if beside else max(len(shown), 1) * (PANEL + 16) - 16
    spoken = "; ".join(
        f"{point.label}: {format_number(point.score)} ({_title(one, point)})"
        for one in shown
        for point in one.points
    )
    return svg_drawing(
        width, height, _("Scores of %(agency)s over the years") % {"agency": agency}, spoken, parts
    )


def _title(series: ChartSeries, point: ChartPoint) -> str:
    band = score_band(series, point.score)
    return band.title if band else DASH


class _Panel:
    """The plot of one instrument, with its top left corner at (x, y)."""

    def __init__(self, series: ChartSeries, x: float, y: float, width: float) -> None:
        self.series, self.x, self.y, self.width = series, x, y, width
        self.top, self.left, self.right = y + HEAD, x + GUTTER, x + width
        points, bands = series.points, series.bands
        self.max = max(series.max, *(point.score for point in points))
        if bands and bands[-1].lower >= self.max:  # a category that begins at the maximum needs room too
            self.max = bands[-1].lower * Decimal("1.1")
        self.first, self.last = points[0].place, points[-1].place
        self.step = (self.right - self.left - 2 * INSET) / max(self.last - self.first, 1)

    def draw(self) -> list[Markup]:
        name = wrap_text(self.series.instrument, self.width, 12)
        title = name[0] + ("…" if len(name) > 1 else "")
        head = svg_text(self.x, self.y + 14, title, fill=MUTED, size=12, weight=600)
        return [head, *self.bands(), *self.line(), *self.points()]

    def down(self, score: Decimal) -> float:
        """Where a score lies."""
        return self.top + PLOT * (1 - float(score / self.max))

    def across(self, point: ChartPoint) -> float:
        """Where a year lies; one alone stands in the middle."""
        if self.last == self.first:
            return (self.left + self.right) / 2
        return self.left + INSET + (point.place - self.first) * self.step

    def bands(self) -> list[Markup]:
        parts: list[Markup] = []
        ends = [band.lower for band in self.series.bands[1:]] + [self.max]
        for i, (band, end) in enumerate(zip(self.series.bands, ends, strict=True)):
            low, high = self.down(band.lower), self.down(end)
            middle = (low + high) / 2
            parts += [
                svg_rect(
                    self.left, high, self.right - self.left, low - high, tone_color(band.tone), opacity=0.09
                ),
                svg_path(f"M{self.left:.1f} {low:.1f}H{self.right:.1f}", stroke=PAPER if i else INK),
                svg_mark(self.x + 6, middle, band.shape, tone_color(band.tone), 11),
                svg_text(self.x + 16, middle + 4, band.title, size=12, weight=600),
            ]
            if i:
                bound = format_number(band.lower)
                parts.append(svg_text(self.left - 4, low + 4, bound, anchor="end", size=10.5, fill=MUTED))
        return parts

    def line(self) -> list[Markup]:
        places = [(self.across(point), self.down(point.score)) for point in self.series.points]
        return [
            svg_path(f"M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}", stroke=BLUE, width=2)
            for (x1, y1), (x2, y2) in pairwise(places)
        ]

    def points(self) -> list[Markup]:
        crowded = len(self.series.points) > 1 and self.step < 40
        size = 11 if crowded else 13
        parts: list[Markup] = []
        for point in self.series.points:
            x, y = self.across(point), self.down(point.score)
            band = score_band(self.series, point.score)
            year = f"’{point.label[2:]}" if crowded else point.label
            value = y - 12 if y - self.top > 20 else y + 24
            parts += [
                svg_text(x, self.top + PLOT + 20, year, anchor="middle", size=12, fill=MUTED),
                svg_text(
                    x, value, format_number(point.score), anchor="middle", weight=700, size=size, halo=True
                ),
                svg_mark(x, y, band.shape if band else "circle", tone_color(band.tone if band else 0), 14),
            ]
        return parts
