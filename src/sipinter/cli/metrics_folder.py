"""Where the web processes of one site put their counts together."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def shared_metrics_folder() -> Iterator[None]:
    """A fresh folder for the counts of all processes forked inside; enter it before Django is loaded.

    The library that counts looks for the folder's name when it is imported.
    """
    folder, owner = tempfile.mkdtemp(prefix="sipinter-metrics-"), os.getpid()
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
    try:
        yield
    finally:
        if os.getpid() == owner:  # web processes are forked from here and leave by the same way
            shutil.rmtree(folder, ignore_errors=True)
