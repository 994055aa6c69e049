"""A covering knapsack in whole numbers, solved to proven optimality by HiGHS."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import highspy
import numpy as np

# Above this the solver's tolerances could hide a difference of 1, so no proof is claimed.
LARGEST_PROVEN = 10**6
# Tidying up among equally cheap routes may not take longer than finding them; a bound on the
# nodes, unlike one on the time, gives the same route on a slow machine.
TIDYING_NODES = 1000
# One thread and a fixed seed: the same answers give the same route everywhere.
OPTIONS: dict[str, bool | int | float] = {
    "output_flag": False,
    "threads": 1,
    "random_seed": 0,
    "mip_rel_gap": 0.0,
    "mip_abs_gap": 0.5,
    "mip_feasibility_tolerance": 1e-9,
}


@dataclass(frozen=True, slots=True)
class KnapsackProblem:
    """Minimise efforts x raise where gains x raise >= needed and raise <= room; all whole numbers."""

    gains: list[int]
    efforts: list[int]
    room: list[int]
    needed: int


@dataclass(frozen=True, slots=True)
class _Group:
    """Items that are alike for the solver: one variable instead of many interchangeable ones."""

    gain: int
    effort: int
    room: int
    items: list[int]


def solve_knapsack(programme: KnapsackProblem) -> tuple[list[int], bool]:
    """The raise of each item and whether the solver proved it cheapest.

    Of equally cheap answers: the fewest items raised, and of items that are alike the first. The
    caller makes sure that an answer exists. RuntimeError when the solver's answer does not hold exactly.
    """
    groups = _groups(programme)
    totals, proven = _minimise_effort(groups, programme.needed)
    least = sum(group.effort * total for group, total in zip(groups, totals, strict=True))
    tidy, tidy_proven = _fewest_items(groups, programme.needed, least)
    raises = _spread(groups, tidy if tidy_proven else totals, len(programme.gains))
    if not _holds(programme, raises, least):
        raises = _spread(groups, totals, len(programme.gains))
    if not _holds(programme, raises, least):
        raise RuntimeError("the solver's answer does not reach the target")
    return raises, proven and max(least, programme.needed) <= LARGEST_PROVEN


def _groups(programme: KnapsackProblem) -> list[_Group]:
    found: dict[tuple[int, int, int], _Group] = {}
    for item, key in enumerate(zip(programme.gains, programme.efforts, programme.room, strict=True)):
        found.setdefault(key, _Group(*key, items=[])).items.append(item)
    return list(found.values())


def _minimise_effort(groups: list[_Group], needed: int) -> tuple[list[int], bool]:
    """Raises by group at the least effort."""
    model = IntegerModel()
    for group in groups:
        model.column(group.effort, group.room * len(group.items))
    model.row(range(len(groups)), (group.gain for group in groups), needed, highspy.kHighsInf)
    return model.run()


def _fewest_items(groups: list[_Group], needed: int, least: int) -> tuple[list[int], bool]:
    """Raises by group that touch the fewest items without costing more than `least`."""
    count = len(groups)
    model = IntegerModel()
    for group in groups:
        model.column(0, group.room * len(group.items))
    for group in groups:
        model.column(1, len(group.items))
    model.row(range(count), (group.gain for group in groups), needed, highspy.kHighsInf)
    model.row(range(count), (group.effort for group in groups), -highspy.kHighsInf, least)
    for number, group in enumerate(groups):
        model.row((number, count + number), (1, -group.room), -highspy.kHighsInf, 0)
    values, proven = model.run(max_nodes=TIDYING_NODES)
    return values[:count], proven


def _spread(groups: list[_Group], totals: list[int], count: int) -> list[int]:
    """Raises by item: within a group the first items take all they can."""
    raises = [0] * count
    for group, total in zip(groups, totals, strict=True):
        left = total
        for item in group.items:
            raises[item] = min(left, group.room)
            left -= raises[item]
    return raises


def _holds(programme: KnapsackProblem, raises: list[int], least: int) -> bool:
    """Exact check: within the room, target reached, at the least effort."""
    return (
        all(0 <= n <= room for n, room in zip(raises, programme.room, strict=True))
        and _total(programme.gains, raises) >= programme.needed
        and _total(programme.efforts, raises) == least
    )


def _total(factors: list[int], raises: list[int]) -> int:
    return sum(factor * count for factor, count in zip(factors, raises, strict=True))


class IntegerModel:
    """A minimisation in whole numbers, put together row by row."""

    def __init__(self) -> None:
        self.costs: list[int] = []
        self.upper: list[int] = []
        self.starts, self.index, self.values = [0], list[int](), list[int]()
        self.row_lower: list[float] = []
        self.row_upper: list[float] = []

    def column(self, cost: int, upper: int) -> None:
        self.costs.append(cost)
        self.upper.append(upper)

    def row(self, index: Iterable[int], values: Iterable[int], lower: float, upper: float) -> None:
        self.index.extend(index)
        self.values.extend(values)
        self.starts.append(len(self.index))
        self.row_lower.append(lower)
        self.row_upper.append(upper)

    def run(self, max_nodes: int | None = None) -> tuple[list[int], bool]:
        """The values of the columns and whether they are proven optimal; noughts where none was found."""
        highs = highspy.Highs()  # type: ignore[no-untyped-call]
        for option, value in OPTIONS.items():
            highs.setOptionValue(option, value)
        if max_nodes is not None:
            highs.setOptionValue("mip_max_nodes", max_nodes)
        highs.passModel(self._as_lp())
        highs.run()
        solution = highs.getSolution()
        if not solution.value_valid:
            return [0] * len(self.costs), False
        values = [round(value) for value in solution.col_value]
        return values, highs.getModelStatus() == highspy.HighsModelStatus.kOptimal

    def _as_lp(self) -> highspy.HighsLp:
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = len(self.costs), len(self.row_lower)
        lp.col_cost_ = np.array(self.costs, dtype=np.double)
        lp.col_lower_ = np.zeros(len(self.costs))
        lp.col_upper_ = np.array(self.upper, dtype=np.double)
        lp.row_lower_ = np.array(self.row_lower, dtype=np.double)
        lp.row_upper_ = np.array(self.row_upper, dtype=np.double)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.array(self.starts, dtype=np.int32)
        lp.a_matrix_.index_ = np.array(self.index, dtype=np.int32)
        lp.a_matrix_.value_ = np.array(self.values, dtype=np.double)
        lp.integrality_ = [highspy.HighsVarType.kInteger] * len(self.costs)
        return lp
