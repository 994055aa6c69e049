"""Which of the hostile files are read: a few drawn with a fixed seed, or with --proofs all of them."""

from random import Random

import pytest

from .bombs import named_cases, opening_cases

SEED, SOME = 26, 9


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "case" in metafunc.fixturenames:
        cases = [*named_cases(), *opening_cases()]
        chosen = cases if metafunc.config.getoption("proofs") else Random(SEED).sample(cases, SOME)
        metafunc.parametrize("case", chosen, ids=str)
