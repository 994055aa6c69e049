"""What an operator is given to read, at the command that reads it: judged or refused at a bounded cost.

Each in a process of its own, as on a terminal; what starting the program takes is measured and taken off.
"""

import os
import subprocess
import tempfile
from pathlib import Path

import pytest

from tests import prepared

from .bombs import MB
from .files import RESTORE, Reading

SECONDS = 3.0  # of processor, beyond those of the start
MEMORY = 1200 * MB


def environment(var: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SIPINTER_")}
    return kept | {
        "DJANGO_SETTINGS_MODULE": "sipinter.site.config.settings",
        "SIPINTER_DEMO": "1",
        "SIPINTER_LANG": "en",
        "SIPINTER_VAR": str(var),
    }


def run(words: list[str], var: Path) -> tuple[int, str, float, int]:
    """Exit code, what was said, seconds of processor of it and its children, most memory of one in bytes."""
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            [*prepared.COMMAND, *words],
            stdout=said,
            stderr=said,
            stdin=subprocess.DEVNULL,
            env=environment(var),
        )
        _pid, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        text = said.read(MB).decode(errors="replace")
    return process.returncode, text, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024


@pytest.fixture(scope="module")
def starts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, float]:
    """Seconds of processor that each command takes for a file that is not there."""
    folder = tmp_path_factory.mktemp("start")
    gone = str(folder / "gone.csv")
    kinds = {"restore": ["restore", gone], "staff": ["staff", "import", gone, "--out", str(folder)]}
    return {kind: run(words, folder)[2] for kind, words in kinds.items()}


def test_a_hostile_file_is_judged_or_refused(
    reading: Reading, tmp_path: Path, starts: dict[str, float]
) -> None:
    folder = tmp_path / "given"
    folder.mkdir()
    reading.make(folder)
    (path,) = folder.iterdir()
    words = [word.format(file=path, folder=folder) for word in reading.words]
    code, said, seconds, memory = run(words, tmp_path / "var")
    assert code in (0, 1, 2), said
    assert "Traceback" not in said
    begun = starts["restore" if reading.words is RESTORE else "staff"]
    assert seconds - begun < SECONDS, (seconds, begun)
    assert memory < MEMORY
    assert sorted(other.name for other in tmp_path.iterdir() if other.name not in ("given", "var")) == []
