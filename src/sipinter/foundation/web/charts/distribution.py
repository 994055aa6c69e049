"""How many agencies are in each category, a bar a year (or a type of agency)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from markupsafe import Markup

from ..formatters import format_number
from .history import ChartBand
from .svg import (
    INK,
    LINE,
    MUTED,
    NARROW,
    PAPER,
    WIDE,
    chart_figure,
    data_table,
    svg_drawing,
    svg_mark,
    svg_rect,
    svg_text,
    tone_color,
)

BAR, STEP = 24, 36
DARK_FROM = 2  # from this tone on the colour is dark enough for white figures


@dataclass(frozen=True)
class DistributionBar:
    """One bar: a year or a group, and how many agencies are in each category (by the band's title)."""

    label: str
    counts: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def category_distribution(
    rows: Sequence[DistributionBar], bands: Sequence[ChartBand], first_head: str
) -> Markup:
    """The figure for a page; `first_head` names what the bars are ("Year")."""
    caption = _("Agencies by category; the figures are numbers of agencies.")
    heads = (first_head, *(band.title for band in bands), _("Total"))
    cells = [
        (
            row.label,
            *(format_number(row.counts.get(band.title, 0)) for band in bands),
            format_number(row.total),
        )
        for row in rows
    ]
    return chart_figure(
        category_distribution_svg(rows, bands),
        category_distribution_svg(rows, bands, NARROW),
        caption,
        data_table(caption, heads, cells),
    )


def category_distribution_svg(
    rows: Sequence[DistributionBar], bands: Sequence[ChartBand], width: float = WIDE
) -> Markup:
    """One drawing: the key, then a bar a row; every bar has the same length, its parts are shares."""
    parts, top = _key(bands, width)
    gutter = min(max((len(row.label) for row in rows), default=4) * 7.4 + 12, width * 0.4)
    track = width - gutter - 48
    for i, row in enumerate(rows):
        y = top + i * STEP
        parts.append(svg_text(0, y + 17, row.label, weight=550))
        parts += _bar(row, bands, gutter, y, track)
        parts.append(svg_text(width, y + 17, format_number(row.total), anchor="end", fill=MUTED))
    spoken = "; ".join(
        f"{row.label}: " + ", ".join(f"{band.title} {row.counts.get(band.title, 0)}" for band in bands)
        for row in rows
    )
    return svg_drawing(width, top + max(len(rows), 1) * STEP - 8, _("Agencies by category"), spoken, parts)


def _key(bands: Sequence[ChartBand], width: float) -> tuple[list[Markup], float]:
    parts: list[Markup] = []
    x, y = 0.0, 10.0
    for band in bands:
        wide = len(band.title) * 7.4 + 40
        if x and x + wide > width:
            x, y = 0.0, y + 22
        parts += [
            svg_mark(x + 7, y, band.shape, tone_color(band.tone), 13),
            svg_text(x + 20, y + 4.5, band.title, size=12),
        ]
        x += wide
    return parts, y + 20


def _bar(
    row: DistributionBar, bands: Sequence[ChartBand], left: float, y: float, track: float
) -> list[Markup]:
    if not row.total:
        return [svg_rect(left, y, track, BAR, LINE)]
    parts: list[Markup] = []
    x = left
    for band in bands:
        count = row.counts.get(band.title, 0)
        wide = track * count / row.total
        if count:
            parts.append(svg_rect(x, y, max(wide - 1.5, 0.5), BAR, tone_color(band.tone)))
        if wide > len(format_number(count)) * 8 + 8:
            colour = PAPER if band.tone >= DARK_FROM else INK
            parts.append(
                svg_text(x + wide / 2, y + 17, format_number(count), anchor="middle", fill=colour, weight=700)
            )
        x += wide
    return parts
