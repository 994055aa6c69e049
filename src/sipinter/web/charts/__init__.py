"""Charts as SVG drawn on the server: the same in a page (strict CSP, no script) and in a PDF.

Pure functions of plain data. `*_svg(..., width=)` gives one drawing; the functions without `_svg` give the
whole figure for a page: a wide and a narrow drawing (the style sheet shows one), a caption and the table
with the same figures. Only presentation attributes are used, never `style`.
"""

from .bars import AspectBar, aspect_bars, aspect_bars_svg
from .distribution import Row, distribution, distribution_svg
from .history import Band, Point, Series, band_of, history, history_svg

__all__ = [
    "AspectBar",
    "Band",
    "Point",
    "Row",
    "Series",
    "aspect_bars",
    "aspect_bars_svg",
    "band_of",
    "distribution",
    "distribution_svg",
    "history",
    "history_svg",
]
