"""Charts as SVG drawn on the server: the same in a page (strict CSP, no script) and in a PDF.

Pure functions of plain data. `*_svg(..., width=)` gives one drawing; the functions without `_svg` give the
whole figure for a page: a wide and a narrow drawing (the style sheet shows one), a caption and the table
with the same figures. Only presentation attributes are used, never `style`.
"""
