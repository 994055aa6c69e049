"""Recruitment: published example, passing grades, the cut with its ties, tie-breaks, faults of files."""

from datetime import date
from fractions import Fraction

import pytest

from sipinter.merit.selection.file import read_participants
from sipinter.merit.selection.recruitment import Participant, ParticipantResult, rank_participants
from sipinter.rules.sets.catalog import rules_for
from sipinter.rules.sets.model import SelectionRules
from sipinter.rules.sheet import AnswersError

R2018 = rules_for(SelectionRules, date(2018, 6, 1))
R2024 = rules_for(SelectionRules, date(2026, 6, 1))


def person(name: str, parts: str = "", *, formation: str = "", **more: str) -> Participant:
    """`parts` as "twk tiu tkp"."""
    values = dict(zip(("twk", "tiu", "tkp"), map(Fraction, parts.split()), strict=False))
    return Participant(
        participant=name,
        formation=formation,
        skd=Fraction(more["skd"]) if "skd" in more else sum(values.values(), Fraction(0)),
        parts=values,
        skb=Fraction(more["skb"]) if "skb" in more else None,
        gpa=Fraction(more["gpa"]) if "gpa" in more else None,
        birth_date=date.fromisoformat(more["born"]) if "born" in more else None,
    )


def by_name(standings: list[ParticipantResult]) -> dict[str, ParticipantResult]:
    return {s.participant.participant: s for s in standings}


def test_the_example_of_2018() -> None:
    """SKD of 500: Adul 60.000/70.000 -> 66.000, Bedu 71.600, Cita 67.400; order Bedu, Cita, Adul."""
    people = [
        person("Adul", skd="300", skb="70"),
        person("Bedu", skd="295", skb="80"),
        person("Cita", skd="280", skb="75"),
    ]
    found = rank_participants(R2018, people, 1)
    assert [(s.participant.participant, str(s.final and float(s.final)), s.selected) for s in found] == [
        ("Bedu", "71.6", True),
        ("Cita", "67.4", False),
        ("Adul", "66.0", False),
    ]


@pytest.mark.parametrize(
    ("formation", "parts", "passed"),
    [
        ("umum", "65 80 166", True),
        ("umum", "60 80 166", False),
        ("umum", "65 75 166", False),
        ("umum", "65 80 165", False),
        ("Cumlaude", "60 85 166", True),
        ("cumlaude", "60 80 200", False),
        ("diaspora", "60 85 165", False),
        ("disabilitas", "60 60 166", True),
        ("papua", "60 55 200", False),
        ("daerah terpencil", "60 60 165", False),
        ("analis kebijakan", "65 80 165", False),
    ],
)
def test_passing_grades_of_2024(formation: str, parts: str, passed: bool) -> None:
    """KepmenPANRB 321/2024, as quoted by the press."""
    assert rank_participants(R2024, [person("A", parts, formation=formation)], 1)[0].passed is passed


def test_a_total_alone_leaves_the_passing_grade_open() -> None:
    found = rank_participants(R2024, [person("A", skd="400")], 1)[0]
    assert (found.passed, found.missing, found.goes_on) == (None, ["twk", "tiu", "tkp", "skb"], True)


def test_the_cut_takes_three_for_a_post_and_breaks_ties_by_tkp_tiu_twk() -> None:
    """Places 3 to 6 have the same total of 380."""
    people = [
        person("second", "100 110 180"),
        person("first", "100 120 180"),
        person("less twk", "80 100 200"),
        person("less tiu", "85 95 200"),
        person("less tkp", "90 100 190"),
        person("tkp", "70 110 200"),
    ]
    found = rank_participants(R2024, people, 1)
    assert [(s.participant.participant, s.skd_rank, s.goes_on) for s in found] == [
        ("first", 1, True),
        ("second", 2, True),
        ("tkp", 3, True),
        ("less twk", 4, False),
        ("less tiu", 5, False),
        ("less tkp", 6, False),
    ]


def test_those_still_tied_at_the_cut_all_go_on() -> None:
    people = [person(name, parts) for name, parts in (("A", "100 120 180"), ("B", "100 110 180"))]
    people += [person(name, "90 100 190") for name in ("C", "D", "E")]
    people.append(person("F", "90 99 190"))
    assert {n for n, s in by_name(rank_participants(R2024, people, 1)).items() if s.goes_on} == {
        "A",
        "B",
        "C",
        "D",
        "E",
    }


def test_final_ties_go_by_skd_tkp_tiu_twk_gpa_and_age() -> None:
    """The same final mark: 40 % SKD/550x100 + 60 % SKB."""
    pairs = [
        (person("more", "100 120 200", skb="70"), person("less", "100 120 200", skb="69.99")),
        (person("tkp", "90 100 210", skb="70"), person("less", "100 100 200", skb="70")),
        (person("tiu", "90 110 200", skb="70"), person("less", "100 100 200", skb="70")),
        (
            person("gpa", "100 100 200", skb="70", gpa="3.5"),
            person("less", "100 100 200", skb="70", gpa="3.4"),
        ),
        (person("gpa", "100 100 200", skb="70", gpa="2.0"), person("unknown", "100 100 200", skb="70")),
        (
            person("older", "100 100 200", skb="70", born="1995-01-01"),
            person("less", "100 100 200", skb="70", born="1995-01-02"),
        ),
    ]
    for better, worse in pairs:
        found = by_name(rank_participants(R2024, [worse, better], 1))
        assert found[better.participant].selected is True
        assert found[worse.participant].selected is False


def test_equals_across_the_last_post_are_left_open() -> None:
    found = rank_participants(R2024, [person(name, "100 100 200", skb="70") for name in "AB"], 1)
    assert [(s.rank, s.tied, s.selected) for s in found] == [(1, True, None), (1, True, None)]


def test_each_formation_is_ranked_on_its_own() -> None:
    people = [
        person("A", "100 100 200", formation="x", skb="70"),
        person("B", "90 90 190", formation="y", skb="60"),
    ]
    assert [s.rank for s in rank_participants(R2024, people, 1)] == [1, 1]


def read(text: str) -> list[Participant]:
    return read_participants(text.encode(), R2024, name="peserta.csv")


def test_a_file_is_read() -> None:
    found = read(
        "participant;formation;twk;tiu;tkp;skb;gpa;birth_date\nA;umum;100;120;200;70,5;3,75;31-12-1995\n"
    )
    assert found == [person("A", "100 120 200", formation="umum", skb="70.5", gpa="3.75", born="1995-12-31")]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "row 1, column 1: the file is empty"),
        ("participant\nA\n", "row 1, column skd: heading “skd” is missing"),
        ("participant,skd,nilai\nA,1,2\n", "row 1, column nilai: unknown heading"),
        ("participant,skd\nA,1\nA,2\n", "row 3, column participant: A is already in row 2"),
        ("participant,skd\nA,\n", "row 2, column skd: neither the total nor all three parts"),
        ("participant,skd\nA,551\n", "row 2, column skd: 551 lies above 550"),
        ("participant,skd\nA,-1\n", "row 2, column skd: “-1” is not a figure"),
        ("participant,skd,skb\nA,500,101\n", "row 2, column skb: 101 lies above 100"),
        ("participant,twk,tiu,tkp,skd\nA,1,2,3,7\n", "row 2, column skd: the total 7 is not the sum"),
        (
            "participant,skd,birth_date\nA,1,1995-02-30\n",
            "row 2, column birth_date: “1995-02-30” is not a date",
        ),
        ("participant,skd\n", "no participants"),
    ],
)
def test_faults_name_row_and_column(text: str, fault: str) -> None:
    with pytest.raises(AnswersError, match=fault.replace("(", "\\(")):
        read(text)
