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

from .faults import DAMAGED, TOO_HARD, ReaderFault

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
BY_THE_CLOCK = 10  # times its processor time that a reading may take where others work
MEMORY = 512 * 1024 * 1024
MEMORY_OF_OCR = 1536 * 1024 * 1024  # Tesseract with its model of a language
BEHIND = 5  # steps of priority behind a page; whoever asks may stand there already
ANSWER = 16 * 1024 * 1024
CAUSE = 300  # characters of an exception that may quote the file
DONE, FAULTY = 0, 3


def limit_process(seconds: int, memory: int) -> None:
    """Bound this process: time, address space, no files written, no core dump, low priority."""
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.alarm(seconds * BY_THE_CLOCK)
    os.nice(max(0, BEHIND - os.nice(0)))


def run_operation(operation: str, path: str, arguments: dict[str, Any]) -> bytes:
    """Carry out one operation; JSON or picture bytes. ReaderFault when the file does not allow it."""
    module, function = OPERATIONS[operation].split(":")
    found = getattr(importlib.import_module(f"{__package__}.{module}"), function)(path, **arguments)
    answer = found if isinstance(found, bytes) else json.dumps(found, ensure_ascii=False).encode()
    if len(answer) > ANSWER:
        raise ReaderFault(TOO_HARD)
    return answer


def answer_request(request: dict[str, Any]) -> tuple[int, bytes]:
    """Code and content of the answer to one request; nothing that a file causes gets past it."""
    cause = ""
    try:
        return DONE, run_operation(request["operation"], request["path"], request["arguments"])
    except ReaderFault as error:
        fault = error
    except MemoryError:
        fault = ReaderFault(TOO_HARD)
    except Exception as error:  # whatever a parser throws at a broken file means one thing
        fault, cause = ReaderFault(DAMAGED), f"{type(error).__name__}: {error}"
    return FAULTY, json.dumps({"fault": fault.code, "detail": fault.detail, "cause": cause[:CAUSE]}).encode()


def handle_request(message: bytes, reply: socket.socket) -> None:
    """Answer one request under its limits."""
    request = json.loads(message)
    is_ocr = request["operation"].endswith("_ocr")
    limit_process(request["seconds"], MEMORY_OF_OCR if is_ocr else MEMORY)
    code, content = answer_request(request)
    reply.sendall(bytes([code]) + len(content).to_bytes(8, "big") + content)


def serve_channel(channel: socket.socket) -> None:
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
                    handle_request(message, reply)
                finally:
                    os._exit(0)


if __name__ == "__main__":
    serve_channel(socket.socket(fileno=int(sys.argv[1])))
