"""`python -I -B -m sipinter.foundation.evidence.reader FD`: serve requests that come over the socket FD.

Each request is one message: `{"operation", "path", "seconds", "arguments"}` and a socket for the answer.
A process of its own, forked from this one so that the parsers are loaded already, answers it with one
byte (0: done, 3: `{"fault", "detail", "cause"}`), eight bytes of length and the content, and ends.
"""

import importlib
import json
import os
import resource
import signal
import socket
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
    "pdf_text": "texts:pdf_text",
    "pdf_ocr": "texts:pdf_ocr",
    "picture_ocr": "texts:picture_ocr",
    "office_text": "office:pieces",
}
PRELOADED = (
    "pikepdf",
    "pypdfium2",
    "PIL.ImageOps",
    "PIL.WebPImagePlugin",
    "PIL.TiffImagePlugin",
    "python_calamine",
)
MESSAGE = 64 * 1024
MEMORY = 1536 * 1024 * 1024
BEHIND = 5  # steps of priority behind a page; whoever asks may stand there already
DONE, FAULTY = 0, 3


def limit(seconds: int) -> None:
    """Bound this process: time, address space, no files written, no core dump, low priority."""
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.alarm(seconds * 2)
    os.nice(max(0, BEHIND - os.nice(0)))


def answer(operation: str, path: str, arguments: dict[str, Any]) -> bytes:
    """Carry out one operation; JSON or picture bytes. Fault when the file does not allow it."""
    module, function = OPERATIONS[operation].split(":")
    found = getattr(importlib.import_module(f"{__package__}.{module}"), function)(path, **arguments)
    return found if isinstance(found, bytes) else json.dumps(found, ensure_ascii=False).encode()


def outcome(request: dict[str, Any]) -> tuple[int, bytes]:
    """Code and content of the answer to one request; nothing that a file causes gets past it."""
    cause = ""
    try:
        return DONE, answer(request["operation"], request["path"], request["arguments"])
    except Fault as error:
        fault = error
    except MemoryError:
        fault = Fault(TOO_HARD)
    except Exception as error:  # whatever a parser throws at a broken file means one thing
        fault, cause = Fault(DAMAGED), f"{type(error).__name__}: {error}"
    return FAULTY, json.dumps({"fault": fault.code, "detail": fault.detail, "cause": cause}).encode()


def work(message: bytes, reply: socket.socket) -> None:
    """Answer one request under its limits."""
    request = json.loads(message)
    limit(request["seconds"])
    code, content = outcome(request)
    reply.sendall(bytes([code]) + len(content).to_bytes(8, "big") + content)


def serve(channel: socket.socket) -> None:
    """Fork one process a request until the other side closes."""
    for module in PRELOADED:
        importlib.import_module(module)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # ended processes leave nothing behind
    while True:
        message, descriptors, _flags, _address = socket.recv_fds(channel, MESSAGE, 1)
        if not message:
            return
        with socket.socket(fileno=descriptors[0]) as reply:
            if os.fork() == 0:
                channel.close()
                try:
                    work(message, reply)
                finally:
                    os._exit(0)


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
