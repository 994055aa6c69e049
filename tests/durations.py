"""Tests that take long begin first, so that at the end of a run no process waits for another's last one.

`durations.json` names them with the seconds they took; `make durations` measures anew.
"""

import json
from collections import defaultdict
from pathlib import Path

import pytest

STORED = Path(__file__).with_name("durations.json")
WORTH_STORING = 5  # seconds
ROOT = STORED.parents[1]
_taken: dict[str, float] = defaultdict(float)  # by node id


def read_durations() -> dict[str, int]:
    """Seconds by node id, of the tests that take long."""
    found: dict[str, int] = json.loads(STORED.read_text(encoding="utf-8"))
    return found


def merge_durations(stored: dict[str, int], taken: dict[str, float]) -> dict[str, int]:
    """What is worth storing: of the files that ran what they took now, of others what is known of them."""
    ran = {_file(node) for node in taken}
    kept = {node: seconds for node, seconds in stored.items() if _file(node) not in ran}
    merged = {node: round(seconds) for node, seconds in (kept | taken).items() if seconds >= WORTH_STORING}
    return {node: merged[node] for node in sorted(merged) if (ROOT / _file(node)).exists()}


def _file(node: str) -> str:
    return node.partition("::")[0]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--store-durations", action="store_true", help=f"write what took long to {STORED.name}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    seconds = read_durations()
    items.sort(key=lambda item: -seconds.get(item.nodeid, 0))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    _taken[report.nodeid] += report.duration


def pytest_sessionfinish(session: pytest.Session) -> None:
    is_of_xdist = hasattr(session.config, "workerinput")  # reports to the process that started it
    if session.config.getoption("store_durations") and not is_of_xdist:
        merged = merge_durations(read_durations(), _taken)
        STORED.write_text(json.dumps(merged, indent=1) + "\n", encoding="utf-8")
