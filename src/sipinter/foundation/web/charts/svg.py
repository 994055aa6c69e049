"""The few SVG and table parts that the charts are put together from."""

import textwrap
import zlib
from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _
from markupsafe import Markup

from ..icons import shape_path

INK = "#0f1b2d"
MUTED = "#4a5769"
LINE = "#dce1e8"
BLUE = "#0b3a75"
PAPER = "#ffffff"
# The same as --tone-1 to --tone-5 of the style sheet; see distribution.DARK_FROM for the text on them.
TONES = {1: "#e06a26", 2: "#a5671a", 3: "#21708a", 4: "#0b4f8f", 5: "#06234d"}
FONT = "Plus Jakarta Sans, system-ui, sans-serif"
WIDE, NARROW = 640, 340


def tone_color(number: int) -> str:
    """The colour of a category's tone; ink for a tone that has none."""
    return TONES.get(number, INK)


def svg_drawing(width: float, height: float, title: str, description: str, parts: Iterable[Markup]) -> Markup:
    """A drawing with its name and description for those who do not see it."""
    body = Markup("").join(parts)
    key = f"c{zlib.crc32(f'{width}{title}{body}'.encode()):08x}"
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="img" '
        'aria-labelledby="{k}t {k}d" font-family="{font}" font-size="13" fill="{ink}">'
        '<title id="{k}t">{title}</title><desc id="{k}d">{description}</desc>{body}</svg>'
    ).format(
        w=short_number(width),
        h=short_number(height),
        k=key,
        font=FONT,
        ink=INK,
        title=title,
        description=description or _("There are no figures yet."),
        body=body,
    )


def svg_text(
    x: float,
    y: float,
    content: object,
    *,
    anchor: str = "start",
    fill: str = INK,
    size: float = 13,
    weight: int = 400,
    halo: bool = False,
) -> Markup:
    """One line of text; `y` is its base line. `halo` keeps it readable across a line."""
    edge = (
        Markup(' stroke="#fff" stroke-width="4" stroke-linejoin="round" paint-order="stroke"') if halo else ""
    )
    return Markup(
        '<text x="{}" y="{}" text-anchor="{}" fill="{}" font-size="{}" font-weight="{}"{}>{}</text>'
    ).format(short_number(x), short_number(y), anchor, fill, short_number(size), weight, edge, content)


def svg_rect(
    x: float, y: float, width: float, height: float, fill: str, *, opacity: float = 1, radius: float = 0
) -> Markup:
    """A filled rectangle."""
    extra = Markup(' fill-opacity="{}"').format(opacity) if opacity < 1 else ""
    round_ = Markup(' rx="{}"').format(short_number(radius)) if radius else ""
    return Markup('<rect x="{}" y="{}" width="{}" height="{}" fill="{}"{}{}/>').format(
        short_number(x), short_number(y), short_number(width), short_number(height), fill, extra, round_
    )


def svg_path(data: str, *, stroke: str = INK, width: float = 1) -> Markup:
    """An open line."""
    return Markup('<path d="{}" fill="none" stroke="{}" stroke-width="{}"/>').format(
        data, stroke, short_number(width)
    )


def svg_mark(x: float, y: float, shape: str, fill: str, size: float = 12) -> Markup:
    """A category's shape, centred on (x, y), with a thin paper edge so that it stands off lines."""
    scale = size / 16
    return Markup(
        '<path transform="translate({} {}) scale({})" d="{}" fill="{}" stroke="#fff" stroke-width="1.6" '
        'paint-order="stroke"/>'
    ).format(
        short_number(x - size / 2), short_number(y - size / 2), short_number(scale), shape_path(shape), fill
    )


def short_number(number: float) -> str:
    """A coordinate with at most two decimals and no useless zeros."""
    return f"{number:.2f}".rstrip("0").rstrip(".")


def wrap_text(content: str, width: float, size: float = 13) -> list[str]:
    """`content` broken into lines that fit `width` (by the average width of the typeface's letters)."""
    return textwrap.wrap(content, max(8, int(width / (size * 0.56)))) or [""]


def data_table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> Markup:
    """The figures behind a chart: the first column names the row, the others are right-aligned figures."""
    head = Markup("").join(
        Markup('<th scope="col"{}>{}</th>').format(Markup(' class="number"') if i else "", label)
        for i, label in enumerate(heads)
    )
    body = Markup("").join(
        Markup('<tr><th scope="row">{}</th>{}</tr>').format(
            row[0], Markup("").join(Markup('<td class="number">{}</td>').format(cell) for cell in row[1:])
        )
        for row in rows
    )
    return Markup(
        '<table class="table"><caption class="visually-hidden">{}</caption>'
        "<thead><tr>{}</tr></thead><tbody>{}</tbody></table>"
    ).format(caption, head, body)


def chart_figure(wide: Markup, narrow: Markup, caption: str, data: Markup) -> Markup:
    """Both drawings, the caption, and the table one can open."""
    return Markup(
        '<figure class="chart"><div class="chart-wide">{}</div><div class="chart-narrow">{}</div>'
        "<figcaption>{}</figcaption>"
        '<details class="more chart-data"><summary>{}</summary>'
        '<div class="table-frame" tabindex="0" role="region" aria-label="{}">{}</div></details></figure>'
    ).format(wide, narrow, caption, _("Show the figures as a table"), caption, data)
