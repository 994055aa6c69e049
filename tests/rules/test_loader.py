"""Every fault of an instrument file is reported, with the line it stands on."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from sipinter.rules.document import InstrumentError
from sipinter.rules.instrument import load_instrument_file
from sipinter.rules.model import Applicability, Text

from .samples import MEAN, SUM, write


def faults(folder: Path, content: str, name: str | None = None) -> list[tuple[int, str]]:
    with pytest.raises(InstrumentError) as caught:
        load_instrument_file(write(folder, content, name))
    return [(fault.line, fault.message) for fault in caught.value.faults]


def line(content: str, fragment: str) -> int:
    """The line on which a fragment stands that occurs once."""
    assert content.count(fragment) == 1, fragment
    return content[: content.index(fragment)].count("\n") + 1


def test_a_sound_file_is_read_whole(tmp_path: Path) -> None:
    instrument = load_instrument_file(write(tmp_path, SUM))
    assert instrument.title == Text("Kecil", "Small")
    assert (instrument.valid_from, instrument.valid_until) == (date(2020, 1, 1), None)
    assert (instrument.min_level, instrument.max_level, instrument.evidence_required_above) == (1, 3, 1)
    assert list(instrument.indicators) == ["1.1", "1.2", "2.1", "2.10"]
    assert instrument.max_score == Decimal("22.5")
    assert [aspect.max for aspect in instrument.aspects] == [Decimal("15.0"), Decimal("7.5")]
    assert instrument.indicators["1.1"].weight == Decimal("2.5")
    assert instrument.indicators["1.1"].weight_status == "reconstructed"
    assert instrument.indicators["2.10"].applies == Applicability("G.jenis", frozenset({"daerah"}))
    assert instrument.category("Cukup").lower == Decimal(10)
    assert instrument.gate("G.jenis").choice("pusat").title.in_("en") == "Central"
    assert len(instrument.sha256) == 64


def test_generic_sentences_carry_the_subject_and_their_status(tmp_path: Path) -> None:
    level = load_instrument_file(write(tmp_path, SUM)).indicators["2.1"].levels[1]
    assert (level.level, level.criterion, level.status) == (
        2,
        Text("Ada talenta.", "There is talent."),
        "generic",
    )


def test_own_sentences_stand_instead_of_the_generic_ones(tmp_path: Path) -> None:
    level = load_instrument_file(write(tmp_path, SUM)).indicators["1.2"].levels[2]
    assert (level.criterion.en, level.status) == ("three", "official")


def test_weights_may_be_exact_quotients(tmp_path: Path) -> None:
    instrument = load_instrument_file(write(tmp_path, MEAN))
    assert [aspect.weight for aspect in instrument.aspects] == [Fraction(200, 3), Fraction(100, 3)]
    assert [str(aspect.max) for aspect in instrument.aspects] == ["66.67", "33.33"]
    assert instrument.category("Maju").lower_open is True
    assert [item.scale for item in instrument.survey.items] == ["satisfaction"]
    assert [field.code for field in instrument.profiling] == ["name"]


# (sample, text, its replacement, fragment on the line of the fault, message)
WRONG = [
    (
        SUM,
        "evidence_required_above: 1",
        "evidence_required_above: 1\ntitel: x",
        "x\nscoring",
        "instrument: unknown key “titel”",
    ),
    (
        SUM,
        "title: {id: Satu, en: One}",
        "title: Satu",
        "title: Satu",
        "aspect 1, title must be given as {id: ..., en: ...}",
    ),
    (
        SUM,
        "{id: Surat, en: Letter}",
        "{id: Surat}",
        "{id: Surat}",
        "indicator 1.1, evidence: key “en” is missing",
    ),
    (
        SUM,
        "{id: Surat, en: Letter}",
        "{id: Surat, en: }",
        "{id: Surat, en: }",
        "indicator 1.1, evidence, en must be text",
    ),
    (SUM, "Item one", "", "title: {id: Butir satu, en: }", "indicator 1.1, title, en must be text"),
    (
        SUM,
        'max: "15"',
        'max: "16"',
        'max: "16"',
        "aspect 1: max 16 is not the sum of the weights 5 x the highest level 3 = 15",
    ),
    (SUM, 'max: "7.5"', "max: 7.5", "max: 7.5", 'aspect 2, max must be a quoted figure such as "2.5"'),
    (
        SUM,
        'value: "1.5"',
        "value: 1.5",
        "value: 1.5",
        'indicator 2.10, weight, value must be a quoted figure such as "2.5"',
    ),
    (
        SUM,
        'value: "1.5"',
        'value: "1,5"',
        'value: "1,5"',
        "indicator 2.10, weight, value: “1,5” is not a figure",
    ),
    (SUM, 'value: "1.5"', 'value: "-1.5"', 'value: "-1.5"', "indicator 2.10, weight: must be above 0"),
    (
        SUM,
        'value: "1.5"',
        'value: "3/2"',
        'value: "3/2"',
        "indicator 2.10, weight: “3/2” must be a decimal figure, not a quotient",
    ),
    (
        SUM,
        "status: official}",
        "status: guessed}",
        "status: guessed",
        "indicator 1.2, weight, status must be one of: official, reconstructed, provisional",
    ),
    (
        SUM,
        "gate: G.jenis",
        "gate: G.janis",
        "gate: G.janis",
        "indicator 2.10, applies: unknown gate “G.janis”",
    ),
    (
        SUM,
        "in: [daerah]",
        "in: [daerah, desa]",
        "in: [daerah, desa]",
        "indicator 2.10, applies: gate G.jenis has no choice “desa”",
    ),
    (
        SUM,
        "{id: Daerah, en: Regional}}",
        "{id: Daerah, en: Regional}}\n      - {code: pusat, title: {id: Dua kali, en: Twice}}",
        "Dua kali",
        "gate G.jenis, choice: code “pusat” is given twice",
    ),
    (
        SUM,
        'lower: "15"',
        'lower: "10"',
        "id: Tinggi",
        "category: category Tinggi must begin above Cukup (10): the bands overlap or are out of order",
    ),
    (
        SUM,
        'lower: "15"',
        'lower: "9.5"',
        'lower: "9.5"',
        "category: category Tinggi must begin above Cukup (10): the bands overlap or are out of order",
    ),
    (
        SUM,
        'lower: "15"',
        'lower: "15.25"',
        "15.25",
        "category: the bound has more than the 1 decimals of the figure it bounds",
    ),
    (SUM, 'lower: "15"', 'lower: "23"', "on: score", "instrument: Tinggi lies above the highest score 22.5"),
    (
        SUM,
        'lower: "15"',
        'lower: "15", above: "15"',
        'above: "15"',
        "category: needs exactly one of “lower” and “above”",
    ),
    (
        SUM,
        'lower: "0"',
        'lower: "1"',
        'lower: "1"}',
        "category: the first category must begin at 0, or low figures have none",
    ),
    (SUM, "{code: Tinggi,", "{code: Cukup,", "id: Tinggi", "category: code “Cukup” is given twice"),
    (SUM, '["9", "0.4"]', '["11", "0.4"]', '- ["10", "0.4"]', "index points must ascend"),
    (SUM, '["22.5", "1"]', '["22.5", "0.3"]', '["22.5", "0.3"]', "index points must ascend"),
    (SUM, '["9", "0.4"]', '["9"]', '["9"]', 'index point must be a pair such as ["100", "0.2"]'),
    (
        SUM,
        '["22.5", "1"]',
        '["20", "1"]',
        "method: piecewise",
        "instrument: the points must cover the scores from 0 to 22.5",
    ),
    (
        SUM,
        "          - level: 3\n            criterion: {id: tiga, en: three}\n",
        "",
        "- level: 1\n            criterion: {id: satu",
        "indicator 1.2: level 3 is missing",
    ),
    (
        SUM,
        "{id: tiga, en: three}",
        "{id: tiga, en: three}\n          - {level: 2, criterion: {id: lagi, en: again}}",
        "{level: 2",
        "indicator 1.2, level: level 2 is given twice",
    ),
    (
        SUM,
        "{id: tiga, en: three}",
        "{id: tiga, en: three}\n          - {level: 4, criterion: {id: lagi, en: again}}",
        "{level: 4",
        "indicator 1.2, level: level 4 is not from 1 to 3",
    ),
    (
        SUM,
        'code: "2.10"',
        'code: "2.1"',
        'code: "2.1"\n        title: {id: Butir empat',
        "indicator 2.1: code “2.1” is given twice",
    ),
    (
        SUM,
        '- code: "2"\n',
        '- code: "1"\n',
        '- code: "1"\n    title: {id: Dua',
        "aspect: code “1” is given twice",
    ),
    (
        SUM,
        'from: "2020-01-01"',
        'from: "2020-13-01"',
        "2020-13-01",
        'instrument, valid, from must be a date such as "2019-01-01"',
    ),
    (SUM, "until: null", 'until: "2019-12-31"', "2019-12-31", "instrument, valid: ends before it begins"),
    (
        SUM,
        "status: reconstructed\nnote",
        "status: final\nnote",
        "status: final",
        "instrument, status must be one of: official, reconstructed, provisional",
    ),
    (
        SUM,
        "note: {id: Contoh, en: Sample}\n",
        "",
        "status: reconstructed\nlevels",
        "instrument: status reconstructed needs a note that says what is not firm",
    ),
    (SUM, "decimals: 1", "decimals: 7", "decimals: 7", "instrument, scoring: decimals must be from 0 to 6"),
    (
        SUM,
        "decimals: 1",
        "decimals: 1.0",
        "decimals: 1.0",
        "instrument, scoring, decimals must be a whole number",
    ),
    (
        SUM,
        "method: weighted_sum",
        "method: average",
        "method: average",
        "instrument, scoring, method must be one of: weighted_sum, weighted_mean",
    ),
    (
        SUM,
        "evidence_required_above: 1",
        "evidence_required_above: 4",
        "above: 4",
        "instrument: must be a level from 0 to 3",
    ),
    (
        SUM,
        "legal:\n  - title: Peraturan Contoh Nomor 1",
        "legal: []",
        "legal: []",
        "instrument, legal is empty",
    ),
    (
        SUM,
        "shape: circle",
        "shape: heart",
        "shape: heart",
        "category, shape must be one of: cross, square, triangle, diamond, circle, star",
    ),
    (
        SUM,
        "validity_years: 1",
        "certificate: maybe",
        "certificate: maybe",
        "category, certificate must be one of: given",
    ),
    (SUM, "validity_years: 1", "validity_years: 0", "validity_years: 0", "category: must be at least 1"),
    (SUM, "tone: 2", "tone: 9", "tone: 9", "category: tone must be from 1 to 7"),
    (
        SUM,
        "        subject: {id: talenta, en: talent}\n",
        "",
        'code: "2.1"\n',
        "indicator 2.1: key “subject” is missing, which the generic scale needs",
    ),
    (
        SUM,
        '"Belum ada {subject}."',
        '"Belum ada."',
        '- level: 1\n      criterion: {id: "Belum',
        "instrument, generic_scale: level 1, id: “{subject}” is missing",
    ),
    (
        MEAN,
        '"200/3"',
        '"190/3"',
        '- code: "1"\n',
        "instrument: the aspects' weights sum to 290/3, not to 100",
    ),
    (
        MEAN,
        'weight: "0.75"',
        'weight: "0.7"',
        "{code: maturity",
        "instrument: the weights sum to 0.95, not to 1",
    ),
    (MEAN, "code: survey", "code: luck", "code: luck", "component, code must be one of: maturity, survey"),
    (MEAN, 'bonus: "0"', 'bonus: "-0.1"', '"-0.1"', "instrument: the bonus must not be negative"),
    (
        MEAN,
        "minimum_group: 10",
        "minimum_group: 0",
        "minimum_group: 0",
        "instrument, survey: must be at least 1",
    ),
    (
        MEAN,
        "scale: satisfaction",
        "scale: joy",
        "scale: joy",
        "survey item, scale must be one of: satisfaction, engagement",
    ),
]


@pytest.mark.parametrize(
    ("sample", "old", "new", "where", "message"), WRONG, ids=[f"{row[4][:60]}" for row in WRONG]
)
def test_a_fault_is_named_with_its_line(
    tmp_path: Path, sample: str, old: str, new: str, where: str, message: str
) -> None:
    assert sample.count(old) == 1
    content = sample.replace(old, new)
    assert faults(tmp_path, content) == [(line(content, where), message)]


def test_impossible_level_bounds_are_named_first(tmp_path: Path) -> None:
    content = SUM.replace("levels: {min: 1, max: 3}", "levels: {min: 2, max: 3}")
    assert faults(tmp_path, content)[0] == (8, "instrument, levels: the lowest level must be 0 or 1")


def test_an_index_needs_what_its_method_uses(tmp_path: Path) -> None:
    content = SUM.replace("method: piecewise", "method: components")
    assert faults(tmp_path, content) == [
        (
            line(content, "method: components"),
            "instrument: an index of components needs the key “components”",
        ),
        (line(content, '- ["0", "0"]'), "instrument, index: an index of components has no points"),
    ]


def test_all_faults_of_a_file_are_reported_in_the_order_of_their_lines(tmp_path: Path) -> None:
    content = (
        SUM.replace("en: Small}", "en: Small, fr: Petit}")
        .replace('max: "15"', 'max: "14"')
        .replace("gate: G.jenis", "gate: G.x")
        .replace("  decimals: 2\n", "")
    )
    assert faults(tmp_path, content) == [
        (2, "instrument, title: unknown key “fr”"),
        (line(content, "method: piecewise"), "instrument, index: key “decimals” is missing"),
        (
            line(content, 'max: "14"'),
            "aspect 1: max 14 is not the sum of the weights 5 x the highest level 3 = 15",
        ),
        (line(content, "gate: G.x"), "indicator 2.10, applies: unknown gate “G.x”"),
    ]


def test_a_fault_reads_file_line_message(tmp_path: Path) -> None:
    path = write(tmp_path, SUM.replace('max: "15"', 'max: "14"'))
    with pytest.raises(InstrumentError) as caught:
        load_instrument_file(path)
    assert str(caught.value) == (
        f"{path}:35: aspect 1: max 14 is not the sum of the weights 5 x the highest level 3 = 15"
    )


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", [(1, "is empty")]),
        ("- a\n", [(1, "instrument must be a mapping")]),
        ("id: [\n", [(2, "is not valid YAML: did not find expected node content")]),
        ("id: a\nb: *x\n", [(2, "is not valid YAML: found undefined alias")]),
        ("id: !!python/object:os.system x\n", None),
    ],
)
def test_a_file_that_is_no_instrument(
    tmp_path: Path, content: str, expected: list[tuple[int, str]] | None
) -> None:
    found = faults(tmp_path, content, "broken")
    if expected is None:
        assert (1, "instrument, id must be text") in found
    else:
        assert found[: len(expected)] == expected


def test_a_key_given_twice_is_a_fault(tmp_path: Path) -> None:
    assert faults(tmp_path, SUM + "status: official\n")[-1] == (
        SUM.count("\n") + 1,
        "instrument: key “status” is given twice",
    )


def test_a_file_in_another_encoding_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "small-sum.yaml"
    path.write_bytes(SUM.replace("Contoh, en", "Conto\xe9, en").encode("latin-1"))
    with pytest.raises(InstrumentError) as caught:
        load_instrument_file(path)
    assert [(f.line, f.message) for f in caught.value.faults] == [(7, "is not UTF-8 text")]


def test_the_file_must_bear_the_id(tmp_path: Path) -> None:
    assert faults(tmp_path, SUM, "other") == [
        (1, "instrument: id “small-sum” differs from the file's name “other”")
    ]


def test_a_missing_file_is_an_instrument_error(tmp_path: Path) -> None:
    with pytest.raises(InstrumentError, match="cannot be read"):
        load_instrument_file(tmp_path / "none.yaml")
