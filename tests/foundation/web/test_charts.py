import re
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.utils import translation

from sipinter.foundation.web.charts.bars import AspectBar, aspect_bars, aspect_bars_svg
from sipinter.foundation.web.charts.distribution import category_distribution, category_distribution_svg
from sipinter.foundation.web.charts.history import (
    ChartPoint,
    ChartSeries,
    score_band,
    score_history,
    score_history_svg,
)
from sipinter.foundation.web.charts.svg import NARROW, TONES, WIDE

from .specimen import ASPECTS, BANDS, HISTORY, ROWS

SVG = "{http://www.w3.org/2000/svg}"
TOKENS = Path(__file__).parents[3] / "assets/scss/_tokens.scss"


@pytest.fixture(autouse=True)
def indonesian():
    with translation.override("id"):
        yield


def read(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


def texts(svg: str) -> list[str]:
    return [node.text or "" for node in read(svg).iter(f"{SVG}text")]


DRAWINGS = [
    lambda width: score_history_svg(HISTORY, "Kabupaten Contoh", width),
    lambda width: score_history_svg(HISTORY[:1], "Kabupaten Contoh", width),
    lambda width: score_history_svg([], "Kabupaten Contoh", width),
    lambda width: aspect_bars_svg(ASPECTS, "Kabupaten Contoh", width),
    lambda width: category_distribution_svg(ROWS, BANDS, width),
    lambda width: category_distribution_svg([], BANDS, width),
]


@pytest.mark.parametrize("draw", DRAWINGS)
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_drawing_is_named_and_has_no_style(draw, width):
    svg = draw(width)
    root = read(svg)
    names = {node.attrib["id"]: node.text for node in root if node.tag in (f"{SVG}title", f"{SVG}desc")}
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-labelledby"].split() == list(names)
    assert all(names.values())
    assert not re.search(r"style=|<style|<script|href=", svg)


@pytest.mark.parametrize("draw", DRAWINGS)
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_everything_lies_inside_the_drawing(draw, width):
    root = read(draw(width))
    _, _, wide, high = map(float, root.attrib["viewBox"].split())
    assert wide == width
    for node in root.iter(f"{SVG}rect"):
        x, y, w, h = (float(node.attrib[key]) for key in ("x", "y", "width", "height"))
        assert x >= 0
        assert y >= 0
        assert x + w <= wide + 0.01
        assert y + h <= high + 0.01
    for node in root.iter(f"{SVG}text"):
        assert 0 <= float(node.attrib["x"]) <= wide + 0.01
        assert 0 <= float(node.attrib["y"]) <= high + 0.01


def test_the_two_drawings_of_a_figure_have_different_ids():
    ids = re.findall(r' id="([^"]+)"', score_history(HISTORY, "Kabupaten Contoh"))
    assert len(ids) == len(set(ids)) == 4


def test_tones_are_those_of_the_style_sheet():
    written = dict(re.findall(r"--tone-(\d): (#\w+);", TOKENS.read_text()))
    assert {str(key): value for key, value in TONES.items()} == written


def test_history_shows_years_scores_and_the_instrument_of_each():
    shown = texts(score_history_svg(HISTORY, "Kabupaten Contoh"))
    for expected in ("PermenPANRB 40/2018", "PermenPANRB 19/2025", "2019", "2027", "332,5", "249,5", "64,25"):
        assert expected in shown


def test_history_says_the_same_in_words():
    description = next(read(score_history_svg(HISTORY[1:], "X")).iter(f"{SVG}desc")).text
    assert description == "2026: 64,25 (Menengah); 2027: 83 (Tinggi)"


def test_a_higher_score_stands_higher():
    svg = read(score_history_svg(HISTORY[:1], "X"))
    at = {node.text: float(node.attrib["y"]) for node in svg.iter(f"{SVG}text")}
    assert at["332,5"] < at["249,5"] < at["183"] < at["65,5"]


@pytest.mark.parametrize(
    ("score", "title"),
    [
        ("0", "Buruk"),
        ("174.5", "Buruk"),
        ("175", "Kurang"),
        ("249.5", "Kurang"),
        ("250", "Baik"),
        ("410", "Sangat Baik"),
    ],
)
def test_band_begins_at_its_lower_bound(score, title):
    assert score_band(HISTORY[0], Decimal(score)).title == title


def test_second_round_of_a_year_is_told_apart():
    points = (ChartPoint(2023, Decimal(200)), ChartPoint(2023, Decimal(260), round=2))
    series = ChartSeries("X", Decimal(410), BANDS, points)
    assert "2023/2" in texts(score_history_svg([series], "X"))


def test_bar_lengths_are_shares_of_the_maximum():
    rects = list(read(aspect_bars_svg(ASPECTS, "X")).iter(f"{SVG}rect"))
    track, filled = float(rects[0].attrib["width"]), float(rects[1].attrib["width"])
    assert filled / track == pytest.approx(0.75)
    assert float(rects[5].attrib["width"]) == track


def test_aspect_without_a_median_says_none():
    description = next(read(aspect_bars_svg(ASPECTS[:2], "X")).iter(f"{SVG}desc")).text
    assert description == (
        "Perencanaan Kebutuhan: 75% (median nasional 61%); "
        "Penguatan Budaya Kerja dan Citra Institusi di Lingkungan Instansi: 16%"
    )


def test_aspect_that_brings_no_points_is_empty_not_an_error():
    bar = AspectBar("9", "Tanpa nilai", Decimal(0), Decimal(0))
    assert bar.share == 0
    assert "0%" in texts(aspect_bars_svg([bar], "X"))


def test_parts_of_a_distribution_fill_the_bar():
    svg = read(category_distribution_svg(ROWS[:1], BANDS))
    widths = [float(node.attrib["width"]) for node in svg.iter(f"{SVG}rect")]
    counts = [100, 95, 106, 46]
    assert [round((w + 1.5) / sum(v + 1.5 for v in widths), 3) for w in widths] == [
        round(count / 347, 3) for count in counts
    ]


def test_tables_carry_the_figures_of_the_drawings():
    table = category_distribution(ROWS, BANDS, "Tahun")
    cells = re.findall(r"<t[hd][^>]*>([^<]*)</t[hd]>", table)
    assert cells == [
        *("Tahun", "Buruk", "Kurang", "Baik", "Sangat Baik", "Jumlah"),
        *("2021", "100", "95", "106", "46", "347"),
        *("2022", "2", "95", "180", "70", "347"),
        *("2023", "0", "0", "0", "0", "0"),
    ]


def test_names_are_escaped():
    bar = AspectBar("1", "<b>Gaji & tunjangan</b>", Decimal(1), Decimal(2))
    assert "<b>" not in aspect_bars([bar], "A & B")
    assert "1 &lt;b&gt;Gaji &amp; tunjangan&lt;/b&gt;" in aspect_bars([bar], "A & B")
