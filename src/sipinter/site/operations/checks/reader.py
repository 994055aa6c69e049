"""The sandbox of the processes that read strangers' files."""

from collections.abc import Iterator

from sipinter.foundation.evidence.reader.client import find_missing_parts
from sipinter.foundation.evidence.reader.faults import ReaderFault

from ..finding import Finding, error_finding, note_finding

# Part -> what code in a stranger's file could do without it, and what to do.
_WITHOUT = {
    "landlock": (
        "code in a stranger's file could read keys, database and evidence",
        "boot a kernel with Landlock (Debian 12's own has it; `lsm=` in its command line must name it)",
    ),
    "seccomp": (
        "code in a stranger's file could open connections and end the server",
        "install libseccomp2, and let the container make filters",
    ),
}


def check_reader_sandbox() -> Iterator[Finding]:
    """Each part is tried by a process as it reads a file."""
    try:
        missing = find_missing_parts()
    except ReaderFault as fault:
        yield error_finding("reader", f"files cannot be read ({fault.code})", "see the log")
        return
    for part, (wrong, do) in _WITHOUT.items():
        if part in missing:
            yield error_finding(part, wrong, do)
    if "namespaces" in missing:
        yield note_finding(
            "namespaces",
            "what reads files has no network of its own; seccomp alone keeps it from the server's",
            "allow user namespaces",
        )
