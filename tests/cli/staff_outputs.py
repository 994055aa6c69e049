"""What the commands for staff print and write of stored inputs, as hashes (tests/cases/staff-outputs).

`python -m tests.cli.staff_outputs COMMAND [BEGINNING]` records what COMMAND, a `sipinter`, says; with
BEGINNING only of the calls that begin so.
"""

import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from pyarrow import parquet

from sipinter.cli.output import EXIT_FAULT

CASES = Path(__file__).parents[1] / "cases/staff-outputs"
OUTPUTS = CASES / "outputs.json"
LANGUAGES = ("id", "en")
# Facts say which program computed them. What they serve for is compared: outputs with and without them.
LEFT_OUT = ("facts.json", "facts.parquet")
Said = tuple[int, str, str]  # exit code, stdout, stderr


def calls() -> list[str]:
    """The command lines, in the order in which some need the files of others."""
    return (CASES / "commands.txt").read_text(encoding="utf-8").splitlines()


def unpack_inputs(folder: Path) -> Path:
    """The folder with the inputs, in which the commands are called."""
    shutil.unpack_archive(CASES / "inputs.tar.xz", folder)
    return folder / "inputs"


def stored_outputs() -> dict[str, dict[str, Any]]:
    """By language and call: exit code, and a hash of stdout, the refusal and each file written."""
    stored: dict[str, dict[str, Any]] = json.loads(OUTPUTS.read_text(encoding="utf-8"))
    return stored


def hash_outputs(folder: Path, say: Callable[[list[str]], Said]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each call and what came of it in `folder`; `say` runs the command there."""
    known = _files(folder)
    for call in calls():
        code, stdout, stderr = say(shlex.split(call))
        files = _files(folder)
        yield (
            call,
            {
                "code": code,
                "stdout": _hash(stdout.encode()),
                "refusal": _hash(
                    stderr.encode() if code == EXIT_FAULT else b""
                ),  # else: progress, by the clock
                "files": {name: found for name, found in files.items() if known.get(name) != found},
            },
        )
        known = files


def _files(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): _hash(_content(path))
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in LEFT_OUT
    }


def _content(path: Path) -> bytes:
    """The bytes; of Parquet the rows, for each version of its library writes them its own way."""
    if path.suffix == ".parquet":
        return repr(parquet.read_table(path).to_pylist()).encode()
    return path.read_bytes()


def _hash(content: bytes) -> str:
    return sha256(content).hexdigest()[:16]


def _record(command: str, beginning: str) -> None:
    stored = stored_outputs() if OUTPUTS.exists() else {language: {} for language in LANGUAGES}
    for language in LANGUAGES:
        with tempfile.TemporaryDirectory() as temporary:
            folder = unpack_inputs(Path(temporary))
            environment = {"PATH": os.environ["PATH"], "SIPINTER_LANG": language}

            def say(arguments: list[str]) -> Said:
                done = subprocess.run(
                    [Path(command).absolute(), *arguments],
                    cwd=folder,  # noqa: B023 - called within the turn
                    env=environment,  # noqa: B023
                    capture_output=True,
                    text=True,
                    check=False,
                )
                return done.returncode, done.stdout, done.stderr

            found = dict(hash_outputs(folder, say))
        stored[language] |= {call: output for call, output in found.items() if call.startswith(beginning)}
    OUTPUTS.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    _record(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "")
