"""Small instruments for the tests of the rules: as YAML to load, and built directly to try many."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from sipinter.rules.model import (
    Applicability,
    Aspect,
    Category,
    Choice,
    Component,
    Gate,
    IndexRule,
    Indicator,
    Instrument,
    Level,
    Text,
)
from sipinter.rules.points_table import points_table
from sipinter.rules.scoring import check_answers

SUM = """\
id: small-sum
title: {id: Kecil, en: Small}
legal:
  - title: Peraturan Contoh Nomor 1
valid: {from: "2020-01-01", until: null}
status: reconstructed
note: {id: Contoh, en: Sample}
levels: {min: 1, max: 3}
evidence_required_above: 1
scoring: {method: weighted_sum, decimals: 1}
categories:
  on: score
  items:
    - {code: Rendah, title: {id: Rendah, en: Low}, lower: "0"}
    - {code: Cukup, title: {id: Cukup, en: Fair}, lower: "10", validity_years: 1, shape: circle, tone: 2}
    - {code: Tinggi, title: {id: Tinggi, en: High}, lower: "15"}
index:
  method: piecewise
  decimals: 2
  points:
    - ["0", "0"]
    - ["9", "0.4"]
    - ["10", "0.4"]
    - ["10", "0.5"]
    - ["22.5", "1"]
gates:
  - code: G.jenis
    question: {id: Jenis?, en: Kind?}
    choices:
      - {code: pusat, title: {id: Pusat, en: Central}}
      - {code: daerah, title: {id: Daerah, en: Regional}}
aspects:
  - code: "1"
    title: {id: Satu, en: One}
    max: "15"
    indicators:
      - code: "1.1"
        title: {id: Butir satu, en: Item one}
        weight: {value: "2.5", status: reconstructed}
        subject: {id: peta jabatan, en: the position map}
        evidence:
          - {id: Surat, en: Letter}
      - code: "1.2"
        title: {id: Butir dua, en: Item two}
        weight: {value: "2.5", status: official}
        levels:
          - level: 1
            criterion: {id: satu, en: one}
          - level: 2
            criterion: {id: dua, en: two}
          - level: 3
            criterion: {id: tiga, en: three}
  - code: "2"
    title: {id: Dua, en: Two}
    max: "7.5"
    indicators:
      - code: "2.1"
        title: {id: Butir tiga, en: Item three}
        weight: {value: "1", status: reconstructed}
        subject: {id: talenta, en: talent}
      - code: "2.10"
        title: {id: Butir empat, en: Item four}
        weight: {value: "1.5", status: reconstructed}
        subject: {id: kinerja, en: performance}
        applies: {gate: G.jenis, in: [daerah]}
generic_scale:
  status: generic
  note: {id: Umum, en: Generic}
  levels:
    - level: 1
      criterion: {id: "Belum ada {subject}.", en: "No {subject} yet."}
    - level: 2
      criterion: {id: "Ada {subject}.", en: "There is {subject}."}
    - level: 3
      criterion: {id: "Dipakai {subject}.", en: "Used {subject}."}
"""

MEAN = """\
id: small-mean
title: {id: Rata-rata, en: Mean}
legal:
  - {title: Peraturan Contoh Nomor 2, article: Pasal 3, url: "https://example.go.id/2"}
valid: {from: "2026-01-01", until: null}
status: official
levels: {min: 0, max: 2}
evidence_required_above: 0
scoring: {method: weighted_mean, decimals: 2}
components:
  - {code: maturity, weight: "0.75", title: {id: Kematangan, en: Maturity}}
  - {code: survey, weight: "0.25", title: {id: Survei, en: Survey}, status: provisional}
categories:
  on: index
  items:
    - {code: Dasar, title: {id: Dasar, en: Basic}, lower: "0"}
    - {code: Lanjutan, title: {id: Lanjutan, en: Advanced}, lower: "0.41"}
    - {code: Maju, title: {id: Maju, en: Leading}, above: "1"}
index: {method: components, decimals: 2}
bonus: "0"
survey:
  scale: {min: 1, max: 5}
  minimum_group: 10
  items:
    - {code: K1, scale: satisfaction, text: {id: Puas, en: Satisfied}}
gates:
  - code: G.tpp
    question: {id: Membayar?, en: Does it pay?}
    choices:
      - {code: ya, title: {id: "Ya", en: "Yes"}}
      - {code: tidak, title: {id: Tidak, en: "No"}}
aspects:
  - code: "1"
    title: {id: Satu, en: One}
    weight: {value: "200/3", status: provisional}
    indicators:
      - &question
        code: "1.1"
        title: {id: Butir, en: Item}
        levels: &levels
          - {level: 0, criterion: {id: nol, en: zero}}
          - {level: 1, criterion: {id: satu, en: one}}
          - {level: 2, criterion: {id: dua, en: two}}
      - code: "1.2"
        title: {id: Butir, en: Item}
        applies: {gate: G.tpp, in: ["ya"]}
        levels: *levels
      - code: "1.3"
        title: {id: Butir, en: Item}
        levels: *levels
  - code: "2"
    title: {id: Dua, en: Two}
    weight: {value: "100/3", status: provisional}
    indicators:
      - code: "2.1"
        title: {id: Butir, en: Item}
        levels: *levels
profiling:
  - {code: name, title: {id: Nama, en: Name}}
"""


def write(folder: Path, content: str, name: str | None = None) -> Path:
    """Writes an instrument under the id it carries."""
    instrument_id = name or content.partition("id: ")[2].partition("\n")[0]
    path = folder / f"{instrument_id}.yaml"
    path.write_text(content, encoding="utf-8")
    return path


def build(
    weights: list[list[int]],
    *,
    max_level: int = 3,
    mean: bool = False,
    gated: frozenset[str] = frozenset(),
    bounds: tuple[str, ...] = ("0",),
    on: str = "score",
) -> Instrument:
    """An instrument made directly: `weights` by aspect and indicator, in halves of a point.

    Under `mean` the weights of an aspect are summed to its share of 100. Indicators named in
    `gated` apply only where gate G is answered "ya".
    """
    total = sum(sum(row) for row in weights)
    aspects = tuple(
        _aspect(str(n), row, max_level, mean, Fraction(100 * sum(row), total), gated)
        for n, row in enumerate(weights, start=1)
    )
    indicators = {i.code: i for aspect in aspects for i in aspect.indicators}
    text = Text("teks", "text")
    return Instrument(
        id="built",
        title=text,
        legal=(),
        valid_from=date(2020, 1, 1),
        valid_until=None,
        status="official",
        note=None,
        min_level=0,
        max_level=max_level,
        evidence_required_above=0,
        method="weighted_mean" if mean else "weighted_sum",
        decimals=2 if mean else 1,
        aspects=aspects,
        gates=(Gate("G", text, (Choice("ya", text), Choice("tidak", text))),) if gated else (),
        categories=tuple(Category(f"K{n}", text, Decimal(bound)) for n, bound in enumerate(bounds)),
        category_on="index" if on == "index" else "score",
        index_rule=IndexRule("components", 2),
        bonus=Decimal(),
        components=(
            Component("maturity", Decimal("0.75"), text, "official"),
            Component("survey", Decimal("0.25"), text, "official"),
        ),
        survey=None,
        profiling=(),
        generic_note=None,
        max_score=Decimal(100) if mean else Decimal(total * max_level) / 2,
        sha256="",
        indicators=indicators,
    )


def _aspect(
    code: str, row: list[int], max_level: int, mean: bool, share: Fraction, gated: frozenset[str]
) -> Aspect:
    levels = tuple(Level(n, Text("ya", "yes"), "official") for n in range(max_level + 1))
    indicators = tuple(
        Indicator(
            code=f"{code}.{n}",
            aspect=code,
            title=Text("butir", "item"),
            levels=levels,
            weight=None if mean else Decimal(weight) / 2,
            applies=Applicability("G", frozenset({"ya"})) if f"{code}.{n}" in gated else None,
        )
        for n, weight in enumerate(row, start=1)
    )
    weight = share if mean else Fraction(sum(row), 2)
    maximum = share if mean else weight * max_level
    return Aspect(code, Text("aspek", "aspect"), maximum, weight, "official", indicators, 2 if mean else 1)


def exact_score(
    instrument: Instrument, levels: Mapping[str, int | None], gates: Mapping[str, str] | None = None
) -> Fraction:
    """The score before rounding."""
    check_answers(instrument, levels, gates or {})
    table = points_table(instrument, gates or {})
    units = table.units
    return Fraction(sum(units[code] * (levels.get(code) or 0) for code in table.answerable), table.scale)
