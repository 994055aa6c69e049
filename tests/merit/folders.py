"""Folders of staff tables for the tests, written as CSV."""

import csv
from pathlib import Path

AYU, BUDI = "198609262015051001", "199009132025242014"
SUB_ASPECTS = (
    "intellectual",
    "interpersonal",
    "self_awareness",
    "critical_thinking",
    "problem_solving",
    "emotional_intelligence",
    "growth_mindset",
    "grit",
)
Rows = list[dict[str, object]]

# Ayu is the derived example: Y 91.75, X 88.9333, value 90.3417, JPT Pratama with technical 82 -> 87.8392.
TABLES: dict[str, Rows] = {
    "employee": [
        {
            "nip": AYU,
            "agency": "A",
            "post": "P1",
            "tier": "jpt_pratama",
            "tier_since": "2023-01-01",
            "breadth": "units",
            "education": "s2",
            "field": "hukum",
            "field_group": "sosial",
            "target_post": "P1",
        },
        {
            "nip": BUDI,
            "agency": "A",
            "post": "P2",
            "tier": "pelaksana",
            "tier_since": "2025-01-01",
            "breadth": "unit",
            "education": "slta",
            "field": "",
            "field_group": "",
            "target_post": "",
        },
    ],
    "post": [
        {"post": "P1", "agency": "A", "tier": "jpt_pratama", "field": "hukum", "field_group": "sosial"},
        {"post": "P2", "agency": "A", "tier": "pelaksana", "field": "", "field_group": ""},
    ],
    "rating": [
        {"nip": AYU, "year": 2025, "result": "", "behaviour": "", "rating": "sangat_baik", "feedback": 3},
        {"nip": AYU, "year": 2024, "result": "", "behaviour": "", "rating": "kurang", "feedback": 1},
        {"nip": BUDI, "year": 2025, "result": "sesuai", "behaviour": "di_atas", "rating": "", "feedback": 4},
    ],
    "award": [
        {"nip": AYU, "date": "2024-08-17", "award": "national"},
        {"nip": AYU, "date": "2020-08-17", "award": "international"},
    ],
    "assignment": [
        {"nip": AYU, "start": "2025-01-01", "end": "2025-06-30", "team": "cross_member", "acting": ""},
        {
            "nip": AYU,
            "start": "2020-01-01",
            "end": "2020-06-30",
            "team": "cross_lead",
            "acting": "acting_same",
        },
    ],
    "assessment": [
        {"nip": AYU, "date": "2024-01-01", "jpm": "88", "technical": "82"},
        {"nip": AYU, "date": "2023-12-31", "jpm": "99", "technical": "99"},
    ],
    "training": [
        {"nip": AYU, "date": "2025-03-01", "kind": "technical", "leadership": "", "hours": 20},
        {"nip": AYU, "date": "2026-03-01", "kind": "technical", "leadership": "", "hours": 99},
        {"nip": AYU, "date": "2025-03-01", "kind": "seminar", "leadership": "", "hours": 0},
        {"nip": AYU, "date": "2022-03-01", "kind": "leadership", "leadership": "pkn_ii", "hours": 200},
        {"nip": BUDI, "date": "2025-03-01", "kind": "technical", "leadership": "", "hours": 20},
    ],
    "potential": [{"nip": AYU, "date": "2024-03-01", **dict.fromkeys(SUB_ASPECTS, 4)}],
    "discipline": [{"nip": BUDI, "date": "2030-01-01", "until": "", "grade": "heavy"}],
}


def write(folder: Path, tables: dict[str, Rows] = TABLES, **changed: Rows) -> Path:
    """A folder of tables; `changed` replaces some."""
    for name, rows in {**tables, **changed}.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(rows)
    return folder
