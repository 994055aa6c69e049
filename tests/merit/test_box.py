"""The talent map of one person: the ministry's matrix, thresholds, published and derived examples."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sipinter.merit.engine.exact import seven_decimals
from sipinter.merit.person.box import axis_maximum, place_in_box, target_value
from sipinter.merit.person.talent import Value, compute_axis
from sipinter.rules.messages import Refusal
from sipinter.rules.sets.catalog import rules_for
from sipinter.rules.sets.model import AxisPart, TalentRules

RULES = rules_for(TalentRules, date(2026, 7, 1))
VARIANT = rules_for(TalentRules, date(2026, 7, 1), "permenpanrb-3-2020-90-78")

# The ministry's matrix (annex to PermenPANRB 3/2020): rows performance, columns potential, low to top.
MATRIX = ((1, 3, 6), (2, 5, 8), (4, 7, 9))


@pytest.mark.parametrize(
    ("rules", "middle", "top"), [(RULES, "60", "80"), (VARIANT, "78", "90")], ids=["80/60", "90/78"]
)
def test_all_nine_boxes_at_the_thresholds(rules: TalentRules, middle: str, top: str) -> None:
    """BKN 411/2025: >= 80 top, >= 60 middle; the local variant 90/78."""
    under = Fraction(1, 10**7)
    values = ((Fraction(0), Fraction(middle) - under), (Fraction(middle), Fraction(top) - under))
    bands = (*values, (Fraction(top), Fraction(100)))
    for row, ys in enumerate(bands):
        for column, xs in enumerate(bands):
            for y in ys:
                for x in xs:
                    assert place_in_box(rules, y, x).box == MATRIX[row][column]


def test_follow_up_of_the_boxes(talent: TalentRules) -> None:
    """PermenPANRB 3/2020: what follows from each box."""
    assert [str(step) for step in place_in_box(talent, Fraction(95), Fraction(95)).follow_up] == [
        "promosi dan pertahankan",
        "kelompok suksesi instansi/nasional",
        "penghargaan",
    ]
    assert place_in_box(talent, Fraction(0), Fraction(0)).follow_up[0].en == "processed by regulation"


def test_the_published_example() -> None:
    """Published worked example, an agency's own rubric: talent value 86.7944167, box 9."""
    rules = rules_for(TalentRules, date(2026, 7, 1), "published-example-rubric")
    performance = compute_axis(rules.performance, {"rating": "baik"})
    potential = compute_axis(
        rules.potential,
        {
            "assessment": Fraction("93.47"),
            "education": "s2",
            "field": "fits",
            "development": 1,
            "tenure": 5,
            "breadth": "agencies",
            "acting": "none",
            "discipline": "never",
        },
    )
    assert (performance.figure, seven_decimals(potential.figure)) == (
        80,
        seven_decimals(Fraction("93.5888333333")),
    )
    assert performance.figure is not None
    assert potential.figure is not None
    found = place_in_box(rules, performance.figure, potential.figure)
    assert (str(seven_decimals(found.talent_value)), found.box) == ("86.7944167", 9)


def test_the_derived_example(talent: TalentRules) -> None:
    """The full rule set: Y 91.75, X 88.9333, value 90.3417, JPT Pratama with technical 82 -> 87.8392."""
    performance = compute_axis(
        talent.performance,
        {"rating": "sangat_baik", "award": "national", "assignment": "cross_member", "feedback": "3"},
    )
    potential = compute_axis(
        talent.potential,
        {
            "assessment": 88,
            "development": 20,
            "tenure": 3,
            "breadth": "units",
            "acting": "acting_same",
            "potential": 32,
            "education": "s2",
            "field": "fits",
            "discipline": "never",
        },
    )
    assert performance.figure == Fraction("91.75")
    assert potential.figure == Fraction("88.6") + Fraction(1, 3)
    found = place_in_box(talent, performance.figure, potential.figure)
    assert (round(found.talent_value, 4), found.box) == (Fraction("90.3417"), 9)
    assert round(target_value(talent, "jpt_pratama", found.talent_value, Fraction(82)), 4) == Fraction(
        "87.8392"
    )


@pytest.mark.parametrize(
    ("tier", "expected"),
    [("jpt_madya", "88"), ("jpt_pratama", "87"), ("administrator", "86"), ("pengawas", "85")],
)
def test_shares_of_a_target_post(talent: TalentRules, tier: str, expected: str) -> None:
    """.80/.20, .70/.30, .60/.40, .50/.50 of talent value and technical competence."""
    assert target_value(talent, tier, Fraction(90), Fraction(80)) == Fraction(expected)


def test_a_target_post_of_another_tier_is_refused(talent: TalentRules) -> None:
    with pytest.raises(Refusal, match="pelaksana"):
        target_value(talent, "pelaksana", Fraction(90), Fraction(80))


@pytest.mark.parametrize(
    ("part", "values"),
    [
        (
            "rating",
            {"sangat_baik": 100, "baik": 80, "butuh_perbaikan": 60, "kurang": 40, "sangat_kurang": 20},
        ),
        ("award", {"international": 100, "national": 85, "cross_agency": 70, "agency": 50, "none": 0}),
        (
            "assignment",
            {"cross_lead": 100, "internal_lead": 85, "cross_member": 70, "internal_member": 50, "none": 0},
        ),
        ("feedback", {"4": 100, "3": 85, "2": 70, "1": 40}),
        ("development", {20: 100, 19: 80, 10: 80, 9: 60, 5: 60, 4: 40, 1: 40, 0: 0}),
        ("potential", {40: 100, 20: 50, 0: 0}),
        ("education", {"s3": 100, "s2": 90, "s1": 80, "d4": 80, "d3": 70, "slta": 60}),
        ("field", {"fits": 100, "near": 75, "not": 50}),
        ("discipline", {"never": 100, "light": 75, "medium": 50, "heavy": 25, "being_served": 0}),
    ],
)
def test_the_tables_of_the_parts(talent: TalentRules, part: str, values: dict[str | int, int]) -> None:
    """The annex's tables as public implementations agree on them."""
    found = next(p for p in (*talent.performance, *talent.potential) if p.code == part)
    assert {value: compute_axis((found,), {part: value}).parts[part] for value in values} == values


@pytest.mark.parametrize(
    ("tenure", "breadth", "acting", "expected"),
    [
        (5, "agencies", "acting_head", Fraction(100)),
        (4, "units", "acting_higher", Fraction(80)),
        (2, "unit", "acting_same", Fraction(60)),
        (0, "unit", "daily_same", Fraction(140, 3)),
        (0, "unit", "none", Fraction(100, 3)),
    ],
)
def test_experience_is_the_plain_mean_of_three(
    talent: TalentRules, tenure: int, breadth: str, acting: str, expected: Fraction
) -> None:
    found = next(p for p in talent.potential if p.code == "experience")
    values: dict[str, Value] = {"tenure": tenure, "breadth": breadth, "acting": acting}
    assert compute_axis((found,), values).parts["experience"] == expected


def test_a_missing_part_leaves_the_axis_without_a_figure(talent: TalentRules) -> None:
    found = compute_axis(talent.performance, {"rating": "baik", "award": "none", "assignment": "none"})
    assert (found.figure, found.missing) == (None, ("feedback",))
    assert found.parts["rating"] == 80


def _steps(part: AxisPart) -> list[Value]:
    """Values of a part from the least to the most."""
    if part.points:
        return sorted(part.points, key=lambda code: part.points[code])
    return list(range(41 if part.code == "potential" else 101))


LEAVES = [inner for part in (*RULES.performance, *RULES.potential) for inner in (part.mean_of or (part,))]


@given(data=st.data())
def test_more_of_a_good_thing_never_lowers_a_score(data: st.DataObject) -> None:
    places = {leaf.code: data.draw(st.integers(0, len(_steps(leaf)) - 1)) for leaf in LEAVES}
    better = data.draw(st.sampled_from([leaf.code for leaf in LEAVES]))
    scores = []
    for lift in (0, 1):
        values = {
            leaf.code: _steps(leaf)[
                min(places[leaf.code] + lift * (leaf.code == better), len(_steps(leaf)) - 1)
            ]
            for leaf in LEAVES
        }
        y, x = compute_axis(RULES.performance, values).figure, compute_axis(RULES.potential, values).figure
        assert y is not None
        assert x is not None
        scores.append((y, x, place_in_box(RULES, y, x).talent_value))
    assert all(after >= before for before, after in zip(*scores, strict=True))
    assert scores[1][0] <= axis_maximum(RULES.performance) == 100
