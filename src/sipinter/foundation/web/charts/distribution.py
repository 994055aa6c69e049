"""How many agencies are in each category, a bar a year (or a type of agency)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from markupsafe import Markup

from ..formatting import number
from .history import Band
from .svg import INK, LINE, MUTED, NARROW, PAPER, WIDE, figure, mark, rect, svg, table, text, tone

BAR, STEP = 24, 36
DARK_FROM = 2  # from this tone on the colour is dark enough for white figures


@dataclass(frozen=True)
class Row:
    """One bar: a year or a group, and how many agencies are in each category (by the band's title)."""

    label: str
    counts: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def distribution(rows: Sequence[Row], bands: Sequence[Band], first_head: str) -> Markup:
    """The figure for a page; `first_head` names what the bars are ("Year")."""
    caption = _("Agencies by category; the figures are numbers of agencies.")
    heads = (first_head, *(band.title for band in bands), _("Total"))
    cells = [
        (row.label, *(number(row.counts.get(band.title, 0)) for band in bands), number(row.total))
        for row in rows
    ]
    return figure(
        distribution_svg(rows, bands),
        distribution_svg(rows, bands, NARROW),
        caption,
        table(caption, heads, cells),
    )


def distribution_svg(rows: Sequence[Row], bands: Sequence[Band], width: float = WIDE) -> Markup:
    """One drawing: the key, then a bar a row; every bar has the same length, its parts are shares."""
    parts, top = _key(bands, width)
    gutter = min(max((len(row.label) for row in rows), default=4) * 7.4 + 12, width * 0.4)
    track = width - gutter - 48
    for i, row in enumerate(rows):
        y = top + i * STEP
        parts.append(text(0, y + 17, row.label, weight=550))
        parts += _bar(row, bands, gutter, y, track)
        parts.append(text(width, y + 17, number(row.total), anchor="end", fill=MUTED))
    spoken = "; ".join(
        f"{row.label}: " + ", ".join(f"{band.title} {row.counts.get(band.title, 0)}" for band in bands)
        for row in rows
    )
    return svg(width, top + max(len(rows), 1) * STEP - 8, _("Agencies by category"), spoken, parts)


def _key(bands: Sequence[Band], width: float) -> tuple[list[Markup], float]:
    parts: list[Markup] = []
    x, y = 0.0, 10.0
    for band in bands:
        wide = len(band.title) * 7.4 + 40
        if x and x + wide > width:
            x, y = 0.0, y + 22
        parts += [mark(x + 7, y, band.shape, tone(band.tone), 13), text(x + 20, y + 4.5, band.title, size=12)]
        x += wide
    return parts, y + 20


def _bar(row: Row, bands: Sequence[Band], left: float, y: float, track: float) -> list[Markup]:
    if not row.total:
        return [rect(left, y, track, BAR, LINE)]
    parts: list[Markup] = []
    x = left
    for band in bands:
        count = row.counts.get(band.title, 0)
        wide = track * count / row.total
        if count:
            parts.append(rect(x, y, max(wide - 1.5, 0.5), BAR, tone(band.tone)))
        if wide > len(number(count)) * 8 + 8:
            colour = PAPER if band.tone >= DARK_FROM else INK
            parts.append(text(x + wide / 2, y + 17, number(count), anchor="middle", fill=colour, weight=700))
        x += wide
    return parts
