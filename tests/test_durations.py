"""The tests that take long: what is stored of them, and that it names tests that are there."""

import re

from tests.durations import ROOT, WORTH_STORING, merge_durations, read_durations

HERE, THERE = "tests/test_durations.py", "tests/test_names.py"


def test_a_run_replaces_what_is_known_of_its_files_and_keeps_the_others() -> None:
    stored = {f"{HERE}::test_gone": 30, f"{HERE}::test_slow": 9, f"{THERE}::test_other": 12}
    taken = {f"{HERE}::test_slow": 20.4, f"{HERE}::test_quick": WORTH_STORING - 0.1}
    assert merge_durations(stored, taken) == {f"{HERE}::test_slow": 20, f"{THERE}::test_other": 12}


def test_a_file_that_is_gone_is_forgotten() -> None:
    assert merge_durations({"tests/test_gone.py::test_slow": 9}, {}) == {}


def test_what_is_stored_is_there() -> None:
    for node in read_durations():
        path, _colons, name = node.partition("::")
        text = (ROOT / path).read_text(encoding="utf-8")
        assert re.search(rf"def {re.escape(name.partition('[')[0])}\(", text), node
