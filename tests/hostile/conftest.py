"""Which of the hostile files are read: a few drawn with a fixed seed, or with --proofs all of them."""

from random import Random

import pytest

from .bombs import NAMED, named_cases, opening_cases

SEED, SOME, SENT = 26, 9, 5


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    are_all = metafunc.config.getoption("proofs")
    if "case" in metafunc.fixturenames:
        cases = [*named_cases(), *opening_cases()]
        metafunc.parametrize("case", cases if are_all else Random(SEED).sample(cases, SOME), ids=str)
    if "bomb" in metafunc.fixturenames:
        metafunc.parametrize("bomb", list(NAMED) if are_all else Random(SEED).sample(list(NAMED), SENT))
