"""Which program comes first where a machine is short of processors: whoever waits at a page."""

import os
from contextlib import suppress
from pathlib import Path

UPLOADS_BEHIND = 5
TASKS_BEHIND = 10


def lower_priority(steps: int) -> None:
    """Lower this process's priority for the processor by `steps`.

    Linux weighs whole sessions first, and the processes of one only against each other: a session of our
    own steps back as well. Under systemd the services' CPUWeight= decides instead.
    """
    os.nice(steps)
    if os.getsid(0) == os.getpid():
        with suppress(OSError):  # no Linux, or without such weighing
            Path("/proc/self/autogroup").write_text(str(steps), encoding="ascii")
