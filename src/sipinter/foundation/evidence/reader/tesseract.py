"""Tesseract beside a process that reads a file: it sees a picture that we drew, never the file."""

import io
import signal
import subprocess
from typing import Any

from .characters import strip_control_characters
from .faults import TOO_HARD, ReaderFault
from .sandbox import Sandbox

TEXT = 20_000
FLAT = 24  # of 255: less difference between the lightest and the darkest is an empty page


class Tesseract:
    """The program, waiting for one picture. It is started before the file is read, so that the process which
    reads the file may start nothing; it inherits that process's limits and ends with it.
    """

    def __init__(self, program: str, language: str, box: Sandbox) -> None:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # its end is waited for
        self._process = subprocess.Popen(  # noqa: S603 - the program of the settings, arguments of our own
            [program, "stdin", "stdout", "-l", language, "--psm", "3", "tsv"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={"OMP_THREAD_LIMIT": "1"},
            preexec_fn=lambda: box.confine_program(program),
        )

    def read_picture(self, image: Any, patience: int) -> dict[str, Any]:
        """`{"text", "confidence", "is_blank"}` of a grey picture; an empty page is not given to Tesseract.

        ReaderFault(too_hard) after `patience` seconds.
        """
        low, high = image.getextrema()
        if high - low < FLAT:
            return {"text": "", "confidence": None, "is_blank": True}
        drawn = io.BytesIO()
        image.save(drawn, "PNG", compress_level=1)
        try:
            table, _ = self._process.communicate(drawn.getvalue(), timeout=patience)
        except subprocess.TimeoutExpired as error:
            raise ReaderFault(TOO_HARD) from error
        if self._process.returncode != 0:
            raise ReaderFault(TOO_HARD)
        text, confidence = parse_ocr_table(table.decode("utf-8", "replace"))
        return {"text": text, "confidence": confidence, "is_blank": False}


def parse_ocr_table(table: str) -> tuple[str, int | None]:
    """Text in lines and mean confidence (per cent) of Tesseract's table of words; None without words."""
    lines: dict[tuple[str, ...], list[str]] = {}
    sure: list[float] = []
    for row in table.splitlines()[1:]:
        cells = row.split("\t")
        if len(cells) == 12 and cells[0] == "5" and cells[11].strip():
            lines.setdefault(tuple(cells[1:5]), []).append(cells[11])
            sure.append(float(cells[10]))
    paragraphs: dict[tuple[str, ...], list[str]] = {}
    for place, found in lines.items():
        paragraphs.setdefault(place[:3], []).append(" ".join(found))
    text = strip_control_characters("\n\n".join("\n".join(part) for part in paragraphs.values()))[:TEXT]
    return text, round(sum(sure) / len(sure)) if sure else None
