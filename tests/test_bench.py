"""What measures the product can be started: every module of bench/ finds what it imports."""

from importlib import import_module
from pathlib import Path

import pytest

BENCH = Path(__file__).parents[1] / "bench"


@pytest.mark.parametrize("name", sorted(path.stem for path in BENCH.glob("*.py")))
def test_every_module_imports(name: str) -> None:
    assert import_module(f"bench.{name}")
