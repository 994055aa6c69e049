"""How fast the rules are: assessments scored a second, time of a route, time to load an instrument.

The targets: at least 5,000 full assessments a second on one core, a route over 37 indicators
within 200 ms after import.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from statistics import median
from time import perf_counter

from sipinter.rules.instrument import BUILT_IN, load_instrument_file
from sipinter.rules.loader import read_instrument
from sipinter.rules.model import Instrument
from sipinter.rules.route import NoRoute, cheapest_route
from sipinter.rules.scoring import score

SEED = 20260101
ASSESSMENTS = 2_000
ROUTES = 60
Answers = tuple[dict[str, int | None], dict[str, str]]


def main() -> None:
    """Prints the figures, one line each."""
    for path in sorted(BUILT_IN.glob("*.yaml")):
        print(f"load {path.stem}: {timed(partial(read_instrument, path)) * 1000:.0f} ms")
        instrument = load_instrument_file(path)
        print(f"score {instrument.id}: {scored_a_second(instrument):,.0f} full assessments/s (>= 5,000)")
        middle, worst = route_times(instrument)
        print(
            f"route {instrument.id}: median {middle * 1000:.0f} ms, worst {worst * 1000:.0f} ms (<= 200 ms)"
        )


def scored_a_second(instrument: Instrument) -> float:
    """Full assessments scored a second; the best of three runs, as the others measure other programs."""
    survey = Decimal("0.82") if instrument.survey else None
    cases = answers(instrument, ASSESSMENTS, missing=0)

    def run() -> None:
        for levels, gates in cases:
            score(instrument, levels, gates, survey=survey)

    return ASSESSMENTS / min(timed(run) for _ in range(3))


def route_times(instrument: Instrument) -> tuple[float, float]:
    """Median and worst seconds of a route to a high category, half of them with mixed efforts."""
    rng = random.Random(SEED)
    target = instrument.categories[-1 if instrument.category_on == "score" else -2].code
    times = []
    for levels, gates in answers(instrument, ROUTES, missing=0.2):
        efforts = (
            {code: Decimal(rng.randint(1, 9)) for code in instrument.indicators}
            if rng.random() < 0.5
            else None
        )
        start = perf_counter()
        try:
            cheapest_route(instrument, levels, gates, target=target, effort=efforts)
        except NoRoute:
            continue
        times.append(perf_counter() - start)
    return median(times), max(times)


def answers(instrument: Instrument, count: int, missing: float) -> list[Answers]:
    """Random answers, the same in every run; `missing` is the share left unanswered."""
    rng = random.Random(SEED)
    made: list[Answers] = []
    for _ in range(count):
        levels = {
            code: None if rng.random() < missing else rng.randint(instrument.min_level, instrument.max_level)
            for code in instrument.indicators
        }
        made.append((levels, {gate.code: rng.choice(gate.choices).code for gate in instrument.gates}))
    return made


def timed(run: Callable[[], object]) -> float:
    start = perf_counter()
    run()
    return perf_counter() - start


if __name__ == "__main__":
    main()
