"""Sanctions, ratings, JPM, workload, retirement, professionalism: every table and worked example."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sipinter.merit.data.code_parser import parse_expectation, parse_tier
from sipinter.merit.person.competence import job_person_match
from sipinter.merit.person.discipline import absence_sanction
from sipinter.merit.person.performance import distribution_breaches, performance_rating
from sipinter.merit.person.professionalism import professionalism_index
from sipinter.merit.person.retirement import retirement_date
from sipinter.merit.person.workload import workload_need
from sipinter.rules.messages import Refusal
from sipinter.rules.sets.catalog import rules_for
from sipinter.rules.sets.model import (
    CompetenceRules,
    DisciplineRules,
    PerformanceRules,
    ProfessionalismRules,
    RetirementRules,
    WorkloadRules,
)

ABK = rules_for(WorkloadRules, date(2026, 7, 1))

# PP 94/2021: first and last day of each sanction.
SANCTIONS = [
    (0, 2, "none", "none"),
    (3, 3, "oral_reprimand", "light"),
    (4, 6, "written_reprimand", "light"),
    (7, 10, "written_dissatisfaction", "light"),
    (11, 13, "allowance_cut_6", "medium"),
    (14, 16, "allowance_cut_9", "medium"),
    (17, 20, "allowance_cut_12", "medium"),
    (21, 24, "demotion", "heavy"),
    (25, 27, "removal", "heavy"),
    (28, 366, "dismissal", "heavy"),
]


@pytest.mark.parametrize(("first", "last", "code", "grade"), SANCTIONS)
def test_sanctions_by_days(discipline: DisciplineRules, first: int, last: int, code: str, grade: str) -> None:
    for days in (first, last):
        found = absence_sanction(discipline, days)
        assert (found.code, found.grade) == (code, grade)


def test_ten_days_in_a_row_mean_dismissal(discipline: DisciplineRules) -> None:
    """PP 94/2021: 28 days in a year or 10 in a row."""
    assert absence_sanction(discipline, 12, 10).code == "dismissal"
    assert absence_sanction(discipline, 12, 9).code == "allowance_cut_6"


@pytest.mark.parametrize(("days", "consecutive"), [(-1, 0), (367, 0), (5, 6), (5, -1)])
def test_impossible_days_are_refused(discipline: DisciplineRules, days: int, consecutive: int) -> None:
    with pytest.raises(Refusal, match="is not between 0 and"):
        absence_sanction(discipline, days, consecutive)


@pytest.mark.parametrize(
    ("result", "ratings"),
    [
        ("di_atas", ["kurang", "baik", "sangat_baik"]),
        ("sesuai", ["kurang", "baik", "baik"]),
        ("di_bawah", ["sangat_kurang", "butuh_perbaikan", "butuh_perbaikan"]),
    ],
)
def test_the_matrix_of_ratings(performance: PerformanceRules, result: str, ratings: list[str]) -> None:
    """PermenPANRB 6/2022: result by behaviour (below, as, above expectation)."""
    assert [performance_rating(performance, result, b) for b in ("di_bawah", "sesuai", "di_atas")] == ratings


@pytest.mark.parametrize(
    ("organisation", "kept", "broken"),
    [
        ("istimewa", {"sangat_baik": 70, "baik": 30}, {"sangat_baik": 71, "baik": 29}),
        ("baik", {"baik": 70, "butuh_perbaikan": 1, "sangat_baik": 29}, {"baik": 70, "sangat_baik": 30}),
        (
            "butuh_perbaikan",
            {"butuh_perbaikan": 60, "sangat_baik": 10, "baik": 30},
            {"butuh_perbaikan": 59, "sangat_baik": 11, "baik": 30},
        ),
        (
            "kurang",
            {"kurang": 60, "butuh_perbaikan": 10, "sangat_baik": 10, "baik": 20},
            {"kurang": 60, "butuh_perbaikan": 9, "baik": 31},
        ),
        (
            "sangat_kurang",
            {"sangat_kurang": 60, "kurang": 5, "butuh_perbaikan": 5, "baik": 30},
            {"sangat_kurang": 60, "kurang": 10, "sangat_baik": 1, "baik": 29},
        ),
    ],
)
def test_the_distribution_of_ratings(
    performance: PerformanceRules, organisation: str, kept: dict[str, int], broken: dict[str, int]
) -> None:
    """Bounds by the organisation's rating, as the press gives them."""
    assert distribution_breaches(performance, organisation, kept) == ()
    assert distribution_breaches(performance, organisation, broken) != ()
    assert distribution_breaches(performance, organisation, {}) == ()


def test_jpm_of_the_example(competence: CompetenceRules) -> None:
    """Standard 36, reached 32 -> 88.89 %, Memenuhi Syarat, Cukup Optimal."""
    found = job_person_match(competence, 32, 36)
    assert round(found.percent, 2) == Fraction("88.89")
    assert (found.gap, found.filling.code, found.mapping.code) == (-4, "Memenuhi Syarat", "Cukup Optimal")


@pytest.mark.parametrize(
    ("reached", "filling", "mapping"),
    [
        (100, "Memenuhi Syarat", "Optimal"),
        (90, "Memenuhi Syarat", "Optimal"),
        (89, "Memenuhi Syarat", "Cukup Optimal"),
        (80, "Memenuhi Syarat", "Cukup Optimal"),
        (79, "Masih Memenuhi Syarat", "Cukup Optimal"),
        (78, "Masih Memenuhi Syarat", "Cukup Optimal"),
        (77, "Masih Memenuhi Syarat", "Kurang Optimal"),
        (68, "Masih Memenuhi Syarat", "Kurang Optimal"),
        (67, "Kurang Memenuhi Syarat", "Kurang Optimal"),
        (0, "Kurang Memenuhi Syarat", "Kurang Optimal"),
    ],
)
def test_jpm_categories_at_their_bounds(
    competence: CompetenceRules, reached: int, filling: str, mapping: str
) -> None:
    """BKN 26/2019: 80 and 68 for filling posts, 90 and 78 for mapping."""
    found = job_person_match(competence, reached, 100)
    assert (found.filling.code, found.mapping.code) == (filling, mapping)


def test_required_levels_by_tier(competence: CompetenceRules) -> None:
    levels = competence.required_levels
    assert [levels[t] for t in ("pelaksana", "pengawas", "administrator", "jpt_pratama", "jpt_madya")] == [
        1,
        2,
        3,
        4,
        5,
    ]
    assert [levels[f"jf_ahli_{t}"] for t in ("pertama", "muda", "madya", "utama")] == [2, 3, 4, 5]
    assert (competence.validity_years, competence.training_hours) == (3, 20)
    assert [c.kind for c in competence.competences].count("managerial") == 8


def test_workload_of_the_example() -> None:
    """240x60 + 12x1,200 + 4x6,000 = 52,800 min -> 0.704 -> 1 person; EJ .704 C, two holders .352 E."""
    minutes = Fraction(240 * 60 + 12 * 1200 + 4 * 6000)
    one, two = workload_need(ABK, minutes, 1), workload_need(ABK, minutes, 2)
    assert (one.load, one.need) == (Fraction("0.704"), 1)
    assert one.grade is not None
    assert two.grade is not None
    assert (one.efficiency, one.grade.code) == (Fraction("0.704"), "C")
    assert (two.efficiency, two.grade.code) == (Fraction("0.352"), "E")


@pytest.mark.parametrize(
    ("minutes", "grade"),
    [
        (75001, "A"),
        (75000, "B"),
        (67500, "B"),
        (67499, "C"),
        (52500, "C"),
        (52499, "D"),
        (37500, "D"),
        (37499, "E"),
    ],
)
def test_efficiency_at_its_bounds(minutes: int, grade: str) -> None:
    """A > 1.00, B .90-1.00, C .70-.89, D .50-.69, E < .50."""
    found = workload_need(ABK, Fraction(minutes), 1).grade
    assert found is not None
    assert found.code == grade


@pytest.mark.parametrize(("minutes", "expected"), [(37499, 0), (37500, 1), (112499, 1), (112500, 2)])
def test_need_is_rounded_at_half_upwards(minutes: int, expected: int) -> None:
    assert workload_need(ABK, Fraction(minutes)).need == expected


def test_older_workload_rules_have_72000_minutes() -> None:
    older = rules_for(WorkloadRules, date(2015, 1, 1))
    assert (older.header.id, older.effective_minutes) == ("abk-75-2004", 72000)
    assert workload_need(older, Fraction(72000)).load == 1


@pytest.mark.parametrize(
    ("birth", "post", "expected"),
    [
        (date(1968, 5, 17), "pelaksana", date(2026, 6, 1)),
        (date(1968, 12, 1), "administrator", date(2027, 1, 1)),
        (date(1966, 7, 31), "jpt_pratama", date(2026, 8, 1)),
        (date(1961, 2, 1), "jf_ahli_utama", date(2026, 3, 1)),
        (date(1966, 2, 1), "jf_ahli_madya", date(2026, 3, 1)),
        (date(1968, 2, 29), "jf_ahli_muda", date(2026, 3, 1)),
    ],
)
def test_retirement_is_the_first_of_the_month_after(
    retirement: RetirementRules, birth: date, post: str, expected: date
) -> None:
    """PP 11/2017 art. 239: 58, 60 and 65 years."""
    assert retirement_date(retirement, birth, post) == expected


def test_index_of_a_structural_post(professionalism: ProfessionalismRules) -> None:
    """Structural, S2, all three trainings, Baik, no discipline -> 90 Tinggi."""
    found = professionalism_index(
        professionalism,
        group="structural",
        education="s2",
        training=True,
        technical_hours=20,
        seminar=True,
        rating="baik",
        discipline="never",
    )
    category = found.category(professionalism)
    assert category is not None
    assert (found.total, category.code) == (90, "Tinggi")


def test_index_of_executive_staff(professionalism: ProfessionalismRules) -> None:
    """Pelaksana, SLTA, 20 JP, no seminar, Baik, none -> 57.5 Sangat Rendah."""
    found = professionalism_index(
        professionalism,
        group="executive",
        education="slta",
        training=False,
        technical_hours=20,
        seminar=False,
        rating="baik",
        discipline="never",
    )
    category = found.category(professionalism)
    assert category is not None
    assert (found.total, category.code) == (Fraction("57.5"), "Sangat Rendah")


@given(
    group=st.sampled_from(["structural", "functional", "executive"]),
    hours=st.integers(0, 60),
    more=st.integers(0, 60),
    flags=st.tuples(st.booleans(), st.booleans()),
)
def test_more_training_never_lowers_the_index(
    group: str, hours: int, more: int, flags: tuple[bool, bool]
) -> None:
    rules = rules_for(ProfessionalismRules, date(2026, 7, 1))
    totals = [
        professionalism_index(
            rules,
            group=group,
            education="s1",
            training=training,
            technical_hours=jp,
            seminar=seminar,
            rating="baik",
            discipline="never",
        ).total
        for jp, training, seminar in ((hours, *flags), (hours + more, *flags), (hours + more, True, True))
    ]
    assert totals == sorted(totals, key=lambda total: total or 0)


@pytest.mark.parametrize("written", ["JPT Pratama", "jpt-pratama", " jpt_pratama"])
def test_tiers_as_people_write_them(written: str) -> None:
    assert parse_tier(written) == "jpt_pratama"
    assert (parse_tier("JF Madya"), parse_tier("penyelia"), parse_tier("ahli muda")) == (
        "jf_ahli_madya",
        "jf_penyelia",
        "jf_ahli_muda",
    )
    with pytest.raises(Refusal, match="TIER: “lurah” is not one of: jpt_utama"):
        parse_tier("lurah")


def test_expectations_as_people_write_them() -> None:
    written = ("Di atas ekspektasi", "di-atas", "above", "SESUAI", "di bawah")
    assert [parse_expectation(word, "RESULT") for word in written] == [
        "di_atas",
        "di_atas",
        "di_atas",
        "sesuai",
        "di_bawah",
    ]
