"""Successors: against plain loops over people and posts, each gate, boxes first, nobody lost."""

import random
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sipinter.merit.data.fact_rules import FactWindows
from sipinter.merit.data.facts import employee_facts
from sipinter.merit.data.prepared_facts import prepare_facts
from sipinter.merit.data.sample import Sample, write_sample
from sipinter.merit.data.staff import Staff
from sipinter.merit.person.talent import map_row
from sipinter.merit.succession.gates import STATUSES, gates_of_mask
from sipinter.merit.succession.ranking import rank_successors
from sipinter.merit.succession.result import SuccessionResult, compute_successors
from sipinter.merit.succession.targets import ALL
from sipinter.rules.messages import Refusal
from sipinter.rules.sets.catalog import rules_for
from sipinter.rules.sets.codes import EDUCATION, LEADERSHIP, RANKS
from sipinter.rules.sets.model import PerformanceRules, TalentRules, TierGates

from . import folders
from .folders import SUB_ASPECTS, Rows

ON = date(2026, 7, 1)
TIERS = ("jpt_pratama", "administrator", "jf_ahli_madya", "pengawas", "jf_ahli_utama", "jpt_madya")
FIELDS = {"hukum": "sosial", "politik": "sosial", "teknik": "eksakta", "": ""}
ORDER = {9: 0, 8: 1, 7: 2, None: 9}


def person(nip: int, **changed: object) -> dict[str, Rows]:
    """Tables of one administrator in box 9 who passes every gate of P1; `changed` columns of any table."""
    tables: dict[str, dict[str, object]] = {
        "employee": {
            "nip": nip,
            "agency": "A",
            "post": "Q1",
            "kind": "pns",
            "tier": "administrator",
            "rank": "IV/a",
            "tier_since": "2020-01-01",
            "breadth": "agencies",
            "education": "s2",
            "field": "hukum",
            "field_group": "sosial",
            "birth_date": "1975-01-01",
            "related_years": 10,
            "sex": "female",
            "religion": "islam",
            "marital_status": "kawin",
            "disability": 0,
            "region": "jawa",
        },
        "rating": {"nip": nip, "year": 2025, "rating": "sangat_baik", "feedback": 4},
        "award": {"nip": nip, "date": "2025-01-01", "award": "national"},
        "assignment": {"nip": nip, "start": "2025-01-01", "end": "", "team": "cross_lead", "acting": ""},
        "assessment": {"nip": nip, "date": "2025-01-01", "jpm": "90", "technical": "80"},
        "potential": {"nip": nip, "date": "2025-01-01", **dict.fromkeys(SUB_ASPECTS, 4)},
        "training": {
            "nip": nip,
            "date": "2025-01-01",
            "kind": "leadership",
            "leadership": "pka",
            "hours": 99,
        },
    }
    for name, value in changed.items():
        holding = next(row for row in tables.values() if name in row and name != "nip")
        holding[name] = value
    return {name: [row] for name, row in tables.items()}


POSTS: Rows = [
    {
        "post": "P1",
        "agency": "A",
        "tier": "jpt_pratama",
        "field": "hukum",
        "field_group": "sosial",
        "critical": 1,
    },
    {
        "post": "Q1",
        "agency": "A",
        "tier": "administrator",
        "field": "hukum",
        "field_group": "sosial",
        "critical": 0,
    },
]


def folder_of(folder: Path, people: Iterable[dict[str, Rows]], posts: Rows = POSTS) -> Path:
    tables: dict[str, Rows] = {"discipline": folders.TABLES["discipline"]}
    for tables_of_one in people:
        for name, rows in tables_of_one.items():
            tables.setdefault(name, []).extend(rows)
    return folders.write(folder, {**tables, "post": posts})


def nip(number: int) -> int:
    return 197501012000011000 + number


def run(folder: Path, **options: Any) -> SuccessionResult:
    return compute_successors(Staff.from_folder(folder), ON, **options)


def best_of(report: SuccessionResult) -> list[dict[str, Any]]:
    return sorted(report.rows(), key=lambda row: (row["post"], row["status"], row["rank"]))


Change = dict[str, object]
# What is changed of somebody who passes every gate -> status, failed, unknown. PP 11/2017 art. 107: two years
# as administrator, five of related experience, at most 56; soon: within a year. BKN 26/2019: three years.
CASES: list[tuple[Change, str, str, str]] = [
    ({}, "ready", "", ""),
    ({"rating": "sangat_kurang"}, "excluded", "box", ""),
    ({"kind": "pppk"}, "excluded", "kind", ""),
    ({"education": "d3"}, "excluded", "education", ""),
    ({"field": "teknik", "field_group": "eksakta"}, "excluded", "field", ""),
    ({"tier_since": "2025-07-02"}, "excluded", "time_in_tier", ""),
    ({"birth_date": "1970-06-30"}, "excluded", "age", ""),
    ({"related_years": 3}, "excluded", "experience", ""),
    ({"assessed": "2023-07-01"}, "excluded", "assessment", "box;technical"),
    ({"feedback": ""}, "to_check", "", "box"),
    ({"kind": ""}, "to_check", "", "kind"),
    ({"birth_date": ""}, "to_check", "", "age"),
    ({"related_years": ""}, "to_check", "", "experience"),
    ({"technical": ""}, "to_check", "", "technical"),
    ({"tier_since": ""}, "to_check", "", "box;time_in_tier"),
    ({"education": ""}, "to_check", "", "box;education"),
    ({"field": "", "field_group": ""}, "to_check", "", "box;field"),
    ({"tier_since": "2024-07-01"}, "ready", "", ""),
    ({"tier_since": "2024-07-02"}, "ready_soon", "time_in_tier", ""),
    ({"related_years": 4}, "ready_soon", "experience", ""),
    ({"related_years": 4, "birth_date": "1970-12-31"}, "excluded", "experience", ""),
    ({"birth_date": "1970-07-01"}, "ready", "", ""),
    ({"field": "politik"}, "ready", "", ""),
    ({"assessed": "2023-07-02"}, "ready", "", ""),
    ({"rank": ""}, "ready", "", ""),
    ({"tier": "pengawas"}, "", "", ""),
    ({"post": "P1"}, "", "", ""),
]


def test_each_gate_of_the_rules_and_its_edges(tmp_path: Path) -> None:
    """Failed: excluded, with every reason; an empty field: to be checked; of no feeder tier: no candidate."""
    people = []
    for number, (change, *_) in enumerate(CASES):
        assessed = change.get("assessed", "2025-01-01")
        people.append(person(nip(number), **{k: v for k, v in change.items() if k != "assessed"}))
        people[-1]["assessment"][0]["date"] = assessed
    report = run(folder_of(tmp_path, people), best=len(CASES))
    found = {
        row["nip"]: row
        for row in [*best_of(report), *report.staff.engine.rows(report.succession.exclusions())]
    }
    for number, (change, status, failed, unknown) in enumerate(CASES):
        row = found.get(nip(number), {"status": "", "failed": "", "unknown": ""})
        assert (change, row["status"], row["failed"], row["unknown"]) == (change, status, failed, unknown)


def posts_file(folder: Path, rows: Rows) -> Path:
    path = folder / "targets.csv"
    lines = [",".join(rows[0]), *(",".join(str(value) for value in row.values()) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


ASKED: list[tuple[Change, str]] = [
    ({"minimum_rank": "IV/b"}, "rank"),
    ({"minimum_education": "s3"}, "education"),
    ({"field": "teknik"}, "field"),
    ({"years_in_tier": 8}, "time_in_tier"),
    ({"training": "pkn_ii"}, "training"),
    ({"feeder_posts": "Q2; Q3"}, "feeder"),
    ({"maximum_age": 50}, "age"),
    ({"related_years": 12}, "experience"),
    ({}, ""),
    (
        {
            "minimum_rank": "IV/a",
            "minimum_education": "s2",
            "field": "hukum",
            "years_in_tier": 6,
            "training": "pka",
            "feeder_posts": "Q2;Q1",
            "maximum_age": 55,
            "related_years": 10,
        },
        "",
    ),
]


def test_a_post_may_ask_for_more(tmp_path: Path) -> None:
    nothing = dict.fromkeys(ASKED[-1][0], "")
    posts = [{**POSTS[0], "post": f"T{number}"} for number in range(len(ASKED))]
    folder_of(tmp_path, [person(nip(1))], [*posts, POSTS[1]])
    rows: Rows = [{"post": f"T{number}", **nothing, **asked} for number, (asked, _) in enumerate(ASKED)]
    report = run(tmp_path, posts=posts_file(tmp_path, rows))
    failed = {row["post"]: row["failed"] for row in report.staff.engine.rows(report.succession.exclusions())}
    assert failed == {f"T{number}": gate for number, (_, gate) in enumerate(ASKED) if gate}
    assert [(row["post"], row["status"]) for row in best_of(report)] == [("T8", "ready"), ("T9", "ready")]


def test_box_9_stands_before_box_7_of_a_higher_talent_value(tmp_path: Path) -> None:
    """The published example: another candidate has the higher talent value in box 7, and stands after."""
    nine = person(nip(1), rating="baik", jpm="85", team="internal_lead", feedback=3)
    seven = person(nip(2), breadth="unit", education="s1", jpm="70")
    seven["potential"][0].update(dict.fromkeys(SUB_ASPECTS, 3))
    rows = best_of(run(folder_of(tmp_path, [nine, seven])))
    assert [(row["rank"], row["nip"], row["box"]) for row in rows] == [(1, nip(1), 9), (2, nip(2), 7)]
    assert rows[0]["talent_value"] < rows[1]["talent_value"]
    # .70 of the talent value and .30 of the technical competence for JPT Pratama.
    assert all(abs(r["score"] * 10 - r["talent_value"] * 7 - r["technical"] * 3) <= 10 for r in rows)


def test_national_is_box_9_of_every_agency(tmp_path: Path) -> None:
    other = person(nip(2), agency="B")
    eight = person(nip(3), rating="baik", team="none")
    folder_of(tmp_path, [person(nip(1)), other, eight])
    assert {row["box"] for row in best_of(run(tmp_path))} == {9, 8}
    national = best_of(run(tmp_path, scope="national"))
    assert [(row["nip"], row["agency"], row["box"]) for row in national] == [
        (nip(1), "A", 9),
        (nip(2), "B", 9),
    ]


def test_bench_strength_and_posts_without_a_successor(tmp_path: Path) -> None:
    posts = [
        *POSTS,
        {**POSTS[0], "post": "P2", "field": "teknik", "field_group": "eksakta"},
        {**POSTS[0], "post": "P3", "tier": "pelaksana"},
    ]
    people = [person(nip(number)) for number in range(1, 5)]
    people.append(person(nip(5), related_years=4))
    meta = run(folder_of(tmp_path, people, posts), best=2).meta()
    assert meta["bench_strength"] == {
        "bench": {"0": 1, "1": 0, "2": 0, "3+": 1},
        "bench_soon": {"0": 1, "1": 0, "2": 0, "3+": 1},
    }
    assert (meta["without_successor"], meta["without_rules"]) == (["P2"], ["P3"])
    assert meta["completeness"]["ready"] == 4
    assert meta["completeness"]["failed"] == {"field": 5, "experience": 1}


def test_protected_attributes_never_enter(tmp_path: Path) -> None:
    people = [person(nip(number), jpm=str(80 + number)) for number in range(1, 5)]
    expected = best_of(run(folder_of(tmp_path, people)))
    for number, tables in enumerate(people):
        tables["employee"][0].update(
            sex="male", religion="hindu", marital_status="cerai", disability=1, region=f"R{number}"
        )
    assert best_of(run(folder_of(tmp_path, people))) == expected


def test_prepared_facts_give_the_same_list(tmp_path: Path) -> None:
    people = [person(nip(number), jpm=str(80 + number)) for number in range(1, 5)]
    expected = best_of(run(folder_of(tmp_path, people)))
    prepare_facts(tmp_path, ON)
    assert best_of(run(tmp_path)) == expected


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ([{"post": "P9"}], "targets.csv: post P9 is not in the table post"),
        ([{"post": "P1"}, {"post": "P1"}], "targets.csv: post P1 is given twice"),
        (
            [{"post": "P1", "minimum_rank": "V/a"}],
            "targets.csv: row 2, column minimum_rank: “V/a” is not one of",
        ),
    ],
)
def test_faults_of_the_posts_are_named(tmp_path: Path, rows: Rows, fault: str) -> None:
    folder_of(tmp_path, [person(nip(1))])
    with pytest.raises(Refusal, match=fault):
        run(tmp_path, posts=posts_file(tmp_path, rows))


# The same by plain loops.


def invented(chance: random.Random, people: int) -> list[dict[str, Rows]]:
    def often(value: object, *others: object) -> object:
        return value if chance.random() < 0.8 else chance.choice(["", *others])

    found = []
    for number in range(people):
        field = chance.choice(list(FIELDS))
        changed = {
            "agency": chance.choice("AB"),
            "post": chance.choice(["Q1", "Q2", "P1", ""]),
            "tier": chance.choice(TIERS),
            "kind": often("pns", "pppk"),
            "rank": often("IV/a", "III/d", "IX"),
            "tier_since": often("2022-01-01", "2024-07-02", "2025-01-01"),
            "field": field,
            "field_group": FIELDS[field],
            "education": often("s2", "d3", "s1"),
            "birth_date": often("1980-05-05", "1970-07-01", "1969-01-01", "1970-12-01"),
            "related_years": often(chance.randint(0, 12)),
            "rating": often("sangat_baik", "baik", "kurang"),
            "award": chance.choice(["none", "national"]),
            "feedback": often(chance.randint(2, 4)),
            "jpm": often(chance.randint(60, 100)),
            "technical": often(chance.choice([70, 80, 80, 90])),
            "leadership": chance.choice(["", "pkp", "pka", "pkn_ii"]),
        }
        one = person(nip(number), **changed)
        one["assessment"][0]["date"] = chance.choice(["2025-01-01", "2025-01-01", "2023-01-01"])
        found.append(one)
    return found


def invented_posts(chance: random.Random) -> tuple[Rows, Rows]:
    """The table post, and the file of target posts."""
    posts: Rows = [
        {
            "post": name,
            "agency": chance.choice("AB"),
            "tier": chance.choice(TIERS),
            "field": (field := chance.choice(list(FIELDS))),
            "field_group": FIELDS[field],
            "critical": 1,
        }
        for name in ("P1", "P2", "P3", "P4", "Q1", "Q2")
    ]
    # One is always of a tier with gates.
    posts[0]["tier"] = "jpt_pratama"
    targets: Rows = [
        {
            "post": post["post"],
            "minimum_rank": chance.choice(["", "", "IV/a"]),
            "minimum_education": chance.choice(["", "", "s2"]),
            "field": "",
            "years_in_tier": chance.choice(["", "", 1]),
            "training": chance.choice(["", "", "pka"]),
            "feeder_posts": chance.choice(["", "", "Q1;Q2", "Q2; P1"]),
            "maximum_age": chance.choice(["", "", 55]),
            "related_years": chance.choice(["", "", 6]),
        }
        for post in posts[:5]
    ]
    return posts, targets


Judged = tuple[int, frozenset[str], frozenset[str]]


def full_years(since: date, on: date) -> int:
    """Whole years from one date to another."""
    return on.year - since.year - ((on.month, on.day) < (since.month, since.day))


def gates_of(
    row: dict[str, Any],
    fact: dict[str, Any],
    box: int | None,
    post: dict[str, Any],
    asked: dict[str, Any],
    rules: TierGates,
    boxes: tuple[int, ...],
    technical: bool,
) -> Judged:
    """Status, failed and unknown gates of one person for one post."""

    def threshold(name: str, own: object) -> Any:
        return asked[name] if asked[name] != "" else own

    since = date.fromisoformat(row["tier_since"]) if row["tier_since"] else None
    tenure = None if since is None else full_years(since, ON)
    birth = date.fromisoformat(row["birth_date"]) if row["birth_date"] else None
    age = threshold("maximum_age", rules.maximum_age)
    related = None if row["related_years"] == "" else int(row["related_years"])
    values: dict[str, tuple[bool | None, bool | None]] = {}

    def gate(code: str, value: Any, need: Any, soon: int = 0) -> None:
        known = value is not None
        ok = True if need is None else (value >= need if known else None)
        later = True if need is None else (value + soon >= need if known else None)
        values[code] = (ok, later)

    def plain(code: str, ok: bool | None) -> None:
        values[code] = (ok, ok)

    plain("box", None if box is None else box in boxes)
    plain("kind", None if row["kind"] == "" else row["kind"] in rules.kinds)
    need = threshold("minimum_rank", rules.rank)
    gate(
        "rank",
        RANKS.index(row["rank"]) if row["rank"] in RANKS else None,
        RANKS.index(need) if need else None,
    )
    need = threshold("minimum_education", rules.education)
    gate("education", EDUCATION.index(row["education"]) if row["education"] else None, EDUCATION.index(need))
    if post["field"] == "":
        plain("field", True)
    elif row["field"] == "":
        plain("field", None)
    else:
        plain("field", row["field"] == post["field"] or row["field_group"] == post["field_group"])
    gate("time_in_tier", tenure, threshold("years_in_tier", rules.feeders[row["tier"]]), 1)
    need = threshold("training", rules.training)
    gate("training", fact["leadership"], LEADERSHIP.index(need) if need else None)
    feeders = [name.strip() for name in asked["feeder_posts"].split(";") if name]
    plain("feeder", True if not feeders else (None if row["post"] == "" else row["post"] in feeders))
    plain("assessment", fact["assessed_on"] > 20230701)
    if age is None:
        values["age"] = (True, True)
    elif birth is None:
        values["age"] = (None, None)
    else:
        last = birth.replace(year=birth.year + int(age))
        values["age"] = (last >= ON, last >= ON.replace(year=ON.year + 1))
    gate("experience", related, threshold("related_years", rules.experience), 1)
    plain("technical", True if technical else None)
    failed = frozenset(code for code, (now, _) in values.items() if now is False)
    later = {code for code, (_, then) in values.items() if then is False}
    unknown = frozenset(code for code, (now, _) in values.items() if now is None)
    status = 0 if not failed and not unknown else 1 if not unknown and not later else 3 if failed else 2
    return status, failed, unknown


def by_loops(folder: Path, tables: dict[str, Rows], targets: Rows, scope: str, best: int) -> dict[str, Any]:
    """Best, exclusions and counts of each post."""
    rules = rules_for(TalentRules, ON)
    assert rules.succession is not None
    staff = Staff.from_folder(folder)
    known = employee_facts(staff, FactWindows.of(rules, ON), rules_for(PerformanceRules, ON))
    fact_of = {fact["nip"]: fact for fact in staff.engine.rows(known)}
    posts = {post["post"]: post for post in tables["post"]}
    boxes = rules.succession.groups[scope]
    best_rows, excluded, counts = [], set(), {}
    for asked in targets:
        post = posts[asked["post"]]
        gates = rules.succession.gates.get(str(post["tier"]))
        if gates is None:
            counts[asked["post"]] = None
            continue
        groups: dict[int, list[tuple[Any, ...]]] = {0: [], 1: [], 2: [], 3: []}
        for row in tables["employee"]:
            away = scope == "agency" and row["agency"] != post["agency"]
            if row["tier"] not in gates.feeders or away or row["post"] == post["post"]:
                continue
            fact = {**fact_of[row["nip"]], "target_tier": post["tier"]}
            value = map_row(fact, rules)
            weighed = post["tier"] in rules.target_posts
            score = value["target_value"] if weighed else value["talent_value"]
            technical = not weighed or fact["technical"] is not None
            status, failed, unknown = gates_of(row, fact, value["box"], post, asked, gates, boxes, technical)
            place = boxes.index(value["box"]) if value["box"] in boxes else 99
            key = (place, -(-1 if score is None else score), -(value["talent_value"] or -1), row["nip"])
            groups[status].append((key, row["nip"], score, failed, unknown))
            if status >= 2:
                excluded.add((asked["post"], row["nip"], STATUSES[status], failed, unknown))
        for status in (0, 1, 2):
            for rank, (_, person_nip, score, failed, unknown) in enumerate(sorted(groups[status])[:best], 1):
                best_rows.append((asked["post"], STATUSES[status], rank, person_nip, score, failed, unknown))
        counts[asked["post"]] = [len(groups[status]) for status in range(4)]
    return {"best": sorted(best_rows, key=str), "excluded": excluded, "counts": counts}


def codes(text: str) -> frozenset[str]:
    return frozenset(code for code in text.split(";") if code)


@settings(max_examples=3, deadline=None)
@given(seed=st.integers(0, 10**6), scope=st.sampled_from(["agency", "national"]))
def test_the_tables_agree_with_plain_loops(seed: int, scope: str) -> None:
    chance = random.Random(seed)
    people = invented(chance, 60)
    posts, targets = invented_posts(chance)
    with TemporaryDirectory() as name:
        folder = folder_of(Path(name), people, posts)
        tables = {"employee": [one["employee"][0] for one in people], "post": posts}
        staff = Staff.from_folder(folder)
        found = rank_successors(staff, rules_for(TalentRules, ON), posts_file(folder, targets), scope, 3, ON)
        rows = staff.engine.rows
        best = [
            (r["post"], r["status"], r["rank"], r["nip"], r["score"], codes(r["failed"]), codes(r["unknown"]))
            for r in rows(found.best)
        ]
        excluded = {
            (r["post"], r["nip"], r["status"], codes(r["failed"]), codes(r["unknown"]))
            for r in rows(found.exclusions())
        }
        counts = {
            r["post"]: None if r["candidates"] is None else [r[status] for status in STATUSES]
            for r in rows(found.posts)
        }
        totals = [
            (r["candidates"], sum(r[status] for status in STATUSES))
            for r in rows(found.posts)
            if r["candidates"] is not None
        ]
        expected = by_loops(folder, tables, targets, scope, 3)
    assert sorted(best, key=str) == expected["best"]
    assert (excluded, counts) == (expected["excluded"], expected["counts"])
    assert all(candidates == total for candidates, total in totals)


@settings(max_examples=2, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_more_of_a_good_thing_never_lowers_a_rank_within_a_box(seed: int) -> None:
    chance = random.Random(seed)
    scores = [str(chance.randint(80, 95)) for _ in range(8)]
    people = [
        person(nip(n), jpm=score, technical=str(chance.randint(60, 90))) for n, score in enumerate(scores)
    ]
    chosen = chance.randrange(8)
    with TemporaryDirectory() as name:
        folder = folder_of(Path(name), people)
        before = {row["nip"]: row for row in best_of(run(folder, best=8))}
        kind = chance.choice(["jpm", "technical"])
        row = people[chosen]["assessment"][0]
        row[kind] = str(int(str(row[kind])) + chance.randint(0, 5))
        after = {row["nip"]: row for row in best_of(run(folder_of(Path(name), people), best=8))}
    assert {row["box"] for row in before.values()} == {9}
    assert after[nip(chosen)]["rank"] <= before[nip(chosen)]["rank"]


def test_all_posts_in_one_pass_with_the_gates_as_bits(tmp_path: Path) -> None:
    """Every post of the table is ranked as if it had been listed; bits and names say the same."""
    folder = tmp_path / "staff"
    write_sample(Sample(agencies=2, employees=1500, seed=6), folder)
    staff = Staff.from_folder(folder)
    found = compute_successors(staff, ON, posts=ALL, best=3)
    posts = [row["post"] for row in staff.engine.rows(staff.need("post").select("post"))]
    listed = compute_successors(
        staff, ON, posts=posts_file(tmp_path, [{"post": post} for post in posts]), best=3
    )
    assert found.completeness == listed.completeness
    assert found.completeness["posts"] == len(posts)
    best = best_of(found)
    assert best == best_of(listed)
    assert {row["status"] for row in best} >= {"ready", "to_check"}
    for row in best:
        assert ";".join(gates_of_mask(row["fails"])) == row["failed"]
        assert ";".join(gates_of_mask(row["unknowns"])) == row["unknown"]
    assert found.meta()["posts"] == "all"
