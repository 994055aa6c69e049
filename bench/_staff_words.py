"""What bench/staff.py and its baselines share: the day, the columns, the rules' points."""

from __future__ import annotations

from datetime import date

from sipinter.merit.data.tables import SUB_ASPECTS
from sipinter.rules.sets.catalog import rules_for
from sipinter.rules.sets.model import ProfessionalismRules, TalentRules

ON, ON_NUMBER, YEAR = date(2026, 7, 1), 20260701, 2025
PRIME = 1_000_003
RULES = rules_for(TalentRules, ON)
INDEX = rules_for(ProfessionalismRules, ON)
NEEDED = {
    "employee": (
        "nip",
        "tier",
        "tier_since",
        "breadth",
        "education",
        "field",
        "field_group",
        "post",
        "target_post",
    ),
    "post": ("post", "tier", "field", "field_group"),
    "rating": ("nip", "year", "rating", "feedback"),
    "award": ("nip", "date", "award"),
    "assignment": ("nip", "start", "end", "team", "acting"),
    "assessment": ("nip", "date", "reached", "required"),
    "potential": ("nip", "date", *SUB_ASPECTS),
    "training": ("nip", "date", "kind", "leadership", "hours"),
    "discipline": ("nip", "date", "until", "grade"),
}
# The prepared facts that both results need.
NEEDED_FACTS = (
    "nip",
    "tier",
    "tenure",
    "breadth",
    "education",
    "fit",
    "rating",
    "feedback",
    "award",
    "assignment",
    "acting",
    "jpm",
    "potential",
    "hours",
    "technical_hours",
    "seminar",
    "leadership",
    "functional",
    "grade",
    "serving",
)
# Points in whole numbers for the baselines; the engine takes them from the rules.
RATING_POINTS, INDEX_RATING = (20, 40, 60, 80, 100), (1, 5, 15, 25, 30)
AWARD_POINTS, TEAM_POINTS, ACTING_POINTS = (0, 50, 70, 85, 100), (0, 50, 70, 85, 100), (0, 40, 60, 80, 100)
FEEDBACK_POINTS, BREADTH_POINTS, FIT_POINTS = (0, 40, 70, 85, 100), (60, 80, 100), (50, 75, 100)
# By the place in EDUCATION; below senior secondary school the map gives no points.
NONE = float("nan")
SCHOOL_POINTS = (NONE, NONE, 60, 60, 60, 70, 80, 80, 90, 100)
SCHOOL_INDEX = (1, 1, 5, 5, 5, 10, 15, 15, 20, 25)
GRADE_POINTS, INDEX_GRADE = (100, 75, 50, 25, 0), (5, 3, 2, 1)
GROUP_POINTS = {"structural": (150, 150, 100), "functional": (150, 150, 100), "executive": (0, 225, 175)}
X_UNIT = 3 * 10**8  # a potential of 1 in the baselines' whole numbers
