"""Whatever strangers send is judged or refused, at no cost to the server and within the reader's limits."""

import resource
from pathlib import Path
from time import process_time

from sipinter.foundation.evidence.reader.client import ask_reader
from sipinter.foundation.evidence.reader.faults import ReaderFault

from .bombs import MB, Case

OWN_SECONDS = 0.5  # of the process that asks: it waits, and takes the answer


def test_a_hostile_file_is_judged_or_refused(case: Case, tmp_path: Path) -> None:
    path = tmp_path / "berkas"
    path.write_bytes(case.make())
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = process_time()
    try:
        answer = ask_reader(case.operation, path, **dict(case.arguments))
    except ReaderFault:
        answer = b""
    assert process_time() - begun < OWN_SECONDS
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 < 32 * MB
    assert len(answer) < 4 * MB
