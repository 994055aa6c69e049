"""Which of the hostile files are read: a few drawn with a fixed seed, or with --proofs all of them."""

from random import Random

import pytest

from .bombs import NAMED, named_cases, opening_cases
from .files import readings

SEED, SOME, SENT = 26, 9, 5
# What a test asks for by name: all that there is, and how many of it are drawn for a short run.
KINDS = {
    "case": (lambda: [*named_cases(), *opening_cases()], SOME),
    "reading": (lambda: list(readings()), SOME),
    "bomb": (lambda: list(NAMED), SENT),
}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    for name, (make, some) in KINDS.items():
        if name in metafunc.fixturenames:
            cases = make()
            chosen = cases if metafunc.config.getoption("proofs") else Random(SEED).sample(cases, some)
            metafunc.parametrize(name, chosen, ids=str)
