"""Instruments for the tests of the rules: the two small samples and the two real ones."""

from pathlib import Path

import pytest

from sipinter.rules.instrument import default_catalog, load_instrument_file
from sipinter.rules.model import Instrument

from . import samples


@pytest.fixture
def small_sum(tmp_path: Path) -> Instrument:
    """Weighted sum, levels 1-3, one gate, 22.5 points."""
    return load_instrument_file(samples.write(tmp_path, samples.SUM))


@pytest.fixture
def small_mean(tmp_path: Path) -> Instrument:
    """Weighted mean, levels 0-2, one gate, index from maturity and survey."""
    return load_instrument_file(samples.write(tmp_path, samples.MEAN))


@pytest.fixture(scope="session")
def of_2018() -> Instrument:
    return default_catalog()["permenpanrb-40-2018"]


@pytest.fixture(scope="session")
def of_2025() -> Instrument:
    return default_catalog()["permenpanrb-19-2025"]
