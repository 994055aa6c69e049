"""Aspects as bars, each against the national median."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from markupsafe import Markup

from ..formatters import format_number, format_percent
from .svg import (
    BLUE,
    INK,
    LINE,
    MUTED,
    NARROW,
    PAPER,
    WIDE,
    chart_figure,
    data_table,
    svg_drawing,
    svg_path,
    svg_rect,
    svg_text,
    wrap_text,
)

BAR = 14


@dataclass(frozen=True)
class AspectBar:
    """One aspect: its points, the most it can bring, and the national median as a share of that (0-1)."""

    code: str
    name: str
    score: Decimal
    max: Decimal
    median: Decimal | None = None

    @property
    def share(self) -> Decimal:
        return self.score / self.max if self.max else Decimal(0)


def aspect_bars(bars: Sequence[AspectBar], owner: str, *, caption: str = "", reference: str = "") -> Markup:
    """The figure for a page. `caption` and `reference` where the tick is something else than the median."""
    if not caption:
        caption = _("Points of each aspect as a share of its maximum; the tick is the national median.")
    if all(bar.median is None for bar in bars):
        caption = _("Points of each aspect as a share of its maximum.")
    heads = (_("Aspect"), _("Points"), _("Maximum"), _("Share"), reference or _("National median"))
    rows = [
        (
            f"{bar.code} {bar.name}",
            format_number(bar.score),
            format_number(bar.max),
            format_percent(bar.share),
            format_percent(bar.median),
        )
        for bar in bars
    ]
    return chart_figure(
        aspect_bars_svg(bars, owner, reference=reference),
        aspect_bars_svg(bars, owner, NARROW, reference=reference),
        caption,
        data_table(caption, heads, rows),
    )


def aspect_bars_svg(
    bars: Sequence[AspectBar], owner: str, width: float = WIDE, *, reference: str = ""
) -> Markup:
    """One drawing: a name above each bar, points and share at its right."""
    parts: list[Markup] = []
    y = 0.0
    for bar in bars:
        name = wrap_text(f"{bar.code}  {bar.name}", width - 110)
        for line in name:
            y += 18
            parts.append(svg_text(0, y, line, weight=550))
        parts.append(
            svg_text(
                width, y, f"{format_number(bar.score)} / {format_number(bar.max)}", anchor="end", fill=MUTED
            )
        )
        parts += _bar(bar, y + 8, width)
        y += 8 + BAR + 14
    spoken = "; ".join(_spoken(bar, reference) for bar in bars)
    return svg_drawing(width, max(y - 6, 1), _("Aspects of %(owner)s") % {"owner": owner}, spoken, parts)


def _bar(bar: AspectBar, top: float, width: float) -> list[Markup]:
    track = width - 56
    filled = track * float(min(bar.share, Decimal(1)))
    parts = [svg_rect(0, top, track, BAR, LINE, radius=2), svg_rect(0, top, filled, BAR, BLUE, radius=2)]
    if bar.median is not None:
        x = track * float(min(bar.median, Decimal(1)))
        parts.append(svg_path(f"M{x:.1f} {top - 4:.1f}v{BAR + 8}", stroke=PAPER, width=6))
        parts.append(svg_path(f"M{x:.1f} {top - 4:.1f}v{BAR + 8}", stroke=INK, width=2.5))
    parts.append(svg_text(width, top + BAR - 2.5, format_percent(bar.share), anchor="end", weight=700))
    return parts


def _spoken(bar: AspectBar, reference: str) -> str:
    said = f"{bar.name}: {format_percent(bar.share)}"
    if bar.median is None:
        return said
    if reference:
        return f"{said} ({reference} {format_percent(bar.median)})"
    return said + " " + _("(national median %(share)s)") % {"share": format_percent(bar.median)}
