"""Aspects as bars, each against the national median."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from markupsafe import Markup

from ..formatting import number, percent
from .svg import BLUE, INK, LINE, MUTED, NARROW, PAPER, WIDE, figure, lines, path, rect, svg, table, text

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
            number(bar.score),
            number(bar.max),
            percent(bar.share),
            percent(bar.median),
        )
        for bar in bars
    ]
    return figure(
        aspect_bars_svg(bars, owner, reference=reference),
        aspect_bars_svg(bars, owner, NARROW, reference=reference),
        caption,
        table(caption, heads, rows),
    )


def aspect_bars_svg(
    bars: Sequence[AspectBar], owner: str, width: float = WIDE, *, reference: str = ""
) -> Markup:
    """One drawing: a name above each bar, points and share at its right."""
    parts: list[Markup] = []
    y = 0.0
    for bar in bars:
        name = lines(f"{bar.code}  {bar.name}", width - 110)
        for line in name:
            y += 18
            parts.append(text(0, y, line, weight=550))
        parts.append(text(width, y, f"{number(bar.score)} / {number(bar.max)}", anchor="end", fill=MUTED))
        parts += _bar(bar, y + 8, width)
        y += 8 + BAR + 14
    spoken = "; ".join(_spoken(bar, reference) for bar in bars)
    return svg(width, max(y - 6, 1), _("Aspects of %(owner)s") % {"owner": owner}, spoken, parts)


def _bar(bar: AspectBar, top: float, width: float) -> list[Markup]:
    track = width - 56
    filled = track * float(min(bar.share, Decimal(1)))
    parts = [rect(0, top, track, BAR, LINE, radius=2), rect(0, top, filled, BAR, BLUE, radius=2)]
    if bar.median is not None:
        x = track * float(min(bar.median, Decimal(1)))
        parts.append(path(f"M{x:.1f} {top - 4:.1f}v{BAR + 8}", stroke=PAPER, width=6))
        parts.append(path(f"M{x:.1f} {top - 4:.1f}v{BAR + 8}", stroke=INK, width=2.5))
    parts.append(text(width, top + BAR - 2.5, percent(bar.share), anchor="end", weight=700))
    return parts


def _spoken(bar: AspectBar, reference: str) -> str:
    said = f"{bar.name}: {percent(bar.share)}"
    if bar.median is None:
        return said
    if reference:
        return f"{said} ({reference} {percent(bar.median)})"
    return said + " " + _("(national median %(share)s)") % {"share": percent(bar.median)}
