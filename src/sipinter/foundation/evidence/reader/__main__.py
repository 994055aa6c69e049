"""`python -I -B -m sipinter.foundation.evidence.reader FD`: serve requests that come over the socket FD.

Each request is one message, `{"operation", "seconds", "arguments"}`, with a socket for the answer and the
file, opened for reading. A process of its own, forked from this one so that the parsers are loaded already,
confines itself (`sandbox.py`), answers with one byte (0: done, 3: `{"fault", "detail", "cause"}`), eight
bytes of length and the content, and ends; by force, when it does not end in time.
"""

import importlib
import json
import os
import select
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from time import monotonic
from typing import Any

from .faults import DAMAGED, TOO_HARD, ReaderFault
from .sandbox import BY_THE_CLOCK, Sandbox, isolate_process, limit_resources
from .tesseract import Tesseract

OPERATIONS = {
    "inspect_pdf": "pdf:inspect_pdf",
    "inspect_picture": "picture:inspect_picture",
    "inspect_frame": "picture:inspect_frame",
    "inspect_archive": "archive:inspect_archive",
    "inspect_ole": "ole:inspect_ole",
    "pdf_page": "pdf:pdf_page_picture",
    "pdf_pages": "pdf:pdf_pages",
    "picture_page": "picture:frame_picture",
    "picture_pages": "picture:picture_pages",
    "sheet": "sheets:spreadsheet_table",
    "words": "word_files:word_blocks",
    "pdf_text": "page_text:pdf_text",
    "pdf_ocr": "page_text:pdf_ocr",
    "picture_ocr": "page_text:picture_ocr",
    "plain_cells": "plain_cells:plain_cells",
    "signature": "signature:signature_facts",
    "office_text": "office:office_pieces",
    "missing_parts": "sandbox:find_missing_parts",
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
MEMORY = 512 * 1024 * 1024
MEMORY_OF_OCR = 1536 * 1024 * 1024  # Tesseract with its model of a language
ANSWER = 16 * 1024 * 1024
Operation = Callable[..., Any]
CAUSE = 300  # characters of an exception that may quote the file
DONE, FAULTY = 0, 3
GRACE = 1  # second after its own alarm that a process has to end


def load_operation(operation: str) -> Operation:
    """The function of an operation. What it imports of ours must be loaded before the process is confined."""
    module, function = OPERATIONS[operation].split(":")
    loaded: Operation = getattr(importlib.import_module(f"{__package__}.{module}"), function)
    return loaded


def run_operation(run: Operation, path: str, arguments: dict[str, Any]) -> bytes:
    """Carry out one operation; JSON or picture bytes. ReaderFault when the file does not allow it."""
    found = run(path, **arguments)
    answer = found if isinstance(found, bytes) else json.dumps(found, ensure_ascii=False).encode()
    if len(answer) > ANSWER:
        raise ReaderFault(TOO_HARD)
    return answer


def confine_process(file: int, arguments: dict[str, Any], box: Sandbox) -> dict[str, Any]:
    """Leave this process nothing but the file; the arguments, with Tesseract running where they name it."""
    if program := arguments.pop("program", None):
        arguments["tesseract"] = Tesseract(program, arguments.pop("language"), box)
    box.confine_parser(file)
    return arguments


def answer_request(request: dict[str, Any], file: int, box: Sandbox) -> tuple[int, bytes]:
    """Code and content of the answer to one request; nothing that a file causes gets past it."""
    cause = ""
    try:
        run = load_operation(request["operation"])
        arguments = confine_process(file, request["arguments"], box)
        return DONE, run_operation(run, f"/proc/self/fd/{file}", arguments)
    except ReaderFault as error:
        fault = error
    except MemoryError:
        fault = ReaderFault(TOO_HARD)
    except Exception as error:  # whatever a parser throws at a broken file means one thing
        fault, cause = ReaderFault(DAMAGED), f"{type(error).__name__}: {error}"
    return FAULTY, json.dumps({"fault": fault.code, "detail": fault.detail, "cause": cause[:CAUSE]}).encode()


def handle_request(request: dict[str, Any], reply: socket.socket, file: int, box: Sandbox) -> None:
    """Answer one request under its limits."""
    memory = MEMORY_OF_OCR if request["operation"].endswith("_ocr") else MEMORY
    limit_resources(request["seconds"], memory)
    code, content = answer_request(request, file, box)
    reply.sendall(bytes([code]) + len(content).to_bytes(8, "big") + content)


class RunningReadings:
    """The processes that read at this moment, each with the time by which it has ended."""

    def __init__(self) -> None:
        # By descriptor: the number of a process that has ended may be another's.
        self._deadlines: dict[int, float] = {}

    def add(self, process: int, seconds: int) -> None:
        """Take in a process that may run for `seconds`."""
        with suppress(ProcessLookupError):  # it has ended already
            self._deadlines[os.pidfd_open(process)] = monotonic() + seconds

    def wait(self, channel: socket.socket) -> None:
        """Wait until the channel has something; meanwhile end by force what is overdue.

        A process sets itself an alarm, which code in it can take back.
        """
        while True:
            rest = min(self._deadlines.values(), default=None)
            patience = None if rest is None else max(0.0, rest - monotonic())
            ready, _, _ = select.select([channel.fileno(), *self._deadlines], [], [], patience)
            for descriptor in [d for d in self._deadlines if d in ready]:
                os.close(descriptor)
                del self._deadlines[descriptor]
            for descriptor, until in self._deadlines.items():
                if until <= monotonic():
                    signal.pidfd_send_signal(descriptor, signal.SIGKILL)
            if channel.fileno() in ready:
                return

    def close(self) -> None:
        """Let go of all, in a process that was forked from the one that watches them."""
        for descriptor in self._deadlines:
            os.close(descriptor)


def serve_channel(channel: socket.socket) -> None:
    """Fork one process a request until the other side closes."""
    isolate_process()
    for module in PRELOADED:
        importlib.import_module(module)
    box, running = Sandbox(), RunningReadings()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # ended processes leave nothing behind
    while True:
        running.wait(channel)
        message, descriptors, _flags, _address = socket.recv_fds(channel, MESSAGE, 2)
        if not message:
            return
        request, file = json.loads(message), descriptors[1]
        with socket.socket(fileno=descriptors[0]) as reply:
            process = os.fork()
            if process == 0:
                channel.close()
                running.close()
                try:
                    handle_request(request, reply, file, box)
                finally:
                    os._exit(0)
        os.close(file)
        running.add(process, request["seconds"] * BY_THE_CLOCK + GRACE)


if __name__ == "__main__":
    serve_channel(socket.socket(fileno=int(sys.argv[1])))
