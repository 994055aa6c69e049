"""Which of the hostile files are read: a few drawn with a fixed seed, or with --proofs all of them."""

from random import Random

import pytest

from .bombs import named_cases, opening_cases
from .files import readings

SEED, SOME = 26, 9
KINDS = {"case": lambda: [*named_cases(), *opening_cases()], "reading": lambda: list(readings())}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    for name, make in KINDS.items():
        if name in metafunc.fixturenames:
            cases = make()
            chosen = cases if metafunc.config.getoption("proofs") else Random(SEED).sample(cases, SOME)
            metafunc.parametrize(name, chosen, ids=str)
