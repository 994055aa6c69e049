"""`python -I -m sipinter.evidence.reader OPERATION FILE [JSON ARGUMENTS]`.

Exit code 0: the answer stands on stdout (a picture, or JSON). Exit code 3: `{"fault", "detail"}` on stdout.
"""

import importlib
import json
import os
import resource
import sys
from typing import Any

from .faults import DAMAGED, TOO_HARD, Fault

OPERATIONS = {
    "inspect_pdf": "pdf:inspect",
    "inspect_picture": "picture:inspect",
    "inspect_archive": "archive:inspect",
    "inspect_ole": "ole:inspect",
    "pdf_page": "pdf:page_picture",
    "pdf_pages": "pdf:pages",
    "picture_page": "picture:page_picture",
    "picture_pages": "picture:pages",
    "sheet": "sheets:sheet",
    "words": "words:blocks",
}
MEMORY = 1536 * 1024 * 1024
FAULTY = 3


def limit(seconds: int) -> None:
    """Bound this process: processor seconds, address space, no files written, no core dump, low priority."""
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(5)


def answer(operation: str, path: str, arguments: dict[str, Any]) -> bytes:
    """Carry out one operation; JSON or picture bytes. Fault when the file does not allow it."""
    module, function = OPERATIONS[operation].split(":")
    found = getattr(importlib.import_module(f"{__package__}.{module}"), function)(path, **arguments)
    return found if isinstance(found, bytes) else json.dumps(found, ensure_ascii=False).encode()


def main(arguments: list[str]) -> int:
    """Run the command line; the exit code."""
    operation, path, seconds, given = arguments
    limit(int(seconds))
    try:
        result, code = answer(operation, path, json.loads(given)), 0
    except Fault as fault:
        result, code = json.dumps({"fault": fault.code, "detail": fault.detail}).encode(), FAULTY
    except MemoryError:
        result, code = json.dumps({"fault": TOO_HARD, "detail": ""}).encode(), FAULTY
    except Exception as error:  # whatever a parser throws at a broken file means one thing
        print(f"{operation}: {type(error).__name__}: {error}", file=sys.stderr)
        result, code = json.dumps({"fault": DAMAGED, "detail": ""}).encode(), FAULTY
    sys.stdout.buffer.write(result)
    sys.stdout.buffer.flush()
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
